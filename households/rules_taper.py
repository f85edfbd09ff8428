"""低保渐退 as pure arithmetic: since when income stands above the standard, until when the allowance goes on, what is not known.

Months are counted as the screening counts them (metric `allowance_above_months`). Sums are multiplied, never divided.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Side = Literal["above", "not_above", "unknown"]
Stage = Literal["none", "running", "ended", "beyond", "unknown"]
NO_RECORD = "没有已采集的年度收支记录"
NO_STANDARD = "没有采集当日的低保标准"
NO_INCOME = "可支配收入和纯收入都未采集"
NO_MEMBERS = "核算人口未采集"
NO_TERM = "生效的政策文件没有写渐退期"


@dataclass(frozen=True)
class Collected:
    """One yearly record as far as the taper reads it: amounts of the whole household in 分, None is unknown."""

    period_end: date
    collected_on: date
    members: int | None
    disposable_fen: int | None
    net_fen: int | None = None

    @property
    def fen(self) -> int | None:
        return self.net_fen if self.disposable_fen is None else self.disposable_fen

    @property
    def assumed(self) -> bool:
        """按纯收入推断: only net income is known, and the documents do not say that it may stand in."""
        return self.disposable_fen is None and self.net_fen is not None


@dataclass(frozen=True)
class TaperState:
    """Where a household on allowance stands. `doubt` says why the start is not certain, `unknown` why nothing is said."""

    stage: Stage
    latest: Collected | None = None
    standard_fen: int | None = None
    start: date | None = None
    end: date | None = None
    months_left: int | None = None
    assumed: bool = False
    doubt: str = ""
    unknown: str = ""


def months_between(start: date, day: date) -> int:
    """Whole months from `start` to `day`; the last one is not whole before its day has come."""
    return (day.year - start.year) * 12 + day.month - start.month - (start.day > day.day)


def month_day_after(start: date, months: int) -> date:
    """The first day on which `months` whole months have passed."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return date(year, month + 1, start.day)
    except ValueError:  # a shorter month: its last day does not make the month whole, the next day does
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)


def side_of(record: Collected, standard_fen: int | None) -> Side:
    """Above only when income > standard x members; a figure that is not known is on neither side."""
    if standard_fen is None or record.fen is None or not record.members:
        return "unknown"
    return "above" if record.fen > standard_fen * record.members else "not_above"


def _why(record: Collected, standard_fen: int | None) -> str:
    if record.fen is None:
        return NO_INCOME
    return NO_MEMBERS if not record.members else NO_STANDARD


def within(record: Collected, standard_fen: int, multiple: Decimal | int | None) -> bool:
    """Income is at most `multiple` standards; where no document names a multiple, there is no such limit."""
    if multiple is None or record.fen is None or not record.members:
        return True
    return bool(record.fen <= multiple * standard_fen * record.members)


def taper_state(
    history: Sequence[Collected],
    standard_on: Callable[[date], int | None],
    *,
    months: int | None,
    multiple: Decimal | int | None,
    as_of: date,
) -> TaperState:
    """Judge the records that had ended and been collected by `as_of`; the start is the first collection above the standard."""
    known = [row for row in history if row.collected_on <= as_of and row.period_end <= as_of]
    known.sort(key=lambda row: (row.period_end, row.collected_on), reverse=True)
    if not known:
        return TaperState("unknown", unknown=NO_RECORD)
    latest, standard = known[0], standard_on(known[0].collected_on)
    side = side_of(latest, standard)
    if side == "unknown" or standard is None:
        return TaperState("unknown", latest, standard, unknown=_why(latest, standard))
    if side == "not_above":
        return TaperState("none", latest, standard, assumed=latest.assumed)
    run, doubt = _run(known, standard_on)
    start, assumed = min(row.collected_on for row in run), any(row.assumed for row in run)
    if not within(latest, standard, multiple):
        return TaperState("beyond", latest, standard, start, assumed=assumed, doubt=doubt)
    if months is None:
        return TaperState("unknown", latest, standard, start, assumed=assumed, doubt=doubt, unknown=NO_TERM)
    left = max(0, months - months_between(start, as_of))
    stage: Stage = "running" if left else "ended"
    return TaperState(
        stage, latest, standard, start, month_day_after(start, months), left, assumed=assumed, doubt=doubt
    )


def _run(
    newest_first: Sequence[Collected], standard_on: Callable[[date], int | None]
) -> tuple[list[Collected], str]:
    """The unbroken records above the standard up to the latest. An unknown one ends the run too, and that is said."""
    run: list[Collected] = []
    for row in newest_first:
        side = side_of(row, standard_on(row.collected_on))
        if side == "unknown":
            return run, f"{row.period_end.year} 年度收支不全，起算日按其后第一次采集计，可能更早"
        if side == "not_above":
            break
        run.append(row)
    return run, ""
