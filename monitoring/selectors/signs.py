"""Reads of signs, check tasks, decisions and duties."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.actor import Actor
from common.errors import NotFound
from monitoring.models import CollectionDuty, Decision, RiskCase, RiskSign
from policies.models import PackRule
from villages.models import Division, Level

VIEW, HANDLE = "monitoring.view", "monitoring.handle_case"
PLACE = ("household__village__parent",)
NO_CASE = ("duty", "gap", "list", "inform", "escalate")


@dataclass(frozen=True)
class SignFilters:
    """What a list is narrowed by; empty is everything. `state`: open, muted, closed or all."""

    state: str = "open"
    topic: str = ""
    rule: str = ""
    area: str = ""
    effect: str = ""  # "case": what asks for a check task


def sign_list(*, actor: Actor, filters: SignFilters | None = None) -> QuerySet[RiskSign]:
    """Signs of the actor's area."""
    wanted = filters or SignFilters(state="all")
    rows: QuerySet[RiskSign] = RiskSign.objects.within(actor.scope(VIEW).narrowed(wanted.area or None))
    if wanted.state == "closed":
        rows = rows.filter(closed_on__isnull=False)
    elif wanted.state in {"open", "muted"}:
        rows = rows.filter(closed_on__isnull=True, muted_by__isnull=wanted.state == "open")
    for name, value in (("topic", wanted.topic), ("rule_key", wanted.rule)):
        if value:
            rows = rows.filter(**{name: value})
    if wanted.effect == "case":
        rows = rows.filter(Q(effect="case") | Q(effect__startswith="propose_class"))
    elif wanted.effect:
        rows = rows.filter(effect=wanted.effect)
    return rows


def household_signs(rows: QuerySet[RiskSign]) -> QuerySet[RiskSign]:
    return rows.filter(household__isnull=False).select_related(*PLACE)


def sign_get(*, actor: Actor, pk: int) -> RiskSign:
    found = sign_list(actor=actor).select_related(*PLACE).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def case_list(*, actor: Actor, filters: SignFilters | None = None) -> QuerySet[RiskCase]:
    """Check tasks of the actor's area that are not over; with filters only those open, or only those proposed."""
    wanted = filters or SignFilters(state="all")
    rows: QuerySet[RiskCase] = RiskCase.objects.within(actor.scope(VIEW).narrowed(wanted.area or None))
    if wanted.state in {RiskCase.State.OPEN, RiskCase.State.PROPOSED}:
        rows = rows.filter(state=wanted.state)
    else:
        rows = rows.exclude(state=RiskCase.State.CLOSED)
    mine = RiskSign.objects.within(actor.scope(VIEW)).filter(case=OuterRef("pk"), closed_on__isnull=True)
    if wanted.topic:
        rows = rows.filter(Exists(mine.filter(topic=wanted.topic)))
    if wanted.rule:
        rows = rows.filter(Exists(mine.filter(rule_key=wanted.rule)))
    return rows


def with_signs(rows: QuerySet[RiskCase], *, actor: Actor) -> QuerySet[RiskCase]:
    """The cases with their open signs as `open_signs`, as far as the actor may see them."""
    seen: QuerySet[RiskSign] = RiskSign.objects.within(actor.scope(VIEW))
    open_signs = seen.filter(closed_on__isnull=True).order_by("topic", "pk")
    return rows.select_related(*PLACE, "assignee").prefetch_related(
        Prefetch("signs", queryset=open_signs, to_attr="open_signs")
    )


def case_get(*, actor: Actor, pk: int, permission: str = VIEW) -> RiskCase:
    found = (
        RiskCase.objects.within(actor.scope(permission))
        .select_related(*PLACE, "assignee")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def signs_of_case(case: RiskCase, *, actor: Actor) -> QuerySet[RiskSign]:
    """The open signs of the case first, then what was closed."""
    rows: QuerySet[RiskSign] = RiskSign.objects.within(actor.scope(VIEW))
    return rows.filter(case=case).order_by("closed_on", "topic", "pk")


def household_history(household_id: int, *, actor: Actor) -> QuerySet[RiskSign]:
    """Every sign of one household that the actor may see, newest first."""
    rows: QuerySet[RiskSign] = RiskSign.objects.within(actor.scope(VIEW))
    return rows.filter(household=household_id).select_related("muted_by").order_by("-opened_on", "-pk")


def decisions_of(household_id: int, *, actor: Actor) -> QuerySet[Decision]:
    """What people decided; nothing for those who lack a group of fields, since reasons speak of anything."""
    rows: QuerySet[Decision] = Decision.objects.within(actor.scope(VIEW))
    rows = rows.filter(case__household=household_id).select_related("actor", "visit", "case")
    return rows.prefetch_related("topics").order_by("-pk")


def cases_of(household_id: int, *, actor: Actor) -> QuerySet[RiskCase]:
    rows: QuerySet[RiskCase] = RiskCase.objects.within(actor.scope(VIEW))
    return rows.filter(household=household_id).select_related("assignee").order_by("-pk")


def duty_list(*, actor: Actor, topic: str = "", area: str = "") -> QuerySet[CollectionDuty]:
    """What is to be collected in the actor's area."""
    rows: QuerySet[CollectionDuty] = CollectionDuty.objects.within(actor.scope(VIEW).narrowed(area or None))
    rows = rows.filter(closed_on__isnull=True)
    return rows.filter(topic=topic) if topic else rows


def visit_duties(*, actor: Actor, area: str = "", others: bool = False) -> QuerySet[RiskSign]:
    """Households to visit this quarter; `others`: what else an act has to cure (quarterly figures)."""
    rows = sign_list(actor=actor, filters=SignFilters(effect="duty", area=area))
    return rows.exclude(topic__startswith="visit") if others else rows.filter(topic__startswith="visit")


def duties_of(household_id: int, *, actor: Actor) -> QuerySet[CollectionDuty]:
    rows: QuerySet[CollectionDuty] = CollectionDuty.objects.within(actor.scope(VIEW))
    return rows.filter(household=household_id, closed_on__isnull=True).order_by("topic")


def rule_titles() -> dict[str, str]:
    """Rule key -> Chinese title, of every published rule; the newest wins."""
    return dict(PackRule.objects.order_by("pk").values_list("key", "title"))


def topic_choices() -> list[tuple[str, str]]:
    """Topics of household rules that make signs with the titles of their rules, for filters."""
    found: dict[str, str] = {}
    rows = PackRule.objects.filter(subject__in=("household", "person")).exclude(effect="list").order_by("pk")
    for topic, title in rows.values_list("topic", "title"):
        found.setdefault(topic, title)
    return sorted(found.items(), key=lambda pair: pair[1])


def topic_titles() -> dict[str, str]:
    return dict(topic_choices())


def area_choices(*, actor: Actor) -> QuerySet[Division]:
    """Townships of the actor's area, for filters."""
    return Division.objects.within(actor.scope(VIEW)).filter(level=Level.TOWNSHIP, valid_to__isnull=True)


def counts(*, actor: Actor) -> dict[str, int]:
    """The numbers on the home page; each equals the list behind it."""
    return {
        "cases": case_list(actor=actor).filter(state=RiskCase.State.OPEN).count(),
        "proposed": case_list(actor=actor).filter(state=RiskCase.State.PROPOSED).count(),
        "duties": visit_duties(actor=actor).count(),
        "quarterly": visit_duties(actor=actor, others=True).count(),
        "collect": duty_list(actor=actor).count(),
    }


def note_list(*, actor: Actor, filters: SignFilters) -> QuerySet[RiskSign]:
    """Open signs of households that open no check task: gaps in what departments give, lists, things to know."""
    wanted = SignFilters("open", filters.topic, filters.rule, filters.area)
    rows = household_signs(sign_list(actor=actor, filters=wanted))
    return rows.filter(effect__in=NO_CASE).exclude(effect="duty")


def list_counts(*, actor: Actor, filters: SignFilters) -> dict[str, int]:
    """How many stand behind each tab of the risk list, with the same type, rule and township."""
    tabs = {}
    for state in (RiskCase.State.OPEN, RiskCase.State.PROPOSED):
        wanted = SignFilters(state, filters.topic, filters.rule, filters.area)
        tabs[str(state)] = case_list(actor=actor, filters=wanted).count()
    tabs["notes"] = note_list(actor=actor, filters=filters).count()
    return tabs


def signs_by_rule(*, actor: Actor, area: str = "") -> dict[str, int]:
    """Open, unmuted signs by rule, for the heads of lists."""
    rows = sign_list(actor=actor, filters=SignFilters(area=area))
    return dict(rows.values_list("rule_key").order_by("rule_key").annotate(n=Count("pk")))
