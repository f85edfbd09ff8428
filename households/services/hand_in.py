"""A queue that left its phone as a file: every visit and photo is recorded on its own, by the services the phone uses."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from accounts import audit
from accounts.actor import Actor, actor_for
from accounts.models import User
from common.errors import DomainError, Invalid
from households.inputs import VisitInput
from households.models import Household
from households.selectors import household_get, visit_by_uuid
from households.services.photos import visit_photo_add
from households.services.rows import permit
from households.services.visit import visit_record

PERMISSION = "households.record_visit"
FORMAT, VERSION = "visit-queue", 1
MOST_ITEMS = 1000
SAVED, KNOWN, REFUSED = "saved", "known", "refused"


class HandedIn(NamedTuple):
    """What became of one item. `title` says which, without a word that is not in the file."""

    title: str
    outcome: str
    remark: str
    household_id: int | None = None


# Reads one visit of the file as the API reads a posted one: (household's key, entry), or Invalid with a sentence.
Reader = Callable[[Mapping[str, Any]], tuple[int, VisitInput]]


def queue_checked(content: Any) -> tuple[list[Any], list[Any]]:
    """(visits, photos) of a file as the phone writes it, or the refusal of the whole file."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise Invalid(
            "这不是走访队列文件，请选择手机“保存为文件”得到的文件。", field="file", code="not_a_queue"
        )
    if content.get("version") != VERSION:
        raise Invalid(
            "走访队列文件的版本与系统不符，请联网更新手机上的页面后重新保存。",
            field="file",
            code="queue_version",
        )
    visits, photos = content.get("visits", []), content.get("photos", [])
    if not isinstance(visits, list) or not isinstance(photos, list):
        raise Invalid("走访队列文件的内容不完整，请重新保存。", field="file", code="queue_broken")
    if len(visits) + len(photos) > MOST_ITEMS:
        raise Invalid(f"一个文件最多 {MOST_ITEMS} 条，请分批保存。", field="file", code="queue_too_long")
    return visits, photos


def _visitor(actor: Actor, given: Mapping[str, Any], household: Household) -> User | None:
    """Who went there: the person named in the file, when that person may record visits of this household today."""
    key = given.get("user_id")
    if not isinstance(key, int) or isinstance(key, bool) or key == actor.user_id or not 0 < key < 2**31:
        return None
    user = User.objects.filter(pk=key, is_active=True, is_system=False).first()
    if user is None:
        return None
    try:
        permit(actor_for(user), PERMISSION, household)
    except DomainError:
        return None
    return user


def _visit(actor: Actor, given: Any, read: Reader) -> HandedIn:
    title = _title(given, "走访")
    try:
        if not isinstance(given, dict):
            raise Invalid("这一条的内容不完整。")
        key, entry = read(given)
        household = household_get(actor=actor, pk=key, permission=PERMISSION)
        visitor = _visitor(actor, given, household)
        visit, created = visit_record(actor=actor, household=household, entry=entry, visitor=visitor)
    except DomainError as refusal:
        return HandedIn(title, REFUSED, refusal.sentence)
    remark = f"走访人：{visit.visitor_name}"
    return HandedIn(
        f"{household.head_name} {visit.visited_on}", SAVED if created else KNOWN, remark, household.pk
    )


def _photo(actor: Actor, given: Any) -> HandedIn:
    title = _title(given, "照片")
    try:
        if not isinstance(given, dict):
            raise Invalid("这一条的内容不完整。")
        uuid, visit_uuid, source = (
            _uuid(given.get("uuid")),
            _uuid(given.get("visit")),
            _bytes(given.get("content")),
        )
        visit = visit_by_uuid(actor=actor, uuid=visit_uuid, permission=PERMISSION)
        _, created = visit_photo_add(actor=actor, visit=visit, uuid=uuid, source=source)
    except DomainError as refusal:
        return HandedIn(title, REFUSED, refusal.sentence)
    name = f"{visit.household.head_name} {visit.visited_on} 的照片"
    return HandedIn(name, SAVED if created else KNOWN, "", visit.household_id)


def _title(given: Any, word: str) -> str:
    place = given.get("uuid") if isinstance(given, dict) else None
    return f"{word} {place[:8]}" if isinstance(place, str) else word


def _uuid(text: Any) -> UUID:
    try:
        return UUID(str(text))
    except ValueError as wrong:
        raise Invalid("编号不正确。") from wrong


def _bytes(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError) as wrong:
        raise Invalid("照片内容不完整。") from wrong


def visits_hand_in(*, actor: Actor, content: Any, read: Reader) -> list[HandedIn]:
    """What became of every visit and photo of the file; visits first. One that is refused holds up no other.

    The UUIDs are the phone's: what the phone sends later, or the same file again, doubles nothing.
    """
    visits, photos = queue_checked(content)
    found = [_visit(actor, given, read) for given in visits] + [_photo(actor, given) for given in photos]
    with transaction.atomic():
        counts: dict[str, Any] = {
            outcome: sum(row.outcome == outcome for row in found) for outcome in (SAVED, KNOWN, REFUSED)
        }
        audit.record(actor, "households.visits_hand_in", **counts)
    return found
