"""What this room adds to others at the start: its entry in the navigation, its runs to the sweeper."""

from accounts.home import register_home
from accounts.nav import NavItem, register_nav
from monitoring.services import register_swept
from reporting.home import home_parts
from reporting.models import ReportRun
from reporting.services import TASK


def register() -> None:
    register_nav(NavItem(5, "总览", "reporting:dashboard", "reporting.view", "bar-chart"))
    register_home(home_parts)


def register_sweeping() -> None:
    """Snapshot runs that lost their message or their worker are sent again with the others."""
    register_swept(ReportRun, lambda run: TASK)
