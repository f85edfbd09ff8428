"""FUND_CHECK: the fund check as a table to send upward, from the same figures and targets as the screen."""

from collections.abc import Sequence
from pathlib import Path

from exchange.services.acting import area_name
from exchange.sheet import ExportQuery, SheetSpec
from funds.figures import AreaFigures, disbursement
from funds.rules import shortfall_fen
from funds.sheets import FundLine, fund_table_write
from monitoring.selectors.funds import Target, payment_targets, target_for
from policies.metrics import Judged


def _line(figures: AreaFigures, target: Target | None, query: ExportQuery) -> FundLine:
    known = target is not None and bool(figures.base_fen)
    short = shortfall_fen(figures.paid_fen, figures.base_fen, target.pct) if target and known else None
    due = target.due if target else None
    late = None if short is None or due is None else short > 0 and query.as_of >= due
    return FundLine(
        kind=figures.area_kind,
        name=f"{figures.name or figures.subject_key}",
        granted_fen=figures.granted_fen,
        allocated_fen=figures.allocated_fen,
        paid_fen=figures.paid_fen,
        base_fen=figures.base_fen,
        paid_pct=figures.paid_pct,
        target_pct=target.pct if target else None,
        due=due,
        short_fen=short,
        is_late=late,
        clause=target.clause if target else "",
    )


def fund_lines(query: ExportQuery) -> list[FundLine]:
    """The lines of every area in the scope: county, levels, townships, projects."""
    found = []
    for code in query.scope.prefixes:
        target = target_for(payment_targets(query.as_of, code), query.as_of)
        rows = disbursement(Judged(query.as_of), code)
        found += [_line(row, target, query) for row in rows if query.scope.covers(row.scope_code)]
    return found


def _file(path: Path, query: ExportQuery, cover: Sequence[tuple[str, str]]) -> int:
    place = area_name("", query.scope)
    return fund_table_write(path, fund_lines(query), place=place, as_of=query.as_of, cover=cover)


FUND_CHECK = SheetSpec(
    code="FUND_CHECK",
    title="资金拨付进度核查表",
    columns=(),
    permission="funds.view",
    file=_file,
    personal=False,
    order=50,
)
