"""What the checks say, in plain Python over plain rows: written from their meaning, without the ORM and without the engine.

A row is a dict of columns as they stand in the ledger (元, dates, words); an absent or None column is unknown. `members` and
`measures` are the rows of the same household, `others` the other rows of the sheet.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]


def number(value: Any) -> Any:
    return (
        Decimal(value)
        if isinstance(value, str) and value.replace(".", "", 1).replace("-", "", 1).isdigit()
        else value
    )


class Oracle:
    """`params` gives the values of parameters, 元 as text or numbers."""

    def __init__(self, params: Mapping[str, Any], as_of: date) -> None:
        self.params, self.as_of = params, as_of

    def holds(self, check: Mapping[str, Any], row: Row) -> bool:
        """Does the check surely doubt this row?"""
        return all(self.true(part, row) for part in check["when"])

    def true(self, part: Mapping[str, Any], row: Row) -> bool:  # noqa: PLR0911 - one line per shape
        if "any" in part:
            return any(
                all(self.true(one, row) for one in (branch if isinstance(branch, list) else [branch]))
                for branch in part["any"]
            )
        for kind in ("members", "measures"):
            if kind in part:
                left: Any = sum(
                    all(self.true(one, other) for one in part[kind]) for other in row.get(kind, [])
                )
                return self.compare(part, left, self.right(part, row))
        left = row.get(part["column"])
        op = part["op"]
        if op == "blank":
            return left is None
        if op == "duplicate":
            return self.twice(part, left, row)
        if left is None:
            return False
        if op in {"filled", "true", "false"}:
            return op == "filled" or left is (op == "true")
        right = self.right(part, row)
        return right is not None and self.compare(part, left, right)

    def twice(self, part: Mapping[str, Any], left: Any, row: Row) -> bool:
        if left is None:
            return False
        same = [other for other in row.get("others", []) if other.get(part["column"]) == left]
        if part.get("across"):
            return any(other.get("household") != row.get("household") for other in same)
        return bool(same)

    def shift(self, plus: Any) -> Any:
        if isinstance(plus, str):
            sign, key = (-1, plus[1:]) if plus.startswith("-") else (1, plus)
            return sign * number(self.params[key])
        return plus

    def right(self, part: Mapping[str, Any], row: Row) -> Any:
        plus = self.shift(part.get("plus", 0))
        if part.get("today"):
            return self.as_of + timedelta(days=int(plus))
        if part.get("other"):
            other = row.get(part["other"])
            return other if other is None or not plus else other + plus
        given = self.params[part["param"]] if part.get("param") else part.get("value")
        given = [number(one) for one in given] if isinstance(given, (list, tuple)) else number(given)
        if part.get("times"):
            often = row.get(part["times"])
            return None if often is None else given * often
        return given

    def compare(self, part: Mapping[str, Any], left: Any, right: Any) -> bool:  # noqa: C901, PLR0911 - one line per operator
        op = part["op"]
        if right is None:
            return False
        if op == "in":
            return left in right
        if op == "not_in":
            return left not in right
        if op == "between":
            return right[0] <= left <= right[1]
        if op == "outside":
            return left < right[0] or left > right[1]
        if op == "has":
            return right in left
        if op == "lacks":
            return right not in left
        if op == "contains_any":
            return any(str(one) in left for one in right)
        if op == "shorter":
            return len(left) < right
        if op == "longer":
            return len(left) > right
        return {
            "eq": left == right, "ne": left != right, "lt": op == "lt" and left < right, "lte": op == "lte" and left <= right,
            "gt": op == "gt" and left > right, "gte": op == "gte" and left >= right,
        }[op]  # fmt: skip
