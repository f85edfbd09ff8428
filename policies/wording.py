"""A rule's condition in Chinese, so that an official reads what the machine compares."""

from collections.abc import Mapping
from dataclasses import dataclass

from policies.evaluate import Limit, limit_of
from policies.evaluate.limits import labels_for
from policies.metrics import Metric
from policies.pack import Leaf, Node, Not, Param, Rule

NUMBERS = {"lt": "低于", "lte": "不高于", "gt": "高于", "gte": "不低于", "eq": "等于", "ne": "不等于"}
DAYS = {"lt": "早于", "lte": "不晚于", "gt": "晚于", "gte": "不早于", "eq": "为", "ne": "不为"}
ALONE = {"is_true": "{}：是", "is_false": "{}：否", "is_known": "已采集{}", "is_unknown": "未采集{}"}
SUBJECTS = {
    "household": "农户",
    "person": "个人",
    "project": "项目",
    "fund_area": "资金",
    "village": "村",
    "township": "乡镇",
}
EFFECTS = {
    "case": "核查任务", "duty": "待办提醒", "gap": "缺口提示", "propose_class": "建议认定", "finding": "资金问题", "list": "只统计名单",
    "escalate": "上报升级", "guard": "办理前校验", "inform": "提示",
}  # fmt: skip
CLASSES = {
    "unstable_exited": "脱贫不稳定户",
    "borderline": "边缘易致贫户",
    "sudden_hardship": "突发严重困难户",
}


def effect_zh(rule: Rule) -> str:
    word = EFFECTS.get(rule.effect_name, rule.effect_name)
    return f"{word}：{CLASSES.get(rule.proposed_class, rule.proposed_class)}" if rule.proposed_class else word


@dataclass(frozen=True)
class Wording:
    rule: Rule
    params: Mapping[str, Param]
    metrics: Mapping[str, Metric]

    def name(self, metric: str) -> str:
        return self.metrics[metric].label if metric in self.metrics else metric

    def limit(self, key: str) -> str:
        """The parameter's value with its unit, codes in words."""
        if key not in self.params:
            return key
        limit = Limit.read(limit_of(self.params[key]))
        labels = labels_for(self.rule, key, self.metrics)
        return limit.shown(labels) if labels else limit.with_unit

    def node(self, node: Node, *, inner: bool = False) -> str:
        if isinstance(node, Leaf):
            return self.leaf(node)
        if isinstance(node, Not):
            return f"非（{self.node(node.part)}）"
        if len(node.parts) == 1:
            return self.node(node.parts[0], inner=inner)
        text = ("，且" if node.how == "all" else "，或").join(
            self.node(part, inner=True) for part in node.parts
        )
        return f"（{text}）" if inner else text

    def leaf(self, leaf: Leaf) -> str:
        left = " × ".join(self.name(name) for name in leaf.left)
        if leaf.op in ALONE:
            return ALONE[leaf.op].format(left)
        if leaf.whole:
            return f"{left}占{self.name(leaf.whole)}的比例{NUMBERS[leaf.op]} {self.limit(leaf.param)}"
        if leaf.op in ("between", "in"):
            return f"{left}{'介于' if leaf.op == 'between' else '属于'} {self.limit(leaf.param)}"
        is_day = leaf.left[0] in self.metrics and self.metrics[leaf.left[0]].type == "date"
        return f"{left}{(DAYS if is_day else NUMBERS)[leaf.op]} {self.right(leaf)}"

    def right(self, leaf: Leaf) -> str:
        if leaf.as_of:
            return "判断日"
        if leaf.shift:
            return f"判断日{'前' if leaf.shift == 'ago' else '后'} {self.limit(leaf.param)}"
        product = " × ".join([self.name(name) for name in (leaf.other, *leaf.times) if name])
        if leaf.percent:
            return f"{product} 的 {self.limit(leaf.percent)}"
        if leaf.less_percent:
            return f"{product} 减少 {self.limit(leaf.less_percent)} 后的数"
        if leaf.other:
            return product
        return f"{self.limit(leaf.param)} × {product}" if product else self.limit(leaf.param)


def condition_zh(rule: Rule, params: Mapping[str, Param], metrics: Mapping[str, Metric]) -> str:
    """The whole condition; empty for a planned rule."""
    if rule.when is None:
        return ""
    words = Wording(rule, params, metrics)
    text = words.node(rule.when)
    due = f"，自 {params[rule.due].deadline} 起判断" if rule.due in params else ""
    return text + due


def scope_zh(rule: Rule, params: Mapping[str, Param], metrics: Mapping[str, Metric]) -> str:
    """Who is judged."""
    return "" if rule.scope is None else Wording(rule, params, metrics).node(rule.scope)
