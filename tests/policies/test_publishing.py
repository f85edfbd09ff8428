"""Two people publish a pack; a published pack never changes, a new one supersedes it."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from common.errors import Conflict, NotFound, NotPermitted
from policies.models import PackRule, PolicyPack
from policies.pack import PackError
from policies.selectors import folder_states, pack_content, pack_differences, packs_in_force, rule_for
from policies.services import pack_publish, pack_submit, pack_submit_and_publish, pack_withdraw
from tests.cast import actor, without
from tests.policies.conftest import PARAMETERS, RULE

DAY = date(2020, 9, 30)


@pytest.fixture
def publish(cast, pack_folder):
    """publish(code, ...): write the folder and publish it by two officers."""

    def act(code="abc", **folder):
        pack_folder(code, **folder)
        return pack_submit_and_publish(
            submitter=actor(cast.officer), approver=actor(cast.officer2), code=code
        )

    return act


def verbs():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_a_submitted_pack_waits_and_is_not_in_force(cast, pack_folder):
    pack_folder()
    row = pack_submit(actor=actor(cast.officer), code="abc")
    assert row.state == "submitted"
    assert row.submitted_by == cast.officer
    assert row.content["document"]["code"] == "abc"
    assert not packs_in_force(DAY, "411081")
    assert not row.holds_on(DAY)
    assert verbs() == ["policies.pack_submitted"]


def test_another_person_publishes_it_with_its_rules(cast, pack_folder):
    pack_folder()
    row = pack_submit(actor=actor(cast.officer), code="abc")
    done = pack_publish(actor=actor(cast.leader), pk=row.pk)
    row.refresh_from_db()
    assert (row.state, row.approved_by, done.superseded, done.differences) == (
        "published",
        cast.leader,
        (),
        (),
    )
    rule = PackRule.objects.get(pack=row)
    assert (rule.key, rule.subject, rule.shape, rule.effect, rule.topic) == (
        "abc-1", "household", "compare", "case", "income_low",
    )  # fmt: skip
    assert len(rule.checksum) == 64
    entry = AuditEntry.objects.get(verb="policies.pack_published")
    assert entry.detail["checksum"] == row.checksum
    assert entry.actor == cast.leader


def test_the_same_person_may_not_do_both(cast, pack_folder):
    pack_folder()
    officer = actor(cast.officer)
    row = pack_submit(actor=officer, code="abc")
    with pytest.raises(Conflict, match="不能是同一人"):
        pack_publish(actor=officer, pk=row.pk)
    row.refresh_from_db()
    assert row.state == "submitted"
    with pytest.raises(Conflict, match="不能是同一人"):
        pack_submit_and_publish(submitter=officer, approver=officer, code="abc")


def test_each_act_needs_its_permission(cast, pack_folder):
    pack_folder()
    for user in (cast.li, cast.auditor, cast.leader):
        with pytest.raises(NotPermitted):
            pack_submit(actor=actor(user), code="abc")
    row = pack_submit(actor=actor(cast.admin), code="abc")
    for user in (cast.li, cast.auditor, cast.admin):
        with pytest.raises(NotPermitted):
            pack_publish(actor=actor(user), pk=row.pk)
    with pytest.raises(NotPermitted):
        pack_withdraw(actor=without(cast.officer, "policies.submit_pack"), pk=row.pk)
    assert PackRule.objects.count() == 0


def test_the_same_content_is_not_submitted_twice(cast, pack_folder, publish):
    publish()
    with pytest.raises(Conflict, match="已经发布"):
        pack_submit(actor=actor(cast.officer), code="abc")
    pack_folder("other")
    pack_submit(actor=actor(cast.officer), code="other")
    with pytest.raises(Conflict, match="等待批准"):
        pack_submit(actor=actor(cast.officer2), code="other")


def test_a_changed_submission_takes_the_place_of_the_waiting_one(cast, pack_folder):
    pack_folder()
    first = pack_submit(actor=actor(cast.officer), code="abc")
    pack_folder(parameters=PARAMETERS.replace("5000.00", "5100.00"))
    second = pack_submit(actor=actor(cast.officer), code="abc")
    assert list(PolicyPack.objects.values_list("pk", flat=True)) == [second.pk]
    assert verbs() == ["policies.pack_submitted", "policies.pack_withdrawn", "policies.pack_submitted"]
    with pytest.raises(NotFound):
        pack_publish(actor=actor(cast.officer2), pk=first.pk)


def test_a_submission_can_be_withdrawn_but_not_a_publication(cast, pack_folder, publish):
    pack_folder("other")
    row = pack_submit(actor=actor(cast.officer), code="other")
    pack_withdraw(actor=actor(cast.officer), pk=row.pk)
    assert not PolicyPack.objects.exists()
    done = publish()
    for act in (pack_withdraw, pack_publish):
        with pytest.raises(Conflict, match="已经发布"):
            act(actor=actor(cast.officer2), pk=done.pack.pk)


def test_a_correction_supersedes_and_says_what_changed(publish):
    old = publish().pack
    done = publish(
        parameters=PARAMETERS.replace("5000.00", "5100.00").replace("[param.pct]", "[param.share]"),
        rules=RULE.format(key="abc-1").replace("收入低于线", "收入太低") + RULE.format(key="abc-2"),
        start="2020-07-01",
    )
    old.refresh_from_db()
    assert (old.state, old.effective_to) == ("superseded", date(2020, 7, 1))
    assert done.superseded == (old,)
    assert [str(difference) for difference in done.differences] == [
        "取消参数 pct：92%，2020-09-30（据文意推断） → ",
        "新增参数 share： → 92%，2020-09-30（据文意推断）",
        "修改参数 line：5,000.00 元/人/年（文件原文） → 5,100.00 元/人/年（文件原文）",
        "新增规则 abc-2： → 收入低于线",
        "修改规则 abc-1：收入低于线 → 收入太低",
        "修改文件 effective_from：2020-01-01 → 2020-07-01",
    ]
    before, after = packs_in_force(date(2020, 6, 30), "411081"), packs_in_force(date(2020, 7, 1), "411081")
    assert before.checksums == {"abc": old.checksum}
    assert after.checksums == {"abc": done.pack.checksum}


def test_a_correction_from_the_first_day_leaves_no_day_to_the_old_one(publish):
    old = publish().pack
    new = publish(parameters=PARAMETERS.replace("5000.00", "5100.00")).pack
    old.refresh_from_db()
    assert old.effective_from == old.effective_to
    assert packs_in_force(date(2020, 1, 1), "411081").checksums == {"abc": new.checksum}


def test_a_correction_reaching_further_back_leaves_one_pack_for_every_day(publish):
    first = publish(start="2019-01-01").pack
    publish(start="2020-01-01")
    third = publish(start="2019-06-01", parameters=PARAMETERS.replace("5000.00", "5100.00")).pack
    assert packs_in_force(date(2019, 5, 31), "411081").checksums == {"abc": first.checksum}
    for day in (date(2019, 6, 1), date(2019, 12, 31), date(2020, 1, 1), date(2024, 1, 1)):
        assert packs_in_force(day, "411081").checksums == {"abc": third.checksum}, day


def test_going_back_to_superseded_content_is_refused_with_advice(cast, pack_folder, publish):
    publish()
    publish(parameters=PARAMETERS.replace("5000.00", "5100.00"))
    pack_folder()
    with pytest.raises(Conflict, match="请修改生效日期"):
        pack_submit(actor=actor(cast.officer), code="abc")


def test_two_packs_may_not_share_a_rule_key(publish):
    publish("abc")
    with pytest.raises(Conflict, match=r"abc-1（abc）"):
        publish("other", rules=RULE.format(key="abc-1"))
    assert set(PolicyPack.objects.values_list("code", "state")) == {("abc", "published")}, (
        "nothing is left behind"
    )


def test_a_faulty_or_absent_folder_is_not_submitted(cast, pack_folder):
    pack_folder(parameters="")
    with pytest.raises(PackError, match="不存在的参数 line"):
        pack_submit(actor=actor(cast.officer), code="abc")
    for code in ("nothing", "../abc", "."):
        with pytest.raises(NotFound):
            pack_submit(actor=actor(cast.officer), code=code)


def test_a_sign_of_an_old_pack_still_finds_its_rule(publish):
    old = publish().pack
    publish(parameters=PARAMETERS.replace("5000.00", "5100.00"), rules="")
    found = rule_for(old.checksum, "abc-1")
    assert found.rule.title == "收入低于线"
    assert str(found.params["line"].value) == "5000.00"
    with pytest.raises(NotFound):
        rule_for(old.checksum, "nothing")
    with pytest.raises(NotFound):
        rule_for("0" * 64, "abc-1")


def test_an_old_pack_explains_itself_when_a_metric_is_gone(publish, monkeypatch):
    row = publish().pack
    monkeypatch.setattr("policies.metrics._groups", {})
    assert pack_content(row).rule("abc-1").metrics == ("net_income_fen", "members")


def test_the_person_who_approves_sees_the_difference(cast, pack_folder, publish):
    publish()
    pack_folder(parameters=PARAMETERS.replace("5000.00", "5100.00"))
    row = pack_submit(actor=actor(cast.officer), code="abc")
    assert [difference.key for difference in pack_differences(row)] == ["line"]


def test_the_states_of_the_folders_are_shown_to_who_may_submit(cast, pack_folder, publish):
    publish("abc")
    pack_folder("fresh")
    pack_folder("wrong", parameters="")
    states = {state.code: state.state for state in folder_states(actor=actor(cast.officer))}
    assert states == {"abc": "published", "fresh": "", "wrong": "faulty"}
    with pytest.raises(NotPermitted):
        folder_states(actor=actor(cast.li))


def test_the_command_publishes_by_two_named_people(cast, pack_folder, run_json):
    pack_folder()
    code, body = run_json("publish_pack", "abc", "--as", "officer", "--approved-by", "leader")
    assert code == 0
    assert set(body) == {"pack", "checksum", "effective_from", "superseded", "differences"}
    row = PolicyPack.objects.get()
    assert (row.submitted_by, row.approved_by, body["checksum"]) == (cast.officer, cast.leader, row.checksum)
    assert AuditEntry.objects.get(verb="policies.pack_published").host


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (("abc", "--as", "officer", "--approved-by", "officer"), "same_person"),
        (("abc", "--as", "officer", "--approved-by", "nobody"), "unknown_user"),
        (("abc", "--as", "officer", "--approved-by", "li"), "not_permitted"),
        (("abc", "--as", "li", "--approved-by", "officer"), "not_permitted"),
        (("ghost", "--as", "officer", "--approved-by", "leader"), "not_found"),
    ],
)
def test_the_command_refuses_with_one_object_and_1(cast, pack_folder, run_json, args, error):
    pack_folder()
    code, body = run_json("publish_pack", *args)
    assert (code, body["error"]) == (1, error)
    assert body["detail"]
    assert not PolicyPack.objects.exists()


def test_the_command_speaks_to_people_too(cast, pack_folder, capsys):
    pack_folder()
    call_command("publish_pack", "abc", acting="officer", approved_by="leader")
    assert "已发布 abc" in capsys.readouterr().out
    pack_folder(parameters=PARAMETERS.replace("5000.00", "5100.00"))
    call_command("publish_pack", "abc", acting="officer", approved_by="leader")
    spoken = capsys.readouterr()
    assert "修改参数 line：5,000.00 元/人/年（文件原文） → 5,100.00 元/人/年（文件原文）" in spoken.out
    assert "失效" in spoken.err
    with pytest.raises(CommandError, match="已经发布"):
        call_command("publish_pack", "abc", acting="officer", approved_by="leader")


def test_check_packs_lists_packs_and_faults(pack_folder, run_json):
    pack_folder("good")
    code, body = run_json("check_packs")
    assert code == 0
    assert body["packs"][0] | {"checksum": ""} == {
        "pack": "good", "checksum": "", "parameters": 3, "rules": 1, "planned": 0,
    }  # fmt: skip
    pack_folder("wrong", parameters="")
    code, body = run_json("check_packs")
    assert code == 1
    assert "引用了不存在的参数 line。" in {fault["sentence"] for fault in body["faults"]}
    assert {(fault["pack"], fault["file"], fault["key"]) for fault in body["faults"]} == {
        ("wrong", "rules.toml", "rule.wrong-1")
    }
    code, body = run_json("check_packs", "good")
    assert (code, len(body["packs"])) == (0, 1)
    assert run_json("check_packs", "ghost")[0] == 1
