"""This room's own entries in the navigation."""

from accounts.nav import NavItem, register_nav


def register() -> None:
    for item in (
        NavItem(0, "首页", "home", None, "house"),
        NavItem(80, "村情", "villages:division-list", "villages.view", "geo-alt"),
        NavItem(910, "用户与任职", "accounts:user-list", "accounts.manage", "people"),
        NavItem(920, "角色与权限", "accounts:role-list", "accounts.manage", "shield-check"),
        NavItem(930, "审计记录", "accounts:audit-list", "accounts.view_audit", "journal-text"),
    ):
        register_nav(item)
