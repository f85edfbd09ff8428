"""The navigation as a registry: each app adds its entries in ready(); what a person may not use he does not see."""

from dataclasses import dataclass
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse

from accounts.actor import Actor

# Order from which on entries stand under a heading.
SECTIONS = (
    (0, ""), (10, "农户与走访"), (30, "监测与认定"), (40, "帮扶"), (50, "项目与资金"), (70, "整改与资料"), (900, "系统管理"),
)  # fmt: skip
PHONE_LABELS = ("农户", "走访")  # between 待办 and 我的 in the bar of a phone


@dataclass(frozen=True)
class NavItem:
    """`permission` None: for everybody logged in. `icon`: a name of bootstrap-icons without "bi-"."""

    order: int
    label: str
    url_name: str
    permission: str | None
    icon: str


class NavLink(NamedTuple):
    label: str
    url: str
    icon: str
    active: bool
    section: str = ""


_items: list[NavItem] = []
_bell: list[tuple[str, str]] = []


def register_nav(item: NavItem) -> None:
    """Add an entry; the same URL twice (a reloaded app) replaces the first."""
    _items[:] = sorted(
        [known for known in _items if known.url_name != item.url_name] + [item],
        key=lambda entry: (entry.order, entry.label),
    )


def registered() -> tuple[NavItem, ...]:
    return tuple(_items)


def register_bell(url_name: str, permission: str) -> None:
    """The fragment that fills the bell of the top bar."""
    _bell[:] = [(url_name, permission)]


def bell_url(actor: Actor) -> str:
    return next((_url(name) or "" for name, permission in _bell if actor.may(permission)), "")


def _url(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def nav_for(actor: Actor, path: str) -> list[NavLink]:
    """The entries this person may use; the one whose address is the longest beginning of `path` is active."""
    found = [
        (item, url)
        for item in _items
        if (item.permission is None or actor.may(item.permission)) and (url := _url(item.url_name))
    ]
    here = max(
        (url for _, url in found if path == url or (url != "/" and path.startswith(url))), key=len, default=""
    )
    return [NavLink(item.label, url, item.icon, url == here, section_of(item.order)) for item, url in found]


def section_of(order: int) -> str:
    """The heading above an entry of this order."""
    return next(heading for first, heading in reversed(SECTIONS) if order >= first)


def phone_bar(links: list[NavLink], home: str, me: str, path: str) -> list[NavLink]:
    """待办, 农户, 走访, 我的."""
    middle = [link for label in PHONE_LABELS for link in links if link.label == label]
    return [
        NavLink("待办", home, "check2-square", path == home),
        *middle,
        NavLink("我的", me, "person", path.startswith(me)),
    ]
