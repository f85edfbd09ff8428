"""What the names of a rule mean: do its metrics and parameters exist, and may they be compared."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from policies.metrics import Metric, metrics_of
from policies.pack.faults import Book
from policies.pack.model import Leaf, Rule
from policies.pack.param import Param, Value
from policies.pack.read_rules import ALONE, LISTS
from policies.pack.units import Unit

MARK = re.compile(r"\{([^{}]*)\}")
SHARE_WORDS = ("shortfall_fen", "share_pct")
FALL_WORD = "fall_pct"
LIST_WORDS = ("risks", "true_flags", "unknown_names")
NUMERIC = ("fen", "count")
SPANS = ("days", "weeks", "months", "years")
OF_PEOPLE = ("case", "duty", "gap", "propose_class")


def marks_of(say: str) -> list[str]:
    return MARK.findall(say)


@dataclass
class Check:
    """One rule being checked."""

    rule: Rule
    params: Mapping[str, Param]
    named: set[str]  # parameters that stand in the file, faulty ones included
    book: Book
    metrics: Mapping[str, Metric] = field(default_factory=dict)

    def fault(self, sentence: str) -> None:
        self.book.note(f"rule.{self.rule.key}", sentence)

    def metric(self, name: str) -> Metric | None:
        found = self.metrics.get(name)
        if found is None:
            self.fault(f"不认识的指标 {name}。")
        return found

    def param(self, key: str) -> Param | None:
        found = self.params.get(key)
        if found is None and key not in self.named:
            self.fault(f"引用了不存在的参数 {key}。")
        return found


def _worths(param: Param) -> tuple[Value, ...]:
    """Every value the parameter has at some time."""
    values = [spell.value for spell in param.spells] if param.spells else [param.value]
    return tuple(value for value in values if value is not None)


def _list_length(check: Check, leaf: Leaf, param: Param) -> None:
    for value in _worths(param):
        is_list = isinstance(value, tuple)
        if leaf.op == "between":
            ordered = isinstance(value, tuple) and len(value) == 2 and value[0] <= value[1]  # type: ignore[operator]
            if not ordered:
                check.fault(f"between 的参数 {param.key} 应是由小到大的两个值。")
        elif (leaf.op == "in") != is_list:
            check.fault(f"{leaf.op} 与参数 {param.key} 的值（{'列表' if is_list else '单值'}）不合。")


def _codes(check: Check, metric: Metric, param: Param) -> None:
    if param.unit.category not in ("code", "text"):
        check.fault(f"指标 {metric.name} 是代码，参数 {param.key} 的单位 {param.unit} 不合。")
        return
    for value in _worths(param):
        for part in value if isinstance(value, tuple) else (value,):
            if metric.labels and str(part) not in metric.labels:
                check.fault(f"参数 {param.key} 的“{part}”不是指标 {metric.name} 的代码。")


def _days(check: Check, leaf: Leaf, metric: Metric, param: Param) -> None:
    wanted = SPANS if leaf.shift else ("date",)
    if param.unit.base not in wanted or param.unit.pers:
        check.fault(f"指标 {metric.name} 是日期，参数 {param.key} 的单位 {param.unit} 不合。")
    elif leaf.shift and any(
        value != int(value) for value in _worths(param) if not isinstance(value, (tuple, date))
    ):
        check.fault(f"推算日期的参数 {param.key} 应是整数。")


def _amounts(check: Check, leaf: Leaf, products: list[Metric], param: Param) -> None:
    """Money against money: as many 分 on the left as on the right."""
    if leaf.shift:
        check.fault(f"ago 与 ahead 只用于日期，{leaf.left[0]} 不是。")
    if param.unit.category not in ("number", "whole"):
        check.fault(f"参数 {param.key} 的单位 {param.unit} 不能与数值比较。")
        return
    right = [metric for name in leaf.times if (metric := check.metric(name))]
    money_left = sum(metric.type == "fen" for metric in products)
    money_right = sum(metric.type == "fen" for metric in right) + (param.unit.fen is not None)
    if money_left != money_right:
        check.fault(
            f"参数 {param.key} 的单位 {param.unit} 与指标 {'、'.join(leaf.left)} 不合（金额应与金额比较）。"
        )
    if leaf.op == "in" and any(not _whole(part, param.unit) for part in param.values):
        check.fault(f"in 的参数 {param.key} 应是整数。")


def _whole(value: object, unit: Unit) -> bool:
    scaled = value * (unit.fen or 1)  # type: ignore[operator]
    return bool(scaled == int(scaled))


def _percent_of(check: Check, key: str) -> None:
    param = check.param(key)
    if param is not None and (
        param.unit.base != "percent" or any(isinstance(v, tuple) for v in _worths(param))
    ):
        check.fault(f"参数 {key} 应是一个百分数（单位 percent）。")


def _share(check: Check, leaf: Leaf) -> None:
    part, whole = check.metric(leaf.left[0]), check.metric(leaf.whole)
    _percent_of(check, leaf.param)
    if part and whole and (part.type != whole.type or part.type not in NUMERIC):
        check.fault(f"share 的两个指标 {part.name}、{whole.name} 应同为金额或同为数量。")


def _against_metric(check: Check, leaf: Leaf, left: list[Metric]) -> None:
    other = check.metric(leaf.other)
    right = [metric for name in leaf.times if (metric := check.metric(name))]
    for key in (leaf.percent, leaf.less_percent):
        if key:
            _percent_of(check, key)
    if other is None or len(left) < len(leaf.left):
        return
    if len(left) == 1 and not right and left[0].type == other.type and other.type in ("date", "code"):
        if leaf.percent or leaf.less_percent:
            check.fault("percent 与 less_percent 只用于数值。")
        return
    everything = [*left, other, *right]
    if any(metric.type not in NUMERIC for metric in everything):
        check.fault(f"指标 {'、'.join(metric.name for metric in everything)} 的类型不能这样比较。")
    elif sum(m.type == "fen" for m in left) != sum(m.type == "fen" for m in [other, *right]):
        check.fault("比较两边的金额个数不同。")


def _against_param(check: Check, leaf: Leaf, left: list[Metric]) -> None:
    param = check.param(leaf.param)
    if param is None or not left:
        return
    _list_length(check, leaf, param)
    kinds = {metric.type for metric in left}
    if kinds <= set(NUMERIC):
        _amounts(check, leaf, left, param)
    elif len(left) > 1 or leaf.times:
        check.fault(f"只有数值可以相乘：{'、'.join(leaf.left)}。")
    elif kinds == {"date"}:
        _days(check, leaf, left[0], param)
    elif kinds == {"code"}:
        if leaf.op not in ("eq", "ne", "in"):
            check.fault(f"代码 {left[0].name} 只能用 eq、ne 或 in 比较。")
        _codes(check, left[0], param)
    else:
        check.fault(f"是非指标 {left[0].name} 只能用 is_true 或 is_false。")


def _leaf(check: Check, leaf: Leaf) -> None:
    if leaf.whole:
        _share(check, leaf)
        return
    left = [metric for name in leaf.left if (metric := check.metric(name))]
    if leaf.op in ALONE:
        if leaf.op in ("is_true", "is_false") and left and left[0].type != "flag":
            check.fault(f"{leaf.op} 只用于是非指标，{left[0].name} 不是。")
    elif leaf.as_of:
        if left and (len(left) > 1 or left[0].type != "date" or leaf.op in LISTS):
            check.fault(f"as_of 只与一个日期指标比较，{leaf.left[0]} 不是。")
    elif leaf.other:
        _against_metric(check, leaf, left)
    elif leaf.param:
        _against_param(check, leaf, left)


def _mark(check: Check, mark: str) -> None:
    """A mark of the sentence must have something to show, and what it shows must be stored as evidence."""
    rule, evidence = check.rule, check.rule.evidence
    if mark in LIST_WORDS:
        return
    wanted = (
        [leaf for leaf in rule.leaves if (leaf.whole if mark in SHARE_WORDS else leaf.less_percent)][:1]
        if mark in (*SHARE_WORDS, FALL_WORD)
        else None
    )
    if wanted is not None:
        missing = [name for leaf in wanted for name in leaf.metrics if name not in evidence]
        if not wanted or missing:
            check.fault(f"句中 {{{mark}}} 所需的比较不存在，或其指标未列入 evidence。")
        return
    names = mark.split("/")
    if len(names) == 2:
        kinds = [check.metrics[name].type for name in names if name in evidence and name in check.metrics]
        if len(kinds) < 2 or any(kind not in NUMERIC for kind in kinds) or kinds == ["count", "fen"]:
            check.fault(f"句中 {{{mark}}} 应是 evidence 中的两个数值指标。")
    elif mark not in evidence and mark not in check.named:
        check.fault(f"句中 {{{mark}}} 既不是 evidence 中的指标，也不是参数。")


def _manners(check: Check) -> None:
    """Who may be raised, asked and proposed for."""
    rule = check.rule
    people = rule.subject in ("household", "person")
    if rule.raise_to and rule.subject != "person":
        check.fault("只有个人的规则可以归到农户（raise_to）。")
    if rule.unknown == "ask" and not people:
        check.fault("unknown = ask 只用于农户和个人。")
    if rule.effect_name in OF_PEOPLE and not people:
        check.fault(f"作用 {rule.effect_name} 只用于农户和个人。")
    for reference in rule.replaces:
        if reference.startswith(f"{rule.pack}/"):
            check.fault(f"replaces “{reference}”指向本政策包。")


def _rule(check: Check) -> None:
    rule = check.rule
    for leaf in rule.leaves:
        _leaf(check, leaf)
    for name in rule.evidence:
        check.metric(name)
    for name in rule.band:
        if name not in rule.evidence or check.metrics.get(name, Metric("", "", "code")).type not in NUMERIC:
            check.fault(f"band 的 {name} 应是 evidence 中的数值指标。")
    if rule.due:
        param = check.param(rule.due)
        if param is not None and param.deadline is None:
            check.fault(f"due 的参数 {rule.due} 没有日期。")
    for mark in marks_of(rule.say):
        _mark(check, mark)
    _manners(check)


def check_rules(rules: Iterable[Rule], params: Mapping[str, Param], named: set[str], book: Book) -> None:
    """Check every active rule against the registry of metrics and the parameters of its pack."""
    for rule in rules:
        if not rule.is_active or not rule.subject:
            continue
        check = Check(rule, params, named, book, metrics_of(rule.subject))
        if check.metrics:
            _rule(check)
        else:
            check.fault(f"对象 {rule.subject} 没有登记任何指标。")
