"""What-if: the answer equals a real screening, nothing is adopted, and only whoever may start a screening plays."""

import random
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import DomainError, NotPermitted
from monitoring.models import HouseholdFacts, RiskCase, RiskSign, ScreeningRun
from monitoring.screening.sheets import sheets_sweep
from monitoring.selectors import whatif as selectors
from monitoring.services.whatif import facts_here
from monitoring.whatif.moves import Question
from monitoring.whatif.sheets import KEPT, facts_expire
from policies.models import PolicyPack
from policies.services import pack_publish, pack_submit
from tests.cast import actor
from tests.factories.households import make_household, make_year_income

DAY = date(2020, 9, 20)
LINE = "yuzhou-2020/border_income_line"
FRAGMENT = {"HTTP_HX_REQUEST": "true"}
pytestmark = pytest.mark.usefixtures("packs")


def low(village, per_head, members=3, **values):
    """A household outside the register with a risk, so that only its income decides."""
    row = make_household(village, members=members, **values)
    make_year_income(row, 2019, net_fen=per_head * members, members=members)
    return row


def answer(cast, values=None, off=(), area="411081", **more):
    who = actor(cast.officer)
    run = facts_here(actor=who, area=area, as_of=DAY, say=lambda text: None)
    plain = Question(area, DAY, **more)
    target = selectors.moved_side(plain, selectors.base_packs(plain))
    question = Question(area, DAY, selectors.values_read(target, values or {}), frozenset(off), **more)
    return selectors.answer_of(actor=who, question=question, run=run)


def listed(found, which="in"):
    """The households of a list, which are as many as the answer says and as the page under it shows."""
    rows = list(selectors.rows_of(found, which).order_by("pk"))
    page = selectors.rows_page(found, which, None)
    households = {row.household_id for row in rows}
    assert len(rows) == len(households) == found.number_on(which)
    assert ([row.pk for row in page.rows], page.shown_count) == (
        [row.pk for row in rows][:50],
        str(len(rows)),
    )
    return households


@pytest.fixture
def income_line(packs):
    """The line of 4,000 元 that households that have exited are held against."""
    return "yuzhou-2020/exit_income_line"


def exited(village, per_head, **values):
    return low(village, per_head, poverty_status="exited_with_policy", **values)


@pytest.mark.parametrize(("line", "hit"), [("4499.99", False), ("4500.00", False), ("4500.01", True)])
def test_the_moved_line_decides_below_at_and_above(world, cast, income_line, line, hit):
    row = exited(world.village_a1, 450_000)
    found = answer(cast, {income_line: line})
    assert (row.pk in listed(found)) is hit
    assert found.total.moved - found.total.base == found.total.came - found.total.went


@pytest.mark.parametrize("which", ["in", "moved"])
def test_a_long_list_is_read_from_the_next_households_and_is_the_same_list(
    world, cast, income_line, monkeypatch, which
):
    for number in range(24):  # every third one is poor enough
        exited((world.village_a1, world.village_b1)[number % 2], 390_000 if number % 3 == 0 else 900_000)
    found = answer(cast, {income_line: "4500"} if which == "moved" else {income_line: "9500"})
    rows = list(selectors.rows_of(found, which).order_by("pk"))
    assert len(rows) >= 8
    whole, seen, after = [], [], None
    real = selectors.rows_of

    def watched(answer, which, among=None):
        whole.append(among is None)
        return real(answer, which, among)

    monkeypatch.setattr(selectors, "rows_of", watched)
    while True:
        page = selectors.rows_page(found, which, after, size=3)
        seen += [row.pk for row in page.rows]
        if page.next_after is None:
            break
        after = str(page.next_after)
    assert seen == [row.pk for row in rows]
    assert whole[0] is False, "the first page asks only a few households"
    assert whole[-1] is True, "the last page, which they do not fill, asks all"
    monkeypatch.setattr(selectors, "MOST_NAMED", 0)
    assert [row.pk for row in selectors.rows_page(found, which, None, size=3).rows] == seen[:3]
    assert whole[-1] is True


def test_a_lower_line_lets_households_drop_out(world, cast, income_line):
    row = exited(world.village_a1, 390_000)
    found = answer(cast, {income_line: "3900"})
    assert listed(found, "out") == {row.pk}
    assert (found.total.came, found.total.went, found.total.went_persons) == (0, 1, 3)
    told = selectors.in_words(found, list(selectors.rows_of(found, "out")))
    assert "3,900.00" in told[0].why[0][1]
    assert "4,000.00" in told[0].why[0][1]


def test_unknown_income_is_neither_in_nor_out(world, cast, income_line):
    row = make_household(world.village_a1, members=3, poverty_status="exited_with_policy")
    make_year_income(row, 2019, net_fen=None, members=3)
    found = answer(cast, {income_line: "9000"})
    assert row.pk not in listed(found) | listed(found, "moved")


def test_the_answer_adds_up_by_township_and_class(world, cast, income_line):
    exited(world.village_a1, 450_000)
    exited(world.village_b1, 450_000)
    found = answer(cast, {income_line: "5000"})
    assert [(code, tally.came) for code, _, tally in found.townships()] == [
        ("411081100", 1),
        ("411081101", 1),
    ]
    assert sum(tally.came for _, tally in found.classes()) == found.total.came == 2
    assert [(row.came, row.went) for row in found.rules if row.subject == "household" and row.came] != []


def test_only_the_area_asked_for_is_counted(world, cast, income_line):
    exited(world.village_a1, 450_000)
    exited(world.village_b1, 450_000)
    assert answer(cast, {income_line: "5000"}, area="411081101").total.came == 1


def test_a_rule_switched_off_drops_its_households(world, cast, income_line):
    row = exited(world.village_a1, 390_000)
    keys = list(answer(cast, {income_line: "3900"}).changed)
    found = answer(cast, off=keys)
    assert list(found.changed) == keys
    assert row.pk in listed(found, "out")
    assert found.total.moved == 0


def test_nothing_is_adopted(world, cast, income_line):
    exited(world.village_a1, 390_000)
    before = list(PolicyPack.objects.order_by("pk").values("pk", "checksum", "state", "content"))
    answer(cast, {income_line: "9000"})
    assert list(PolicyPack.objects.order_by("pk").values("pk", "checksum", "state", "content")) == before
    assert not RiskSign.objects.exists()
    assert not RiskCase.objects.exists()


@pytest.mark.parametrize(
    ("ref", "text", "code"),
    [
        (LINE, "many", "bad_value"), (LINE, "-1", "bad_value"), (LINE, "1.001", "bad_value"),
        (LINE, "NaN", "bad_value"), (LINE, "1e99", "bad_value"), ("yuzhou-2020/none", "1", "not_movable"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_in_words(cast, world, ref, text, code):
    with pytest.raises(DomainError) as refusal:
        answer(cast, {ref: text})
    assert refusal.value.code == code
    assert refusal.value.sentence


def test_a_value_as_in_force_is_no_move(cast, world, income_line):
    found = answer(cast, {income_line: "4000.00"})
    assert not found.question.values
    assert not found.changed


# --- agreement with a real screening ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_comparing_with_a_pack_equals_screening_by_it(world, cast, run_json, seed):
    """A random county judged by the Xuchang document in what-if, and then really, once it is published."""
    pick = random.Random(seed)
    for _ in range(30):
        status = pick.choice(["exited_with_policy", "exited_without_policy", "none", "unexited"])
        row = make_household(
            pick.choice(world.villages), members=pick.choice([1, 2, 4]), poverty_status=status
        )
        net = pick.choice([None, 399_999, 400_000, 500_000, 690_000, 699_999, 700_000, 750_000])
        make_year_income(
            row, 2019, net_fen=None if net is None else net * row.members_count, members=row.members_count
        )
    row = pack_submit(actor=actor(cast.officer), code="xuchang-2023")
    found = answer(cast, pack_a=PolicyPack.objects.get(code="yuzhou-2020").pk, pack_b=row.pk, look="case")
    expected = listed(found, "moved")
    PolicyPack.objects.filter(code="yuzhou-2020").update(effective_to=date(2020, 2, 1))
    PolicyPack.objects.filter(pk=row.pk).update(effective_from=date(2020, 2, 1))
    pack_publish(actor=actor(cast.leader), pk=row.pk)
    PolicyPack.objects.filter(pk=row.pk).update(effective_from=date(2020, 2, 1))
    assert run_json("screen", "--quarter", "2020Q3", "--as-of", DAY.isoformat())[0] == 0
    assert set(RiskCase.objects.values_list("household_id", flat=True)) == expected


# --- the sheet ----------------------------------------------------------------------------------------------------------


def test_the_sheet_is_filled_once_kept_a_day_and_swept(world, cast, income_line):
    exited(world.village_a1, 390_000)
    answer(cast)
    run = ScreeningRun.objects.get()
    assert (run.kind, run.is_acting, run.keep_facts) == ("whatif", False, True)
    answer(cast, {income_line: "3000"})
    assert ScreeningRun.objects.count() == 1
    sheets_sweep()
    assert HouseholdFacts.objects.filter(run=run).exists()
    ScreeningRun.objects.update(known_at=run.known_at - KEPT)
    assert facts_expire() == 1
    sheets_sweep()
    assert not HouseholdFacts.objects.exists()
    assert selectors.facts_run("411081", DAY) is None


def test_the_kept_facts_of_a_real_run_are_used(world, cast):
    exited(world.village_a1, 390_000)
    who = actor(cast.officer)
    first = facts_here(actor=who, area="411081", as_of=DAY, say=lambda text: None)
    ScreeningRun.objects.filter(pk=first.pk).update(kind="households")
    assert facts_here(actor=who, area="411081100", as_of=DAY, say=lambda text: None) == first


def test_a_sheet_never_stands_in_the_way_of_a_real_run(world, cast, run_json):
    exited(world.village_a1, 390_000)
    answer(cast)
    _, done = run_json("screen", "--quarter", "2020Q3", "--as-of", "2020-09-01")
    assert done["opened"] > 0


def test_as_many_statements_for_three_households_as_for_thirty(world, cast, income_line):
    def count():
        facts_here(actor=actor(cast.officer), area="411081", as_of=DAY, say=lambda text: None)
        with CaptureQueriesContext(connection) as seen:
            found = answer(cast, {income_line: "5000"})
            selectors.in_words(found, list(selectors.rows_of(found, "in")))
            found.townships()
        return len(seen)

    for _ in range(3):
        exited(world.village_a1, 450_000)
    few = count()
    for _ in range(27):
        exited(world.village_a1, 450_000)
    ScreeningRun.objects.update(keep_facts=False)
    assert count() == few


# --- pages ---------------------------------------------------------------------------------------------------------------


def test_the_page_asks_for_a_sheet_then_answers_and_says_it_is_only_a_what_if(
    world, cast, login, income_line
):
    row = exited(world.village_a1, 450_000, head_name="测算户主")
    officer, url = login(cast.officer), reverse("monitoring:whatif")
    assert "准备事实表" in officer.get(url).content.decode()
    facts_here(actor=actor(cast.officer), area="411081", as_of=DAY, say=lambda text: None)
    page = officer.get(url, {"set": f"{income_line}=5000", "as_of": "2020-09-20"}).content.decode()
    assert "测算，未生效" in page
    assert "测算户主" in page
    assert reverse("households:household-detail", args=[row.pk]) in page
    fragment = officer.get(url, {f"v.{income_line}": "5000", "as_of": "2020-09-20"}, **FRAGMENT)
    assert fragment.content.decode().lstrip().startswith('<div id="whatif-result"')
    assert f"set={income_line}" in fragment["HX-Push-Url"]


def test_without_scripts_the_form_ends_at_the_short_address(world, cast, login, income_line):
    sent = login(cast.officer).get(
        reverse("monitoring:whatif"), {f"v.{income_line}": "5000", "v.x/y": "", "area": "411081"}
    )
    assert sent.status_code == 302
    assert sent["Location"].endswith(f"?area=411081&set={income_line}%3D5000")


@pytest.mark.parametrize(
    "query", ["set=x", "set=a/b=1", "area=410000", "as_of=2999-01-01", "a=99999", "look=zz", "after=x"]
)
def test_a_hand_written_address_is_never_a_fault(world, cast, login, query):
    assert login(cast.officer).get(f"{reverse('monitoring:whatif')}?{query}").status_code in {200, 404, 422}


def test_the_sheet_is_asked_for_once(world, cast, login):
    officer, url = login(cast.officer), reverse("monitoring:whatif-facts")
    for _ in range(2):
        sent = officer.post(url, {"area": "411081", "as_of": "2020-09-20", "look": "changed"})
        assert sent.status_code == 302
    assert ScreeningRun.objects.filter(kind="whatif", state__in=("queued", "running")).count() <= 1


def test_who_lacks_a_group_of_fields_does_not_play(world, cast, monkeypatch):
    who = actor(cast.officer)
    with pytest.raises(NotPermitted):
        selectors.may_play(actor(cast.dept))
    with pytest.raises(NotPermitted):
        selectors.may_play(actor(cast.li))
    narrow = type("Narrow", (), {"field_groups": frozenset({"income"})})
    monkeypatch.setattr(type(who), "scope", lambda self, permission: narrow)
    with pytest.raises(NotPermitted, match="全部字段"):
        selectors.may_play(who)


def test_the_command_answers_with_the_agreed_keys(world, cast, run_json, income_line):
    exited(world.village_a1, 450_000)
    code, body = run_json("whatif", "--set", f"{income_line}=5000", "--as-of", "2020-09-20")
    assert code == 0
    assert set(body) == {"as_of", "rules", "base", "moved", "in", "out", "by_township", "visits"}
    assert (body["in"], body["out"], body["moved"]["households"]) == (1, 0, 1)
    assert run_json("whatif", "--set", "nonsense")[0] == 1
    assert run_json("whatif", "--off", "NO-RULE", "--as-of", "2020-09-20")[0] == 1


def test_visits_follow_the_plan_of_monitored_households(world, cast, income_line):
    exited(world.village_a1, 850_000)
    found = answer(cast, {income_line: "9000"})
    assert found.visits.watch_moved - found.visits.watch_base == found.total.came
    assert found.visits.more == found.total.came * (4 + 12)  # a visit each quarter, a contact each month
