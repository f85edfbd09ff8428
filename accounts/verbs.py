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
