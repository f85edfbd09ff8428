"""Role -> permission, as data. Permissions are named acts, not CRUD bits. This table is the source of the access matrix test."""

from typing import NamedTuple


class RoleSpec(NamedTuple):
    name: str
    permissions: frozenset[str]
    assigned_only: bool = False
    long_session: bool = False


PERMISSIONS: dict[str, str] = {
    "villages.view": "查看村情",
    "villages.edit": "维护村情",
    "villages.recode": "调整区划",
    "accounts.manage": "管理用户与任职",
    "accounts.view_audit": "查看审计记录",
    "policies.view": "查看政策文件",
    "policies.submit_pack": "提交政策包",
    "policies.approve_pack": "批准发布政策包",
    "households.view": "查看农户",
    "households.edit": "维护农户信息",
    "households.set_status": "认定状态",
    "households.reveal": "查看完整证件号、电话、账号",
    "households.record_visit": "登记走访",
    "households.manage_measures": "维护帮扶措施",
    "households.assign_helper": "安排帮扶责任人",
    "households.manage_points": "登记爱心超市积分",
    "exchange.export": "导出表格",
    "exchange.export_full": "导出未脱敏表格",
    "exchange.import": "导入表格",
    "projects.view": "查看项目",
    "projects.edit": "维护项目",
    "projects.record_milestone": "登记项目进度",
    "funds.view": "查看资金",
    "funds.edit": "维护资金文件与分配",
    "funds.submit_payment": "提交拨付",
    "funds.confirm_payment": "确认拨付",
    "monitoring.view": "查看风险监测",
    "monitoring.run_screening": "发起筛查",
    "monitoring.check_funds": "发起资金核查",
    "monitoring.exempt_fault": "豁免疑点数据",
    "monitoring.upload_department": "报送部门数据",
    "monitoring.work_difference": "办理部门数据差异",
    "monitoring.handle_case": "核查风险任务",
    "monitoring.propose_status": "提出纳入监测建议",
    "monitoring.view_rectification": "查看问题整改",
    "monitoring.open_rectification": "建立问题",
    "monitoring.work_rectification": "整改问题",
    "monitoring.check_rectification": "复核与销号",
    "monitoring.view_runs": "查看批处理",
    "monitoring.freeze_quarter": "季度封库与解封",
    "reporting.view": "查看报表与总览",
    "proceedings.view": "查看认定程序",
    "proceedings.open": "发起认定程序",
    "proceedings.village_step": "办理村级环节",
    "proceedings.township_review": "乡镇审核认定",
    "proceedings.county_decide": "县级审定",
    "proceedings.manage_codes": "管理一码通与监督电话",
}

_READ = frozenset({
    "villages.view", "policies.view", "households.view", "projects.view", "funds.view", "monitoring.view",
    "monitoring.view_rectification", "monitoring.view_runs", "reporting.view", "proceedings.view",
})  # fmt: skip
_CLERK = _READ | {
    "households.edit", "households.record_visit", "households.manage_measures", "households.assign_helper", "households.reveal",
    "households.manage_points",
    "exchange.export", "exchange.import", "projects.record_milestone", "funds.submit_payment",
    "monitoring.handle_case", "monitoring.propose_status", "monitoring.work_rectification", "monitoring.work_difference",
    "proceedings.open", "proceedings.village_step", "proceedings.manage_codes",
}  # fmt: skip

ROLES: dict[str, RoleSpec] = {
    "village_helper": RoleSpec(
        "帮扶责任人/驻村",
        frozenset({"villages.view", "policies.view", "households.view", "households.record_visit", "monitoring.view", "monitoring.handle_case",
                   "proceedings.view", "proceedings.open"}),
        assigned_only=True,
        long_session=True,
    ),
    "township_clerk": RoleSpec("乡镇办事员", _CLERK, long_session=True),
    "township_reviewer": RoleSpec(
        "乡镇审核员",
        _READ | {"households.reveal", "exchange.export", "monitoring.check_rectification", "monitoring.handle_case", "funds.submit_payment",
                 "proceedings.township_review"},
    ),
    "county_officer": RoleSpec(
        "县级主管",
        _READ | {
            "villages.edit", "households.edit", "households.set_status", "households.reveal", "households.assign_helper", "exchange.export",
            "exchange.export_full", "exchange.import", "projects.edit", "projects.record_milestone", "funds.edit", "funds.submit_payment",
            "funds.confirm_payment", "monitoring.run_screening", "monitoring.check_funds", "monitoring.exempt_fault", "monitoring.open_rectification",
            "monitoring.upload_department", "monitoring.work_difference", "monitoring.freeze_quarter",
            "monitoring.work_rectification", "monitoring.check_rectification", "policies.submit_pack", "policies.approve_pack",
            "accounts.view_audit", "proceedings.open", "proceedings.county_decide", "proceedings.manage_codes",
        },
    ),
    "county_leader": RoleSpec("县级领导", _READ | {"exchange.export", "policies.approve_pack", "monitoring.freeze_quarter"}),
    "department_officer": RoleSpec(
        "部门人员", frozenset({"villages.view", "policies.view", "households.view", "monitoring.view", "monitoring.view_rectification",
                         "monitoring.work_rectification", "monitoring.upload_department", "reporting.view"}),
    ),
    "auditor": RoleSpec("审计（只读）", _READ | {"accounts.view_audit"}),
    "administrator": RoleSpec(
        "系统管理员", frozenset({"villages.view", "villages.recode", "accounts.manage", "accounts.view_audit", "policies.view",
                           "policies.submit_pack", "monitoring.view_runs"}),
    ),
}  # fmt: skip

# Groups of household fields a department officer may be limited to; a group he lacks is absent, not masked.
FIELD_GROUPS: dict[str, str] = {
    "identity": "证件与联系方式",
    "income": "收入支出",
    "health": "健康与医疗",
    "schooling": "教育",
    "housing": "住房",
    "water": "饮水",
    "safety_net": "低保与特困",
    "work": "务工就业",
}
ALL_FIELD_GROUPS = frozenset(FIELD_GROUPS)
