"""Where a sign's figures come from: what the same figure was in earlier years, quarters and episodes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q

from accounts.actor import Actor
from common.dates import Quarter
from households.models import Household, IncomeRecord, Visit
from monitoring.models import RiskSign
from monitoring.wording import SignView, sign_views
from policies.evaluate import parse_evidence

History = tuple[str, list[tuple[str, str]]]
YEARS, QUARTERS, EPISODES = 5, 4, 20
INCOME = ("net_income_fen", "disposable_or_net_fen", "previous_net_income_fen")
VISITS = ("visits_in_quarter", "last_visit_on")


def _incomes(household: Household, day: date) -> list[tuple[str, str]]:
    """Net income per head of the last years, the newest first."""
    rows = IncomeRecord.objects.filter(
        household=household, kind=IncomeRecord.Kind.YEAR, superseded_at__isnull=True, collected_on__lte=day
    ).order_by("-period_end", "-pk")[:YEARS]
    found = []
    for row in rows:
        known = row.net_fen is not None and row.members
        per_head = Decimal(row.net_fen) / row.members / 100 if known else None  # type: ignore[arg-type, operator]
        text = (
            f"{per_head.quantize(Decimal('0.01'), ROUND_HALF_UP):,} 元" if per_head is not None else "未采集"
        )
        found.append((f"截至 {row.period_end}", text))
    return found


def _visits(household: Household, day: date) -> list[tuple[str, str]]:
    """Visits of this quarter and the three before it, by the day visited."""
    quarters = [Quarter.of(day)]
    while len(quarters) < QUARTERS:
        quarters.append(quarters[-1].previous)
    counted = Visit.objects.filter(household=household).aggregate(
        **{
            f"q{number}": Count("pk", filter=Q(visited_on__gte=one.first_day, visited_on__lte=one.last_day))
            for number, one in enumerate(quarters)
        }
    )
    return [(str(one), f"{counted[f'q{number}']} 次") for number, one in enumerate(quarters)]


def with_history(
    views: Sequence[SignView], household: Household, *, actor: Actor, day: date
) -> list[SignView]:
    """The signs with the history of their figures: a fixed number of reads, however many signs there are.

    A sign that the reader may see tells its figures; their history tells no other group of fields.
    """
    named = {name for view in views for name in parse_evidence(view.sign.evidence)}
    incomes = _incomes(household, day) if named & set(INCOME) else []
    visits = _visits(household, day) if named & set(VISITS) else []
    earlier = _episodes(household, {view.sign.rule_key for view in views}, actor)
    found = []
    for view in views:
        seen = set(parse_evidence(view.sign.evidence))
        parts: list[History] = []
        if incomes and seen & set(INCOME):
            parts.append(("历年人均纯收入", incomes))
        if visits and seen & set(VISITS):
            parts.append(("各季走访", visits))
        before = [
            (f"{one.sign.opened_on} 至 {one.sign.closed_on}", one.sentence) for one in earlier
            if (one.sign.rule_key, one.sign.subject_key) == (view.sign.rule_key, view.sign.subject_key)
            and one.sign.pk != view.sign.pk
        ]  # fmt: skip
        if before:
            parts.append(("以前的同类信号", before))
        found.append(replace(view, history=parts))
    return found


def _episodes(household: Household, keys: set[str], actor: Actor) -> list[SignView]:
    rows = RiskSign.objects.within(actor.scope("monitoring.view")).filter(
        household=household, rule_key__in=keys, closed_on__isnull=False
    )
    return sign_views(rows.order_by("-closed_on", "-pk")[:EPISODES])
