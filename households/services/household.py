"""The household itself: registering and editing. Moving and closing are acts."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.actor import Actor, require
from common.errors import Conflict, Invalid
from common.text import clean
from households.codes import Cause, Relation, StatusDimension
from households.inputs import HouseholdInput, PersonInput
from households.models import Household, Residence, StatusSpell
from households.services.basis import check_version
from households.services.numbers import household_numbers_set
from households.services.person import member_write
from households.services.rows import (
    household_refresh,
    locked,
    not_in_future,
    permit,
    save_by,
    spell_set,
)
from villages.models import Division, Level

EDITABLE = ("hamlet", "main_cause", "risks", "identified_on")


def next_number(village: Division) -> str:
    """Village code and a running number; the village's row is locked so that two clerks do not get the same."""
    Division.objects.select_for_update().filter(pk=village.pk).first()
    taken = set(
        Household.objects.filter(household_no__startswith=village.code).values_list("household_no", flat=True)
    )
    number = len(taken) + 1
    while f"{village.code}{number:04d}" in taken:
        number += 1
    return f"{village.code}{number:04d}"


def _risks_checked(risks: tuple[str, ...] | list[str]) -> list[str]:
    found = list(dict.fromkeys(risks))
    if len(found) > 5 or not set(found) <= set(Cause.values):
        raise Invalid("致贫返贫风险至多五项，且须为规定项目。", field="risks")
    return found


@transaction.atomic
def household_register(
    *, actor: Actor, village: Division, entry: HouseholdInput, head: PersonInput, on: date
) -> Household:
    """A new household of `village` with its head, from `on`. Refuses numbers that are taken and places that are no village."""
    require(actor, "households.edit", at=village.code)
    not_in_future(on)
    if village.level != Level.VILLAGE:
        raise Invalid("农户须登记在行政村或社区。", field="village")
    number = clean(entry.household_no) or next_number(village)
    if Household.objects.filter(household_no=number).exists():
        raise Conflict("户编号已存在。", field="household_no", code="household_no_taken")
    household = Household(
        household_no=number,
        village=village,
        scope_code=village.code,
        hamlet=clean(entry.hamlet),
        main_cause=entry.main_cause,
        risks=_risks_checked(entry.risks),
        identified_on=entry.identified_on,
    )
    household_numbers_set(household, {"phone": entry.phone, "bank_account": entry.bank_account})
    save_by(actor, household, "建户")
    spell_set(Residence, {"household": household}, on, {"village": village}, actor=actor)
    status = ((StatusDimension.POVERTY, entry.poverty_status), (StatusDimension.MONITOR, entry.monitor_class))
    for dimension, value in status:
        spell_set(
            StatusSpell,
            {"household": household, "dimension": dimension.value},
            on,
            {"value": value},
            actor=actor,
        )
    member_write(actor, household, replace(head, relation=Relation.HEAD.value), on)
    household_refresh(actor, household, "建户")
    audit.record(actor, "households.register", household)
    return household


@transaction.atomic
def household_edit(
    *,
    actor: Actor,
    household: Household,
    changes: dict[str, Any],
    numbers: dict[str, str] | None = None,
    version: int | None = None,
    reason: str = "",
) -> Household:
    """Change the household's own fields; Stale with both values when somebody changed the same ones in between."""
    permit(actor, "households.edit", household)
    household = locked(household)
    if stray := set(changes) - set(EDITABLE):
        raise Invalid("有项目不能在此修改。", field=sorted(stray)[0])
    if "risks" in changes:
        changes = {**changes, "risks": _risks_checked(changes["risks"])}
    check_version(household, version, changes, numbers)
    for name, value in changes.items():
        setattr(household, name, value)
    household_numbers_set(household, numbers or {})
    household.version += 1
    save_by(actor, household, clean(reason))
    household_refresh(actor, household)
    audit.record(actor, "households.edit", household, fields=sorted({*changes, *(numbers or {})}))
    return household
