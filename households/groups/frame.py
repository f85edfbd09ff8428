"""What definitions are built from: the people of an area on a day, the county's standards, and sets of households."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from common.dated import holding_q
from common.dates import years_before
from households.models import AidMeasure, Household, Membership, SafetyNet, StatusSpell
from policies.packset import PackSet
from villages.scope import DivisionScope

# Columns of the situation that holds, as s_<name>: a plain column can be negated, a joined one would become a question of its own.
OF_PERSON = (
    "id", "schooling", "has_chronic_illness", "has_serious_illness", "is_disabled", "disability_kind", "disability_grade",
    "labour_skill", "work_place", "work_months",
)  # fmt: skip
OF_HOUSEHOLD = ("id", "danger_grade", "water_safe")


@dataclass(frozen=True)
class Standards:
    """Ages, months and words of the groups, by name from the packs in force; NotFound names the one that is missing."""

    packs: PackSet

    def number(self, key: str) -> int:
        return int(self.packs.param(key).values[0])  # type: ignore[arg-type]

    def words(self, key: str) -> tuple[str, ...]:
        return tuple(str(value) for value in self.packs.param(key).values)

    def numbers(self, key: str) -> tuple[int, ...]:
        return tuple(int(value) for value in self.packs.param(key).values)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Frame:
    """An area on a day. Conditions speak of memberships (`person`, `household`, s_... of the situation) or of households."""

    scope: DivisionScope
    as_of: date
    standards: Standards

    @cached_property
    def members(self) -> QuerySet[Membership]:
        """The members of living households, each with the situation that holds (none: nothing was collected)."""
        held = FilteredRelation(
            "person__situations", condition=holding_q(self.as_of, prefix="person__situations__")
        )
        rows = Membership.objects.filter(holding_q(self.as_of), household__is_live=True).within(self.scope)
        return rows.annotate(held=held).alias(**{f"s_{name}": F(f"held__{name}") for name in OF_PERSON})

    @cached_property
    def households(self) -> QuerySet[Household]:
        held = FilteredRelation("situations", condition=holding_q(self.as_of, prefix="situations__"))
        return (
            Household.objects.filter(is_live=True)
            .within(self.scope)
            .annotate(held=held)
            .alias(**{f"s_{name}": F(f"held__{name}") for name in OF_HOUSEHOLD})
        )

    # --- people -----------------------------------------------------------------------------------------------------

    def aged(self, years: int) -> Q:
        """This old or older."""
        return Q(person__birth_date__lte=years_before(self.as_of, years))

    def younger(self, years: int) -> Q:
        """Not yet this old."""
        return Q(person__birth_date__gt=years_before(self.as_of, years))

    @property
    def unborn(self) -> Q:
        return Q(person__birth_date__isnull=True)

    @cached_property
    def adult(self) -> Q:
        """Of the age in which one works and looks after a family."""
        numbers = self.standards.number
        return self.aged(numbers("group_adult_age")) & self.younger(numbers("group_old_age"))

    @cached_property
    def away(self) -> Q:
        """Works away from home for long enough."""
        places, months = (
            self.standards.words("group_away_places"),
            self.standards.number("group_away_months"),
        )
        return Q(s_work_place__in=places, s_work_months__gte=months)

    @cached_property
    def work_unknown(self) -> Q:
        """Nobody has written whether and where this person works."""
        no_months = Q(s_id__isnull=True) | Q(s_work_months__isnull=True)
        in_places = Q(s_work_place__in=self.standards.words("group_away_places"))
        return no_months & (Q(s_id__isnull=True) | Q(s_work_place="") | in_places)

    def served(self, rows: QuerySet) -> Q:
        """Members named in dated rows with `person`, or whose household is named as a whole."""
        named = rows.filter(person__isnull=False).values("person_id")
        whole = rows.filter(person__isnull=True).values("household_id")
        return Q(person_id__in=named) | Q(household_id__in=whole)

    # --- households -------------------------------------------------------------------------------------------------

    def homes_with(self, condition: Q) -> QuerySet:
        """The ids of households that have such a member."""
        return self.members.filter(condition).order_by().values("household_id")

    def homes_where(self, condition: Q, **people: Q) -> Q:
        """Members of the households of `homes_counted`."""
        return Q(household_id__in=self.homes_counted(condition, **people))

    def homes_counted(self, condition: Q, **people: Q) -> QuerySet:
        """The ids of households whose numbers of such people satisfy the condition: one pass over the area."""
        counted = self.members.order_by().values("household_id")
        counts = {name: Count("pk", filter=who) for name, who in people.items()}
        return counted.annotate(**counts).filter(condition).values("household_id")

    def of_class(self, values: tuple[str, ...]) -> QuerySet:
        """The ids of households with such a 脱贫属性 on the day."""
        spells = StatusSpell.objects.filter(holding_q(self.as_of), dimension="poverty", value__in=values)
        return spells.order_by().values("household_id")

    def nets(self, kinds: tuple[str, ...]) -> QuerySet:
        return SafetyNet.objects.filter(holding_q(self.as_of), kind__in=kinds).order_by()

    def measures(self) -> QuerySet:
        """Measures under way on the day."""
        rows = AidMeasure.objects.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gte=self.as_of),
            started_on__lte=self.as_of,
            state=AidMeasure.State.ACTIVE,
        )
        return rows.order_by()
