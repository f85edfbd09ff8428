"""Doors of money. Papers are the county's: nobody of a township gets one."""

from uuid import uuid4

from funds.models import Allocation, Payment
from tests.access.matrix import Row, Scene
from tests.factories.funds import make_allocation, make_document, make_payment
from tests.factories.projects import make_project


def _allocation(scene: Scene) -> Allocation:
    return make_allocation(make_document(scene.world.county), make_project(scene.world.village_a1))


def _payment(scene: Scene, state: str) -> Payment:
    return make_payment(_allocation(scene), state=state)


def document(scene: Scene) -> dict:
    return {"pk": make_document(scene.world.county).pk}


def allocation(scene: Scene) -> dict:
    return {"pk": _allocation(scene).pk}


def waiting(scene: Scene) -> dict:
    return {"pk": _payment(scene, "submitted").pk}


def confirmed(scene: Scene) -> dict:
    return {"pk": _payment(scene, "confirmed").pk}


def project(scene: Scene) -> dict:
    return {"pk": _allocation(scene).project_id}


def reversal(scene: Scene) -> dict:
    return {"uuid": str(uuid4()), "reversed_on": "2020-06-01", "reason": "退款"}


def submission(scene: Scene) -> dict:
    return {
        "uuid": str(uuid4()),
        "allocation": _allocation(scene).pk,
        "amount_yuan": "10.00",
        "paid_on": "2020-06-01",
        "payee": "某公司",
    }


PAID = {"uuid": str(uuid4()), "amount_fen": "10", "paid_on": "2020-06-01", "payee": "某公司"}
ROWS = [
    Row("funds:overview", "funds.view", insider="officer"),
    Row("funds:document-create", "funds.edit"),
    Row("funds:document-create", "funds.edit", method="post", data={"title": ""}),
    Row("funds:document-detail", "funds.view", kwargs=document, insider="officer"),
    Row("funds:document-edit", "funds.edit", kwargs=document),
    Row("funds:document-edit", "funds.edit", method="post", kwargs=document, data={"title": ""}),
    Row("funds:allocation-create", "funds.edit", method="post", kwargs=document, data={"amount_fen": ""}),
    Row("funds:allocation-list", "funds.view"),
    Row("funds:allocation-detail", "funds.view", kwargs=allocation),
    Row(
        "funds:allocation-change", "funds.edit", method="post", kwargs=allocation, data={"amount_fen": ""},
        insider="officer",
    ),
    Row("funds:payment-submit", "funds.submit_payment", method="post", kwargs=allocation, data=PAID),
    Row("funds:payment-list", "funds.view"),
    Row("funds:payment-detail", "funds.view", kwargs=waiting),
    Row("funds:payment-confirm", "funds.confirm_payment", method="post", kwargs=waiting),
    Row("funds:payment-refuse", "funds.confirm_payment", method="post", kwargs=waiting, data={"reason": "凭证不符"}),
    Row("funds:payment-withdraw", "funds.submit_payment", method="post", kwargs=waiting),
    Row("funds:payment-reverse", "funds.submit_payment", method="post", kwargs=confirmed, data=reversal),
    Row("funds:ledger-list", "funds.view"),
    Row("funds:project-panel", "funds.view", kwargs=project),
    Row("api:payment-list", "funds.view"),
    Row("api:payment-list", "funds.submit_payment", method="post", data=submission, scoped=True),
    Row("api:payment-detail", "funds.view", kwargs=waiting),
    Row("api:payment-confirm", "funds.confirm_payment", method="post", kwargs=waiting),
    Row("api:payment-refuse", "funds.confirm_payment", method="post", kwargs=waiting, data={"reason": "凭证不符"}),
    Row("api:payment-reverse", "funds.submit_payment", method="post", kwargs=confirmed, data=reversal),
]  # fmt: skip
