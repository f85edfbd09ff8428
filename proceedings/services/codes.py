"""The QR code of a village and the telephone that stands beside it."""

import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.actor import Actor, require
from common.errors import Conflict, Invalid
from common.text import clean
from households.services.numbers import phone_checked
from proceedings.models import LocalNumber, VillageCode
from villages.models import Division, Level

MANAGE = "proceedings.manage_codes"
# No letter that is taken for a digit: the address is printed below the code and may be typed.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_token() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(16))


@transaction.atomic
def village_code_renew(*, actor: Actor, village: Division) -> VillageCode:
    """A new code for the village; the one in use until now answers no more. Refuses what is no village."""
    require(actor, MANAGE, at=village.code)
    if village.level != Level.VILLAGE:
        raise Invalid("一码通按行政村或社区生成。", field="village")
    now = timezone.now()
    old = VillageCode.objects.filter(village=village, revoked_at__isnull=True)
    replaced = old.update(revoked_at=now, revoked_by_id=actor.user_id)
    code = VillageCode(
        village=village, scope_code=village.code, token=new_token(), made_by_id=actor.user_id, made_at=now
    )
    try:
        with transaction.atomic():
            code.save()
    except IntegrityError:
        raise Conflict("该村的一码通刚刚由他人生成，请刷新后查看。") from None
    audit.record(actor, "proceedings.code_renew", code, superseded=replaced)
    return code


@transaction.atomic
def village_codes_fill(*, actor: Actor, township: Division) -> int:
    """A code for every standing village of the township that has none in use; how many were made. Others stay as they are."""
    require(actor, MANAGE, at=township.code)
    if township.level != Level.TOWNSHIP:
        raise Invalid("请按乡镇生成。", field="township")
    with_code = VillageCode.objects.filter(revoked_at__isnull=True).values("village_id")
    villages = Division.objects.filter(parent=township, level=Level.VILLAGE, valid_to__isnull=True)
    missing = list(villages.exclude(pk__in=with_code).select_for_update().order_by("code"))
    for village in missing:
        village_code_renew(actor=actor, village=village)
    return len(missing)


@transaction.atomic
def village_code_revoke(*, actor: Actor, code: VillageCode) -> None:
    """The code answers no more, and nothing takes its place. A second press changes nothing."""
    require(actor, MANAGE, at=code.scope_code)
    won = VillageCode.objects.filter(pk=code.pk, revoked_at__isnull=True).update(
        revoked_at=timezone.now(), revoked_by_id=actor.user_id
    )
    if won:
        audit.record(actor, "proceedings.code_revoke", code)


@transaction.atomic
def local_number_set(*, actor: Actor, division: Division, phone: str) -> LocalNumber:
    """The telephone of a township or county for notices and posters. Refuses other levels and what is no telephone."""
    require(actor, MANAGE, at=division.code)
    if division.level not in {Level.TOWNSHIP, Level.COUNTY}:
        raise Invalid("监督电话按乡镇或县登记。", field="division")
    phone = clean(phone).replace(" ", "")  # the dash after the area code stays: it is read from a wall
    if not phone_checked(phone):
        raise Invalid("请填写监督电话。", field="phone")
    values = {
        "phone": phone,
        "changed_by_id": actor.user_id,
        "changed_at": timezone.now(),
        "scope_code": division.code,
    }
    row, _ = LocalNumber.objects.update_or_create(division=division, defaults=values)
    audit.record(actor, "proceedings.local_number_set", row)
    return row
