"""Whatever is done and undone, in whatever order: the shape of the households stays sound, and undoing restores it."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from common.errors import DomainError
from households import codes, services
from households.inputs import ActNote, PersonInput, SplitInput
from households.models import Household, HouseholdAct, Membership, Person
from tests.factories.households import make_household, make_village
from tests.households.conftest import acting

FIRST = date(2020, 1, 1)
KINDS = (
    "add", "leave", "die", "return", "transfer", "head", "split", "merge", "close", "reopen", "reverse", "reverse", "reverse_last",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 9), st.integers(0, 9), st.integers(0, 2)), max_size=12
)
RELATIONS = ("son", "daughter", "spouse", "other")


def shape() -> dict:
    """What holds now: who belongs where and as what, which households live, who lives."""
    members = Membership.objects.filter(effective_to__isnull=True)
    return {
        "members": sorted(members.values_list("household_id", "person_id", "relation")),
        "households": sorted(
            Household.objects.filter(is_live=True).values_list("pk", "village_id", "head_name")
        ),
        "people": sorted(Person.objects.filter(is_live=True).values_list("pk", "died_on")),
    }


def sound() -> None:
    """One head per living household, nobody in two households, the dead nowhere, the count true, the dead in no list."""
    members = Membership.objects.filter(effective_to__isnull=True)
    people = list(members.values_list("person_id", flat=True))
    assert len(people) == len(set(people))
    assert not members.filter(person__is_live=False).exists()
    for household in Household.objects.all():
        mine = members.filter(household=household)
        heads = mine.filter(relation="head")
        assert household.members_count == mine.count()
        assert heads.count() == (1 if household.is_live else 0), household.household_no
        assert mine.exists() == household.is_live
        assert household.head_name == (heads.get().person.name if household.is_live else "")


@dataclass
class Play:
    """Plays one random sequence; a refusal is an answer, anything else is a bug."""

    actor: object
    day: date = FIRST
    done: list[tuple[HouseholdAct, dict]] = field(default_factory=list)

    def pick(self, rows, number: int):
        rows = list(rows)
        return rows[number % len(rows)] if rows else None

    def step(self, kind: str, one: int, two: int, days: int) -> None:
        self.day += timedelta(days=days)
        before, last = shape(), HouseholdAct.objects.order_by("-pk").first()
        household = self.pick(Household.objects.order_by("pk"), one)
        try:
            getattr(self, f"do_{kind}")(household, two)
        except DomainError:
            assert shape() == before, f"{kind} was refused and yet changed something"
            return
        act = HouseholdAct.objects.order_by("-pk").first()
        if act is not None and act != last and act.reverses_id is None:
            self.done.append((act, before))

    def members(self, household):
        return household.memberships.filter(effective_to__isnull=True).order_by("pk")

    def note(self, household=None, head=None) -> ActNote:
        rows = self.members(household) if household else ()
        pairs = enumerate(row.person_id for row in rows if row.person_id != head)
        return ActNote(reason="试", relations={pk: RELATIONS[n % 4] for n, pk in pairs})

    def do_add(self, household, two):
        entry = PersonInput(f"测{two}", RELATIONS[two % 4], gender="male", join_kind="newborn")
        services.member_add(actor=self.actor, household=household, entry=entry, on=self.day)

    def leave(self, household, two, kind):
        row = self.pick(self.members(household), two)
        if row is None:
            return
        stay = self.members(household).exclude(pk=row.pk).first()
        heir = stay.person if stay else None
        services.member_leave(
            actor=self.actor, household=household, person=row.person, on=self.day, kind=kind, successor=heir,
            note=self.note(household, heir.pk if heir else None),
        )  # fmt: skip

    def do_leave(self, household, two):
        self.leave(household, two, "moved_out")

    def do_die(self, household, two):
        self.leave(household, two, "death")

    def do_return(self, household, two):
        person = self.pick(Person.objects.order_by("pk"), two)
        services.member_return(
            actor=self.actor,
            household=household,
            person=person,
            relation="son",
            on=self.day,
            note=self.note(),
        )

    def do_transfer(self, household, two):
        other = self.pick(Household.objects.order_by("-pk"), two)
        row = self.pick(self.members(household), two)
        if row is None:
            return
        stay = self.members(household).exclude(pk=row.pk).first()
        heir = stay.person if stay else None
        services.member_transfer(
            actor=self.actor, household=household, other=other, person=row.person, relation="other", on=self.day,
            note=self.note(household, heir.pk if heir else None), successor=heir,
        )  # fmt: skip

    def do_head(self, household, two):
        row = self.pick(self.members(household), two)
        if row is not None:
            note = self.note(household, row.person_id)
            services.head_change(
                actor=self.actor, household=household, head=row.person, on=self.day, note=note
            )

    def do_split(self, household, two):
        row = self.pick(self.members(household), two)
        if row is None:
            return
        stay = self.members(household).exclude(pk=row.pk).first()
        entry = SplitInput(
            row.person_id, {}, frozenset(codes.Inherited.values), stay.person_id if stay else None
        )
        services.household_split(
            actor=self.actor, household=household, entry=entry, on=self.day, note=ActNote(reason="试")
        )

    def do_merge(self, household, two):
        other = self.pick(Household.objects.order_by("-pk"), two)
        services.household_merge(
            actor=self.actor, household=household, other=other, on=self.day, note=self.note(other)
        )

    def do_close(self, household, two):
        services.household_close(actor=self.actor, household=household, on=self.day, reason="试")

    def do_reopen(self, household, two):
        row = self.pick(household.memberships.order_by("pk"), two)
        services.household_reopen(
            actor=self.actor,
            household=household,
            relations={row.person_id: "head"},
            on=self.day,
            note=self.note(),
        )

    def do_reverse(self, household, two):
        act = self.pick(HouseholdAct.objects.order_by("-pk"), two)
        if act is not None:
            services.act_reverse(actor=self.actor, act=act, reason="登记有误")
            self.done = [pair for pair in self.done if pair[0].pk != act.pk]

    def do_reverse_last(self, household, two):
        """Undoing what was done last is never refused, and brings back exactly what was."""
        if not self.done:
            return
        act, before = self.done.pop()
        undone = HouseholdAct.objects.filter(reverses__isnull=False, pk__gt=act.pk).exists()
        services.act_reverse(actor=self.actor, act=act, reason="登记有误")
        if not undone:  # nothing older was undone in between, so the state is the one of before
            assert shape() == before


class Sequences(TestCase):
    """Hypothesis rolls the database back after each sequence."""

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    @example([
        ("add", 0, 0, 0), ("add", 0, 0, 0), ("die", 0, 0, 0), ("die", 1, 1, 0), ("add", 0, 0, 0), ("close", 3, 0, 0),
        ("reverse", 0, 2, 0),
    ])  # fmt: skip
    def test_any_sequence_leaves_sound_households_and_undoing_all_of_it_restores_the_beginning(self, steps):
        village = make_village()
        make_household(village, members=3, head_name="甲")
        make_household(village, members=2, head_name="乙")
        play = Play(acting("county_officer", "411081", "主管"))
        start = shape()
        with self.settings(BUSINESS_DATE=date(2020, 9, 20)):
            for step in steps:
                play.step(*step)
                sound()
            open_acts = HouseholdAct.objects.filter(reverses__isnull=True, reversed_by__isnull=True)
            for act in open_acts.order_by("-pk"):
                services.act_reverse(actor=play.actor, act=act, reason="全部撤销")
                sound()
        assert shape() == start


def test_the_play_knows_every_step():
    assert all(hasattr(Play, f"do_{kind}") for kind in KINDS)


pytestmark = pytest.mark.django_db
