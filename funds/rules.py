"""What money may do, in whole 分. Pure: no database, no web. Each function answers with a sentence or None."""

from datetime import date
from decimal import ROUND_FLOOR, Decimal

from common.money import yuan_text


def _yuan(fen: int) -> str:
    return f"{Decimal(yuan_text(fen) or 0):,.2f}"


def allocation_fault(*, document_fen: int, allocated_fen: int, amount_fen: int) -> str | None:
    """Refuses what a paper does not hold: the sum of its allocations may reach its amount, never pass it."""
    if amount_fen <= 0:
        return "分配金额应大于 0。"
    left = document_fen - allocated_fen
    if amount_fen > left:
        return f"该指标文件可分配余额 {_yuan(left)} 元，不足 {_yuan(amount_fen)} 元。"
    return None


def below_payments_fault(*, committed_fen: int, amount_fen: int) -> str | None:
    """A corrected allocation still holds what is paid from it and what waits to be."""
    if amount_fen < committed_fen:
        return f"分配金额不能小于已确认和待确认的拨付合计 {_yuan(committed_fen)} 元。"
    return None


def payment_fault(*, allocation_fen: int, committed_fen: int, amount_fen: int) -> str | None:
    """Refuses what the allocation does not hold. `committed_fen`: confirmed payments and those waiting."""
    if amount_fen <= 0:
        return "拨付金额应大于 0。"
    left = allocation_fen - committed_fen
    if amount_fen > left:
        return (
            f"该项目这笔资金可拨付余额 {_yuan(left)} 元（已扣除待确认的拨付），不足 {_yuan(amount_fen)} 元。"
        )
    return None


def paid_day_fault(*, paid_on: date, allocated_on: date, today: date) -> str | None:
    """A payment lies between the allocation and today."""
    if paid_on > today:
        return f"拨付日期 {paid_on} 晚于今天（{today}）。"
    if paid_on < allocated_on:
        return f"拨付日期 {paid_on} 早于资金分配日期 {allocated_on}。"
    return None


def same_person_fault(*, submitted_by: int, decided_by: int | None) -> str | None:
    """Two people for each payment."""
    if decided_by is None or submitted_by == decided_by:
        return "提交人不能确认或退回自己提交的拨付，请由另一人办理。"
    return None


def percent(part_fen: int | None, whole_fen: int | None) -> Decimal | None:
    """For screens only, two decimals, cut so that what misses a target never reads as the target; judgements multiply.

    Of nothing, or of something unknown, there is no share.
    """
    if part_fen is None or not whole_fen:
        return None
    return (Decimal(part_fen) * 100 / Decimal(whole_fen)).quantize(Decimal("0.01"), ROUND_FLOOR)


def shortfall_fen(paid_fen: int, base_fen: int, target_pct: Decimal) -> int:
    """How much is missing to `target_pct` of the base, rounded up to a whole 分; 0 when it is reached."""
    missing = target_pct * base_fen / 100 - paid_fen
    whole = int(missing)
    return max(0, whole if whole == missing else whole + (missing > 0))
