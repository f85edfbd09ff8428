"""This room's entry in the navigation."""

from accounts.nav import NavItem, register_nav


def register() -> None:
    register_nav(NavItem(50, "项目", "projects:project-list", "projects.view", "kanban"))
