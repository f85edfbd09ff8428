"""Rule -> conditions on the columns of a fact sheet, by three-valued logic.

Every node becomes two conditions: when it is true and when it is false; what is neither is unknown. Nothing is ever
negated in SQL: `not` swaps the two, and each comparison brings its own opposite, so a null can satisfy neither.
Rules multiply, never divide; both sides are whole numbers (money in 分, decimals scaled up).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import and_, or_

from django.db.models import BigIntegerField, Case, CharField, ExpressionWrapper, F, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual

from common.dates import add_months
from policies.evaluate.limits import limits_of
from policies.metrics import Metric
from policies.pack import Leaf, Node, Not, Param, Rule
from policies.pack.param import Scalar

NEVER = Q(Exact(Value(0), Value(1)))
ALWAYS = Q(Exact(Value(1), Value(1)))
OPPOSITE = {"lt": "gte", "gte": "lt", "lte": "gt", "gt": "lte", "eq": "ne", "ne": "eq"}
LOOKUPS = {"lt": LessThan, "lte": LessThanOrEqual, "gt": GreaterThan, "gte": GreaterThanOrEqual, "eq": Exact}


class RuleFault(Exception):
    """The rule cannot be judged: a parameter has no value on the day, or a metric is not registered (a bug or a bad pack)."""


@dataclass(frozen=True)
class Trit:
    """When it is true, and when it is false."""

    yes: Q
    no: Q


@dataclass(frozen=True)
class Compiled:
    """A rule on a day. Of every row exactly one holds: hit, clear, out (of scope) or unknown."""

    rule: Rule
    hit: Q
    clear: Q
    scope: Q  # surely within the population
    out: Q  # surely outside of it
    evidence: tuple[str, ...]
    limits: dict[str, str]
    due: date | None
    is_due: bool
    when: Trit  # the condition alone, whatever the due day and the scope

    @property
    def outcome(self) -> Case:
        """ "hit", "clear", "out" or "unknown" as one column."""
        return Case(
            When(self.out, then=Value("out")),
            When(self.hit, then=Value("hit")),
            When(self.clear, then=Value("clear")),
            default=Value("unknown"),
            output_field=CharField(),
        )

    @property
    def unknown(self) -> Q:
        return Q(Exact(self.outcome, Value("unknown")))


def _either(op: str, left: Combinable, right: Combinable) -> Q:
    if op == "ne":
        return Q(LessThan(left, right)) | Q(GreaterThan(left, right))
    return Q(LOOKUPS[op](left, right))


def _compared(op: str, left: Combinable, right: Combinable) -> Trit:
    return Trit(_either(op, left, right), _either(OPPOSITE[op], left, right))


def _whole(number: int) -> Value:
    return Value(number, output_field=BigIntegerField())


def _product(names: tuple[str, ...], number: int = 1) -> Combinable:
    """The metrics multiplied, in 64 bits also where a column has 32."""
    factors: list[Combinable] = [Cast(F(name), BigIntegerField()) for name in names]
    if number != 1 or not factors:
        factors.append(Cast(_whole(number), BigIntegerField()))
    return ExpressionWrapper(reduce(lambda a, b: a * b, factors), output_field=BigIntegerField())


def _scaled(*numbers: Decimal) -> tuple[int, list[int]]:
    """The smallest power of ten that makes all of them whole, and the numbers times it."""
    digits = max(max(0, -int(number.normalize().as_tuple().exponent)) for number in numbers)
    scale: int = 10**digits
    return scale, [int(number * scale) for number in numbers]


def number_of(value: Scalar, param: Param) -> Decimal:
    """The value as the metrics are stored: money in 分."""
    if not isinstance(value, Decimal):
        raise RuleFault(f"参数 {param.key} 不是数。")
    return value * (param.unit.fen or 1)


@dataclass(frozen=True)
class Compiler:
    params: Mapping[str, Param]
    metrics: Mapping[str, Metric]
    as_of: date

    def param(self, key: str) -> Param:
        found = self.params.get(key)
        if found is None or found.on(self.as_of).value is None:
            raise RuleFault(f"参数 {key} 在 {self.as_of} 没有值。")
        return found.on(self.as_of)

    def one(self, key: str) -> Scalar:
        param = self.param(key)
        if len(param.values) != 1:
            raise RuleFault(f"参数 {key} 应是单个值。")
        return param.values[0]

    def node(self, node: Node) -> Trit:
        if isinstance(node, Leaf):
            return self.leaf(node)
        if isinstance(node, Not):
            inner = self.node(node.part)
            return Trit(inner.no, inner.yes)
        parts = [self.node(part) for part in node.parts]
        yes, no = [part.yes for part in parts], [part.no for part in parts]
        if node.how == "all":
            return Trit(reduce(and_, yes), reduce(or_, no))
        return Trit(reduce(or_, yes), reduce(and_, no))

    def leaf(self, leaf: Leaf) -> Trit:
        missing = [name for name in leaf.metrics if name not in self.metrics]
        if missing:
            raise RuleFault(f"指标 {'、'.join(missing)} 没有登记。")
        name = leaf.left[0]
        if leaf.op in ("is_true", "is_false"):
            yes, no = Q(**{name: True}), Q(**{name: False})
            return Trit(yes, no) if leaf.op == "is_true" else Trit(no, yes)
        if leaf.op in ("is_known", "is_unknown"):
            known, unknown = Q(**{f"{name}__isnull": False}), Q(**{f"{name}__isnull": True})
            return Trit(known, unknown) if leaf.op == "is_known" else Trit(unknown, known)
        if leaf.whole:
            return self.share(leaf)
        if leaf.op == "in":
            return self.listed(name, leaf.param)
        if leaf.as_of:
            return _compared(leaf.op, F(name), Value(self.as_of))
        return self.against_metric(leaf) if leaf.other else self.against_param(leaf)

    def share(self, leaf: Leaf) -> Trit:
        """part x 100 against p x whole, for a whole above zero."""
        scale, (percent,) = _scaled(number_of(self.one(leaf.param), self.param(leaf.param)))
        counted = Q(**{f"{leaf.whole}__gt": 0})
        found = _compared(leaf.op, _product(leaf.left, 100 * scale), _product((leaf.whole,), percent))
        return Trit(counted & found.yes, counted & found.no)

    def listed(self, name: str, key: str) -> Trit:
        param = self.param(key)
        is_code = self.metrics[name].type == "code"
        parts = [str(value) if is_code else int(number_of(value, param)) for value in param.values]
        known, inside = Q(**{f"{name}__isnull": False}), Q(**{f"{name}__in": parts})
        return Trit(known & inside, known & ~inside)

    def against_metric(self, leaf: Leaf) -> Trit:
        other = self.metrics[leaf.other]
        if other.type in ("date", "code"):
            return _compared(leaf.op, F(leaf.left[0]), F(leaf.other))
        right = (leaf.other, *leaf.times)
        if not leaf.percent and not leaf.less_percent:
            return _compared(leaf.op, _product(leaf.left), _product(right))
        key = leaf.percent or leaf.less_percent
        percent = number_of(self.one(key), self.param(key))
        scale, (share,) = _scaled(percent if leaf.percent else 100 - percent)
        return _compared(leaf.op, _product(leaf.left, 100 * scale), _product(right, share))

    def against_param(self, leaf: Leaf) -> Trit:
        name, param = leaf.left[0], self.param(leaf.param)
        kind = self.metrics[name].type
        if leaf.op == "between":
            low, high = (
                self.against_value(leaf, kind, op, value)
                for op, value in zip(("gte", "lte"), param.values, strict=True)
            )
            return Trit(low.yes & high.yes, low.no | high.no)
        return self.against_value(leaf, kind, leaf.op, self.one(leaf.param))

    def against_value(self, leaf: Leaf, kind: str, op: str, value: Scalar) -> Trit:
        if kind == "code":
            return _compared(op, F(leaf.left[0]), Value(str(value)))
        if kind == "date":
            return _compared(op, F(leaf.left[0]), Value(self.day(leaf, value)))
        scale, (number,) = _scaled(number_of(value, self.param(leaf.param)))
        if scale == 1 and len(leaf.left) == 1 and not leaf.times:
            return _compared(op, F(leaf.left[0]), _whole(number))
        return _compared(op, _product(leaf.left, scale), _product(leaf.times, number))

    def day(self, leaf: Leaf, value: Scalar) -> date:
        """The day of a parameter, or so long before or after the day of judgement."""
        if isinstance(value, date):
            return value
        if not isinstance(value, Decimal):
            raise RuleFault(f"参数 {leaf.param} 不是日期。")
        count = int(value) * (-1 if leaf.shift == "ago" else 1)
        base = self.param(leaf.param).unit.base
        if base in ("days", "weeks"):
            return self.as_of + timedelta(days=count * (7 if base == "weeks" else 1))
        return add_months(self.as_of, count * (12 if base == "years" else 1))


def compile_rule(
    rule: Rule, params: Mapping[str, Param], metrics: Mapping[str, Metric], *, as_of: date
) -> Compiled:
    """The conditions of a rule on a day. Before its due day a rule is clear for everybody in its population."""
    if rule.when is None:
        raise RuleFault(f"规则 {rule.key} 没有条件。")
    compiler = Compiler(params, metrics, as_of)
    scope = compiler.node(rule.scope) if rule.scope is not None else Trit(ALWAYS, NEVER)
    when = compiler.node(rule.when)
    due = compiler.param(rule.due).deadline if rule.due else None
    is_due = due is None or as_of >= due
    today = {key: param.on(as_of) for key, param in params.items()}
    return Compiled(
        rule=rule,
        hit=scope.yes & when.yes if is_due else NEVER,
        clear=scope.yes & when.no if is_due else scope.yes,
        scope=scope.yes,
        out=scope.no,
        evidence=rule.evidence,
        limits=limits_of(rule, today),
        due=due,
        is_due=is_due,
        when=when,
    )
