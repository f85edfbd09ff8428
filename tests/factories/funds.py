"""Rows of money: one row and what it needs, written without services so that tests of services stand alone."""

import itertools
from datetime import date

from accounts.models import User
from funds.models import Allocation, FundDocument, LedgerEntry, Payment
from projects.models import Project
from tests.factories.households import make_village
from tests.factories.projects import make_project
from villages.models import Division

_count = itertools.count(1)
ISSUED = date(2020, 1, 10)


def make_document(county: Division | None = None, **kw) -> FundDocument:
    """A paper of 2020 over 1,000 万元 from the county."""
    county = county or make_village().parent.parent
    n = next(_count)
    defaults = {
        "doc_number": f"禹财农〔2020〕{n}号", "title": "关于下达财政专项扶贫资金的通知", "level": "county", "year": 2020,
        "issued_on": ISSUED, "amount_fen": 1_000_000_000, "county": county, "scope_code": county.code,
    }  # fmt: skip
    return FundDocument.objects.create(**(defaults | kw))


def make_allocation(document: FundDocument | None = None, project: Project | None = None, **kw) -> Allocation:
    """30 万元 of a paper for a project."""
    project = project or make_project()
    document = document or make_document()
    defaults = {"amount_fen": 30_000_000, "allocated_on": ISSUED, "scope_code": project.scope_code}
    return Allocation.objects.create(document=document, project=project, **(defaults | kw))


def make_user(username: str = "") -> User:
    username = username or f"user{next(_count)}"
    return User.objects.get_or_create(username=username, defaults={"full_name": "某经办人"})[0]


def make_payment(allocation: Allocation | None = None, *, amount_fen: int = 10_000_000, **kw) -> Payment:
    """A payment that waits; with state="confirmed" it is decided, and posted."""
    allocation = allocation or make_allocation()
    defaults = {
        "paid_on": date(2020, 5, 20), "payee": "某建筑公司", "voucher": "记-001", "scope_code": allocation.scope_code,
    }  # fmt: skip
    kw.setdefault("submitted_by", make_user("submitter"))
    if kw.get("state", "submitted") != "submitted":
        kw.setdefault("decided_by", make_user("confirmer"))
    payment = Payment.objects.create(allocation=allocation, amount_fen=amount_fen, **(defaults | kw))
    if payment.state == Payment.State.CONFIRMED:
        make_entry(payment)
    return payment


def make_entry(payment: Payment, **kw) -> LedgerEntry:
    defaults = {
        "allocation": payment.allocation, "amount_fen": payment.amount_fen, "paid_on": payment.paid_on,
        "scope_code": payment.scope_code, "reverses": payment.reverses.ledger_entry if payment.reverses else None,
    }  # fmt: skip
    return LedgerEntry.objects.create(payment=payment, **(defaults | kw))
