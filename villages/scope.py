"""Row permission as a value: which areas, only assigned households or all, which groups of fields. Empty matches nothing."""

from dataclasses import dataclass
from typing import Self

from django.db import models
from django.db.models import Q

NARROW = 9  # digits of a township


@dataclass(frozen=True)
class DivisionScope:
    """`prefixes`: division codes whose whole subtree may be seen. `assigned`: code prefixes in which only the households
    assigned to `user_id` may be seen. Nothing in both means nothing may be seen."""

    prefixes: tuple[str, ...] = ()
    assigned: tuple[str, ...] = ()
    user_id: int | None = None
    field_groups: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not self.prefixes and not self.assigned

    def covers(self, code: str) -> bool:
        """True when everything below `code` lies inside the area part of this scope."""
        return any(prefix and code.startswith(prefix) for prefix in self.prefixes)

    def narrowed(self, code: str | None) -> "DivisionScope":
        """This scope inside the area `code`; the intersection, never more than either."""
        if not code:
            return self

        def cut(prefixes: tuple[str, ...]) -> tuple[str, ...]:
            inside = {code for prefix in prefixes if code.startswith(prefix)}
            return tuple(sorted(inside | {prefix for prefix in prefixes if prefix.startswith(code)}))

        return DivisionScope(cut(self.prefixes), cut(self.assigned), self.user_id, self.field_groups)


def _after(prefix: str) -> str | None:
    """The first code behind the subtree of `prefix`: 411081 -> 411082, 41108199 -> 411082. None where nothing is behind."""
    stem = prefix.rstrip("9")
    return stem[:-1] + str(int(stem[-1]) + 1) if stem and stem[-1].isdecimal() and stem.isascii() else None


def below(path: str, prefix: str) -> Q:
    """Rows whose `path` starts with the prefix. Bounds say the same to an index, which cannot be asked for a prefix on
    SQLite, nor on PostgreSQL under most collations; the prefix itself is what decides. Not for a county and above: that
    is most of the table, and a list in the order of its rows is read faster without the index (docs/performance.md)."""
    condition = Q(**{f"{path}__startswith": prefix})
    behind = _after(prefix) if len(prefix) >= NARROW else None
    return condition if behind is None else condition & Q(**{f"{path}__gte": prefix, f"{path}__lt": behind})


def area_q(path: str, prefixes: tuple[str, ...]) -> Q:
    """Rows whose `path` starts with one of the prefixes. No prefix: no row. An empty prefix is a mistake: no row."""
    condition = Q(pk__in=())
    for prefix in prefixes:
        if prefix:
            condition |= below(path, prefix)
    return condition


class ScopedQuerySet(models.QuerySet):
    """`within(scope)`: deny by default. `scope_path` leads to the row's division code; `assigned_path` (where a model has
    one) leads to the household whose open helper assignment decides for assigned-only people."""

    scope_path = "scope_code"
    assigned_path: str | None = None

    def within(self, scope: DivisionScope) -> Self:
        condition = area_q(self.scope_path, scope.prefixes)
        if scope.assigned and self.assigned_path is not None:
            condition |= area_q(self.scope_path, scope.assigned) & self.assigned_q(scope)
        return self.filter(condition)

    def assigned_q(self, scope: DivisionScope) -> Q:
        """Rows of households with an open assignment of this user; a subquery, so rows never double."""
        from django.apps import apps  # noqa: PLC0415 - the registry is not ready when models are being defined

        mine = apps.get_model("households", "HelperAssignment").objects.filter(
            user_id=scope.user_id or 0, effective_to__isnull=True
        )
        return Q(**{f"{self.assigned_path}__in": mine.values("household_id")})
