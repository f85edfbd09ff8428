"""Querysets of signs and what hangs on them: the area of the reader, and only what his groups of fields let him know.

What tells of a group he lacks is absent, not masked: from lists, counts and the API alike, since all of them ask within().
"""

from typing import Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from accounts.models import AppendOnlyQuerySet
from accounts.permissions import ALL_FIELD_GROUPS
from policies.seeing import rules_seen
from villages.scope import DivisionScope, ScopedQuerySet

OF_MONEY = ("fund_area", "project", "village", "township")  # their findings tell of no household


def rule_seen_q(groups: frozenset[str]) -> Q:
    """Rows with a `rule_key` that a reader with these groups may see."""
    seen = rules_seen(groups)
    return Q() if seen is None else Q(rule_key__in=seen)


def sign_seen_q(groups: frozenset[str]) -> Q:
    seen = rule_seen_q(groups)
    return seen | Q(subject_kind__in=OF_MONEY) if seen else seen


class SignQuerySet(ScopedQuerySet):
    assigned_path = "household_id"

    def within(self, scope: DivisionScope) -> Self:
        rows = super().within(scope)
        return rows if scope.is_empty else rows.filter(sign_seen_q(scope.field_groups))


class CaseQuerySet(ScopedQuerySet):
    assigned_path = "household_id"

    def within(self, scope: DivisionScope) -> Self:
        """A check task is seen by whom one of its signs may be seen."""
        rows = super().within(scope)
        seen = Q() if scope.is_empty else sign_seen_q(scope.field_groups)
        if not seen:
            return rows
        signs = apps.get_model("monitoring", "RiskSign").objects.filter(case=OuterRef("pk"))
        return rows.filter(Exists(signs.filter(seen)) | ~Exists(signs))


class DutyQuerySet(ScopedQuerySet):
    assigned_path = "household_id"

    def within(self, scope: DivisionScope) -> Self:
        rows = super().within(scope)
        return rows if scope.is_empty else rows.filter(rule_seen_q(scope.field_groups))


class DecisionQuerySet(ScopedQuerySet, AppendOnlyQuerySet):
    scope_path = "case__scope_code"
    assigned_path = "case__household_id"

    def within(self, scope: DivisionScope) -> Self:
        """The reasons are free text and may speak of anything: for those who may see every group."""
        rows = super().within(scope)
        return rows if scope.field_groups >= ALL_FIELD_GROUPS else rows.none()
