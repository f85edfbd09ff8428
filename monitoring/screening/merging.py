"""The one result of a run in parts: the sum of its parts, with the keys of any other run, and what was not judged."""

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from common.dates import Quarter
from monitoring.models import ScreeningRun
from monitoring.screening.result import Json
from policies.evaluate import percent_of

State = ScreeningRun.State
SUMS = ("households", "opened", "closed", "open", "skipped")
BY_RULE = ("by_rule", "unknown_by_rule")
MONEY = ("granted_yuan", "paid_yuan")
NAMED = 8  # areas a sentence names before it counts the rest


def merged(parent: ScreeningRun, parts: Sequence[ScreeningRun], names: dict[str, str]) -> Json:
    """`pack` is the narrowest pack where all parts had the same one, else empty: each county has its own."""
    done = [part for part in parts if part.state == State.DONE]
    add = _funds if parent.kind == ScreeningRun.Kind.FUNDS else _households
    narrowest = {part.result["pack"] for part in done}
    return add(parent, done) | {
        "pack": narrowest.pop() if len(narrowest) == 1 else "",
        "not_judged": [
            {
                "area": part.scope_code,
                "name": names.get(part.scope_code, ""),
                "state": part.state,
                "why": part.error,
            }
            for part in parts
            if part.state != State.DONE
        ],
    }


def _households(parent: ScreeningRun, done: Sequence[ScreeningRun]) -> Json:
    quarter = done[0].result["quarter"] if done else parent.quarter or str(Quarter.of(parent.as_of))
    packs = dict.fromkeys(code for part in done for code in part.result["packs"])
    found: Json = {"quarter": quarter, "as_of": parent.as_of.isoformat(), "pack": "", "packs": list(packs)}
    found |= {name: sum(part.result[name] for part in done) for name in SUMS}
    return found | {name: _added(part.result[name] for part in done) for name in BY_RULE}


def _added(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in counts:
        for key, number in one.items():
            found[key] = found.get(key, 0) + number
    return found


def _funds(parent: ScreeningRun, done: Sequence[ScreeningRun]) -> Json:
    """Money adds up; shares and milestones do not, so each says of which county it speaks. An unknown sum stays unknown."""
    granted, paid = (_sum([part.result[name] for part in done]) for name in MONEY)
    percent = None
    if granted is not None and paid is not None:
        percent = percent_of(int(paid * 100), int(granted * 100), ROUND_FLOOR)
    found: Json = {"as_of": parent.as_of.isoformat(), "pack": ""}
    found |= {
        name: None if sum_ is None else f"{sum_:.2f}"
        for name, sum_ in zip(MONEY, (granted, paid), strict=True)
    }
    found["paid_pct"] = None if percent is None else float(percent)
    for name in ("milestones", "shares", "findings"):
        found[name] = [row | {"area": part.scope_code} for part in done for row in part.result[name]]
    return found


def _sum(amounts: list[str | None]) -> Decimal | None:
    known = [Decimal(text) for text in amounts if text is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(amounts) else None


def closing(parent: ScreeningRun, parts: Sequence[ScreeningRun], names: dict[str, str]) -> dict[str, Any]:
    """The columns of a parent whose parts have all ended. It failed if a part did, and was refused if all were."""
    result = merged(parent, parts, names)
    states = {part.state for part in parts}
    done = [part for part in parts if part.state == State.DONE]
    acting = [part for part in done if part.is_acting]
    values: dict[str, Any] = {"result": result, "error": _sentence(parts, done, acting, names)[:2000]}
    values["state"] = State.FAILED if State.FAILED in states else State.DONE if done else State.REFUSED
    values["is_acting"] = bool(acting) or not done
    return values | {
        name: sum(getattr(part, name) for part in done)
        for name in ("opened", "closed", "evaluated", "skipped")
    }


def _sentence(
    parts: Sequence[ScreeningRun],
    done: Sequence[ScreeningRun],
    acting: Sequence[ScreeningRun],
    names: dict[str, str],
) -> str:
    """What is not as asked for; empty when everything was judged."""
    told = []
    for state, begin in ((State.FAILED, "系统错误，没有判断完"), (State.REFUSED, "没有判断")):
        wrong = [part for part in parts if part.state == state]
        if wrong:
            told.append(f"{begin}：{_listed(wrong, names, lambda part: part.error)}。")
    if acting and len(acting) < len(done):
        still = [part for part in done if not part.is_acting]
        told.append(
            f"只重新判断、没有改动信号：{_listed(still, names, lambda part: '已按更新的政策包或更晚的日期判断过')}。"
        )
    if told and done:
        told.append("其余部分已完成并计入结果；处理后重新发起即可补上。")
    return "".join(told)


def _listed(parts: Sequence[ScreeningRun], names: dict[str, str], why: Callable[[ScreeningRun], str]) -> str:
    """Areas with the same reason stand together."""
    reasons: dict[str, list[str]] = {}
    for part in parts:
        reasons.setdefault(why(part).rstrip("。"), []).append(names.get(part.scope_code) or part.scope_code)
    return "；".join(
        f"{'、'.join(places[:NAMED])}{f'等 {len(places)} 处' if len(places) > NAMED else ''}（{reason}）"
        for reason, places in reasons.items()
    )
