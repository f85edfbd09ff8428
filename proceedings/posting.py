"""What this part of the room tells the rest: checks of the flow, navigation, home page, words of the audit trail."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from accounts.actor import Actor
from accounts.home import HomeCounter, HomeItem, Part, register_home
from accounts.nav import NavItem, register_nav
from accounts.verbs import register_verbs
from proceedings import checks
from proceedings.following import codes_follow
from proceedings.models import Application
from proceedings.selectors.exits import exit_findings, exit_frozen
from proceedings.selectors.intake import TakeBy, application_list
from proceedings.services.objections import objection_findings
from villages.moving import register_follower

VERBS = {
    "proceedings.application_send": "收到申报",
    "proceedings.application_take": "受理申报",
    "proceedings.application_merge": "申报并入程序",
    "proceedings.application_decline": "不予受理申报",
    "proceedings.application_reveal": "查看申报人号码",
    "proceedings.code_renew": "生成一码通",
    "proceedings.code_revoke": "停用一码通",
    "proceedings.local_number_set": "登记监督电话",
    "proceedings.notice_make": "制作公示公告",
    "proceedings.notice_photo": "上传公示照片",
    "proceedings.notice_take_down": "撤下公示",
    "proceedings.notice_withdraw": "撤回公示",
    "proceedings.objection_record": "登记异议",
    "proceedings.objection_settle": "处理异议",
    "proceedings.objection_reveal": "查看异议人电话",
    "proceedings.check_mark": "登记退出核查",
}
SHOWN = 20


def home_parts(actor: Actor, today: date) -> Iterator[Part]:
    """Applications nobody has taken up yet, by their limit."""
    if not actor.scope("proceedings.open").prefixes:
        return
    rows = application_list(actor=actor, state=Application.State.NEW)
    count, limits = rows.count(), TakeBy(today)
    yield HomeCounter(
        "待受理申报",
        count,
        f"{reverse('proceedings:application-list')}?state=new",
        "amber" if count else "grey",
    )
    for row in rows.order_by("received_on", "pk")[:SHOWN]:
        yield HomeItem(
            "申报受理", row.name, f"{row.village.parent.name if row.village.parent else ''} {row.village.name}",
            f"{row.get_channel_display()}，{row.received_on} 收到", limits.of(row),
            reverse("proceedings:application-detail", args=[row.pk]), "受理",
        )  # fmt: skip


def register() -> None:
    register_nav(NavItem(30, "申报受理", "proceedings:application-list", "proceedings.open", "inbox"))
    register_nav(NavItem(32, "公示公告", "proceedings:notice-list", "proceedings.view", "megaphone"))
    register_nav(NavItem(33, "一码通", "proceedings:code-list", "proceedings.manage_codes", "qr-code"))
    register_verbs(VERBS)
    register_home(home_parts)
    checks.register_check(checks.OBJECTIONS, objection_findings)
    checks.register_check(checks.HOUSEHOLD_EXIT, exit_findings)
    checks.register_check(checks.VILLAGE_EXIT, exit_findings)
    checks.register_freeze(exit_frozen)
    register_follower(codes_follow)
