"""家庭变动 and 附件 of one household, and what an act would leave behind."""

from django.db.models import Q, QuerySet

from accounts.actor import Actor
from common.errors import NotFound
from common.text import clean
from households.field_groups import visible_papers
from households.models import (
    AidMeasure,
    Household,
    HouseholdAct,
    HouseholdFile,
    IncomeItem,
    IncomeRecord,
    Membership,
    Person,
    SafetyNet,
)


def acts_of(household: Household) -> QuerySet[HouseholdAct]:
    """Acts of this household and acts of others that touched it, newest first."""
    rows = HouseholdAct.objects.filter(Q(household=household) | Q(other=household))
    return rows.select_related(
        "household", "other", "person", "actor", "evidence", "reverses", "reversed_by"
    ).order_by("-pk")


def act_get(household: Household, pk: int) -> HouseholdAct:
    """An act of a household the caller has obtained by household_get, or NotFound."""
    found = acts_of(household).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def household_by_no(*, actor: Actor, number: str, permission: str) -> Household:
    """The household with this number in the actor's area, or NotFound."""
    rows = Household.objects.within(actor.scope(permission)).filter(household_no=clean(number))
    found: Household | None = rows.select_related("village__parent").first()
    if found is None:
        raise NotFound("没有这个户编号的农户，或不在您的管辖范围内。", field="other_no", at="form")
    return found


def returnable_of(household: Household) -> QuerySet[Membership]:
    """The last membership here of each living person who belongs nowhere now."""
    members = Membership.objects.filter(effective_to__isnull=True).values("person_id")
    here = Membership.objects.filter(household=household, person__is_live=True).exclude(person_id__in=members)
    last: dict[int, int] = {}
    for person_id, pk in here.order_by("effective_from", "pk").values_list("person_id", "pk"):
        last[person_id] = pk
    return Membership.objects.filter(pk__in=last.values()).select_related("person").order_by("pk")


def nets_touched(household: Household, person: Person | None = None) -> QuerySet[SafetyNet]:
    """Open safety nets an act would leave standing: of this person, or of the whole household."""
    rows = SafetyNet.objects.filter(household=household, effective_to__isnull=True).select_related("person")
    return (rows.filter(person=person) if person else rows).order_by("pk")


def measures_touched(household: Household, person: Person | None = None) -> QuerySet[AidMeasure]:
    """Aid measures under way that an act would leave standing."""
    active = (AidMeasure.State.PLANNED, AidMeasure.State.ACTIVE)
    rows = AidMeasure.objects.filter(household=household, state__in=active).select_related("person")
    return (rows.filter(person=person) if person else rows).order_by("pk")


def papers_of(household: Household, groups: frozenset[str]) -> QuerySet[HouseholdFile]:
    """The papers this actor's groups of fields let him see, those in force first, newest first."""
    rows: QuerySet[HouseholdFile] = HouseholdFile.objects.filter(
        household=household, kind__in=visible_papers(groups)
    )
    return rows.select_related("file", "person", "recorded_by", "superseded_by").order_by(
        "superseded_at", "-pk"
    )


def paper_get(household: Household, pk: int) -> HouseholdFile:
    """A paper of a household the caller has obtained by household_get, or NotFound."""
    found = HouseholdFile.objects.filter(household=household, pk=pk).select_related("household").first()
    if found is None:
        raise NotFound
    return found


def items_of(records: list[IncomeRecord]) -> dict[int, dict[str, int]]:
    """{record: {item: 分}} of these records, in one query."""
    found: dict[int, dict[str, int]] = {}
    for record_id, item, fen in IncomeItem.objects.filter(record__in=records).values_list(
        "record_id", "item", "fen"
    ):
        found.setdefault(record_id, {})[item] = fen
    return found
