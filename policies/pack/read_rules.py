"""rules.toml -> Rule, with its conditions as a tree. Grammar only; what the names mean is looked at in checks.py."""

import re
from collections.abc import Mapping
from typing import Any

from policies.pack.faults import Book
from policies.pack.fields import Fields
from policies.pack.model import Leaf, Many, Node, Not, Rule
from policies.pack.param import BASES_ZH
from policies.pack.read_params import clause_of, replaces_of

ORDER = ("lt", "lte", "gt", "gte", "eq", "ne")
LISTS = ("between", "in")
ALONE = ("is_true", "is_false", "is_known", "is_unknown")
OPERATORS = (*ORDER, *LISTS, *ALONE)
SUBJECTS = ("household", "person", "project", "fund_area", "village", "township")
STATUSES = ("active", "planned")
UNKNOWN = ("ask", "count")
EFFECTS = ("case", "duty", "gap", "propose_class", "finding", "list", "escalate", "guard", "inform")
CLASSES = ("unstable_exited", "borderline", "sudden_hardship")
LITERALS = ("value", "values", "number", "constant", "const", "code", "codes", "date", "days", "literal")
RULE_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{0,59}")
TOPIC = re.compile(r"[a-z][a-z_]{0,39}")
DEPTH = 6


def _right_sides(fields: Fields, leaf: Leaf) -> None:
    """An operator alone takes nothing; any other exactly one thing to compare with."""
    given = [bool(leaf.param), bool(leaf.other), leaf.as_of].count(True)
    product, percents = len(leaf.left) > 1, bool(leaf.percent or leaf.less_percent)
    if leaf.op in ALONE:
        if given or leaf.times or percents or leaf.whole or product:
            fields.fault(f"{leaf.op} 只写指标，不带比较对象。")
        return
    listed = leaf.op in LISTS
    wrongs = {
        f"{leaf.op} 应恰有一个比较对象（param、other 或 as_of）。": given != 1,
        f"{leaf.op} 须与参数列表比较。": listed and not leaf.param,
        f"{leaf.op} 不能与乘积、占比或日期推算同用。": listed
        and any((leaf.times, leaf.whole, leaf.shift, product)),
        "percent 与 less_percent 不能同用。": bool(leaf.percent and leaf.less_percent),
        "percent 与 less_percent 须与 other 同用。": percents and not leaf.other,
        "share 须与参数比较。": bool(leaf.whole) and not leaf.param,
        "share 不能再乘指标。": bool(leaf.whole) and (bool(leaf.times) or product),
        "ago 与 ahead 须与参数同用。": bool(leaf.shift) and not leaf.param,
        "as_of 不能再乘指标。": leaf.as_of and bool(leaf.times),
    }
    for sentence, wrong in wrongs.items():
        if wrong:
            fields.fault(sentence)


def _leaf(fields: Fields) -> Leaf | None:
    for word in LITERALS:
        if word in fields.table:
            fields.seen.add(word)
            fields.fault(f"条件中不能直接写数值（{word}），请设为参数。")
    op = fields.choice("op", OPERATORS)
    share, metric = fields.texts("share"), fields.text("metric")
    if bool(share) == bool(metric):
        fields.fault("每个比较须写 metric 或 share 之一。")
    if share and len(share) != 2:
        fields.fault("share 应是两个指标：部分与整体。")
        share = ()
    ago, ahead = fields.flag("ago"), fields.flag("ahead")
    if ago and ahead:
        fields.fault("ago 与 ahead 不能同用。")
    first = share[0] if share else metric
    leaf = Leaf(
        op=op,
        left=tuple(name for name in (first, *fields.texts("left_times")) if name),
        whole=share[1] if share else "",
        param=fields.text("param"),
        other=fields.text("other"),
        times=fields.texts("times"),
        percent=fields.text("percent"),
        less_percent=fields.text("less_percent"),
        as_of=fields.flag("as_of"),
        shift="ago" if ago else "ahead" if ahead else "",
    )
    fields.close()
    if not op or not leaf.left:
        return None
    _right_sides(fields, leaf)
    return leaf


def _many(fields: Fields, how: str, depth: int) -> Node | None:
    parts = [
        node
        for table in fields.tables(how)
        if (node := _node(table, fields.key, fields.book, depth)) is not None
    ]
    fields.close()
    if not fields.table.get(how):
        fields.fault(f"{how} 中没有条件。")
    return Many("all" if how == "all" else "any", tuple(parts)) if parts else None


def _node(table: object, key: str, book: Book, depth: int = 0) -> Node | None:
    fields = Fields(table, key, book)
    if depth > DEPTH:
        fields.fault(f"条件嵌套超过 {DEPTH} 层。")
        return None
    joined = [word for word in ("all", "any", "not") if word in fields.table]
    if not joined:
        return _leaf(fields) if fields.table else None
    if len(joined) > 1:
        fields.fault(f"{'、'.join(joined)} 不能写在同一层。")
        return None
    if joined == ["not"]:
        part = _node(fields.raw("not"), key, book, depth + 1)
        fields.close()
        return Not(part) if part is not None else None
    return _many(fields, joined[0], depth + 1)


def _scope(fields: Fields) -> Node | None:
    """A list of conditions that all hold."""
    tables = fields.tables("scope")
    parts = [node for table in tables if (node := _node(table, fields.key, fields.book)) is not None]
    return Many("all", tuple(parts)) if parts else None


def _effect(fields: Fields) -> str:
    effect = fields.text("effect", needed=True)
    name, colon, argument = effect.partition(":")
    if effect and name not in EFFECTS:
        fields.fault(f"作用 {effect} 不在允许的范围内（{'、'.join(EFFECTS)}）。")
        return ""
    if name == "propose_class" and argument not in CLASSES:
        fields.fault(f"propose_class 须带类别（{'、'.join(CLASSES)}）。")
    if name != "propose_class" and colon:
        fields.fault(f"作用 {name} 不带参数。")
    return effect


def _due(fields: Fields) -> str:
    table = fields.raw("due")
    if table is None:
        return ""
    part = Fields(table, fields.key, fields.book)
    key = part.text("param", needed=True)
    part.close()
    return key


def _band(fields: Fields) -> dict[str, int]:
    table = fields.raw("band")
    if table is None:
        return {}
    if not isinstance(table, dict):
        fields.fault("band 应是一个表。")
        return {}
    for name, width in table.items():
        if isinstance(width, bool) or not isinstance(width, int) or width < 0:
            fields.fault(f"band 中 {name} 应是非负整数。")
    return {name: width for name, width in table.items() if isinstance(width, int)}


def _topic(fields: Fields) -> str:
    topic = fields.text("topic", needed=True)
    if topic and not TOPIC.fullmatch(topic):
        fields.fault("topic 只含小写字母和下划线，不超过 40 个字符。")
    return topic


def _judged(fields: Fields) -> dict[str, Any]:
    """The fields only an active rule must have."""
    when = _node(fields.raw("when"), fields.key, fields.book) if "when" in fields.table else None
    if "when" not in fields.table or not fields.table["when"]:
        fields.fault("缺少条件 when。")
    evidence = fields.texts("evidence")
    if not evidence:
        fields.fault("缺少 evidence。")
    return {
        "subject": fields.choice("subject", SUBJECTS),
        "raise_to": fields.choice("raise_to", ("household",), default="household")
        if "raise_to" in fields.table
        else "",
        "topic": _topic(fields),
        "scope": _scope(fields),
        "when": when,
        "due": _due(fields),
        "unknown": fields.choice("unknown", UNKNOWN),
        "effect": _effect(fields),
        "time_driven": fields.flag("time_driven"),
        "evidence": evidence,
        "band": _band(fields),
        "say": fields.text("say", needed=True),
        "department": fields.text("department"),
        "replaces": replaces_of(fields),
    }


def _rule(table: object, number: int, pack: str, book: Book) -> Rule:
    named = table.get("key") if isinstance(table, dict) else None
    fields = Fields(table, f"rule.{named or number}", book)
    key = fields.text("key", needed=True)
    if key and not RULE_KEY.fullmatch(key):
        fields.fault("规则编号只含字母、数字和 . - _ /，不超过 60 个字符。")
    status = fields.choice("status", STATUSES, default="active")
    basis = fields.choice("basis", tuple(BASES_ZH))
    common: dict[str, Any] = {
        "key": key,
        "title": fields.text("title", needed=True),
        "kind": fields.text("kind", needed=True),
        "catalogue": fields.text("catalogue"),
        "status": status,
        "basis": basis,
        "clause": clause_of(fields, basis),
        "note": fields.text("note"),
        "pack": pack,
        "body": fields.table,
    }
    if status == "planned":
        return Rule(**common, subject=fields.text("subject"), topic=fields.text("topic"))
    judged = _judged(fields)
    fields.close()
    return Rule(**common, **judged)


def read_rules(content: Mapping[str, Any], pack: str, book: Book) -> tuple[Rule, ...]:
    file = Fields(content, "", book)
    rules = tuple(_rule(table, number, pack, book) for number, table in enumerate(file.tables("rule"), 1))
    file.close()
    seen: set[str] = set()
    for rule in rules:
        if rule.key and rule.key in seen:
            book.note(f"rule.{rule.key}", "规则编号重复。")
        seen.add(rule.key)
    return rules
