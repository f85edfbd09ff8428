"""The whole life of one household: self-application, monitored, removed, rolled back, and again."""

from datetime import date, timedelta

import pytest

from accounts.models import AuditEntry
from common.errors import Conflict
from households.models import StatusSpell
from proceedings import selectors, services
from proceedings.models import Kind, Proceeding, Step
from tests.cast import actor
from tests.factories.households import make_measure
from tests.proceedings import walk
from tests.proceedings.walk import DAY, do, lead, monitored, opened, removal

pytestmark = pytest.mark.django_db


def test_from_a_self_application_to_monitored_to_removed_to_rolled_back(home, cast):
    row = monitored(home, cast)
    home.refresh_from_db()
    decided = row.decided_on
    assert (row.state, row.closed_on is not None, row.outcome) == (
        "monitored",
        True,
        "已纳入监测（边缘易致贫户）",
    )
    assert (home.monitor_class, home.risks) == ("borderline", ["illness", "schooling"])
    assert (home.risk_identified_on, home.risk_removed_on) == (decided, None)
    assert row.measures_due_on == decided + timedelta(days=10)

    gone = lead(removal(home, cast), cast, "removed")
    home.refresh_from_db()
    assert (gone.outcome, home.monitor_class) == ("已消除（帮扶消除）", "none")
    assert (home.risk_identified_on, home.risk_removed_on) == (decided, gone.decided_on)

    day = gone.decided_on + timedelta(days=20)
    back = services.rollback(actor=actor(cast.officer), household=home, on=day, reason="复核发现收入不稳定")
    home.refresh_from_db()
    assert (back.kind, back.state, back.origin) == (Kind.ROLLBACK, "restored", gone)
    assert (home.monitor_class, home.risks) == ("borderline", ["illness", "schooling"])
    assert (home.risk_identified_on, home.risk_removed_on) == (decided, None)
    spells = StatusSpell.objects.filter(household=home, dimension="monitor").order_by("effective_from")
    assert [spell.value for spell in spells] == ["none", "borderline", "none", "borderline"]
    told = selectors.household_story(home, actor=actor(cast.officer))
    kinds = {one.kind for one in told}
    assert kinds >= {"识别纳入", "风险消除", "回退", "监测对象类别"}
    assert [one.on for one in told] == sorted((one.on for one in told), reverse=True)
    moved = AuditEntry.objects.filter(verb="proceedings.moved").count()
    assert moved == Step.objects.exclude(act="open").count()


def test_a_removed_household_is_identified_again_by_a_new_proceeding(home, cast):
    first = monitored(home, cast)
    gone = lead(removal(home, cast), cast, "removed")
    again = monitored(home, cast, on=gone.closed_on + timedelta(days=30))
    home.refresh_from_db()
    assert again.pk != first.pk
    assert home.monitor_class == "borderline"
    assert home.risk_identified_on == again.decided_on
    assert home.risk_removed_on is None


def test_only_one_proceeding_is_open(home, clue, cast):
    with pytest.raises(Conflict) as refusal:
        opened(home, cast)
    assert refusal.value.code == "already_open"
    assert Proceeding.objects.count() == 1


def test_a_monitored_household_is_not_identified_in_the_same_class_again(home, cast):
    monitored(home, cast)
    home.refresh_from_db()
    with pytest.raises(Conflict) as refusal:
        opened(home, cast, proposed_class="borderline", on=date(2020, 6, 1))
    assert refusal.value.code == "already_monitored"
    assert opened(home, cast, proposed_class="sudden_hardship", on=date(2020, 6, 1)).state == "clue"


def test_measures_are_a_duty_until_one_has_started(home, cast):
    row = monitored(home, cast)
    due = row.measures_due_on
    officer = actor(cast.officer)
    assert not selectors.measures_due(actor=officer, today=due).exists()
    late = due + timedelta(days=1)
    assert list(selectors.measures_due(actor=officer, today=late)) == [row]
    make_measure(home, on=row.opened_on - timedelta(days=1))
    assert selectors.measures_due(actor=officer, today=late).exists()  # what ran before answers no new risk
    make_measure(home, on=row.opened_on)
    assert not selectors.measures_due(actor=officer, today=late).exists()


def test_the_green_channel_lets_papers_come_later_and_lists_them(home, cast):
    row = opened(home, cast, green_channel=True, green_reason="7月洪水冲毁房屋", source="cadre")
    do(row, "accept", cast)
    do(row, "visit", cast, files=[])
    do(row, "authorise", cast, files=[])
    assert services.missing_papers(row) == ["visit_form", "authorisation"]
    assert row.due_on is not None  # the days still run
    kind, upload = walk.paper("authorisation")
    services.paper_add(actor=actor(cast.li), proceeding=row, kind=kind, upload=upload, on=DAY)
    assert services.missing_papers(row) == ["visit_form"]
    lead(row, cast, "monitored")
    assert services.missing_papers(row) == ["visit_form"]
    kind, upload = walk.paper("visit_form")
    services.paper_add(actor=actor(cast.li), proceeding=row, kind=kind, upload=upload, on=row.closed_on)
    assert services.missing_papers(row) == []


def test_a_declined_proceeding_leaves_the_household_as_it_was(home, cast):
    row = lead(opened(home, cast), cast, "county_decision")
    do(row, "decline", cast, opinion="子女有赡养能力")
    home.refresh_from_db()
    assert (row.state, row.outcome, home.monitor_class) == ("declined", "不予纳入", "none")
    assert opened(home, cast, on=row.closed_on).state == "clue"


@pytest.mark.parametrize(
    ("to", "act", "end"),
    [
        ("visiting", "not_eligible", "not_eligible"),
        ("authorising", "refuse", "not_eligible"),
        ("evaluating", "vote_down", "not_eligible"),
    ],
)
def test_a_clue_may_end_at_the_village(home, cast, to, act, end):
    row = lead(opened(home, cast), cast, to)
    do(row, act, cast)
    assert (row.state, row.closed_on) == (end, row.state_since)


def test_a_returned_evaluation_needs_new_minutes(home, cast):
    row = lead(opened(home, cast), cast, "evaluated")
    do(row, "return", cast, opinion="人数不足")
    assert row.state == "evaluating"
    with pytest.raises(Exception, match="民主评议记录"):
        do(row, "evaluate", cast, files=[])
    do(row, "evaluate", cast)
    assert row.state == "evaluated"
    assert [step.act for step in row.steps.all()][-3:] == ["evaluate", "return", "evaluate"]


def test_returned_by_the_township_the_notice_is_not_hung_again(home, cast):
    row = lead(opened(home, cast), cast, "township_review")
    hung = row.noticed_on
    do(row, "return", cast, opinion="照片不清")
    assert (row.state, row.noticed_on) == ("noticed", hung)
    do(row, "close_notice", cast, files=[])
    assert row.state == "township_review"
