"""This room's entry in the navigation, and its payments on the home page."""

from datetime import date

from django.urls import reverse

from accounts.actor import Actor
from accounts.home import HomeCounter, HomeItem, Part, register_home
from accounts.nav import NavItem, register_nav
from common.money import to_yuan
from funds.selectors import payments_waiting

SHOWN = 20


def waiting(actor: Actor, today: date) -> list[Part]:
    """Payments that wait for this person's confirmation; his own submissions wait for somebody else."""
    if not actor.may("funds.confirm_payment"):
        return []
    rows = payments_waiting(actor=actor)
    total = rows.count()
    items = [
        HomeItem(
            kind="拨付",
            title=f"{row.allocation.project.name}：{to_yuan(row.amount_fen):,.2f} 元",
            place=row.allocation.project.village.name,
            why=f"{row.submitted_by.full_name} {row.submitted_at:%Y-%m-%d} 提交，待确认",
            due_on=None,
            url=reverse("funds:payment-detail", args=[row.pk]),
            act_label="确认",
        )
        for row in rows[:SHOWN]
    ]
    counter = HomeCounter(
        "待确认拨付", total, f"{reverse('funds:payment-list')}?state=submitted", "amber" if total else "grey"
    )
    return [counter, *items]


def register() -> None:
    register_nav(NavItem(60, "资金", "funds:overview", "funds.view", "cash-coin"))
    register_home(waiting)
