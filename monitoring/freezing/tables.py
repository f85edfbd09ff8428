"""The quarter's report as plain tables: what the page shows and what the workbook holds are the same cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from monitoring.freezing.figures import Counted, Figures, MoneyLine
from policies.wording import SUBJECTS

Cells = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """`wide` are columns of text; every other column holds numbers."""

    key: str
    title: str
    head: tuple[str, ...]
    rows: Sequence[Cells]
    wide: int = 1
    note: str = ""


def overview_table(figures: Figures) -> Table:
    one = figures.total
    return Table(
        "overview", "总体", ("项目", "户数", "人数"),
        [
            ("在册农户", one.households, one.persons),
            ("其中人数未采集", one.persons_unknown, None),
            ("其中无法判断", one.not_judged, None),
            ("建档立卡", one.registered, one.registered_persons),
            ("监测对象", one.monitored, one.monitored_persons),
            ("本季已走访", one.visited, None),
            ("本季未走访", one.unvisited, None),
        ],
        note="人数未采集的户不计入人数。",
    )  # fmt: skip


def class_table(figures: Figures) -> Table:
    rows = [(kind, name, one.households, one.persons) for kind, name, one in figures.class_lines()]
    note = "监测对象同时计入其脱贫属性；无法判断的户不列。"
    return Table("classes", "户类型", ("类别", "户类型", "户数", "人数"), rows, wide=2, note=note)


def _township(name: str, one: Counted) -> Cells:
    return (
        name, one.households, one.persons, one.registered, one.monitored, one.visited, one.unvisited, one.not_judged,
    )  # fmt: skip


def township_table(figures: Figures) -> Table:
    rows = [_township(name, one) for _, name, one in figures.township_lines()]
    if len(rows) > 1:
        rows.append(_township("合计", figures.total))
    head = (
        "乡镇",
        "在册农户（户）",
        "人数",
        "建档立卡（户）",
        "监测对象（户）",
        "本季已走访",
        "本季未走访",
        "无法判断",
    )
    return Table("townships", "分乡镇", head, rows)


def rule_table(figures: Figures) -> Table:
    rows = [
        (line.key, line.title, SUBJECTS.get(line.subject, line.subject), line.hit, line.clear, line.unknown)
        for line in figures.rules
    ]
    return Table("rules", "各规则", ("规则", "名称", "对象", "成立", "不成立", "数据不足"), rows, wide=3)


def _wan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen) / 1_000_000


def money_table(lines: Sequence[MoneyLine]) -> Table:
    rows = [
        (one.kind, one.name, _wan(one.granted_fen), _wan(one.allocated_fen), _wan(one.paid_fen), one.pct)
        for one in lines
    ]
    head = ("类别", "名称", "下达（万元）", "分配（万元）", "拨付（万元）", "拨付比例（%）")
    return Table("money", "资金", head, rows, wide=2)


def report_tables(figures: Figures, money: Sequence[MoneyLine]) -> Iterator[Table]:
    """Every table of the report in its order; money only where there is some to see."""
    yield overview_table(figures)
    yield class_table(figures)
    yield township_table(figures)
    yield rule_table(figures)
    if money:
        yield money_table(money)
