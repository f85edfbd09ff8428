"""Printing the file of a household with its numbers in full: a permitted, reasoned and recorded act."""

from dataclasses import dataclass, field

from django.db import transaction

from accounts import audit
from accounts.actor import Actor, require_password
from common.errors import Invalid, NotPermitted
from common.text import clean
from households.models import Household, Membership
from households.services.rows import permit


@dataclass(frozen=True)
class Numbers:
    """The numbers of one household in full: its own, and of each person (by id) the certificate and the phone."""

    phone: str = ""
    bank_account: str = ""
    id_numbers: dict[int, str] = field(default_factory=dict)
    phones: dict[int, str] = field(default_factory=dict)


@transaction.atomic
def paper_reveal(*, actor: Actor, household: Household, reason: str) -> Numbers:
    """The numbers that stand on the printed form, for somebody who may reveal them, gives a reason and has just typed the
    password; refused otherwise. Written to the audit trail before they are given."""
    permit(actor, "households.reveal", household)
    if "identity" not in actor.scope("households.reveal").field_groups:
        raise NotPermitted
    require_password(actor)
    reason = clean(reason)
    if len(reason) < 2:
        raise Invalid("请填写打印事由。", field="reason", code="reason_needed")
    members = Membership.objects.filter(household=household, effective_to__isnull=True).select_related(
        "person"
    )
    people = [row.person for row in members]
    audit.record(
        actor, "households.paper_reveal", household, reason=reason[:200], rows=len(people), full=True
    )
    return Numbers(
        phone=household.number("phone"),
        bank_account=household.number("bank_account"),
        id_numbers={person.pk: person.number("id_number") for person in people},
        phones={person.pk: person.number("phone") for person in people},
    )
