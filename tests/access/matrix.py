"""Which permission each URL needs: one row at least per named URL. Owners write theirs in tests/access/rows/<app>.py:

    from tests.access.matrix import Row
    from tests.factories.projects import make_project

    ROWS = [
        Row("projects:project-list", "projects.view"),
        Row("projects:project-detail", "projects.view", kwargs=lambda s: {"pk": make_project(s.world.village_a1).pk}),
        Row("projects:project-edit", "projects.edit", method="post", kwargs=..., data={"name": ""}),
        Row("api:project-list", "projects.view"),
    ]

`kwargs` makes its rows in township A and returns the URL's arguments; a row with kwargs is scoped: a person with the same
role at township B gets 404. `data` is the body of a POST; an invalid one (422 or 400) shows well enough that the door opened.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

import tests.access.rows
from accounts.actor import CONFIRMED_AT
from accounts.models import Role, User
from accounts.permissions import PERMISSIONS, ROLES
from tests.cast import Cast, World, make_user, post

PUBLIC, LOGIN = "public", "login"
# The first of these who holds the permission opens the door: people of the township before people of the county.
ORDER = ("li", "rev", "officer", "admin", "leader", "auditor", "wang")
ROLE_OF = {
    "li": "township_clerk",
    "rev": "township_reviewer",
    "officer": "county_officer",
    "admin": "administrator",
    "leader": "county_leader",
    "auditor": "auditor",
    "wang": "village_helper",
}


@dataclass(frozen=True)
class Scene:
    world: World
    cast: Cast


@dataclass(frozen=True)
class Row:
    """One door. `permission`: a named act, PUBLIC (no login), or LOGIN (anybody logged in)."""

    name: str
    permission: str
    method: str = "get"
    kwargs: Callable[[Scene], dict[str, Any]] | None = None
    data: Callable[[Scene], dict[str, Any]] | dict[str, Any] | None = None
    insider: str = ""  # a name of the cast, when the first who holds the permission is not the right one
    scoped: bool | None = None  # None: as `kwargs` says
    outside: int = 404  # what the same role at township B gets on a scoped row
    query: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.name}"

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")

    @property
    def is_scoped(self) -> bool:
        return self.kwargs is not None if self.scoped is None else self.scoped

    @cached_property
    def who(self) -> str:
        if self.insider:
            return self.insider
        return next(name for name in ORDER if self.permission in ROLES[ROLE_OF[name]].permissions)

    def url(self, scene: Scene) -> str:
        return reverse(self.name, kwargs=self.kwargs(scene) if self.kwargs else {}) + self.query

    def body(self, scene: Scene) -> dict[str, Any]:
        return self.data(scene) if callable(self.data) else self.data or {}


def all_rows() -> list[Row]:
    rows: list[Row] = []
    for module in pkgutil.iter_modules(tests.access.rows.__path__):
        rows += importlib.import_module(f"tests.access.rows.{module.name}").ROWS
    wrong = [str(row) for row in rows if row.permission not in {PUBLIC, LOGIN, *PERMISSIONS}]
    assert not wrong, f"rows with an unknown permission: {wrong}"
    return rows


def call(row: Row, url: str, body: dict[str, Any], user: User | None) -> HttpResponse:
    """The request as this user, with a password just typed, so that only permission and area decide."""
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
        session = client.session
        session[CONFIRMED_AT] = int(timezone.now().timestamp())
        session.save()
    if row.method == "get":
        return client.get(url)
    extra = {"content_type": "application/json"} if row.is_api else {}
    return getattr(client, row.method)(url, body, **extra)


def outsider(row: Row, scene: Scene) -> User:
    """Somebody with the insider's role, serving the other township."""
    user = make_user("outsider", "外乡人")
    post(user, ROLE_OF[row.who], scene.world.township_b if row.who != "wang" else scene.world.village_b1)
    return user


def strip(row: Row) -> None:
    """Take the permission away from every role, and nothing else."""
    for role in Role.objects.all():
        role.permissions = [name for name in role.permissions if name != row.permission]
        role.save(update_fields=["permissions"])


def named_urls(resolver: URLResolver | None = None, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    """Every named URL except those of Django's maintenance site; an unnamed one appears as its route."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
                yield from named_urls(pattern, inner)
        elif isinstance(pattern, URLPattern) and str(pattern.pattern) != "admin/login/":
            yield ":".join((*spaces, pattern.name)) if pattern.name else f"unnamed {pattern.pattern}"
