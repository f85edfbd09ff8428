"""FUND_CHECK: the fund check as a table to send upward, from the same figures and targets as the screen."""

from collections.abc import Sequence
from pathlib import Path

from exchange.sheet import ExportQuery, SheetSpec
from funds.figures import AreaFigures, disbursement
from funds.rules import shortfall_fen
from funds.sheets import FundLine, SideTable, fund_table_write
from monitoring.models import RiskSign
from monitoring.screening.plan import SUBJECTS
from monitoring.selectors import counties
from monitoring.selectors.funds import (
    Target,
    last_check,
    mark_titles,
    payment_targets,
    subject_names,
    target_for,
)
from monitoring.wording import sign_views
from policies.metrics import Judged
from villages.models import COUNTY_DIGITS
from villages.selectors import division_by_code


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


def fund_areas(query: ExportQuery) -> list[str]:
    """The areas to report: a scope wider than a county is broken into its counties, since documents speak of counties."""
    found: list[str] = []
    for code in query.scope.prefixes:
        found += [code] if len(code) >= COUNTY_DIGITS else [one for one in counties() if one.startswith(code)]
    return found


def fund_lines(query: ExportQuery) -> list[FundLine]:
    """The lines of every area in the scope: county, levels, townships, projects."""
    found = []
    for code in fund_areas(query):
        target = target_for(payment_targets(query.as_of, code), query.as_of)
        rows = disbursement(Judged(query.as_of), code)
        found += [_line(row, target, query) for row in rows if query.scope.covers(row.scope_code)]
    return found


def mark_lines(query: ExportQuery) -> list[tuple[object, ...]]:
    """Milestones and shares of the last check of each county on or before the day: what was asked, what is, whether met.

    They are the county's figures: who sees a township only does not get them.
    """
    found: list[tuple[object, ...]] = []
    for code in fund_areas(query):
        run = last_check(code, query.as_of) if query.scope.covers(code[:COUNTY_DIGITS]) else None
        if run is None:
            continue
        titles = mark_titles(run)
        for part, word in (("milestones", "时间节点"), ("shares", "资金占比")):
            for mark in run.result.get(part, []):
                met = {True: "达到", False: "未达到", None: "未到期"}[mark["met"]]
                name = titles.get(mark["code"], "") or mark["code"]
                found.append(
                    (
                        word,
                        name,
                        mark.get("due") or "",
                        mark["target_pct"],
                        mark["actual_pct"],
                        met,
                        f"第{mark['clause']}条",
                    )
                )
    return found


def finding_lines(query: ExportQuery) -> list[tuple[object, ...]]:
    """The open findings of the area, each with its sentence and clause."""
    rows = RiskSign.objects.within(query.scope).filter(
        closed_on__isnull=True, subject_kind__in=SUBJECTS["funds"]
    )
    views = sign_views(rows.order_by("rule_key", "pk"))
    names = subject_names([view.sign for view in views])
    return [
        (
            names.get(view.sign.subject_key, view.sign.subject_key),
            view.title,
            view.sentence,
            view.basis,
            view.sign.opened_on,
        )
        for view in views
    ]


def _file(path: Path, query: ExportQuery, cover: Sequence[tuple[str, str]]) -> int:
    areas = [
        division.name for code in fund_areas(query)[:3] if (division := division_by_code(code)) is not None
    ]
    lines = fund_lines(query)
    more = (
        SideTable(
            "节点与占比",
            ("类别", "内容", "期限", "要求（%）", "实际（%）", "结果", "条款"),
            mark_lines(query),
        ),
        SideTable("发现问题", ("对象", "规则", "情况", "依据", "发现日期"), finding_lines(query)),
    )
    return fund_table_write(path, lines, place="、".join(areas), as_of=query.as_of, cover=cover, more=more)


FUND_CHECK = SheetSpec(
    code="FUND_CHECK",
    title="资金拨付进度核查表",
    columns=(),
    permission="funds.view",
    file=_file,
    personal=False,
    order=50,
)
