"""What every service of this app does to its rows: permit, lock, check, write the next spell, keep the cache in step."""

from datetime import date
from typing import Any, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Max, Q
from django.utils import timezone

from accounts.actor import Actor, require
from accounts.models import User
from common.dated import Dated
from common.dates import business_today
from common.errors import Conflict, Invalid, NotFound, NotPermitted
from households.codes import MonitorClass, PovertyStatus, Relation, StatusDimension
from households.models import Household, Membership, StatusSpell, Visit

Row = TypeVar("Row", bound=models.Model)
Spell = TypeVar("Spell", bound=Dated)
EARLIEST = date(1900, 1, 1)


def permit(actor: Actor, permission: str, household: Household) -> None:
    """Refuse unless the actor holds the permission for this very household, assigned-only people included."""
    require(actor, permission, at=household.scope_code)
    scope = actor.scope(permission)
    if scope.covers(household.scope_code):
        return
    if not Household.objects.within(scope).filter(pk=household.pk).exists():
        raise NotPermitted("这户不是您的结对户，不能办理。")


def locked(household: Household) -> Household:
    """The household's row as it is now, held until the end of the transaction; gone means NotFound."""
    row = Household.objects.select_for_update().filter(pk=household.pk).first()
    if row is None:
        raise NotFound
    return row


def checked(row: models.Model) -> None:
    """Types and choices of the fields, as a refusal that names the field (that a named row exists, the database holds)."""
    try:
        row.clean_fields(exclude={field.name for field in row._meta.fields if field.is_relation})
    except ValidationError as wrong:
        name, messages = next(iter(wrong.message_dict.items()))
        label = getattr(row._meta.get_field(name), "verbose_name", name)
        raise Invalid(f"{label}：{messages[0]}", field=name) from wrong


def save_by(actor: Actor, row: models.Model, reason: str = "") -> None:
    """Save with one history row in the actor's name (a token's user is unknown to the middleware)."""
    checked(row)
    if actor.user_id is not None:
        row._history_user = User(pk=actor.user_id)  # type: ignore[attr-defined]
    row._change_reason = reason[:100] or None  # type: ignore[attr-defined]
    row.save()


def not_in_future(on: date, today: date | None = None, field: str = "on") -> None:
    """A fact cannot begin after today, nor before anybody could know it."""
    if on > (today or business_today()):
        raise Invalid("日期不能晚于今天。", field=field, code="date_in_future")
    if on < EARLIEST:
        raise Invalid("日期过早，请核对年份。", field=field, code="date_too_early")


def spell_set(
    model: type[Spell],
    key: dict[str, Any],
    on: date,
    values: dict[str, Any],
    *,
    actor: Actor,
    source: str = "",
) -> tuple[Spell, bool]:
    """From `on` the values hold: close the open spell and open the next; the same values again change nothing.

    Refuses a day before the open spell began: what was recorded for a later day stands.
    """
    rows = model._default_manager.filter(**key)
    current = cast("Spell | None", rows.filter(effective_to__isnull=True).select_for_update().first())
    if current is not None and on < current.effective_from:
        raise Conflict(f"已有 {current.effective_from} 起的记录，不能补记更早的变化。", code="later_record")
    if current is not None and all(getattr(current, name) == value for name, value in values.items()):
        return current, False
    if current is None and rows.filter(Q(effective_to__gt=on), effective_to__gt=F("effective_from")).exists():
        raise Conflict("这一天已有记录，请核对日期。", code="later_record")
    if current is not None:
        current.end(on)
        current.save(update_fields=["effective_to", "end_recorded_at"])
    fresh = model(**key, **values, effective_from=on, recorded_by_id=actor.user_id, source=source)
    checked(fresh)
    fresh.save()
    return fresh, True


def spell_amend(
    model: type[Spell],
    key: dict[str, Any],
    on: date,
    changes: dict[str, Any],
    *,
    actor: Actor,
    source: str = "",
) -> tuple[Spell, bool]:
    """Like spell_set, for rows of many columns: what `changes` does not name goes on as it was."""
    fixed = {
        "id",
        "change_reason",
        *(field.name for field in Dated._meta.fields),
        *(name.removesuffix("_id") for name in key),
    }
    known = {field.name for field in model._meta.fields} - fixed
    stray = set(changes) - known
    if stray:
        raise Invalid(f"没有这些项目：{'、'.join(sorted(stray))}。", field=sorted(stray)[0])
    current = model._default_manager.filter(**key, effective_to__isnull=True).first()
    before = {name: getattr(current, name) for name in known} if current is not None else {}
    return spell_set(model, key, on, {**before, **changes}, actor=actor, source=source)


def household_touch(household: Household) -> None:
    """Mark the household as changed for the nightly run; call it in the transaction that changes a fact."""
    household.touched_at = timezone.now()
    Household.objects.filter(pk=household.pk).update(touched_at=household.touched_at)


def cached_columns(household: Household) -> dict[str, Any]:
    """What the dated rows say now about the columns kept on the household."""
    members = Membership.objects.filter(household=household, effective_to__isnull=True)
    head = members.filter(relation=Relation.HEAD).select_related("person").first()
    spells = StatusSpell.objects.filter(household=household, effective_to__isnull=True)
    status = dict(spells.values_list("dimension", "value"))
    return {
        "members_count": members.count(),
        "head_name": head.person.name if head else "",
        "head_initials": head.person.initials if head else "",
        "poverty_status": status.get(StatusDimension.POVERTY, PovertyStatus.ORDINARY.value),
        "monitor_class": status.get(StatusDimension.MONITOR, MonitorClass.NONE.value),
    }


def household_refresh(actor: Actor, household: Household, reason: str = "") -> None:
    """Bring the cached columns in step with the dated rows and mark the change. History only where a column changed."""
    found = cached_columns(household)
    if any(getattr(household, name) != value for name, value in found.items()):
        for name, value in found.items():
            setattr(household, name, value)
        save_by(actor, household, reason)
    last = Visit.objects.filter(household=household).aggregate(day=Max("visited_on"))["day"]
    if last != household.last_visit_on:
        household.last_visit_on = last
        Household.objects.filter(pk=household.pk).update(last_visit_on=last)
    household_touch(household)
