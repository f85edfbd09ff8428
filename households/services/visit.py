"""Visits: append-only, safe to send again. One visit writes everything it found in one transaction."""

import hashlib
import json
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.actor import Actor
from accounts.models import User
from common.dates import business_today
from common.errors import Conflict, Invalid
from common.text import clean
from households.inputs import VisitInput
from households.models import Household, HouseholdSituation, PersonSituation, Visit
from households.services.events import belongs, event_write
from households.services.income import income_write
from households.services.living import guarantee_write
from households.services.rows import checked, household_refresh, locked, permit, spell_amend

FIRST_DAY = date(2000, 1, 1)
SOURCE = "走访"


POSITION = ("position_consent", "latitude", "longitude")


def visit_content(entry: VisitInput) -> dict[str, Any]:
    """What was sent, as plain JSON: dates as text, keys in order, the UUID left out; no word of a position nobody agreed to."""
    sent = asdict(entry)
    sent.pop("uuid")
    if not entry.position_consent:  # and visits sent before there were positions keep their hash
        for name in POSITION:
            sent.pop(name)
    content: dict[str, Any] = json.loads(json.dumps(sent, default=str, ensure_ascii=False, sort_keys=True))
    return content


def content_hash(household: Household, content: dict[str, Any]) -> bytes:
    text = json.dumps({"household": household.pk, **content}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).digest()


def _recorded(uuid: UUID) -> Visit | None:
    return Visit.objects.filter(uuid=uuid).first()


def _same_or_conflict(existing: Visit, digest: bytes) -> tuple[Visit, bool]:
    if bytes(existing.content_hash) == digest:
        return existing, False
    raise Conflict(
        "这条走访编号已用于另一份内容不同的走访记录，请核对后重新填写。",
        code="visit_uuid_reused",
        field="uuid",
    )


def _checked_entry(entry: VisitInput, today: date) -> None:
    if entry.visited_on > today:
        raise Invalid("走访日期不能晚于今天。", field="visited_on", code="date_in_future")
    if entry.visited_on < FIRST_DAY:
        raise Invalid("走访日期过早，请核对年份。", field="visited_on", code="date_too_early")
    if entry.nothing_changed and entry.reports_change:
        raise Invalid(
            "选择了“情况无变化”，又填写了变化，请核对。", field="nothing_changed", code="contradiction"
        )
    _checked_position(entry)
    if any(event.happened_on > entry.visited_on for event in entry.events):
        raise Invalid("事件的发生日期不能晚于走访日期。", field="events", code="date_in_future")


def _checked_position(entry: VisitInput) -> None:
    latitude, longitude = entry.latitude, entry.longitude
    if (latitude is not None or longitude is not None) and not entry.position_consent:
        raise Invalid(
            "没有勾选“同意记录位置”，不能记录位置。",
            field="position_consent",
            code="position_without_consent",
        )
    if (latitude is None) != (longitude is None):
        raise Invalid("位置不完整，请重新获取或取消勾选。", field="position_consent", code="half_position")
    if latitude is not None and longitude is not None and (abs(latitude) > 90 or abs(longitude) > 180):
        raise Invalid("位置不在地球上，请重新获取或取消勾选。", field="position_consent", code="bad_position")


def _write_found(actor: Actor, household: Household, visit: Visit, entry: VisitInput) -> None:
    """What the visit found. Where a later day already has its record (the visit came late), that record stands."""
    day = entry.visited_on
    for change in entry.guarantees:
        values = {"state": change.state, "evidence": clean(change.evidence), "file": None}
        _unless_later(guarantee_write, actor, household, change.kind, day, values, SOURCE)
    for event in entry.events:
        event_write(actor, household, event, SOURCE, visit)
    for situation in entry.situations:
        belongs(household, situation.person_id)
        person_key: dict[str, Any] = {"person_id": situation.person_id}
        _unless_later(
            spell_amend, PersonSituation, person_key, day, dict(situation.changes), actor=actor, source=SOURCE
        )
    if entry.living:
        key: dict[str, Any] = {"household": household}
        _unless_later(
            spell_amend, HouseholdSituation, key, day, dict(entry.living), actor=actor, source=SOURCE
        )
    if entry.income is not None:
        income_write(actor, household, entry.income, SOURCE)


def _unless_later(write: Any, *args: Any, **kwargs: Any) -> None:
    try:
        write(*args, **kwargs)
    except Conflict as refusal:
        if refusal.code != "later_record":
            raise


@transaction.atomic
def visit_record(
    *,
    actor: Actor,
    household: Household,
    entry: VisitInput,
    today: date | None = None,
    visitor: User | None = None,
) -> tuple[Visit, bool]:
    """(visit, created). The same UUID and content again gives the existing visit; other content is a Conflict.

    The unique UUID decides between posts that arrive together; who loses reads the winner's row. `visitor` is who went
    there, when the actor hands in what somebody else recorded (services/hand_in.py checks that person).
    """
    permit(actor, "households.record_visit", household)
    content = visit_content(entry)
    digest = content_hash(household, content)
    if existing := _recorded(entry.uuid):
        return _same_or_conflict(existing, digest)
    _checked_entry(entry, today or business_today())
    household = locked(household)
    went = (visitor.pk, visitor.full_name or visitor.username) if visitor else (actor.user_id, actor.display)
    visit = Visit(
        uuid=entry.uuid, household=household, visitor_id=went[0], visitor_name=went[1][:40],
        visited_on=entry.visited_on, kind=entry.kind, nothing_changed=entry.nothing_changed,
        present=clean(entry.present)[:100], difficulties=entry.difficulties.strip(), wishes=entry.wishes.strip(),
        note=entry.note.strip(), position_consent=entry.position_consent, latitude=entry.latitude,
        longitude=entry.longitude, content=content, content_hash=digest,
    )  # fmt: skip
    checked(visit)
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError:
        if winner := _recorded(entry.uuid):
            return _same_or_conflict(winner, digest)
        raise
    _write_found(actor, household, visit, entry)
    household_refresh(actor, household)
    handed_in: dict[str, Any] = {"visitor": visitor.pk} if visitor else {}
    audit.record(
        actor, "households.visit_record", household, visit=visit.pk, visited_on=entry.visited_on, **handed_in
    )
    return visit, True
