"""This room's entries in the navigation, the bell and the home page."""

from accounts.home import register_home
from accounts.nav import NavItem, register_bell, register_nav
from accounts.verbs import register_verbs
from monitoring.home import home_parts

VERBS = {
    "monitoring.quality_requested": "发起疑点数据核查",
    "monitoring.fault_exempted": "豁免疑点数据",
    "monitoring.faults_handed_over": "疑点清单发乡镇核实",
    "monitoring.exemption_ended": "撤销疑点豁免",
    "monitoring.department_received": "收到部门数据",
    "monitoring.department_mapped": "对应部门数据列",
    "monitoring.department_matched": "确认部门数据匹配",
    "monitoring.department_compare": "比对部门数据",
    "monitoring.department_feedback": "生成部门反馈表",
    "monitoring.difference_started": "开始核对差异",
    "monitoring.difference_settled": "办结部门数据差异",
    "monitoring.quarter_frozen": "季度封库",
    "monitoring.freeze_lifted": "解除季度封库",
    "monitoring.quarter_judged_again": "重新判断封库季度",
}


def register() -> None:
    register_verbs(VERBS)
    for item in (
        NavItem(30, "风险监测", "monitoring:risk-list", "monitoring.view", "shield-exclamation"),
        NavItem(32, "走访与采集任务", "monitoring:duty-list", "monitoring.view", "list-check"),
        NavItem(34, "疑点数据", "monitoring:quality-home", "monitoring.view", "clipboard-x"),
        NavItem(36, "部门数据", "monitoring:department-home", "monitoring.view", "building-check"),
        NavItem(36, "政策测算", "monitoring:whatif", "monitoring.run_screening", "sliders"),
        NavItem(37, "规则名单", "monitoring:rule-names", "reporting.view", "card-list"),
        NavItem(38, "季度封库", "monitoring:freeze-list", "reporting.view", "lock"),
        NavItem(62, "资金核查", "monitoring:fund-check", "funds.view", "clipboard-data"),
        NavItem(70, "问题整改", "monitoring:rectification-list", "monitoring.view_rectification", "tools"),
        NavItem(890, "批处理", "monitoring:run-list", "monitoring.view_runs", "cpu"),
    ):
        register_nav(item)
    register_bell("monitoring:bell", "monitoring.view_runs")
    register_home(home_parts)
