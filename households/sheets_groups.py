"""The lists of the special groups and the overdue visits as workbooks."""

from collections.abc import Iterator
from typing import Any

from common.errors import NotPermitted
from exchange.sheet import Count, Day, ExportQuery, IdNumber, NumberText, RowSource, SheetSpec, Text
from households.groups import GROUPS, Group
from households.groups.columns import COLUMN_TITLES, cell_of
from households.selectors import groups as selectors
from households.selectors import visit_plan

CHUNK = 500
PLACE = (Text("township", "乡(镇)", width=12), Text("village", "行政村", width=18))


def layout_of(group: Group) -> str:
    return f"GROUP_{group.code.upper().replace('-', '_')}"


def _columns(group: Group) -> tuple[Any, ...]:
    more = tuple(Text(name, COLUMN_TITLES[name], width=14) for name in group.columns)
    person = (
        (Text("name", "姓名", width=10), IdNumber("id_number", "证件号码", width=22))
        if group.subject == "person"
        else ()
    )
    return (
        Count("number", "序号", width=7), *PLACE, Text("head", "户主", width=10), NumberText("household_no", "户编号", width=18),
        *person, *more, Text("state", "判断", width=10),
    )  # fmt: skip


def _cells(group: Group, row: Any, query: ExportQuery, parts: dict[str, str], word: str) -> tuple[Any, ...]:
    home = row.household if group.subject == "person" else row
    village = home.village
    person = (row.person.name, row.person.number("id_number")) if group.subject == "person" else ()
    township = village.parent.name if village.parent else ""
    more = (cell_of(name, row, query.as_of, parts) for name in group.columns)
    return (township, village.name, home.head_name, home.household_no, *person, *more, word)


def _group_rows(group: Group) -> Any:
    def rows(query: ExportQuery) -> RowSource:
        if not group.seen_with(query.scope.field_groups):
            raise NotPermitted("您没有查看这个群体所需信息的权限。")
        frame = selectors.frame_of(query.scope, query.as_of)
        parts = {name: title for name, title, _ in group.parts(frame)} if group.parts else {}

        def lines() -> Iterator[tuple[Any, ...]]:
            number = 0
            for state, word in ((selectors.BELONGS, "属于"), (selectors.UNKNOWN, "情况不明")):
                found = selectors.members_in(frame, group, state=state).order_by("pk")
                for row in found.iterator(chunk_size=CHUNK):
                    number += 1
                    yield (number, *_cells(group, row, query, parts, word))

        return RowSource(lines())

    return rows


def _group_notes(group: Group) -> Any:
    return lambda query: [("群体", group.title), ("范围", group.definition), ("依据", group.source)]


def group_sheet(group: Group, order: int) -> SheetSpec:
    return SheetSpec(
        code=layout_of(group),
        title=f"特殊群体-{group.title}",
        columns=_columns(group),
        permission="households.view",
        rows=_group_rows(group),
        notes=_group_notes(group),
        freeze_columns=3,
        order=order,
    )


def _overdue(query: ExportQuery) -> RowSource:
    """Every missed obligation of every household, the longest overdue first."""
    return RowSource(iter(_overdue_lines(query)))


def _overdue_lines(query: ExportQuery) -> list[tuple[Any, ...]]:
    found = []
    for row, one in visit_plan.overdue_in(query.scope, query.as_of):
        home, village = row.household, row.household.village
        helper = next((one.name for one in getattr(home, "open_helpers", ())), "")
        found.append((
            village.parent.name if village.parent else "", village.name, home.head_name, home.household_no,
            home.get_poverty_status_display(), home.get_monitor_class_display(), helper, one.obligation.line.title,
            one.obligation.basis, one.last_on, one.due_on, one.overdue_days,
        ))  # fmt: skip
    found.sort(key=lambda cells: (-cells[-1], cells[3]))
    return [(number, *cells) for number, cells in enumerate(found, 1)]


VISIT_OVERDUE = SheetSpec(
    code="VISIT_OVERDUE",
    title="走访逾期名单",
    columns=(
        Count("number", "序号", width=7), *PLACE, Text("head", "户主", width=10), NumberText("household_no", "户编号", width=18),
        Text("poverty", "脱贫属性", width=14), Text("monitor", "监测类别", width=14), Text("helper", "帮扶责任人", width=12),
        Text("what", "应办事项", width=26), Text("basis", "依据", width=30), Day("last", "最近一次", width=12),
        Day("due", "期限", width=12), Count("days", "逾期天数", width=10),
    ),
    permission="households.view",
    rows=_overdue,
    freeze_columns=5,
    personal=False,
    order=30,
)  # fmt: skip
SHEETS = (VISIT_OVERDUE, *(group_sheet(group, 60 + at) for at, group in enumerate(GROUPS)))
