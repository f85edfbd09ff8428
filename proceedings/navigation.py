"""This room's entries in the navigation and the home page, its words in the audit trail, its hook in the risk check."""

from accounts.home import register_home
from accounts.nav import NavItem, register_nav
from accounts.verbs import register_verbs
from monitoring.paths import FormalPath, register_path
from proceedings.home import home_parts
from proceedings.services import proceeding_decline_for, proceeding_join

VERBS = {
    "proceedings.opened": "发起认定程序",
    "proceedings.moved": "办理认定程序",
    "proceedings.joined": "并入认定程序",
    "proceedings.paper_added": "补交认定材料",
}


def register() -> None:
    register_nav(NavItem(31, "认定程序", "proceedings:proceeding-list", "proceedings.view", "signpost-split"))
    register_verbs(VERBS)
    register_home(home_parts)
    register_path(FormalPath(proposed=proceeding_join, declined=proceeding_decline_for))
