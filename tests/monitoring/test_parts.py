"""A run over more than a county: its parts, the one result, who closes it, and what it says of what was not judged."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actor import actor_for, operator_actor
from common.errors import Conflict, Invalid
from monitoring.models import RiskSign, RunFault, RunTally, ScreeningRun
from monitoring.screening.engine import Busy
from monitoring.screening.planning import NoPack
from monitoring.selectors import faults_of
from monitoring.services import parts as part_services
from monitoring.services import runs as run_services
from monitoring.services import runs_sweep
from monitoring.services.parts import parts_send, parts_settle
from policies.pack.canonical import checksum_of
from tests.cast import make_user, post
from tests.factories.policies import make_pack
from tests.monitoring import world as fake
from tests.monitoring.parts_world import (
    COUNTY,
    OTHER,
    PREFECTURE,
    TOWNSHIP_A,
    TOWNSHIP_B,
    ask,
    do,
    families,
    here,
    left_behind,
    part,
    prefecture,
)
from tests.monitoring.world import DAY, household, plan

pytestmark = pytest.mark.usefixtures("fake_metrics")


@pytest.fixture
def places(db):
    return prefecture()


@pytest.fixture
def operator(places):
    return operator_actor()


@pytest.fixture
def planned(monkeypatch):
    """The engine's own three rules in every county, but where `refused` names a sentence."""
    refused: dict[str, Exception] = {}

    def plan_for(run):
        if run.scope_code in refused:
            raise refused[run.scope_code]
        return plan(as_of=run.as_of)

    monkeypatch.setattr(run_services, "plan_for", plan_for)
    return refused


def undone(act):
    """What `act` returns, as if it had not been done."""
    with transaction.atomic():
        found = act()
        transaction.set_rollback(True)
    return found


def codes(run):
    return list(run.parts.order_by("scope_code").values_list("scope_code", flat=True))


# --- what a run falls into ----------------------------------------------------------------------------------------------


def test_above_a_county_there_is_a_part_for_each_county(places, operator):
    make_division = fake.Division.objects.create
    make_division(code="411083", name="占位", level="county", is_stub=True)
    run = ask(operator)
    assert (run.split, run.state, run.total_count, run.heartbeat_at) == ("county", "running", 2, None)
    assert codes(run) == [COUNTY, OTHER]
    assert ScreeningRun.claim(run.pk) is None
    assert ask(operator) == run
    assert codes(ask(operator, "41")) == [COUNTY, OTHER]


def test_a_county_is_one_run_until_it_has_many_households(places, operator, settings):
    families(places)
    small = ask(operator, COUNTY)
    assert (small.split, small.parts.count()) == ("", 0)
    settings.SCREENING_SPLIT_HOUSEHOLDS = 5
    large = ask(operator, COUNTY, as_of=DAY + timedelta(days=1))
    assert (large.split, codes(large)) == ("township", [TOWNSHIP_A, TOWNSHIP_B])
    assert codes(ask(operator)) == [TOWNSHIP_A, TOWNSHIP_B, OTHER]
    assert codes(ask(operator, split="county")) == [COUNTY, OTHER]
    assert not ask(operator, COUNTY, as_of=DAY + timedelta(days=2), split="county").parts.exists()
    assert not ask(operator, TOWNSHIP_A).parts.exists()


def test_a_township_that_everybody_has_left_is_a_part_as_long_as_something_is_open_there(
    places, operator, planned
):
    row = household(places["411081100001"], net=1_000_000)
    household(places["411081101001"], net=9_000_000)
    here(operator, COUNTY)
    row.is_live = False
    row.save()
    here(operator, COUNTY, days=1, split="township")
    assert set(RiskSign.objects.filter(household=row).values_list("closed_on", flat=True)) == {
        DAY + timedelta(days=1)
    }


def test_what_cannot_be_split_is_refused(places, operator):
    with pytest.raises(Invalid, match="资金"):
        ask(operator, kind="funds", split="township")
    fake.Division.objects.create(code="42", name="湖北省", level="province")
    with pytest.raises(Invalid, match="没有已装载的县"):
        ask(operator_actor(), "42")
    assert codes(ask(operator, kind="funds")) == [COUNTY, OTHER]
    assert not ask(operator, kind="whatif").parts.exists()


# --- the same signs and one sum -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("split", ["", "township"])
def test_parts_find_what_one_run_per_county_finds(places, operator, planned, split):
    families(places)

    def by_county():
        results = [here(operator, code).result for code in (COUNTY, OTHER)]
        return left_behind(), results

    expected, results = undone(by_county)
    run = here(operator, split=split)
    assert left_behind() == expected
    assert (run.state, run.error, run.result["not_judged"]) == ("done", "", [])
    assert set(run.result) == {*results[0], "not_judged"}
    for name in ("households", "opened", "closed", "open", "skipped"):
        assert run.result[name] == sum(one[name] for one in results)
    for name in ("by_rule", "unknown_by_rule"):
        assert run.result[name] == {key: sum(one[name][key] for one in results) for key in results[0][name]}
    assert (run.result["pack"], run.result["packs"]) == ("test", ["test"])
    assert run.result["opened"] == run.opened == run.result["open"] > 5
    again = here(operator, split=split)
    assert again.pk != run.pk
    assert left_behind() == expected
    assert again.result == run.result | {"opened": 0}


def test_the_nightly_run_of_a_part_goes_on_from_the_last_one(places, operator, planned):
    rows = families(places)
    here(operator, split="township")
    long_ago = timezone.now() - timedelta(hours=1)
    ScreeningRun.objects.update(known_at=timezone.now())
    type(rows[0]).objects.update(touched_at=long_ago)
    type(rows[0]).objects.filter(pk=rows[0].pk).update(touched_at=timezone.now())
    for row in rows:
        fake.facts_set(row, net=9_000_000, water=True)
    run = ask(operator, as_of=DAY + timedelta(days=1), split="township", only_changed=True)
    for code in codes(run):
        do(part(run, code))
    left = RiskSign.objects.filter(rule_key="T-1", closed_on__isnull=True)
    assert rows[0].pk not in set(left.values_list("household", flat=True))
    assert left.count() == 2


def test_money_adds_up_and_its_marks_say_of_which_county(places, operator, planned, monkeypatch):
    results = {
        COUNTY: {"granted_yuan": "100.00", "paid_yuan": "92.00"}, OTHER: {"granted_yuan": "100.00", "paid_yuan": "1.05"},
    }  # fmt: skip
    mark = {"code": "M", "clause": "1", "target_pct": 92, "actual_pct": 92, "met": True}

    def judged(run, plan, progress):
        rest = {
            "as_of": "2020-09-20",
            "pack": run.scope_code,
            "milestones": [],
            "shares": [mark],
            "findings": [],
        }
        return results[run.scope_code] | {"paid_pct": 1} | rest

    monkeypatch.setattr(run_services, "screening_execute", judged)
    found = here(operator, kind="funds").result
    assert (found["granted_yuan"], found["paid_yuan"], found["paid_pct"]) == ("200.00", "93.05", 46.52)
    assert (found["pack"], found["shares"]) == ("", [mark | {"area": COUNTY}, mark | {"area": OTHER}])
    results[OTHER]["paid_yuan"] = None
    found = here(operator, days=1, kind="funds").result
    assert (found["granted_yuan"], found["paid_yuan"], found["paid_pct"]) == ("200.00", None, None)


# --- what was not judged ------------------------------------------------------------------------------------------------


def test_a_refused_part_is_named_with_its_reason(places, operator, planned):
    families(places)
    planned[OTHER] = NoPack("没有生效的政策文件。")
    run = here(operator)
    assert (run.state, run.result["households"]) == ("done", 6)
    assert run.result["not_judged"] == [
        {"area": OTHER, "name": "长葛市", "state": "refused", "why": "没有生效的政策文件。"}
    ]
    assert "没有判断：长葛市（没有生效的政策文件）" in run.error


def test_when_all_parts_are_refused_so_is_the_run(places, operator, planned):
    planned |= {code: NoPack("没有生效的政策文件。") for code in (COUNTY, OTHER)}
    with pytest.raises(Conflict, match="禹州市、长葛市"):
        here(operator)
    run = ScreeningRun.objects.get(parent=None)
    assert (run.state, len(run.result["not_judged"])) == ("refused", 2)


def test_a_failed_part_does_not_lose_the_others(places, operator, planned):
    families(places)
    planned[COUNTY] = ZeroDivisionError("H000001 somebody")
    run = here(operator)
    assert (run.state, run.result["households"], run.result["not_judged"][0]["area"]) == ("failed", 3, COUNTY)
    assert "禹州市" in run.error
    assert "somebody" not in run.error + run.result["not_judged"][0]["why"]
    assert RiskSign.objects.filter(scope_code__startswith=OTHER).exists()
    del planned[COUNTY]
    assert here(operator).result["households"] == 9


def test_the_command_prints_one_object_and_says_by_its_exit_that_something_is_missing(
    places, planned, run_json
):
    families(places)
    ask_for = ("screen", "--quarter", "2020Q3", "--as-of", DAY.isoformat(), "--division", PREFECTURE)
    code, whole = run_json(*ask_for)
    assert (code, whole["households"], whole["not_judged"]) == (0, 9, [])
    planned[OTHER] = NoPack("没有生效的政策文件。")
    code, less = run_json(*ask_for, "--split", "county")
    assert (code, less["households"], less["not_judged"][0]["area"]) == (1, 6, OTHER)


def test_the_command_may_leave_it_to_the_workers(
    places, planned, run_json, django_capture_on_commit_callbacks
):
    families(places)
    with django_capture_on_commit_callbacks(execute=True):  # eager: a message is done as it is sent
        run = ask(operator_actor(), send=True, as_of=DAY + timedelta(days=3))
    run.refresh_from_db()
    assert (run.state, run.done_count, run.result["households"]) == ("done", 2, 9)


# --- who closes it, and who sends it ------------------------------------------------------------------------------------


def test_only_the_last_part_closes_the_run(places, operator, planned):
    families(places)
    run = ask(operator)
    do(part(run, COUNTY))
    run.refresh_from_db()
    assert (run.state, run.done_count, run.result) == ("running", 1, {})
    do(part(run, OTHER))
    run.refresh_from_db()
    assert (run.state, run.done_count, run.result["households"]) == ("done", 2, 9)
    finished = run.finished_at
    assert not parts_settle(run.pk)
    run.refresh_from_db()
    assert run.finished_at == finished


def test_a_worker_killed_after_its_part_leaves_the_closing_to_the_sweeper(
    places, operator, planned, monkeypatch
):
    run = ask(operator)
    monkeypatch.setattr(run_services, "part_ended", lambda part: None)
    for code in codes(run):
        do(part(run, code))
    run.refresh_from_db()
    assert run.state == "running"
    runs_sweep()
    run.refresh_from_db()
    assert (run.state, run.result["households"]) == ("done", 0)


def test_a_few_parts_are_sent_at_a_time_and_each_end_sends_the_next(places, operator, planned, monkeypatch):
    sent = []
    monkeypatch.setattr(part_services, "enqueue", lambda task, pk: sent.append(pk) or True)
    monkeypatch.setattr(part_services, "AT_ONCE", 1)
    run = ask(operator)
    assert parts_send(run.pk) == 1
    assert parts_send(run.pk) == 0
    first, second = part(run, COUNTY), part(run, OTHER)
    ScreeningRun.objects.filter(pk=run.pk).update(sent_at=timezone.now())
    do(first)
    assert sent == [first.pk, second.pk]


def test_the_sweeper_lets_workers_join_a_command_that_is_long_at_it(places, operator, monkeypatch):
    sent = []
    monkeypatch.setattr(part_services, "enqueue", lambda task, pk: sent.append(pk) or True)
    monkeypatch.setattr(run_services, "enqueue", lambda task, pk: sent.append(pk) or True)
    run = ask(operator)
    assert (runs_sweep(), sent) == (0, [])
    past = timezone.now() - timedelta(minutes=5)
    ScreeningRun.objects.update(queued_at=past)
    assert runs_sweep() == 2
    assert sorted(sent) == sorted(run.parts.values_list("pk", flat=True))
    assert runs_sweep() == 0
    ScreeningRun.objects.filter(parent=run).update(sent_at=past)  # the messages got lost
    assert runs_sweep() == 2


def test_a_part_in_its_turn_is_no_sign_of_a_missing_worker(places, operator):
    run = ask(operator)
    border, past = timezone.now() - timedelta(minutes=15), timezone.now() - timedelta(hours=1)
    ScreeningRun.objects.update(queued_at=past)
    assert ScreeningRun.objects.filter(ScreeningRun.unattended(border)).count() == 2
    ScreeningRun.claim(part(run, COUNTY).pk)
    assert not ScreeningRun.objects.filter(ScreeningRun.unattended(border)).exists()


# --- one acting run at a time in an area --------------------------------------------------------------------------------


def test_siblings_do_not_wait_for_each_other_but_a_county_does(places, operator, planned):
    families(places)
    run = ask(operator, split="township")
    first = ScreeningRun.claim(part(run, TOWNSHIP_A).pk)
    county, second = ask(operator, COUNTY), part(run, TOWNSHIP_B)
    with pytest.raises(Busy):
        do(county)
    county.refresh_from_db()
    assert county.state == "queued"
    assert do(second).state == "done"
    run_services.screening_run_execute(first)
    assert do(county).state == "done"
    waiting = ScreeningRun.claim(ask(operator, COUNTY, as_of=DAY + timedelta(days=1)).pk)
    other = ask(operator, split="township", as_of=DAY + timedelta(days=1))
    with pytest.raises(Busy):
        do(part(other, TOWNSHIP_A))
    assert do(part(other, "411082100")).state == "done"
    assert waiting.state == "running"


def test_a_closed_parent_does_not_speak_for_a_county_that_it_did_not_judge(places, operator, planned):
    families(places)
    planned[OTHER] = NoPack("没有生效的政策文件。")
    here(operator, days=5)
    del planned[OTHER]
    assert here(operator, OTHER).is_acting
    assert not here(operator, COUNTY).is_acting


# --- packs that change while it runs ------------------------------------------------------------------------------------


def pack_of(row):
    return {row.code: row.checksum}


@pytest.fixture
def paper(places):
    return make_pack("paper", place=COUNTY)


def superseded(row):
    """Publish a second text of the paper from the same day on."""
    type(row).objects.filter(pk=row.pk).update(state="superseded", effective_to=row.effective_from)
    content = row.content | {"document": row.content["document"] | {"title": "第二稿"}}
    return make_pack("paper", place=COUNTY, checksum=checksum_of(content), content=content)


def test_all_parts_of_a_county_are_judged_by_the_packs_of_the_beginning(places, operator, paper):
    families(places)
    run = ask(operator, split="township")
    assert run.packs["counties"][COUNTY]["checksums"] == pack_of(paper)
    do(part(run, TOWNSHIP_A))
    newer = superseded(paper)
    do(part(run, TOWNSHIP_B))
    for code in (TOWNSHIP_A, TOWNSHIP_B):
        assert part(run, code).packs["checksums"] == pack_of(paper)
    with pytest.raises(NoPack):
        do(part(run, "411082100"))
    run.refresh_from_db()
    assert (run.state, [row["area"] for row in run.result["not_judged"]]) == ("done", ["411082100"])
    assert here(operator, COUNTY).packs["checksums"] == pack_of(newer)


def test_a_part_does_not_undo_what_newer_packs_have_said_meanwhile(places, operator, paper):
    families(places)
    run = ask(operator, COUNTY, split="township")
    do(part(run, TOWNSHIP_A))
    superseded(paper)
    here(operator, COUNTY)
    last = do(part(run, TOWNSHIP_B))
    assert (part(run, TOWNSHIP_A).is_acting, last.is_acting) == (True, False)
    run.refresh_from_db()
    assert "只重新判断、没有改动信号：顺店镇" in run.error


def test_tallies_of_all_parts_are_kept(places, operator, planned):
    families(places)
    run = here(operator)
    assert sum(RunTally.objects.filter(run__parent=run, rule_key="T-1").values_list("hit", flat=True)) == 3


# --- what is seen of it -------------------------------------------------------------------------------------------------


def seat(username, code):
    """A county officer posted there."""
    user = make_user(username)
    post(user, "county_officer", fake.Division.objects.get(code=code))
    return user


def test_the_page_of_a_run_shows_its_parts_and_their_sums(places, operator, planned, login):
    families(places)
    run = ask(operator, split="township")
    do(part(run, TOWNSHIP_A))
    planned[TOWNSHIP_B] = NoPack("没有生效的政策文件。")
    with pytest.raises(NoPack):
        do(part(run, TOWNSHIP_B))
    client, page = login(seat("top", PREFECTURE)), reverse("monitoring:run-detail", args=[run.pk])
    text = client.get(page).content.decode()
    assert [
        word in text for word in ("火龙镇", "顺店镇", "坡胡镇", "没有生效的政策文件", "按乡镇分部分")
    ] == [True] * 5
    assert "排队中" in text
    assert client.get(page).context["run"].evaluated == 3
    fragment = reverse("monitoring:run-parts", args=[run.pk])
    assert "every 3s" in client.get(fragment).content.decode()
    do(part(run, "411082100"))
    done = client.get(fragment).content.decode()
    assert "every 3s" not in done
    tallies = {row.rule_key: row.hit for row, _ in client.get(page).context["tallies"]}
    assert tallies["T-1"] == 2
    assert client.get(page + "?after=411081999").content.decode().count("run-status") < 5


def test_the_list_shows_a_run_once_and_a_county_its_own_part(places, operator, planned, login):
    families(places)
    run = here(operator)
    url = reverse("monitoring:run-list")

    def listed(user):
        return [row.pk for row in login(user).get(url).context["page"]["rows"]]

    assert listed(seat("top", PREFECTURE)) == [run.pk]
    county = seat("county", OTHER)
    assert listed(county) == [part(run, OTHER).pk]
    assert login(county).get(reverse("monitoring:run-detail", args=[run.pk])).status_code == 404
    own = login(county).get(reverse("monitoring:run-detail", args=[part(run, OTHER).pk])).content.decode()
    assert "属于" not in own


def test_the_page_asks_as_much_for_three_parts_as_for_thirty(places, operator, planned, login):
    run = here(operator)
    client, page = login(seat("top", PREFECTURE)), reverse("monitoring:run-detail", args=[run.pk])
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    ScreeningRun.objects.bulk_create(
        ScreeningRun(key=f"more:{n}", parent=run, scope_code=f"4110820{n:02}", as_of=DAY, state="done")
        for n in range(30)
    )
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(many) == len(few)


def test_a_prefecture_office_may_start_one_for_the_prefecture(places, operator, planned, login):
    families(places)
    client = login(seat("top", PREFECTURE))
    body = {"kind": "households", "area": PREFECTURE, "quarter": "", "as_of": DAY.isoformat()}
    assert client.post(reverse("monitoring:run-start"), body).status_code == 302
    run = ScreeningRun.objects.get(parent=None)
    assert (run.scope_code, run.parts.count()) == (PREFECTURE, 2)
    refused = login(seat("county", OTHER)).post(reverse("monitoring:run-start"), body)
    assert refused.status_code == 422


def test_a_fault_of_a_rule_is_told_once_for_a_county(places, operator, planned):
    families(places)
    run = here(operator, split="township")
    for code in (TOWNSHIP_A, TOWNSHIP_B, "411082100"):
        RunFault.objects.create(run=part(run, code), subject_key="rule:X", scope_code=code, sentence="X")
    assert faults_of(actor_for(seat("top", PREFECTURE)), run).count() == 2
