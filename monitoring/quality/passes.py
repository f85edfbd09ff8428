"""Many checks in one pass: a sum of bits or ones, in which a row meets only the comparisons its own values leave open.

Most checks begin with what a row is: a son, a pupil, a household out of poverty. Compared one after another, every row
would be held against all of them. So checks that ask a column for named values hang in branches by the value, and a
daughter never meets what is asked of a son-in-law. Which branch a condition hangs in changes nothing in its meaning:
it is the same AND, begun from that condition.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any

from django.db.models import BigIntegerField, Case, Value, When

from monitoring.quality.catalogue import Check, Condition
from monitoring.quality.columns import field_path
from monitoring.quality.conditions import Meaning, all_q, named_values

WORD_BITS, WORDS = 60, 3
# Values of one condition that are worth a branch each; with more, the condition is asked as it is.
MOST_BRANCHES = 8
Asked = tuple[tuple[Condition, ...], int]  # all of these: this number
ZERO = Value(0, BigIntegerField())


def place_of(at: int) -> tuple[str, int]:
    """The word and the bit of the at-th check of a subject."""
    return f"w{at // WORD_BITS}", 1 << (at % WORD_BITS)


def words(checks: Sequence[Check], meaning: Meaning) -> dict[str, Any]:
    """w0, w1, w2: a bit for each check that doubts the row, so that one pass over a sheet answers all of its checks."""
    if len(checks) > WORD_BITS * WORDS:
        raise LookupError(f"more than {WORD_BITS * WORDS} checks of one subject: widen CheckHit")
    asked: dict[str, list[Asked]] = {f"w{n}": [] for n in range(WORDS)}
    for at, check in enumerate(checks):
        word, bit = place_of(at)
        asked[word].append((check.when, bit))
    return {
        f"h_{word}": total(checks[0].subject, mine, meaning) if mine else ZERO for word, mine in asked.items()
    }


def total(subject: str, asked: Sequence[Asked], meaning: Meaning) -> Any:
    """The sum of the numbers whose conditions all hold."""
    column = _splitter(subject, asked, meaning)
    if not column:
        return _summed([_single(subject, one, meaning) for one in asked])
    branches, rest = _split(subject, column, asked, meaning)
    whens = [
        When(**{field_path(column): value}, then=total(subject, mine, meaning))
        for value, mine in branches.items()
    ]
    branched = Case(*whens, default=ZERO, output_field=BigIntegerField())
    return branched if not rest else branched + total(subject, rest, meaning)


def _single(subject: str, asked: Asked, meaning: Meaning) -> Any:
    conditions, number = asked
    said = Value(number, BigIntegerField())
    if not conditions:
        return said
    return Case(
        When(all_q(subject, conditions, meaning), then=said), default=ZERO, output_field=BigIntegerField()
    )


def _summed(parts: Sequence[Any]) -> Any:
    found = parts[0]
    for part in parts[1:]:
        found = found + part
    return found


def _pin(
    subject: str, asked: Asked, column: str, meaning: Meaning
) -> tuple[Condition, tuple[Hashable, ...]] | None:
    """The first condition that asks `column` for named values, and these values."""
    for part in asked[0]:
        if part.column == column and (values := named_values(subject, part, meaning)):
            return (part, values) if len(values) <= MOST_BRANCHES else None
    return None


def _splitter(subject: str, asked: Sequence[Asked], meaning: Meaning) -> str:
    """The column by which most of these differ; none when fewer than three ask one."""
    often: Counter[str] = Counter()
    for one in asked:
        for column in dict.fromkeys(part.column for part in one[0] if part.column):
            often[column] += _pin(subject, one, column, meaning) is not None
    column, count = max(often.items(), key=lambda pair: pair[1], default=("", 0))
    return column if count > 2 else ""


def _split(
    subject: str, column: str, asked: Sequence[Asked], meaning: Meaning
) -> tuple[dict[Hashable, list[Asked]], list[Asked]]:
    """Those that ask the column for a value, below every value they ask for and without that condition; and the others."""
    branches: dict[Hashable, list[Asked]] = {}
    rest = []
    for one in asked:
        pin = _pin(subject, one, column, meaning)
        if pin is None:
            rest.append(one)
            continue
        part, values = pin
        left = list(one[0])
        left.remove(part)
        for value in dict.fromkeys(values):
            branches.setdefault(value, []).append((tuple(left), one[1]))
    return branches, rest
