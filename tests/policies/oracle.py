"""The rules once more, in plain Python on one row: slow, obvious, and only for tests. None is unknown."""

from datetime import timedelta
from decimal import Decimal
from math import prod

from common.dates import add_months
from policies.pack import Leaf, Not

COMPARE = {
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
}


def _amounts(param):
    return [value * (param.unit.fen or 1) if isinstance(value, Decimal) else value for value in param.values]


def _moved(leaf, param, value, as_of):
    if not leaf.shift:
        return value
    count = int(value) * (-1 if leaf.shift == "ago" else 1)
    return {
        "days": lambda: as_of + timedelta(days=count),
        "weeks": lambda: as_of + timedelta(weeks=count),
        "months": lambda: add_months(as_of, count),
        "years": lambda: add_months(as_of, 12 * count),
    }[param.unit.base]()


def _right(leaf, row, params, as_of):
    """The values compared with (two for between), or None when one is unknown."""
    times = [row[name] for name in leaf.times]
    if leaf.as_of:
        return [as_of]
    if leaf.other:
        if row[leaf.other] is None or None in times:
            return None
        right = row[leaf.other]
        if times:
            right = right * prod(times)
        if leaf.percent:
            right = right * params[leaf.percent].value / 100
        if leaf.less_percent:
            right = right * (100 - params[leaf.less_percent].value) / 100
        return [right]
    if None in times:
        return None
    param = params[leaf.param]
    return [
        _moved(leaf, param, value, as_of) * prod(times) if times else _moved(leaf, param, value, as_of)
        for value in _amounts(param)
    ]


def leaf_holds(leaf, row, params, as_of):
    left = [row[name] for name in leaf.left]
    if leaf.op in ("is_known", "is_unknown"):
        return (left[0] is not None) == (leaf.op == "is_known")
    if None in left:
        return None
    if leaf.op in ("is_true", "is_false"):
        return left[0] == (leaf.op == "is_true")
    if leaf.whole:
        whole = row[leaf.whole]
        small = whole is None or whole <= 0
        return None if small else COMPARE[leaf.op](Decimal(left[0]) * 100, params[leaf.param].value * whole)
    right = _right(leaf, row, params, as_of)
    return None if right is None else _compared(leaf.op, left[0] if len(left) == 1 else prod(left), right)


def _compared(op, value, right):
    if op == "in":
        return value in right
    if op == "between":
        return right[0] <= value <= right[1]
    return COMPARE[op](value, right[0])


def holds(node, row, params, as_of):
    """True, False or None."""
    if isinstance(node, Leaf):
        return leaf_holds(node, row, params, as_of)
    if isinstance(node, Not):
        inner = holds(node.part, row, params, as_of)
        return None if inner is None else not inner
    parts = [holds(part, row, params, as_of) for part in node.parts]
    decisive = node.how == "any"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def outcome(rule, row, params, as_of):
    inside = True if rule.scope is None else holds(rule.scope, row, params, as_of)
    if inside is False:
        return "out"
    if inside is None:
        return "unknown"
    if rule.due and as_of < params[rule.due].deadline:
        return "clear"
    found = holds(rule.when, row, params, as_of)
    return {True: "hit", False: "clear", None: "unknown"}[found]
