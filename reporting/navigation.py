"""The entries of this room in the navigation."""

from accounts.nav import NavItem, register_nav


def register() -> None:
    register_nav(NavItem(20, "总览", "reporting:dashboard", "reporting.view", "bar-chart"))
