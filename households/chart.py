"""Income per head over the years against the lines of the packs, as plain numbers for a drawing without script."""

from dataclasses import dataclass
from datetime import date

from households.models import IncomeRecord
from households.rules import per_head
from policies.pack import Param
from policies.selectors import packs_in_force

WIDTH, HEIGHT, FLOOR, TOP = 360, 170, 140, 26
LEFT, STEP, BAR = 14, 78, 40


@dataclass(frozen=True)
class Line:
    label: str
    fen: int
    y: int = 0


@dataclass(frozen=True)
class Bar:
    year: int
    fen: int | None
    x: int
    y: int
    height: int
    middle: int
    below: bool


@dataclass(frozen=True)
class IncomeChart:
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]


def _is_yearly(param: Param) -> bool:
    return param.unit.base == "yuan" and param.unit.pers == ("person", "year")


def income_lines(today: date, code: str) -> list[Line]:
    """Yearly income lines of the packs in force, each amount once, the narrowest pack first."""
    found: dict[int, Line] = {}
    packs = packs_in_force(today, code)
    for pack in packs.packs:
        for param in pack.params.values():
            if "income_line" in param.key and _is_yearly(param) and param.value is not None:
                fen = int(param.value * 100)  # type: ignore[operator, arg-type]
                clause = f" 第{param.clause}条" if param.clause else "（县定）"
                found.setdefault(fen, Line(f"{param.meaning_zh or param.key}{clause}", fen))
    return sorted(found.values(), key=lambda line: line.fen)


def income_chart(records: list[IncomeRecord], lines: list[Line]) -> IncomeChart | None:
    """The last three yearly records as bars; None when there is nothing to draw."""
    years = sorted(
        (row for row in records if row.kind == IncomeRecord.Kind.YEAR), key=lambda row: row.period_end
    )[-3:]
    if not years:
        return None
    heads = [per_head(row.net_fen, row.members) for row in years]
    top = max([fen for fen in heads if fen is not None] + [line.fen for line in lines] + [1])
    scale = (FLOOR - TOP) / top
    bars = []
    for number, (row, fen) in enumerate(zip(years, heads, strict=True)):
        height = max(int((fen or 0) * scale), 0)
        x = LEFT + number * STEP
        below = fen is not None and bool(lines) and fen < lines[-1].fen
        bars.append(Bar(row.period_end.year, fen, x, FLOOR - height, height, x + BAR // 2, below))
    drawn = tuple(Line(line.label, line.fen, FLOOR - int(line.fen * scale)) for line in lines)
    return IncomeChart(tuple(bars), drawn)
