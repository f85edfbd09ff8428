"""What a pack changes against the one before it: printed at publication, shown to the person who approves."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from policies.evaluate import Limit, limit_of
from policies.pack import Pack, Param, Rule


class Difference(NamedTuple):
    """`what`: 新增, 取消 or 修改."""

    what: str
    kind: str
    key: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        change = f"：{self.before} → {self.after}" if self.before or self.after else ""
        return f"{self.what}{self.kind} {self.key}{change}"


def _param_text(param: Param) -> str:
    if param.spells:
        return "；".join(f"{spell.start} 起" for spell in param.spells) + f"（{param.basis_zh}）"
    due = f"，{param.due or param.due_text}" if param.due or param.due_text else ""
    return f"{Limit.read(limit_of(param)).with_unit}{due}（{param.basis_zh}）"


def _rule_text(rule: Rule) -> str:
    return rule.title


def _of(kind: str, before: Mapping[str, Any], after: Mapping[str, Any], text: Any) -> list[Difference]:
    found = [Difference("取消", kind, key, text(before[key])) for key in before if key not in after]
    found += [Difference("新增", kind, key, "", text(after[key])) for key in after if key not in before]
    for key, new in after.items():
        old = before.get(key)
        if old is not None and old != new:
            found.append(Difference("修改", kind, key, text(old), text(new)))
    return found


def differences(before: Pack | None, after: Pack) -> list[Difference]:
    """Parameters, rules, lines of the visit plan and other files that differ. Against nothing everything is new, and is not listed one by one."""
    if before is None:
        return []
    found = _of("参数", before.params, after.params, _param_text)
    bodies = [{rule.key: rule for rule in pack.rules} for pack in (before, after)]
    found += _of("规则", bodies[0], bodies[1], _rule_text)
    lines = [{line.key: line for line in pack.plan} for pack in (before, after)]
    found += _of("走访计划", lines[0], lines[1], lambda line: line.title)
    names = (
        "title",
        "issuer",
        "doc_number",
        "place",
        "effective_from",
        "period_start",
        "period_end",
        "is_document",
    )
    found += [
        Difference("修改", "文件", name, str(getattr(before, name)), str(getattr(after, name)))
        for name in names
        if getattr(before, name) != getattr(after, name)
    ]
    return found + _of("附表", before.extra, after.extra, lambda table: "")
