"""QUARTER_FROZEN: the report of a frozen quarter as one workbook. RULE_NAMES: whom rules hit, by name. Both streamed."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from common.errors import NotFound
from exchange.sheet import Count, Day, ExportQuery, RowSource, SheetSpec, Text
from exchange.writer import COVER
from monitoring.freezing.figures import figures_of, money_lines, packs_of
from monitoring.freezing.listing import Hit, found_of, frozen_who, hits_of
from monitoring.freezing.tables import Table, report_tables
from monitoring.models import QuarterFreeze
from monitoring.quality.workbook import Pen
from monitoring.screening.plan import LIST, OF_HOUSEHOLDS
from monitoring.selectors import freezing, rule_names
from policies.pack import Rule
from policies.seeing import rules_seen

CHUNK = 1000
NAME_HEAD = ("规则", "名称", "乡镇", "村", "户编号", "户主", "成员或对象", "情况", "数值", "依据")
NAME_WIDTHS = (16, 30, 14, 20, 16, 12, 16, 44, 44, 24)
FREEZE_PARAM, RULE_PARAM = "freeze", "rule"


def _frozen(query: ExportQuery) -> QuarterFreeze:
    """The quarter that is asked for, else the newest that was frozen by the day."""
    pk = query.params.get(FREEZE_PARAM)
    if pk is None:
        return freezing.freeze_for(query.scope, query.as_of)
    found = QuarterFreeze.objects.select_related("run", "frozen_by").filter(pk=pk).first()
    if found is None or not found.is_readable:
        raise NotFound("这个季度还没有封库完成。", code="not_frozen")
    return found


def _hit_cells(hit: Hit) -> list[str]:
    who = hit.who
    return [
        hit.rule_key, hit.title, who.township, who.village, who.household_no, who.head_name, who.name, hit.sentence,
        hit.figures_text, hit.basis,
    ]  # fmt: skip


def _chunks(rows: Any) -> Iterator[list[Any]]:
    """By key, a chunk at a time: flat memory, and names are asked for once per chunk."""
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield found
        last = found[-1].pk


# --- the frozen quarter -------------------------------------------------------------------------------------------------


def _table_sheet(book: Workbook, table: Table) -> int:
    widths = [30 if at < table.wide else 16 for at in range(len(table.head))]
    pen = Pen(book, table.title, widths)
    pen.row(table.head, head=True)
    for row in table.rows:
        pen.row(row)
    if table.note:
        pen.row([table.note])
    return len(table.rows)


def _about(frozen: QuarterFreeze) -> list[tuple[str, str]]:
    by = frozen.frozen_by.full_name if frozen.frozen_by else "系统"
    packs = "；".join(
        f"{code} {checksum[:16]}" for code, checksum in frozen.packs.get("checksums", {}).items()
    )
    lines = [
        ("季度", f"{frozen.quarter}，判断至 {frozen.run.as_of}"),
        ("封库", f"{frozen.frozen_at:%Y-%m-%d %H:%M} {by}" if frozen.frozen_at else by),
        ("依据的政策包", packs),
        ("数字来源", "全部取自封库时保留的事实和结果，之后的补录、更正不改变本表。"),
    ]
    return (
        [*lines, ("解封", f"{frozen.lifted_at:%Y-%m-%d}：{frozen.lift_reason}")]
        if frozen.lifted_at
        else lines
    )


def frozen_file(path: Path, query: ExportQuery, cover: Sequence[tuple[str, str]]) -> int:
    """The tables of the page, then everybody a rule hit, within the reader's area."""
    frozen, scope = _frozen(query), query.scope
    book = Workbook(write_only=True)
    about = Pen(book, COVER, [16, 90])
    about.row(["项目", "内容"], head=True)
    for line in [*cover, *_about(frozen)]:
        about.row(line)
    figures = figures_of(frozen, scope, freezing.seen_by(scope))
    count = sum(_table_sheet(book, table) for table in report_tables(figures, money_lines(frozen, scope)))
    pen = Pen(book, "名单", NAME_WIDTHS)
    pen.row(NAME_HEAD, head=True)
    packs = packs_of(frozen)
    for rows in _chunks(freezing.hit_rows(frozen, scope)):
        who = frozen_who(frozen, {row.subject_key for row in rows})
        for hit in hits_of(packs, found_of(rows), who):
            pen.row(_hit_cells(hit))
            count += 1
    book.save(path)
    return count


QUARTER_FROZEN = SheetSpec(
    code="QUARTER_FROZEN",
    title="封库季度报表",
    columns=(),
    permission="monitoring.view",
    file=frozen_file,
    personal=True,
    order=47,
)


# --- names by rule ------------------------------------------------------------------------------------------------------

COLUMNS = (
    *(Text(f"c{at}", head, width=width, limit=2000) for at, (head, width) in enumerate(zip(NAME_HEAD, NAME_WIDTHS, strict=True))),
    Day("as_of", "事实日期", width=12),
    Count("count", "本规则命中数", width=12),
)  # fmt: skip


def _rules(rules: Sequence[Rule], query: ExportQuery, *, every: bool) -> list[str]:
    """The rule that is named, or every rule that is only counted."""
    seen = rules_seen(query.scope.field_groups)
    asked = str(query.params.get(RULE_PARAM) or "")
    keys = [asked] if asked else [rule.key for rule in rules if rule.effect_name == LIST and (every or rule.subject in OF_HOUSEHOLDS)]  # fmt: skip
    return [key for key in keys if seen is None or key in seen]


def _names(query: ExportQuery) -> Iterator[rule_names.RuleNames]:
    if query.params.get(FREEZE_PARAM):
        frozen = _frozen(query)
        for key in _rules(packs_of(frozen).rules(), query, every=True):
            yield rule_names.frozen_names_in(frozen, key, query.scope)
        return
    for prefix in query.scope.prefixes:
        run = rule_names.facts_latest(prefix)
        if run is None:
            raise NotFound("还没有整理好的事实，请先在“规则名单”页点“重新整理”。", code="no_facts")
        for key in _rules(rule_names.packs_of_run(run).rules(), query, every=False):
            yield rule_names.kept_names_in(run, key, query.scope.narrowed(prefix))


def _name_rows(query: ExportQuery) -> Iterator[tuple]:
    for names in _names(query):
        for rows in _chunks(names.rows):
            for hit in names.named(rows):
                yield (*_hit_cells(hit), names.as_of, names.answers.hit)


RULE_NAMES = SheetSpec(
    code="RULE_NAMES",
    title="规则名单",
    columns=COLUMNS,
    permission="monitoring.view",
    rows=lambda query: RowSource(_name_rows(query)),
    personal=True,
    freeze_columns=2,
    order=48,
)
