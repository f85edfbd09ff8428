"""Everything that happened to one household on its monitoring path, as one story."""

from dataclasses import dataclass, field
from datetime import date

from accounts.actor import Actor
from households.codes import MonitorClass, PovertyStatus, StatusDimension
from households.field_groups import sees_all
from households.models import Household
from households.selectors import statuses_of
from monitoring.selectors import signs
from proceedings.details import details_shown
from proceedings.flow import VIEW
from proceedings.models import Objection, Proceeding, State, Step
from proceedings.selectors.page import step_label

SIGNS_SHOWN = 200


@dataclass(frozen=True)
class Happening:
    """One line of the story. `order` keeps what happened on one day in its order."""

    on: date
    kind: str
    title: str
    text: str = ""
    who: str = ""
    proceeding: int | None = None
    details: list[tuple[str, str]] = field(default_factory=list)
    order: int = 0


def proceedings_of(household: Household, *, actor: Actor) -> list[Proceeding]:
    """The proceedings of a household the caller has obtained by household_get, newest first."""
    rows = Proceeding.objects.within(actor.scope(VIEW)).filter(household=household)
    return list(rows.select_related("village").order_by("-opened_on", "-pk"))


def household_story(household: Household, *, actor: Actor) -> list[Happening]:
    """Steps, objections, decisions on check tasks, status spells; newest first. Only what the reader may see."""
    told = sees_all(actor.scope("households.view").field_groups)
    told_by = (*_steps(household, actor), *_objections(household, actor, told=told))
    found = [*told_by, *_decisions(household, actor), *_statuses(household, told=told)]
    return sorted(found, key=lambda one: (one.on, one.order), reverse=True)


def _steps(household: Household, actor: Actor) -> list[Happening]:
    rows = (
        Step.objects.within(actor.scope(VIEW))
        .filter(proceeding__household=household)
        .select_related("proceeding", "actor")
        .order_by("pk")
    )
    return [
        Happening(
            step.on, step.proceeding.get_kind_display(),
            f"{step_label(step.proceeding.kind, step)} → {State(step.to_state).label}", step.opinion,
            step.actor.full_name if step.actor else "", step.proceeding_id,
            details_shown(step.proceeding.kind, step.act, step.details), step.pk,
        )
        for step in rows
    ]  # fmt: skip


def _objections(household: Household, actor: Actor, *, told: bool) -> list[Happening]:
    """When one came in and what became of it; who objected is not told here."""
    mine = Proceeding.objects.within(actor.scope(VIEW)).filter(household=household)
    rows = (
        Objection.objects.filter(proceeding__in=mine)
        .select_related("recorded_by", "settled_by")
        .order_by("pk")
    )
    found = []
    for row in rows:
        who = row.recorded_by.full_name if row.recorded_by else ""
        words = row.content if told else ""
        found.append(Happening(row.received_on, "公示异议", "收到异议", words, who, row.proceeding_id))
        if row.settled_on is not None:
            who = row.settled_by.full_name if row.settled_by else ""
            title, words = f"处理异议：{row.get_result_display()}", row.settle_reason if told else ""
            found.append(Happening(row.settled_on, "公示异议", title, words, who, row.proceeding_id))
    return found


def _decisions(household: Household, actor: Actor) -> list[Happening]:
    return [
        Happening(
            row.at.date(), "核查结论", row.get_outcome_display(),
            f"{row.reason}{f'（建议：{row.proposed_class_label}）' if row.proposed_class else ''}", row.actor.full_name,
        )
        for row in signs.decisions_of(household.pk, actor=actor)
    ]  # fmt: skip


def _statuses(household: Household, *, told: bool) -> list[Happening]:
    """The reasons are free text: only for those who may see every group of fields."""
    words = {
        StatusDimension.POVERTY.value: dict(PovertyStatus.choices),
        StatusDimension.MONITOR.value: dict(MonitorClass.choices),
    }
    labels = dict(StatusDimension.choices)
    return [
        Happening(
            row.effective_from, str(labels[row.dimension]), words[row.dimension].get(row.value, row.value),
            row.reason if told else "",
            order=10**9,
        )
        for row in statuses_of(household)
    ]  # fmt: skip
