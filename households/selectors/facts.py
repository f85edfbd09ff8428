"""What is known of one household: current rows, histories, income in force."""

from datetime import date
from typing import Any

from django.db.models import F, Max, Prefetch, QuerySet
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Posting, User
from common.errors import NotFound
from households.models import (
    AidMeasure,
    Guarantee,
    HelperAssignment,
    Household,
    HouseholdEvent,
    HouseholdSituation,
    IncomeRecord,
    Membership,
    Person,
    PersonSituation,
    SafetyNet,
    StatusSpell,
    Visit,
)


def person_get(*, actor: Actor, pk: int, permission: str = "households.view") -> Person:
    """A person who is a member of a household in the actor's area, or NotFound."""
    mine = Household.objects.within(actor.scope(permission))
    found = Person.objects.filter(
        pk=pk, memberships__household__in=mine, memberships__effective_to__isnull=True
    ).first()
    if found is None:
        raise NotFound
    return found


def member_get(household: Household, person_pk: int) -> Person:
    """A person who is or was a member of a household the caller has obtained by household_get, or NotFound."""
    found = Person.objects.filter(pk=person_pk, memberships__household=household).first()
    if found is None:
        raise NotFound
    return found


def income_in_force(household: Household, as_of: date) -> IncomeRecord | None:
    """The latest yearly record whose period has ended and which was collected by `as_of`."""
    rows = IncomeRecord.objects.filter(
        household=household,
        kind=IncomeRecord.Kind.YEAR,
        superseded_at__isnull=True,
        period_end__lte=as_of,
        collected_on__lte=as_of,
    )
    return rows.order_by("-period_end").first()


def incomes_of(household: Household) -> QuerySet[IncomeRecord]:
    """Records that stand (not corrected since), newest first."""
    rows: QuerySet[IncomeRecord] = IncomeRecord.objects.filter(
        household=household, superseded_at__isnull=True
    )
    return rows.order_by("-period_end", "kind")


def income_get(household: Household, pk: str) -> IncomeRecord | None:
    """A standing record of this household by the text of its number, or None."""
    return (
        incomes_of(household).filter(pk=int(pk)).first()
        if pk.isascii() and pk.isdigit() and len(pk) < 19
        else None
    )


def members_of(household: Household) -> QuerySet[Membership]:
    """Open memberships, head first, each person with `open_situations` (none or one)."""
    situations = PersonSituation.objects.filter(effective_to__isnull=True)
    return (
        Membership.objects.filter(household=household, effective_to__isnull=True)
        .select_related("person")
        .prefetch_related(Prefetch("person__situations", queryset=situations, to_attr="open_situations"))
        .order_by("effective_from", "pk")
    )


def situation_held(row: Membership) -> PersonSituation | None:
    """The open situation of a member that `members_of` read."""
    held: list[PersonSituation] = row.person.open_situations  # type: ignore[attr-defined] # Prefetch(to_attr=...) sets it
    return held[0] if held else None


def person_situation_of(person: Person) -> PersonSituation | None:
    return PersonSituation.objects.filter(person=person, effective_to__isnull=True).first()


def person_situation_based(person: Person, base: str) -> PersonSituation | None:
    """The situation a form was made from (`base` is what the form sent back), or the one that holds now."""
    rows = PersonSituation.objects.filter(person=person)
    return _based(rows, base) if base else person_situation_of(person)


def situation_based(household: Household, base: str) -> HouseholdSituation | None:
    rows = HouseholdSituation.objects.filter(household=household)
    return _based(rows, base) if base else situation_of(household)


def _based(rows: QuerySet, base: str) -> Any:
    return rows.filter(pk=int(base)).first() if base.isascii() and base.isdigit() and len(base) < 19 else None


def status_open(household: Household, dimension: str) -> StatusSpell | None:
    rows = StatusSpell.objects.filter(household=household, dimension=dimension, effective_to__isnull=True)
    return rows.first()


def newest_net(household: Household) -> int:
    """The key of the newest safety-net spell, 0 without any: what a form for the next one is based on."""
    return SafetyNet.objects.filter(household=household).aggregate(top=Max("pk"))["top"] or 0


def former_members_of(household: Household) -> QuerySet[Membership]:
    """Those who left, with when and why; changes of relation inside the household are not leaving."""
    rows = Membership.objects.filter(household=household, effective_to__isnull=False).exclude(change_kind="")
    here = Membership.objects.filter(household=household, effective_to__isnull=True).values("person_id")
    stayed = rows.exclude(person_id__in=here).exclude(effective_to=F("effective_from"))
    return stayed.select_related("person").order_by("-effective_to", "-pk")


def guarantees_of(household: Household) -> dict[str, Guarantee]:
    """The open spell of each guarantee that has one."""
    rows = Guarantee.objects.filter(household=household, effective_to__isnull=True)
    return {row.kind: row for row in rows}


def situation_of(household: Household) -> HouseholdSituation | None:
    return HouseholdSituation.objects.filter(household=household, effective_to__isnull=True).first()


def safety_nets_of(household: Household) -> QuerySet[SafetyNet]:
    rows = SafetyNet.objects.filter(household=household).select_related("person")
    return rows.order_by("effective_to", "-effective_from")


def safety_net_get(household: Household, pk: int) -> SafetyNet:
    """A spell of a household the caller has obtained by household_get, or NotFound."""
    found = SafetyNet.objects.filter(household=household, pk=pk).select_related("household").first()
    if found is None:
        raise NotFound
    return found


def helper_of(household: Household) -> HelperAssignment | None:
    return HelperAssignment.objects.filter(household=household, effective_to__isnull=True).first()


def statuses_of(household: Household) -> QuerySet[StatusSpell]:
    return StatusSpell.objects.filter(household=household).order_by("-effective_from", "-pk")


def events_of(household: Household) -> QuerySet[HouseholdEvent]:
    rows: QuerySet[HouseholdEvent] = HouseholdEvent.objects.filter(household=household).select_related(
        "person"
    )
    return rows.order_by("-happened_on", "-pk")


def event_get(household: Household, pk: int) -> HouseholdEvent:
    """An event of a household the caller has obtained by household_get, or NotFound."""
    found = HouseholdEvent.objects.filter(household=household, pk=pk).select_related("household").first()
    if found is None:
        raise NotFound
    return found


def possible_helpers(household: Household) -> QuerySet[User]:
    """Active people who serve the household's village or a place above it today, as helper or clerk."""
    code = household.scope_code
    above = [code[:length] for length in (6, 9, 12)]
    posts = Posting.objects.current(timezone.localdate()).filter(
        division__code__in=above, role__code__in=("village_helper", "township_clerk")
    )
    return User.objects.filter(pk__in=posts.values("user_id"), is_active=True).order_by("full_name", "pk")


def visit_list(*, actor: Actor, area: str = "", household: Household | None = None) -> QuerySet[Visit]:
    """Visits of the actor's area, newest first."""
    rows: QuerySet[Visit] = Visit.objects.within(actor.scope("households.view").narrowed(area or None))
    if household is not None:
        rows = rows.filter(household=household)
    return rows.select_related("household__village__parent").order_by("-visited_on", "-pk")


def visit_get(*, actor: Actor, pk: int) -> Visit:
    found = visit_list(actor=actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def last_visit_of(household: Household) -> Visit | None:
    return Visit.objects.filter(household=household).order_by("-visited_on", "-pk").first()


def measure_list(*, actor: Actor, area: str = "", household: Household | None = None) -> QuerySet[AidMeasure]:
    """Aid measures of the actor's area, latest start first."""
    rows: QuerySet[AidMeasure] = AidMeasure.objects.within(
        actor.scope("households.view").narrowed(area or None)
    )
    if household is not None:
        rows = rows.filter(household=household)
    return rows.select_related("household__village__parent", "person").order_by("-started_on", "-pk")


def measure_get(*, actor: Actor, pk: int, permission: str = "households.view") -> AidMeasure:
    rows = AidMeasure.objects.within(actor.scope(permission)).select_related("household")
    found: AidMeasure | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
