"""Reads of what-if: the question understood, the fact sheet it is played on, and the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.actor import Actor, require
from accounts.permissions import ALL_FIELD_GROUPS
from common.errors import Invalid, NotFound, NotPermitted
from common.keyset import PAGE, Page, page_of, start_of
from households.codes import MonitorClass, PovertyStatus
from monitoring.models import ScreeningRun
from monitoring.screening.plan import LIST
from monitoring.screening.temporary import passing
from monitoring.selectors.runs import place_choices
from monitoring.whatif.counting import Counts, RuleCount, Tally, area_rows, counts_of, rows_that, rule_counts
from monitoring.whatif.listing import Moved, listed
from monitoring.whatif.moves import (
    Question,
    Side,
    changed_keys,
    moved_packs,
    resolved,
    side,
    value_of,
    with_pack,
)
from monitoring.whatif.sheets import KEPT
from monitoring.whatif.visits import Visits, visits_of
from policies.models import PolicyPack
from policies.pack import Pack
from policies.packset import PackSet
from policies.selectors import pack_content, pack_rows
from policies.services import packs_in_force
from villages.models import Division

PERMISSION = "monitoring.run_screening"
LEVELS = ("county", "township", "village")
MOST_NAMED = 1_000  # households that a statement names one by one


def may_play(actor: Actor, area: str = "") -> None:
    """Refuses whoever may not start a screening here, or lacks a group of fields: an answer tells of all of them."""
    require(actor, PERMISSION)
    if area and not actor.may(PERMISSION, at=area):
        raise NotFound
    if not actor.scope(PERMISSION).field_groups >= ALL_FIELD_GROUPS:
        raise NotPermitted("政策测算涉及全部字段，您的任职不能查看其中一部分。")


def areas(*, actor: Actor) -> QuerySet[Division]:
    return place_choices(actor=actor, permission=PERMISSION, levels=LEVELS)


def packs_to_pick(*, actor: Actor, area: str) -> list[PolicyPack]:
    """Every stored pack with rules of households that could hold here, whatever its state."""
    may_play(actor, area)
    rows = [row for row in pack_rows() if area.startswith(row.place)]
    return [
        row
        for row in rows
        if any(rule.subject in ("household", "person") for rule in _content(row).active_rules)
    ]


def _content(row: PolicyPack) -> Pack:
    return pack_content(PolicyPack(pk=row.pk, checksum=row.checksum))


def _picked(pk: int | None, area: str) -> Pack | None:
    if pk is None:
        return None
    row = PolicyPack.objects.defer("content").filter(pk=pk).first()
    if row is None or not area.startswith(row.place):
        raise Invalid("没有找到这个政策包，或它不适用于本地区。", code="unknown_pack", field="pack_b")
    return _content(row)


def base_packs(question: Question) -> PackSet:
    """Side A: what is in force, or the pack picked in its place."""
    packs = packs_in_force(question.as_of, question.area)
    one, two = _picked(question.pack_a, question.area), _picked(question.pack_b, question.area)
    found = with_pack(packs, one, [two.code] if two else [])
    if not found:
        raise Invalid(f"{question.as_of} {found.sentence}", code="no_pack_in_force", field="as_of")
    return found


def moved_side(question: Question, base: PackSet) -> PackSet:
    """Side B: the pack picked, and the values moved."""
    one, two = _picked(question.pack_a, question.area), _picked(question.pack_b, question.area)
    packs = with_pack(base, two, [one.code] if one else []) if two else base
    return moved_packs(packs, question.values)


def values_read(packs: PackSet, given: Mapping[str, str]) -> dict[str, Decimal]:
    """ "pack/key" -> typed text, as values; what equals the value in force is no move."""
    found: dict[str, Decimal] = {}
    for ref, text in given.items():
        real = resolved(packs, ref)
        code, _, key = real.partition("/")
        param = packs.params(code)[key]
        value = value_of(param, text)
        if value != param.value:
            found[real] = value
    return found


def facts_run(area: str, as_of: date) -> ScreeningRun | None:
    """The newest kept sheet of this day that holds the area."""
    around = [area[:length] for length in range(2, len(area) + 1)]
    done = ScreeningRun.objects.filter(
        state=ScreeningRun.State.DONE,
        keep_facts=True,
        as_of=as_of,
        scope_code__in=around,
        known_at__isnull=False,
    )
    fresh = done.exclude(kind="whatif", known_at__lt=timezone.now() - KEPT)
    return fresh.filter(kind__in=("households", "whatif")).order_by(F("known_at").desc()).first()


def facts_waiting(area: str, as_of: date) -> ScreeningRun | None:
    """The latest run that is filling a sheet for the area, or that failed to."""
    around = [area[:length] for length in range(2, len(area) + 1)]
    return (
        ScreeningRun.objects.filter(kind="whatif", as_of=as_of, scope_code__in=around).order_by("pk").last()
    )


@dataclass(frozen=True)
class Answer:
    question: Question
    run: ScreeningRun
    sides: tuple[Side, Side]
    changed: Sequence[str]
    keys: Sequence[str]  # the rules that are looked at
    counts: Counts
    rules: Sequence[RuleCount]
    visits: Visits

    @property
    def total(self) -> Tally:
        return self.counts.total

    def number_on(self, which: str) -> int:
        """How many households are on a list of `rows_of`."""
        return {"in": self.total.came, "out": self.total.went, "moved": self.total.moved}[which]

    def title(self, key: str) -> str:
        for one in self.sides:
            for rule in one.rules:
                if rule.key == key and rule.compiled:
                    return rule.compiled.rule.title
        return key

    def townships(self) -> list[tuple[str, str, Tally]]:
        codes = sorted(code for code, tally in self.counts.by_township.items() if tally.base or tally.moved)
        names = dict(Division.objects.filter(code__in=codes).values_list("code", "name"))
        return [(code, names.get(code, code), self.counts.by_township[code]) for code in codes]

    def classes(self) -> list[tuple[str, Tally]]:
        words = {"monitor": dict(MonitorClass.choices), "poverty": dict(PovertyStatus.choices)}
        found = [
            (str(words[kind].get(code, "未采集")), tally)
            for (kind, code), tally in self.counts.by_class.items() if tally.base or tally.moved
        ]  # fmt: skip
        return sorted(found, key=lambda pair: -max(pair[1].base, pair[1].moved))


def answer_of(*, actor: Actor, question: Question, run: ScreeningRun) -> Answer:
    """Judge both sides over the kept sheet. Reads only."""
    may_play(actor, question.area)
    base = base_packs(question)
    sides = side(base), side(moved_side(question, base), question.off)
    changed = changed_keys(*sides)
    keys = _looked_at(question.look, sides, changed)
    counts = counts_of(run, question.area, sides, set(keys))
    rules = rule_counts(run, question.area, sides, changed)
    visits = visits_of(counts.watch_base, counts.watch_moved, sides[0].packs, sides[1].packs)
    return Answer(question, run, sides, changed, keys, counts, rules, visits)


def _looked_at(look: str, sides: tuple[Side, Side], changed: Sequence[str]) -> list[str]:
    rules = {rule.key: rule for one in sides for rule in one.rules}
    if look == "changed" and changed:
        # A list for reference asks nothing of anybody; it is counted only where nothing else has changed.
        return [key for key in changed if rules[key].effect != LIST] or list(changed)
    return [key for key, rule in rules.items() if look == "all" or rule.opens_case]


def rows_of(answer: Answer, which: str, among: Sequence[int] | None = None) -> QuerySet:
    """The households that come in ("in"), drop out ("out"), or are hit on side B ("moved"); `among` these only."""
    return rows_that(answer.run, answer.question.area, answer.sides, set(answer.keys), which, among)


def rows_page(answer: Answer, which: str, after: str | None, size: int = PAGE) -> Page:
    """One page of them.

    Where many are on the list, they are looked for among the next households of the sheet. Otherwise, and where these are too
    few, they are picked out of whole sheets, which takes more memory than a list usually does.
    """
    number = answer.number_on(which)
    with passing():
        if among := _next_households(answer, number, after, size):
            page = page_of(rows_of(answer, which, among), after, size, count=number)
            if page.next_after:
                return page
        return page_of(rows_of(answer, which), after, size, count=number)


def _next_households(answer: Answer, number: int, after: str | None, size: int) -> list[int]:
    """About twice as many as it takes to fill a page; none where that would be too many to name one by one."""
    wanted = -(-2 * size * answer.counts.households // number) if number else MOST_NAMED + 1
    if wanted > MOST_NAMED:
        return []
    rows = area_rows(answer.run, "household", answer.question.area).filter(pk__gt=start_of(after))
    return list(rows.order_by("pk").values_list("household_id", flat=True)[:wanted])


def in_words(answer: Answer, rows: Sequence[Any]) -> list[Moved]:
    base, moved = ([rule for rule in one.rules if rule.key in set(answer.keys)] for one in answer.sides)
    return listed(answer.run, rows, base, moved)
