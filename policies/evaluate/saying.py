"""The Chinese sentence of a sign, from stored evidence and limits alone: no fact sheet, no clock, no database."""

from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from policies.evaluate.limits import UNKNOWN, Limit, labels_for
from policies.metrics import Metric
from policies.pack import Leaf, Rule
from policies.pack.checks import MARK

Evidence = Mapping[str, str | None]


def observed(name: str, text: str | None, metrics: Mapping[str, Metric]) -> str:
    """One stored value in words, without a unit: money in 元, codes and flags as words."""
    metric = metrics.get(name)
    if text is None or text == "":
        return UNKNOWN
    if metric is None:
        return text
    if metric.type == "fen":
        return f"{Decimal(text) / 100:,.2f}"
    if metric.type == "count":
        return text if metric.unit == "年" else f"{int(text):,}"
    if metric.type == "flag":
        return "是" if text == "true" else "否"
    return metric.labels.get(text, text)


def percent_of(
    part: int | Decimal | None, whole: int | Decimal | None, rounding: str = ROUND_HALF_UP
) -> Decimal | None:
    """part of whole in percent with two decimals, for screens only; None where unknown or the whole is not above zero."""
    if part is None or whole is None or whole <= 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), rounding)


TOWARDS: Mapping[str, str] = {
    "lt": ROUND_FLOOR,
    "lte": ROUND_FLOOR,
    "gt": ROUND_CEILING,
    "gte": ROUND_CEILING,
}


def rounding_of(rule: Rule, part: str, whole: str) -> str:
    """Towards the side that the rule found it on: 4,999.999 that is below 5,000 never reads as 5,000.00."""
    for leaf in rule.leaves:
        if part in leaf.left and (whole in leaf.times or whole == leaf.whole):
            return TOWARDS.get(leaf.op, ROUND_HALF_UP)
    return ROUND_HALF_UP


def quotient(
    part: str, whole: str, evidence: Evidence, metrics: Mapping[str, Metric], rounding: str = ROUND_HALF_UP
) -> str:
    """{a/b}: 元 per head for money by count, percent for like by like."""
    top, bottom = evidence.get(part), evidence.get(whole)
    if not top or not bottom or int(bottom) <= 0:
        return UNKNOWN
    if metrics[part].type == "fen" and metrics[whole].type == "count":
        return f"{(Decimal(top) / Decimal(bottom) / 100).quantize(Decimal('0.01'), rounding):,}"
    return f"{percent_of(int(top), int(bottom), rounding)}"


def _numbers(names: tuple[str, ...], evidence: Evidence) -> Decimal | None:
    """The product of the named metrics; None when one is unknown."""
    product = Decimal(1)
    for name in names:
        text = evidence.get(name)
        if not text:
            return None
        product *= Decimal(text)
    return product


def _shortfall(leaf: Leaf, evidence: Evidence, limits: Mapping[str, str]) -> str:
    """What the part lacks to its share of the whole, in 元; nothing lacking is 0.00."""
    part, whole = _numbers(leaf.left, evidence), _numbers((leaf.whole,), evidence)
    if part is None or whole is None or leaf.param not in limits:
        return UNKNOWN
    lacking = max(Decimal(0), Limit.read(limits[leaf.param]).number * whole / 100 - part)
    return f"{(lacking / 100).quantize(Decimal('0.01'), ROUND_CEILING):,}"


def _fall(leaf: Leaf, evidence: Evidence) -> str:
    """How much the left side fell against the right one, in percent with one decimal."""
    now, before = _numbers(leaf.left, evidence), _numbers((leaf.other, *leaf.times), evidence)
    if now is None or before is None or before <= 0:
        return UNKNOWN
    return f"{((before - now) * 100 / before).quantize(Decimal('0.1'), ROUND_HALF_UP)}"


def _labels(
    rule: Rule, evidence: Evidence, metrics: Mapping[str, Metric], keep: Callable[[str], bool]
) -> str:
    named = [metrics[name].label if name in metrics else name for name in rule.evidence if keep(name)]
    return "、".join(named) or "无"


def _word(
    mark: str, rule: Rule, evidence: Evidence, limits: Mapping[str, str], metrics: Mapping[str, Metric]
) -> str | None:
    """The marks that stand for something computed."""
    if mark == "risks":
        return _labels(rule, evidence, metrics, lambda n: n.startswith("risk_") and evidence.get(n) == "true")
    if mark == "true_flags":
        return _labels(rule, evidence, metrics, lambda n: evidence.get(n) == "true")
    if mark == "unknown_names":
        return _labels(rule, evidence, metrics, lambda n: not evidence.get(n))
    share = next((leaf for leaf in rule.leaves if leaf.whole), None)
    if mark == "shortfall_fen" and share:
        return _shortfall(share, evidence, limits)
    if mark == "share_pct" and share:
        part, whole = share.left[0], share.whole
        return quotient(part, whole, evidence, metrics, rounding_of(rule, part, whole))
    fall = next((leaf for leaf in rule.leaves if leaf.less_percent), None)
    return _fall(fall, evidence) if mark == "fall_pct" and fall else None


def say(rule: Rule, evidence: Evidence, limits: Mapping[str, str], metrics: Mapping[str, Metric]) -> str:
    """The rule's sentence with what was seen and what was allowed."""

    def filled(mark: str) -> str:
        computed = _word(mark, rule, evidence, limits, metrics)
        if computed is not None:
            return computed
        if mark in evidence:
            return observed(mark, evidence[mark], metrics)
        if mark in limits:
            return Limit.read(limits[mark]).shown(labels_for(rule, mark, metrics))
        part, slash, whole = mark.partition("/")
        if not slash:
            return UNKNOWN
        return quotient(part, whole, evidence, metrics, rounding_of(rule, part, whole))

    return MARK.sub(lambda found: filled(found[1]), rule.say)
