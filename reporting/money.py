"""Money on the dashboard: snapshots of funds.figures, the curve against the milestones of the documents, funds by level."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.urls import reverse

from funds import rules
from funds.figures import COUNTY, LEVEL, TOWNSHIP, disbursement, paid_by_month
from funds.models import FundLevel
from monitoring.limits import MILESTONE_SOON, DaysInForce
from monitoring.selectors.funds import payment_targets
from policies.metrics import Judged
from reporting.boards import Board, Cell, Tile, figure_url, in_wan, percent
from reporting.selectors import Snapshot


def money_values(scope_code: str, as_of: date) -> Iterator[tuple[str, str, str, int | None]]:
    """(name, area, slice, value) to be stored: what was granted, allocated, paid, and the curve of the year."""
    judged = Judged(as_of)
    for area in disbursement(judged, scope_code):
        if area.area_kind in (COUNTY, TOWNSHIP):
            yield "money_base", area.scope_code, "", area.base_fen
            yield "money_paid", area.scope_code, "", area.paid_fen
            yield "money_allocated", area.scope_code, "", area.allocated_fen
        elif area.area_kind == LEVEL:
            level = area.level
            for name, value in (
                ("base", area.base_fen),
                ("allocated", area.allocated_fen),
                ("paid", area.paid_fen),
            ):
                yield f"level_{name}", scope_code, level, value
    for month, paid in paid_by_month(judged, scope_code):
        yield "paid_curve", scope_code, f"{month:%Y-%m}", paid


def payment_tile(snapshot: Snapshot) -> Tile | None:
    """Disbursement with its next milestone and the days left."""
    base, paid = snapshot.value("money_base"), snapshot.value("money_paid")
    pct = None if base is None or paid is None else rules.percent(paid, base)
    if pct is None:
        return None
    ahead = [
        target
        for target in payment_targets(snapshot.as_of, snapshot.area.code)
        if target.due >= snapshot.as_of
    ]
    note, tone = "本年无后续支付节点", "green"
    if ahead:
        target = ahead[0]
        note = f"{target.due:%m-%d} 应达 {target.pct.normalize():f} %，还有 {(target.due - snapshot.as_of).days} 天"
        soon = DaysInForce(snapshot.as_of).at(MILESTONE_SOON, snapshot.area.code)
        if pct < target.pct:
            tone = "red" if target.due - snapshot.as_of <= soon else "yellow"
    url = figure_url("paid_fen", snapshot.area.code)
    return Tile("资金支付进度", f"{pct:.1f}", "%", url, tone=tone, note=note)


def payment_board(snapshot: Snapshot) -> Board | None:
    """The curve of payment against the milestones; a forecast at the pace so far is drawn dashed and called so."""
    base = snapshot.value("money_base")
    curve = sorted(snapshot.slices("paid_curve").items())
    if not base or not curve:
        return None
    months = [f"{snapshot.as_of.year}-{number:02d}" for number in range(1, 13)]
    paid = dict(curve)
    share = {month: rules.percent(value, base) for month, value in paid.items()}
    targets = payment_targets(snapshot.as_of, snapshot.area.code)
    wanted = {f"{target.due:%Y-%m}": target for target in targets}
    forecast = _forecast(months, share)
    url = figure_url("paid_fen", snapshot.area.code)
    series = [
        {
            "name": "实际支付",
            "data": [{"value": _plain(share[m]), "url": url} if m in share else None for m in months],
        },
        {
            "name": "文件节点",
            "connect": True,
            "dashed": True,
            "data": [_plain(wanted[m].pct) if m in wanted else None for m in months],
        },
        {"name": "按当前速度推算", "dashed": True, "data": [_plain(forecast.get(m)) for m in months]},
    ]
    rows = []
    for month in months:
        if month not in share and month not in wanted:
            continue
        target = wanted.get(month)
        clause = f"{target.pct.normalize():f} %（{target.due:%m-%d}，第{target.clause}条）" if target else ""
        value = share.get(month)
        rows.append(
            (
                month,
                [
                    in_wan(paid.get(month)),
                    percent(value, url),
                    Cell(clause),
                ],
            )
        )
    chart = {"kind": "line", "categories": months, "unit": "%", "max": 100, "series": series}
    note = "支付率 = 已确认拨付 ÷ 当年已下达指标；虚线推算只按至今的月均速度，供参考。"
    return Board(
        "payments",
        "资金支付进度与文件节点",
        note,
        ["月份", "累计支付（万元）", "支付率", "文件要求"],
        rows,
        chart,
    )


def _plain(value: Decimal | None) -> float | None:
    """For the drawing only; the table has the exact figure."""
    return None if value is None else float(round(value, 1))


def _forecast(months: list[str], share: dict[str, Decimal | None]) -> dict[str, Decimal]:
    known = [
        (number, share[month]) for number, month in enumerate(months, start=1) if share.get(month) is not None
    ]
    if not known or known[-1][0] == len(months):
        return {}
    last, reached = known[-1]
    if reached is None:
        return {}
    pace = reached / last
    return {
        months[number - 1]: min(Decimal(100), reached + pace * (number - last))
        for number in range(last, len(months) + 1)
    }


def level_board(snapshot: Snapshot) -> Board | None:
    """Granted, allocated and paid by source level."""
    granted, allocated, paid = (snapshot.slices(f"level_{name}") for name in ("base", "allocated", "paid"))
    if not granted:
        return None
    rows, names, drawn_granted, drawn_paid = [], [], [], []
    for level, label in FundLevel.choices:
        if level not in granted:
            continue
        pct = rules.percent(paid.get(level, 0), granted[level])
        url = figure_url("paid_fen", snapshot.area.code, level)
        documents = f"{reverse('funds:overview')}"
        cells = [
            in_wan(granted[level], documents),
            in_wan(allocated.get(level, 0)),
            in_wan(paid.get(level, 0), url),
            percent(pct),
        ]
        rows.append((label, cells))
        names.append(label)
        drawn_granted.append({"value": granted[level] / 1000000, "url": documents})
        drawn_paid.append({"value": paid.get(level, 0) / 1000000, "url": url})
    chart = {
        "kind": "bar",
        "categories": names,
        "unit": "万元",
        "series": [{"name": "已下达", "data": drawn_granted}, {"name": "已支付", "data": drawn_paid}],
    }
    return Board(
        "levels",
        "资金来源级次",
        "单位：万元。",
        ["级次", "已下达", "已分配", "已支付", "支付率"],
        rows,
        chart,
    )
