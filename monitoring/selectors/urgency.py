"""The order of check tasks: points computed in the database by the same expressions that the case page shows one by one."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from common.dates import add_months
from common.keyset import CAP, Page
from households.models import Membership
from monitoring.limits import CASE_SOON, DaysInForce
from monitoring.models import RiskCase, RiskSign
from monitoring.urgency.table import SURCHARGES, UrgencyTable, urgency_table
from policies.services import packs_in_force
from villages.models import COUNTY_DIGITS

VIEW = "monitoring.view"
SIZE = 50


@dataclass(frozen=True)
class Part:
    """One line of the account: what for, how many points, by what."""

    label: str
    points: int
    basis: str


def _whole(number: int) -> Value:
    return Value(number, output_field=IntegerField())


def _signs(actor: Actor) -> QuerySet[RiskSign]:
    """What counts: signs that ask, of the topics that the reader may see."""
    rows: QuerySet[RiskSign] = RiskSign.objects.within(actor.scope(VIEW))
    return rows.filter(closed_on__isnull=True, muted_by__isnull=True)


def _topic_points(table: UrgencyTable) -> Case:
    whens = [When(topic=name, then=_whole(one.points)) for name, one in table.topics.items()]
    return Case(*whens, default=_whole(table.other), output_field=IntegerField())


def _per_case(rows: QuerySet, value: Any) -> Combinable:
    """A number added up over the first sign of each topic of a case: a topic counts once."""
    same = rows.filter(case=OuterRef("case"), topic=OuterRef("topic"), pk__lt=OuterRef("pk"))
    once = rows.filter(~Exists(same), case=OuterRef("pk")).order_by().values("case").annotate(n=value)
    return Coalesce(Subquery(once.values("n")), _whole(0), output_field=IntegerField())


def _surcharge(code: str, table: UrgencyTable, day: date, soon: Any) -> Combinable:
    one = table.surcharges.get(code)
    if one is None:
        return _whole(0)
    living = Membership.objects.holding(day, None).filter(
        household=OuterRef("household"), person__died_on__isnull=True
    )
    born = add_months(day, -12 * one.age)
    when = {
        "overdue": When(due_on__lt=day, then=_whole(one.points)),
        "due_soon": When(due_on__gte=day, due_on__lte=day + soon, then=_whole(one.points)),
        "child": When(Exists(living.filter(person__birth_date__gt=born)), then=_whole(one.points)),
        "elderly": When(Exists(living.filter(person__birth_date__lte=born)), then=_whole(one.points)),
        "more_topics": When(u_count__gt=1, then=(F("u_count") - 1) * one.points),
    }[code]
    return Case(when, default=_whole(0), output_field=IntegerField())


def with_points(
    rows: QuerySet[RiskCase], *, actor: Actor, day: date, table: UrgencyTable, soon: Any
) -> QuerySet[RiskCase]:
    """The cases with `urgency` and its parts u_topics, u_overdue and so on."""
    signs = _signs(actor)
    rows = rows.annotate(
        u_topics=_per_case(signs, Sum(_topic_points(table))), u_count=_per_case(signs, Count("pk"))
    )
    rows = rows.annotate(**{f"u_{code}": _surcharge(code, table, day, soon) for code in SURCHARGES})
    total: Any = F("u_topics")
    for code in SURCHARGES:
        total = total + F(f"u_{code}")
    return rows.annotate(urgency=total)


def _county(actor: Actor) -> str:
    prefixes = actor.scope(VIEW).prefixes or actor.scope(VIEW).assigned
    return prefixes[0][:COUNTY_DIGITS] if prefixes else ""


def urgent_page(rows: QuerySet[RiskCase], after: str | None, *, actor: Actor, days: DaysInForce) -> Page:
    """Most points first, then the earliest deadline. `after` says how many rows went before; the table is that of the reader's county."""
    county = _county(actor)
    table = urgency_table(packs_in_force(days.day, county))
    start = int(after) if after and after.isascii() and after.isdigit() and len(after) < 9 else 0
    scored: Any = with_points(rows, actor=actor, day=days.day, table=table, soon=days.at(CASE_SOON, county))
    found = list(scored.order_by("-urgency", "due_on", "pk")[start : start + SIZE + 1])
    counted = rows.order_by()[: CAP + 1].count()
    text = f"{CAP:,}+" if counted > CAP else f"{counted:,}"
    return Page(found[:SIZE], start + SIZE if len(found) > SIZE else None, start > 0, text)


def urgency_parts(case: RiskCase, *, actor: Actor, days: DaysInForce, titles: dict[str, str]) -> list[Part]:
    """Every point of one case; their sum is its `urgency` in the list."""
    table = urgency_table(packs_in_force(days.day, case.scope_code[:COUNTY_DIGITS]))
    rows = RiskCase.objects.filter(pk=case.pk)
    one = with_points(
        rows, actor=actor, day=days.day, table=table, soon=days.at(CASE_SOON, case.scope_code)
    ).get()
    topics = _signs(actor).filter(case=case).order_by("topic").values_list("topic", flat=True).distinct()
    parts = []
    for topic in topics:
        row = table.topics.get(topic)
        parts.append(
            Part(
                titles.get(topic, topic), row.points if row else table.other, row.basis if row else "其他主题"
            )
        )
    for code, label in SURCHARGES.items():
        if points := getattr(one, f"u_{code}"):
            parts.append(Part(label, points, table.surcharges[code].basis))
    return [part for part in parts if part.points]
