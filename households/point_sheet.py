"""POINTS: the ledger of 爱心超市积分 as a table."""

from collections.abc import Iterator

from exchange.sheet import Choice, Count, Day, ExportQuery, NumberText, RowSource, SheetSpec, Text
from households.codes import PointKind
from households.models import PointEntry
from households.selectors.points import point_lines

COLUMNS = (
    Count("number", "序号", width=7),
    Text("township", "乡(镇)", width=12),
    Text("village", "行政村", width=18),
    NumberText("household_no", "户编号", width=18),
    Text("head", "户主", width=10),
    Day("on", "日期", width=12),
    Choice("kind", "类别", choices=PointKind.choices, width=10),
    Text("reason", "事由", width=28),
    Count("points", "积分", width=8),
    Count("change", "增减", width=8),
    Count("balance", "余额", width=8),
    Text("store", "超市", width=18),
    Text("recorder", "登记人", width=10),
)


def _lines(entries: Iterator[PointEntry]) -> Iterator[tuple[object, ...]]:
    for number, row in enumerate(entries, start=1):
        home = row.household
        village, town = home.village, home.village.parent
        recorder = row.recorded_by.full_name if row.recorded_by else ""
        yield (
            number, town.short_name or town.name if town else "", village.short_name or village.name, home.household_no,
            home.head_name, row.on, row.kind, row.reason, row.points, row.change, row.balance_after, row.store, recorder,
        )  # fmt: skip


def _rows(query: ExportQuery) -> RowSource:
    entries, total = point_lines(query.scope, query.as_of)
    return RowSource(_lines(entries), total)


POINTS = SheetSpec(
    code="POINTS",
    title="爱心超市积分台账",
    columns=COLUMNS,
    permission="households.view",
    rows=_rows,
    personal=False,
    freeze_columns=5,
    order=60,
)
