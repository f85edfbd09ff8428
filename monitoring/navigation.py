"""This room's entries in the navigation, the bell and the home page."""

from accounts.home import register_home
from accounts.nav import NavItem, register_bell, register_nav
from monitoring.home import home_parts


def register() -> None:
    for item in (
        NavItem(30, "风险监测", "monitoring:risk-list", "monitoring.view", "shield-exclamation"),
        NavItem(32, "走访与采集任务", "monitoring:duty-list", "monitoring.view", "list-check"),
        NavItem(62, "资金核查", "monitoring:fund-check", "funds.view", "clipboard-data"),
        NavItem(70, "问题整改", "monitoring:rectification-list", "monitoring.view_rectification", "tools"),
        NavItem(890, "批处理", "monitoring:run-list", "monitoring.view_runs", "cpu"),
    ):
        register_nav(item)
    register_bell("monitoring:bell", "monitoring.view_runs")
    register_home(home_parts)
