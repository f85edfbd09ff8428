"""Who acts in a run: the person who asked, with the postings of now, or the operator of a command."""

from datetime import date

from accounts.actor import Actor, actor_for, operator_actor
from common.errors import NotFound, NotPermitted
from common.runs import Run
from villages.scope import DivisionScope
from villages.selectors import division_by_code


def actor_of_run(run: Run) -> Actor:
    """Asked again when the work starts: whoever lost the posting meanwhile gets nothing."""
    user = run.requested_by
    if user is None:
        raise NotPermitted
    return operator_actor() if user.is_system else actor_for(user)


def common_scope(actor: Actor, permissions: tuple[str, ...], code: str) -> DivisionScope:
    """The area in which all of the permissions hold, inside `code`. NotFound where nothing is left."""
    scope = actor.scope(permissions[0]).narrowed(code or None)
    for permission in permissions[1:]:
        other = actor.scope(permission)
        parts = [scope.narrowed(prefix) for prefix in other.prefixes]
        scope = DivisionScope(
            tuple(sorted({prefix for part in parts for prefix in part.prefixes})),
            tuple(sorted({prefix for part in parts for prefix in part.assigned})),
            actor.user_id,
            scope.field_groups & other.field_groups,
        )
    if scope.is_empty:
        raise NotFound
    return scope


def area_name(code: str, scope: DivisionScope) -> str:
    """What the cover and the file's name call the area."""
    codes = [code] if code else [*scope.prefixes, *scope.assigned]
    names = [division.name for one in codes[:3] if (division := division_by_code(one)) is not None]
    more = f"等{len(codes)}处" if len(codes) > 3 else ""
    return "、".join(names) + more or code


def day_text(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
