"""From a check to a condition of the ORM: true where the check surely doubts the row. What is unknown is never doubted by a
comparison, only by `blank`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    F,
    Model,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Length
from django.db.models.lookups import GreaterThan, LessThan, Lookup

from monitoring.quality.catalogue import Check, Condition
from monitoring.quality.columns import COUNTED, ColumnInfo, column_of, day_of, field_path
from monitoring.quality.sheets import COUNTERS, SHEETS

ORDER = {"lt": "__lt", "lte": "__lte", "gt": "__gt", "gte": "__gte"}
Counters = dict[str, dict[tuple[Condition, ...], int]]


@dataclass(frozen=True)
class Meaning:
    """What the conditions of one run refer to: the day, the parameters, which counter counts what."""

    as_of: date
    value_of: Callable[[str], Any]
    counters: Counters = field(default_factory=dict)


def counters_of(checks: Sequence[Check]) -> Counters:
    """Give every property that some check counts a counter of its own; equal properties share one."""
    found: Counters = {name: {} for name in COUNTED}
    for check in checks:
        for part in check.parts:
            if part.counted:
                mine = found[part.counted]
                mine.setdefault(part.where, len(mine))
    if any(len(one) > COUNTERS for one in found.values()):
        raise LookupError(
            f"more than {COUNTERS} counted properties: widen the counters of monitoring.quality.sheets"
        )
    return found


def _scalar(column: ColumnInfo, given: Any) -> Any:
    """A value of the data as the column stores it: 元 as 分, a day as a date."""
    if isinstance(given, tuple):
        return tuple(_scalar(column, one) for one in given)
    if column.kind == "fen":
        return int(Decimal(str(given)) * 100)
    if column.kind == "date":
        return day_of(given)
    if column.kind in {"number", "decimal"} and isinstance(given, Decimal) and given == int(given):
        return int(given)
    return given


@dataclass(frozen=True)
class _Left:
    """The left side: the path of a column, or of a counter."""

    path: str
    column: ColumnInfo


def _left(subject: str, part: Condition, meaning: Meaning) -> _Left:
    if part.counted:
        at = meaning.counters[part.counted][part.where]
        hop = "" if subject == "household" else "household__"
        number = ColumnInfo("count", "", "number", frozenset(), {})
        return _Left(f"{hop}{COUNTED[part.counted][1]}__n{at:02d}", number)
    column = column_of(subject, part.column)
    if column is None:
        raise LookupError(part.column)
    return _Left(field_path(part.column), column)


def _plus(part: Condition, meaning: Meaning) -> int:
    if isinstance(part.plus, int):
        return part.plus
    value = int(meaning.value_of(part.plus.lstrip("-")))
    return -value if part.plus.startswith("-") else value


def _right(part: Condition, left: _Left, meaning: Meaning) -> Any:
    if part.today:
        return meaning.as_of + timedelta(days=_plus(part, meaning))
    if part.other:
        other = F(field_path(part.other))
        return other + _plus(part, meaning) if part.plus else other
    given = _scalar(left.column, meaning.value_of(part.param) if part.param else part.value)
    return F(field_path(part.times)) * Value(given, BigIntegerField()) if part.times else given


def _compared(part: Condition, left: _Left, right: Any) -> Q:  # noqa: PLR0911 - one line per operator
    path = left.path
    if part.op in ORDER:
        return Q(**{path + ORDER[part.op]: right})
    if part.op == "eq":
        return Q(**{path: right})
    if part.op == "ne":
        known = Q(**{f"{path}__isnull": False})
        if part.other:
            known &= Q(**{f"{field_path(part.other)}__isnull": False})
        return known & ~Q(**{path: right})
    if part.op == "in":
        return Q(**{f"{path}__in": right})
    if part.op == "not_in":
        return Q(**{f"{path}__isnull": False}) & ~Q(**{f"{path}__in": right})
    if part.op == "between":
        return Q(**{f"{path}__gte": right[0], f"{path}__lte": right[1]})
    if part.op == "outside":
        return Q(**{f"{path}__lt": right[0]}) | Q(**{f"{path}__gt": right[1]})
    return _of_text(part, path, right)


def _of_text(part: Condition, path: str, right: Any) -> Q:
    if part.op == "has":
        return Q(**{f"{path}__contains": f'"{right}"'})
    if part.op == "lacks":
        wanted = right if isinstance(right, tuple) else (right,)
        named = reduce(or_, (Q(**{f"{path}__contains": f'"{one}"'}) for one in wanted))
        return Q(**{f"{path}__isnull": False}) & ~named
    if part.op == "contains_any":
        return _contains_any(path, right)
    compare = LessThan if part.op == "shorter" else GreaterThan
    return Q(compare(Length(F(path)), right))


@CharField.register_lookup
class OneOf(Lookup):
    """Does the text hold one of these characters? One comparison, whatever their number; LIKE would be one for each."""

    lookup_name = "one_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        left, params = self.process_lhs(compiler, connection)
        return f"translate({left}, %s, '') <> {left}", (*params, self.rhs, *params)

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        left, params = self.process_lhs(compiler, connection)
        # In the brackets of GLOB "]" counts as itself in the first place only, "-" in the last, "^" anywhere but the first.
        plain = "".join(one for one in self.rhs if one not in "]-^")
        marks = [one if one in self.rhs else "" for one in "]^-"]
        return f"{left} GLOB %s", (*params, f"*[{marks[0]}{plain}{marks[1]}{marks[2]}]*")


def _contains_any(path: str, wanted: Sequence[str]) -> Q:
    characters = "".join(one for one in wanted if len(one) == 1)
    parts = [Q(**{f"{path}__contains": one}) for one in wanted if len(one) != 1]
    if characters.strip("]-^"):
        parts.append(Q(**{f"{path}__one_of": characters}))
    else:
        parts += [Q(**{f"{path}__contains": one}) for one in characters]
    return reduce(or_, parts)


def named_values(subject: str, part: Condition, meaning: Meaning) -> tuple[Any, ...]:
    """The values of which the column must hold one for the condition to hold; nothing where it is no such condition."""
    if not part.column or part.other or part.today or part.times:
        return ()
    if part.op in {"true", "false"}:
        return (part.op == "true",)
    column = column_of(subject, part.column)
    if part.op not in {"eq", "in"} or column is None or column.kind not in {"code", "text"}:
        return ()
    given = _scalar(column, meaning.value_of(part.param) if part.param else part.value)
    return given if isinstance(given, tuple) else (given,)


def _duplicate(subject: str, part: Condition, path: str) -> Q:
    """Rows whose value stands in more than one row of the area, or in rows of more than one household."""
    counted = Count(f"{part.across}_id", distinct=True) if part.across else Count("pk")
    known = rows_of(subject).filter(**{f"{path}__isnull": False}).order_by()
    twice = known.values(path).annotate(often=counted).filter(often__gt=1).values(path)
    return Q(**{f"{path}__in": twice})


def condition_q(subject: str, part: Condition, meaning: Meaning) -> Q:
    """One condition of a check."""
    if part.any:
        return reduce(or_, (all_q(subject, branch, meaning) for branch in part.any))
    left = _left(subject, part, meaning)
    if part.op in {"blank", "filled"}:
        return Q(**{f"{left.path}__isnull": part.op == "blank"})
    if part.op in {"true", "false"}:
        return Q(**{left.path: part.op == "true"})
    if part.op == "duplicate":
        return _duplicate(subject, part, left.path)
    return _compared(part, left, _right(part, left, meaning))


def all_q(subject: str, parts: Sequence[Condition], meaning: Meaning) -> Q:
    return reduce(and_, (condition_q(subject, part, meaning) for part in parts), Q())


def check_q(check: Check, meaning: Meaning) -> Q:
    """Where the check doubts a row of its sheet."""
    return all_q(check.subject, check.when, meaning)


# --- the values written beside a fault -----------------------------------------------------------------------------------


def shown_expression(check: Check) -> Any:
    """ "age=17;schooling=primary": the values the check shows, blank where they are unknown."""
    parts: list[Any] = []
    for number, name in enumerate(check.shows):
        column = column_of(check.subject, name)
        if column is None:
            raise LookupError(name)
        path = field_path(name)
        text: Any = Cast(F(path), TextField())
        if column.kind == "flag":
            said = {True: Value("true"), False: Value("false")}
            whens = [When(**{path: flag}, then=word) for flag, word in said.items()]
            text = Case(*whens, default=Value(""), output_field=TextField())
        parts += [
            Value(f"{';' if number else ''}{name}="),
            Coalesce(text, Value(""), output_field=TextField()),
        ]
    return Concat(*parts, Value(""), output_field=TextField()) if parts else Value("", CharField())


def rows_of(subject: str) -> QuerySet[Model]:
    """The sheet of a subject: the area of the run."""
    return SHEETS[subject]._default_manager.all()
