"""How a view says which permission it needs. Services check again: this is the early, plain refusal.

HTML:  @needs("households.view")            def household_list(request): ...
API:   permission_classes = [Needs]         permission = "households.view"   or {"GET": ..., "POST": ...}
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.actor import actor_of, require
from accounts.permissions import PERMISSIONS
from common.errors import NotPermitted

View = Callable[..., Any]


def needs(*permissions: str) -> Callable[[View], View]:
    """Any one of the permissions opens the view."""
    unknown = set(permissions) - set(PERMISSIONS)
    if unknown or not permissions:
        raise LookupError(f"unknown permissions {sorted(unknown)}")

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            actor = actor_of(request)
            if not any(actor.may(permission) for permission in permissions):
                require(actor, permissions[0])
            return view(request, *args, **kwargs)

        guarded.permissions = permissions  # type: ignore[attr-defined]
        return guarded

    return wrap


class Needs(BasePermission):
    """Logged in, and with the view's `permission` (one for all methods, or by method)."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        wanted = view.permission
        if isinstance(wanted, dict):
            method = "GET" if request.method in {"HEAD", "OPTIONS"} else request.method
            if method not in wanted:
                raise NotPermitted()
            wanted = wanted[method]
        require(actor_of(request), wanted)
        return True
