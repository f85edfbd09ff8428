"""Personal numbers: checked, unique among the living records, sealed; shown in full only as an audited act."""

from datetime import date

from django.db import transaction

from accounts import audit
from accounts.actor import Actor
from common import pii
from common.dates import business_today
from common.errors import Conflict, Invalid, NotFound, NotPermitted, PasswordNeeded
from common.text import clean
from common.vault import search_hash
from households.codes import IdKind
from households.models import Household, Membership, Person
from households.services.rows import permit

NUMBERS = {
    "household": ("phone", "bank_account"),
    "person": ("id_number", "phone", "disability_card"),
}


def id_number_checked(value: str, kind: str, today: date | None = None, field: str = "id_number") -> str:
    """The number in its one spelling; refuses masked, malformed and mistyped ones. Other papers are taken as given."""
    value = clean(value).replace(" ", "").upper()
    if not value:
        return ""
    if kind == IdKind.MILITARY:
        fault = "证件号码已脱敏（含 *），不能使用。" if pii.STARS in value else None
    else:
        fault = pii.id_number_fault(value, today or business_today())
    if fault:
        raise Invalid(fault, field=field, code="bad_id_number")
    return value


def phone_checked(value: str, field: str = "phone") -> str:
    value = clean(value).replace(" ", "").replace("-", "")
    if value and (fault := pii.phone_fault(value)):
        raise Invalid(fault, field=field, code="bad_phone")
    return value


def account_checked(value: str) -> str:
    value = clean(value).replace(" ", "")
    if pii.STARS in value:
        raise Invalid(
            "银行账号已脱敏（含 *），不能使用，请填写完整账号。", field="bank_account", code="bad_account"
        )
    if value and not (value.isascii() and value.isalnum() and 8 <= len(value) <= 30):
        raise Invalid("银行账号应为 8 至 30 位数字。", field="bank_account", code="bad_account")
    return value


def id_number_free(actor: Actor, number: str, but: Person | None = None) -> None:
    """Refuse a number that a living record has; where it is registered is said only to who may see that household."""
    others = Person.objects.filter(id_number_hash=search_hash(number), is_live=True)
    if but is not None and but.pk is not None:
        others = others.exclude(pk=but.pk)
    other = others.first()
    if not number or other is None:
        return
    mine = Household.objects.within(actor.scope("households.view"))
    where = mine.filter(memberships__person=other, memberships__effective_to__isnull=True).first()
    if where is None:
        raise Conflict(
            "该证件号码已在其他农户登记，请联系县级主管核实。", code="id_number_taken", field="id_number"
        )
    raise Conflict(
        f"该证件号码已登记在户编号 {where.household_no} 名下。", code="id_number_taken", field="id_number"
    )


def person_numbers_set(actor: Actor, person: Person, numbers: dict[str, str]) -> None:
    """Check and seal the given numbers of a person (not saved here). Birth date and gender must agree with an ID."""
    if "id_number" in numbers:
        value = id_number_checked(numbers["id_number"], person.id_kind)
        id_number_free(actor, value, person)
        if value and person.id_kind != IdKind.MILITARY:
            born = pii.birth_date_of(value)
            if person.birth_date and person.birth_date != born:
                raise Invalid(
                    "出生日期与证件号码不一致，请核对。", field="birth_date", code="birth_date_differs"
                )
            person.birth_date, person.gender = born, pii.gender_of(value)
        person.number_set("id_number", value)
    if "phone" in numbers:
        person.number_set("phone", phone_checked(numbers["phone"]))
    if "disability_card" in numbers:
        card = id_number_checked(numbers["disability_card"], IdKind.DISABILITY, field="disability_card")
        person.number_set("disability_card", card)


def household_numbers_set(household: Household, numbers: dict[str, str]) -> None:
    if "phone" in numbers:
        household.number_set("phone", phone_checked(numbers["phone"]))
    if "bank_account" in numbers:
        household.number_set("bank_account", account_checked(numbers["bank_account"]))


def _household_of(target: Household | Person) -> Household:
    if isinstance(target, Household):
        return target
    # The latest membership also speaks for somebody who has left.
    latest = (
        Membership.objects.filter(person=target)
        .select_related("household")
        .order_by("-effective_from", "-pk")
        .first()
    )
    if latest is None:
        raise NotFound
    return latest.household


@transaction.atomic
def number_reveal(*, actor: Actor, target: Household | Person, field: str, reason: str) -> str:
    """One number in full, with a reason and a fresh password; written to the audit trail before it is shown."""
    household = _household_of(target)
    permit(actor, "households.reveal", household)
    if field not in NUMBERS[target._meta.model_name or ""]:
        raise NotFound
    if "identity" not in actor.scope("households.reveal").field_groups:
        raise NotPermitted
    if not actor.password_fresh:
        raise PasswordNeeded("查看完整号码前请再次输入密码。")
    reason = clean(reason)
    if len(reason) < 2:
        raise Invalid("请填写查看事由。", field="reason", code="reason_needed")
    audit.record(
        actor,
        "households.number_reveal",
        target,
        scope_code=household.scope_code,
        reason=reason[:200],
        field=field,
    )
    return target.number(field)
