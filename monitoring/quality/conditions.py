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
from django.db.models.lookups import GreaterThan, LessThan

from monitoring.quality.catalogue import Check, Condition
from monitoring.quality.columns import COUNTED, ColumnInfo, column_of, day_of, field_path
from monitoring.quality.sheets import COUNTERS, SHEETS

WORD_BITS, WORDS = 60, 3
ORDER = {"lt": "__lt", "lte": "__lte", "gt": "__gt", "gte": "__gte"}
Counters = dict[str, dict[tuple[Condition, ...], int]]


@dataclass(frozen=True)
class Meaning:
    """What the conditions of one run refer to: the day, the area, the parameters, which counter counts what."""

    as_of: date
    scope_code: str
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
        return reduce(or_, (Q(**{f"{path}__contains": one}) for one in right))
    compare = LessThan if part.op == "shorter" else GreaterThan
    return Q(compare(Length(F(path)), right))


def _duplicate(subject: str, part: Condition, path: str, meaning: Meaning) -> Q:
    """Rows whose value stands in more than one row of the area, or in rows of more than one household."""
    counted = Count(f"{part.across}_id", distinct=True) if part.across else Count("pk")
    rows = (
        SHEETS[subject]._default_manager.filter(scope_code__startswith=meaning.scope_code, **{f"{path}__isnull": False})
        .order_by().values(path).annotate(often=counted).filter(often__gt=1).values(path)
    )  # fmt: skip
    return Q(**{f"{path}__in": rows})


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
        return _duplicate(subject, part, left.path, meaning)
    return _compared(part, left, _right(part, left, meaning))


def all_q(subject: str, parts: Sequence[Condition], meaning: Meaning) -> Q:
    return reduce(and_, (condition_q(subject, part, meaning) for part in parts), Q())


def check_q(check: Check, meaning: Meaning) -> Q:
    """Where the check doubts a row of its sheet."""
    return all_q(check.subject, check.when, meaning)


# --- many checks in one pass ---------------------------------------------------------------------------------------------


def place_of(at: int) -> tuple[str, int]:
    """The word and the bit of the at-th check of a subject."""
    return f"w{at // WORD_BITS}", 1 << (at % WORD_BITS)


def words(checks: Sequence[Check], meaning: Meaning) -> dict[str, Any]:
    """w0, w1, w2: a bit for each check that doubts the row, so that one pass over a sheet answers all of its checks."""
    if len(checks) > WORD_BITS * WORDS:
        raise LookupError(f"more than {WORD_BITS * WORDS} checks of one subject: widen CheckHit")
    found: dict[str, Any] = {}
    for at, check in enumerate(checks):
        word, bit = place_of(at)
        said = Case(
            When(check_q(check, meaning), then=Value(bit)), default=Value(0), output_field=BigIntegerField()
        )
        found[word] = found[word] + said if word in found else said
    return {
        f"h_{name}": found.get(name, Value(0, BigIntegerField())) for name in (f"w{n}" for n in range(WORDS))
    }


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


def rows_of(subject: str, scope_code: str) -> QuerySet[Model]:
    """The sheet of a subject inside the area."""
    return SHEETS[subject]._default_manager.filter(scope_code__startswith=scope_code)
