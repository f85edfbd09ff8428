"""The Chinese words of the audit trail. Apps add theirs in ready(); a verb without a word shows as it is."""

VERBS: dict[str, str] = {
    "accounts.login": "登录",
    "accounts.logout": "退出",
    "accounts.password_changed": "修改密码",
    "accounts.password_reset": "重置密码",
    "accounts.user_created": "新建用户",
    "accounts.user_activated": "启用账号",
    "accounts.user_deactivated": "停用账号",
    "accounts.posting_opened": "登记任职",
    "accounts.posting_closed": "截止任职",
    "accounts.token_created": "新建接口令牌",
    "accounts.token_revoked": "撤销接口令牌",
    "poverty.backup_made": "备份",
    "poverty.restored": "恢复备份",
    "poverty.keys_rotated": "更换密钥",
    "villages.loaded": "装载区划",
    "villages.renamed": "区划更名",
    "villages.recoded": "区划改码",
    "villages.merged": "区划合并",
    "villages.year_saved": "维护村情",
}


def register_verbs(words: dict[str, str]) -> None:
    VERBS.update(words)


def verb_label(verb: str) -> str:
    return VERBS.get(verb, verb)


# The names of what an act carries, in words. What is not here is shown under its own name.
DETAILS = {
    "accepted": "同意", "act": "动作", "amount_fen": "金额（分）", "as_of": "截至日期", "assignee": "承办人", "category": "类别",
    "changes": "变更", "checksum": "校验值", "code": "编号", "days": "天数", "document": "文件", "fields": "字段",
    "found": "查到", "funds": "资金", "household": "农户", "households": "农户", "kind": "类型", "layout": "表式", "linkage": "联结方式",
    "measure": "措施", "on": "日期", "pack": "政策包", "period_end": "期末", "person": "成员", "planned_fen": "计划资金（分）",
    "project": "项目", "quarter": "季度", "relation": "关系", "report": "报告", "role": "角色", "scale": "规模", "seed": "种子",
    "size": "大小", "stages": "阶段", "state": "状态", "superseded": "被取代", "to": "改为", "user": "账号", "visit": "走访",
    "visited_on": "走访日期", "year": "年度", "rows": "行数", "full": "不脱敏", "reason": "事由", "scope_code": "区划",
    "saved": "已登记", "known": "此前已有", "refused": "未接受", "visitor": "走访人",
}  # fmt: skip


def detail_words(detail: dict[str, object]) -> list[tuple[str, object]]:
    """What an act carries, each under its Chinese name."""
    return [(DETAILS.get(name, name), value) for name, value in detail.items()]
