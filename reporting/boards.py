"""What the dashboard shows: tiles, charts and the tables under them, made from one snapshot. No query of its own."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from common.templatetags.ui import wan
from households import codes
from monitoring.models import Rectification
from policies.services import packs_in_force
from reporting.figures import FIGURES
from reporting.selectors import Snapshot

TOWNSHIP_FIGURES = (
    "live_households",
    "open_signs",
    "open_cases",
    "overdue_cases",
    "visited_households",
    "unvisited_households",
)
DRAWN_RULES = 12  # more bars than this cannot be read


@dataclass(frozen=True)
class Cell:
    """A number of a table, and the list behind it."""

    text: str
    url: str = ""
    value: int | Decimal | None = None  # for Excel, where it is a number


def counted(value: int | None, url: str = "") -> Cell:
    return Cell("—" if value is None else f"{value:,}", url, value)


def percent(value: Decimal | None, url: str = "") -> Cell:
    return Cell("—" if value is None else f"{value:.1f} %", url, None if value is None else round(value, 1))


def in_wan(fen: int | None, url: str = "") -> Cell:
    return Cell(wan(fen), url, None if fen is None else Decimal(fen) / 1000000)


@dataclass(frozen=True)
class Board:
    """One chart with its table: `chart` goes to the browser as JSON, `rows` is what people read and print."""

    key: str
    title: str
    note: str
    head: list[str]
    rows: list[tuple[str, list[Cell]]]
    chart: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Tile:
    label: str
    value: str
    unit: str
    url: str
    change: int | None = None
    tone: str = "secondary"
    note: str = ""


def figure_url(name: str, area: str, split: str = "") -> str:
    params = {"area": area} | ({"split": split} if split else {})
    return f"{reverse('reporting:figure-list', args=[name])}?{urlencode(params)}"


def _count(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


def _tile(snapshot: Snapshot, name: str, tone: str = "secondary", label: str = "") -> Tile:
    spec = FIGURES[name]
    return Tile(
        label or spec.title,
        _count(snapshot.value(name)),
        spec.unit,
        figure_url(name, snapshot.area.code),
        snapshot.change(name),
        tone,
    )


def tiles(snapshot: Snapshot) -> list[Tile]:
    """The officer's first row."""
    overdue, late = snapshot.value("overdue_cases"), snapshot.value("overdue_rectifications")
    return [
        _tile(snapshot, "monitored_households", "azure"),
        _tile(snapshot, "monitored_persons", "azure"),
        _tile(snapshot, "open_signs", "yellow"),
        _tile(snapshot, "open_cases", "yellow"),
        _tile(snapshot, "overdue_cases", "red" if overdue else "secondary"),
        _tile(snapshot, "overdue_rectifications", "red" if late else "secondary"),
    ]


def class_board(snapshot: Snapshot) -> Board:
    """Households and persons by class (脱贫属性, then 监测对象类别)."""
    rows, names, households = [], [], []
    for prefix, choices in (
        ("registered", codes.PovertyStatus.choices),
        ("monitored", codes.MonitorClass.choices),
    ):
        for value, label in choices:
            if value in (codes.PovertyStatus.ORDINARY, codes.MonitorClass.NONE):
                continue
            cells = [
                counted(
                    snapshot.value(f"{prefix}_{kind}", value),
                    figure_url(f"{prefix}_{kind}", snapshot.area.code, value),
                )
                for kind in ("households", "persons")
            ]
            rows.append((label, cells))
            names.append(label)
            households.append(
                {
                    "value": snapshot.value(f"{prefix}_households", value) or 0,
                    "url": figure_url(f"{prefix}_households", snapshot.area.code, value),
                }
            )
    chart = {
        "kind": "bar",
        "horizontal": True,
        "categories": names,
        "unit": "户",
        "series": [{"name": "户数", "data": households}],
    }
    note = "监测对象同时计入其脱贫属性；一般农户只在纳入监测后列出。"
    return Board("classes", "户类型结构", note, ["类型", "户数", "人数"], rows, chart)


def signs_board(snapshot: Snapshot) -> Board:
    """Open signs by rule, under the rule's title in the pack in force (a retired rule keeps its key)."""
    in_force = packs_in_force(snapshot.as_of, snapshot.area.code)
    rule_titles = {rule.key: rule.title for rule in in_force.rules()}
    found = sorted(snapshot.slices("open_signs").items(), key=lambda pair: (-pair[1], pair[0]))
    rows, data = [], []
    for key, value in found:
        url = figure_url("open_signs", snapshot.area.code, key)
        rows.append((rule_titles.get(key, key), [counted(value, url)]))
        data.append({"value": value, "url": url})
    chart = {
        "kind": "bar",
        "horizontal": True,
        "categories": [name for name, _ in rows[:DRAWN_RULES]],
        "unit": "条",
        "series": [{"name": "信号", "data": data[:DRAWN_RULES]}],
    }
    note = "已由人核查认定无风险的不计。"
    if len(rows) > DRAWN_RULES:
        note += f"图中为最多的 {DRAWN_RULES} 项，全部见数据表。"
    return Board("signs", "未关闭风险信号（按规则）", note, ["规则", "条数"], rows, chart)


def township_board(values: dict[tuple[str, str, str], int], townships: list[tuple[str, str]]) -> Board:
    """Signs, check tasks and visit coverage by township."""
    names = (
        "live_households",
        "open_signs",
        "open_cases",
        "overdue_cases",
        "visited_households",
        "unvisited_households",
    )
    rows, signs, cases = [], [], []
    for code, name in townships:
        numbers = [values.get((code, figure, ""), 0) for figure in names]
        cells = [
            counted(number, figure_url(figure, code)) for figure, number in zip(names, numbers, strict=True)
        ]
        live, visited = numbers[0], numbers[4]
        cells.append(percent(Decimal(visited * 100) / live if live else None))
        rows.append((name, cells))
        signs.append({"value": numbers[1], "url": figure_url("open_signs", code)})
        cases.append({"value": numbers[2], "url": figure_url("open_cases", code)})
    chart = {
        "kind": "bar",
        "categories": [name for _, name in townships],
        "unit": "",
        "series": [{"name": "未关闭信号", "data": signs}, {"name": "待核查任务", "data": cases}],
    }
    head = ["乡镇", *(FIGURES[name].title for name in names), "走访覆盖率"]
    return Board("townships", "分乡镇风险与走访", "点数字查看名单。", head, rows, chart)


def rectification_board(snapshot: Snapshot) -> Board:
    rows, data, names = [], [], []
    for value, label in Rectification.State.choices:
        number = snapshot.value("rectifications", value)
        url = figure_url("rectifications", snapshot.area.code, value)
        rows.append((label, [counted(number, url)]))
        names.append(label)
        data.append({"value": number or 0, "url": url})
    chart = {"kind": "bar", "categories": names, "unit": "个", "series": [{"name": "问题", "data": data}]}
    return Board("rectifications", "问题整改进度", "", ["状态", "个数"], rows, chart)
