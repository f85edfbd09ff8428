"""Reading accounts and the audit trail."""

from datetime import date, datetime, time, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.actor import Actor, require
from accounts.models import AuditEntry, Posting, Role, User
from accounts.permissions import FIELD_GROUPS, PERMISSIONS, ROLES
from common.errors import NotFound
from villages.scope import area_q

MANAGE, AUDIT = "accounts.manage", "accounts.view_audit"


def user_list(*, actor: Actor, text: str = "", role: str = "") -> QuerySet[User]:
    """The accounts of people: those who serve in the manager's area, and those who serve nowhere (yet)."""
    require(actor, MANAGE)
    prefixes = actor.scope(MANAGE).prefixes
    here = Posting.objects.filter(area_q("division__code", prefixes))
    postings = Posting.objects.current(timezone.localdate()).select_related("role", "division")
    rows = (
        User.objects.filter(is_system=False)
        .filter(Q(pk__in=here.values("user")) | Q(postings__isnull=True))
        .prefetch_related(Prefetch("postings", queryset=postings, to_attr="current_postings"))
        .distinct()
    )
    if text:
        rows = rows.filter(
            Q(username__icontains=text) | Q(full_name__icontains=text) | Q(unit__icontains=text)
        )
    if role:
        rows = rows.filter(
            pk__in=Posting.objects.current(timezone.localdate()).filter(role__code=role).values("user")
        )
    return rows


def user_get(*, actor: Actor, pk: int) -> User:
    """One account the manager may see, else NotFound."""
    user = user_list(actor=actor).filter(pk=pk).first()
    if user is None:
        raise NotFound()
    return user


def own_user(*, actor: Actor) -> User:
    """The acting person's own account."""
    user = User.objects.filter(pk=actor.user_id or 0).first()
    if user is None:
        raise NotFound()
    return user


def posting_list(*, user: User) -> QuerySet[Posting]:
    """All postings of an account the caller has obtained by user_get or own_user, open ones first."""
    return user.postings.select_related("role", "division__parent").order_by("-effective_from", "-pk")


def role_choices() -> QuerySet[Role]:
    return Role.objects.filter(code__in=ROLES).order_by("pk")


def role_table(*, actor: Actor) -> tuple[list[Role], list[tuple[str, list[bool]]]]:
    """Roles as columns, permissions as rows, in the order of accounts/permissions.py."""
    require(actor, MANAGE)
    by_code = {role.code: role for role in role_choices()}
    roles = [by_code[code] for code in ROLES if code in by_code]
    return roles, [
        (title, [name in role.permissions for role in roles]) for name, title in PERMISSIONS.items()
    ]


def field_group_names(codes: list[str]) -> str:
    return "、".join(FIELD_GROUPS.get(code, code) for code in codes)


def _day_start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def audit_list(*, actor: Actor, filters: dict[str, str | date] | None = None) -> QuerySet[AuditEntry]:
    """The trail inside the actor's area. Acts without a place (logins, tokens) show when their doer serves in that area."""
    require(actor, AUDIT)
    prefixes = actor.scope(AUDIT).prefixes
    people = Posting.objects.filter(area_q("division__code", prefixes)).values("user")
    rows = AuditEntry.objects.filter(
        area_q("scope_code", prefixes)
        | Q(scope_code="", actor_id__in=people)
        | Q(scope_code="", actor__is_system=True)
    )
    wanted = filters or {}
    if who := str(wanted.get("who") or ""):
        rows = rows.filter(actor_label__icontains=who)
    for name, lookup in (
        ("verb", "verb__startswith"),
        ("target", "target_kind__startswith"),
        ("reference", "reference"),
    ):
        if value := wanted.get(name):
            rows = rows.filter(**{lookup: value})
    since, until = wanted.get("since"), wanted.get("until")
    if isinstance(since, date):
        rows = rows.filter(at__gte=_day_start(since))
    if isinstance(until, date):
        rows = rows.filter(at__lt=_day_start(until + timedelta(days=1)))
    return rows
