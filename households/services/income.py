"""Income records. A correction supersedes the record it corrects; nothing is overwritten."""

from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.actor import Actor
from common.dates import Quarter
from common.errors import Invalid
from households.inputs import IncomeInput
from households.models import Household, IncomeRecord, Membership
from households.rules import net_income
from households.services.rows import checked, household_refresh, locked, not_in_future, permit

AMOUNTS = (
    "wage_fen", "business_fen", "property_fen", "transfer_fen", "production_cost_fen", "self_paid_fen", "claims_fen",
)  # fmt: skip
LIMIT_FEN = 10**12


def period_start(kind: str, period_end: date) -> date:
    """1 October of the year before for a year, the quarter's first day for a quarter."""
    if kind == IncomeRecord.Kind.QUARTER:
        return Quarter.of(period_end).first_day
    return date(period_end.year - 1, 10, 1)


def _amounts_checked(entry: IncomeInput) -> None:
    for name in (*AMOUNTS, "disposable_fen"):
        value = getattr(entry, name)
        if value is not None and name != "disposable_fen" and value < 0:
            raise Invalid("金额不能为负数；亏损请填在生产经营性支出。", field=name, code="negative_amount")
        if value is not None and abs(value) > LIMIT_FEN:
            raise Invalid("金额过大，请核对单位是元。", field=name, code="amount_too_large")


def income_write(
    actor: Actor, household: Household, entry: IncomeInput, source: str = ""
) -> tuple[IncomeRecord, bool]:
    """The record of this period; permission, lock and cache are the caller's."""
    _amounts_checked(entry)
    start = entry.period_start or period_start(entry.kind, entry.period_end)
    if entry.collected_on < start:
        raise Invalid("采集日期早于核算期间。", field="collected_on", code="collected_too_early")
    values = {**asdict(entry), "period_start": start}
    if values["members"] is None:
        values["members"] = (
            Membership.objects.filter(household=household, effective_to__isnull=True).count() or None
        )
    values["net_fen"] = net_income(
        (entry.wage_fen, entry.business_fen, entry.property_fen, entry.transfer_fen),
        entry.production_cost_fen,
    )
    same = IncomeRecord.objects.filter(
        household=household, kind=entry.kind, period_end=entry.period_end, superseded_at__isnull=True
    )
    current = same.select_for_update().first()
    if current is not None and all(getattr(current, name) == value for name, value in values.items()):
        return current, False
    same.update(superseded_at=timezone.now())
    record = IncomeRecord(household=household, recorded_by_id=actor.user_id, source=source, **values)
    checked(record)
    record.save()
    return record, True


@transaction.atomic
def income_save(*, actor: Actor, household: Household, entry: IncomeInput, source: str = "") -> IncomeRecord:
    """Income of one period. Another record of the same period is superseded; the same figures again change nothing."""
    permit(actor, "households.edit", household)
    not_in_future(entry.collected_on, field="collected_on")
    household = locked(household)
    record, changed = income_write(actor, household, entry, source)
    if changed:
        household_refresh(actor, household)
        audit.record(actor, "households.income_save", household, kind=entry.kind, period_end=entry.period_end)
    return record
