"""Grants, their allocation to projects, and payments by two people; every sum is exact to the 分."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from poverty.demo.plan import BUSINESS_DAY, day_between, moment
from poverty.demo.projects import WAN, ProjectDraft

# level, 万元, issued, basis. The document gives 5,804 from above and 6,940 from the county; the split of the 5,804 is assumed.
GRANTS = (
    ("central", 1980, date(2019, 12, 20), "assumed"),
    ("central", 620, date(2020, 2, 14), "assumed"),
    ("province", 1764, date(2020, 1, 8), "assumed"),
    ("city", 1440, date(2020, 1, 15), "assumed"),
    ("county", 6940, date(2020, 1, 10), "text"),
)
LEVEL_NAMES = {"central": "中央", "province": "省级", "city": "市级", "county": "县级"}


@dataclass(slots=True)
class GrantDraft:
    level: str
    amount_fen: int
    issued_on: date
    basis: str
    number: str
    pk: int = 0
    left_fen: int = 0


@dataclass(slots=True)
class AllocationDraft:
    grant: GrantDraft
    project: ProjectDraft
    amount_fen: int
    allocated_on: date
    pk: int = 0


@dataclass(slots=True)
class PaymentDraft:
    allocation: AllocationDraft
    amount_fen: int
    paid_on: date
    state: str
    uuid: UUID
    refusal: str = ""


def plan_grants() -> list[GrantDraft]:
    return [
        GrantDraft(
            level, wan * WAN, issued, basis, f"演示财预〔{issued.year}〕{number}号", left_fen=wan * WAN
        )
        for number, (level, wan, issued, basis) in enumerate(GRANTS, start=1)
    ]


def allocate(rng: Random, grants: list[GrantDraft], projects: list[ProjectDraft]) -> list[AllocationDraft]:
    """Every 分 of every grant goes to a project: from the fullest paper first, so that each level pays a share of each kind."""
    found = []
    for project in projects:
        need = project.planned_fen
        while need:
            fitting = [grant for grant in grants if grant.left_fen >= need] or [
                g for g in grants if g.left_fen
            ]
            grant = max(fitting, key=lambda one: one.left_fen / one.amount_fen)
            part = min(need, grant.left_fen)
            grant.left_fen -= part
            need -= part
            day = day_between(
                rng, max(grant.issued_on, date(2020, 1, 10)) + timedelta(days=3), date(2020, 2, 24)
            )
            found.append(AllocationDraft(grant, project, part, day))
    return found


def plan_payments(rng: Random, allocations: list[AllocationDraft]) -> list[PaymentDraft]:
    """Money follows the work. Five townships lag, so that the county stands at about 90 % where 92 are asked."""
    found: list[PaymentDraft] = []
    for allocation in allocations:
        share = _paid_share(rng, allocation.project)
        first = max(allocation.allocated_on, allocation.project.started_on or date.max)
        if share and first < BUSINESS_DAY:
            found += _instalments(rng, allocation, allocation.amount_fen * share // 100, first)
    waiting = [
        payment
        for payment in found
        if payment.allocation.project.lags and payment.paid_on > date(2020, 7, 31)
    ]
    for place, payment in enumerate(waiting[:9]):
        # Lately submitted and not yet confirmed, or sent back: neither counts.
        payment.state = "refused" if place % 9 == 8 else "submitted"
        if payment.state == "submitted":
            payment.paid_on = day_between(rng, date(2020, 9, 10), date(2020, 9, 18))
        payment.refusal = "缺少验收资料，请补充后重新提交。" if payment.state == "refused" else ""
    return found


def _paid_share(rng: Random, project: ProjectDraft) -> int:
    """Percent of an allocation that is paid by the business day."""
    if project.started_on is None:
        return 0
    if project.lags:
        return rng.choice((60, 70, 80, 80, 90, 90, 100))
    if project.works:
        return rng.choice((95, 95, 97, 97, 100))  # the rest is kept back for faults
    return rng.choice((92, 95, 100, 100, 100))


def _instalments(rng: Random, allocation: AllocationDraft, amount: int, first: date) -> list[PaymentDraft]:
    parts = 1 if allocation.project.kind == "collective" and rng.random() < 0.55 else rng.choice((2, 2, 3))
    amounts = [amount * 30 // 100, amount * 40 // 100][: parts - 1]
    amounts.append(amount - sum(amounts))
    begin, days = first + timedelta(days=6), (BUSINESS_DAY - first).days - 8
    if allocation.project.lags:
        begin, days = begin + timedelta(days=days // 3), days - days // 3
    days = max(days, parts)
    dates = sorted(begin + timedelta(days=int(days * rng.triangular(0, 1, 0.45))) for _ in amounts)
    return [
        PaymentDraft(
            allocation,
            part,
            min(day, BUSINESS_DAY - timedelta(days=2)),
            "confirmed",
            UUID(int=rng.getrandbits(128), version=4),
        )
        for part, day in zip(amounts, dates, strict=True)
        if part
    ]


PAYMENT = (
    "id", "uuid", "allocation_id", "amount_fen", "paid_on", "payee", "voucher", "state", "scope_code", "submitted_by_id",
    "submitted_at", "decided_by_id", "decided_at", "refusal", "reason",
)  # fmt: skip
LEDGER = ("payment_id", "allocation_id", "amount_fen", "paid_on", "posted_at", "scope_code")


def payment_rows(
    payments: list[PaymentDraft], next_id, clerks: dict[str, int], officers: tuple[int, int]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Payments and their ledger lines; the clerk of the township submits, the county's finance officer confirms."""
    rows, ledger = [], []
    for number, payment in enumerate(payments, start=1):
        project, pk = payment.allocation.project, next_id()
        code, day = project.village.code, payment.paid_on
        decided = payment.state != "submitted"
        decided_at = moment(min(day + timedelta(days=1), BUSINESS_DAY), 15)
        rows.append((
            pk, payment.uuid, payment.allocation.pk, payment.amount_fen, day, f"{project.village.township_name}财政所",
            f"演示{day:%Y%m}{number:05d}", payment.state, code, clerks.get(project.village.township, officers[0]),
            moment(day, 9), officers[1] if decided else None, decided_at if decided else None, payment.refusal, "",
        ))  # fmt: skip
        if payment.state == "confirmed":
            ledger.append((pk, payment.allocation.pk, payment.amount_fen, day, decided_at, code))
    return rows, ledger
