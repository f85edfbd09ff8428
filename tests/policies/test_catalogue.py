"""The catalogue of the documents: all 348 rules, each with a subject and a state, and the command that lists them."""

import json
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from policies.accounting import accounts_of
from policies.pack import PackError, load_folder
from policies.pack.read_catalogue import JUDGED_KINDS, JUDGED_SUBJECTS, WAITS
from tests.policies.golden import pack_of

COUNTS = {
    "yuzhou-2020": 151,
    "mianchi-2018-2020": 68,
    "shangqiu-2018": 49,
    "xuchang-2023": 41,
    "longterm-2020": 39,
}
FIXED = Path(__file__).with_name("catalogue.txt")
ENTRY = '{ id = "YZ-R-7-01", clause = "7", kind = "classification", subject = "household", title = "边缘户", '


def entries():
    return [entry for code in COUNTS for entry in pack_of(code).catalogue]


@pytest.mark.parametrize(("code", "count"), COUNTS.items())
def test_every_rule_of_the_document_has_an_entry(code, count):
    assert len({entry.id for entry in pack_of(code).catalogue}) == len(pack_of(code).catalogue) == count


def test_number_kind_and_subject_of_all_348_are_fixed():
    found = sorted(f"{entry.id} {entry.kind} {entry.subject}" for entry in entries())
    assert len(found) == 348
    assert found == FIXED.read_text(encoding="utf-8").split("\n")[:-1]


def test_the_rules_about_households_persons_houses_villages_and_townships_are_133():
    judged = [e for e in entries() if e.kind in JUDGED_KINDS and e.subject in JUDGED_SUBJECTS]
    assert len(judged) == 133
    assert Counter(entry.subject for entry in judged) == {
        "household": 62, "person": 43, "house": 11, "village": 17,
    }  # fmt: skip


def test_a_rule_that_does_not_run_says_what_it_waits_for_or_what_record_is_missing():
    for entry in entries():
        if entry.state == "planned":
            assert WAITS[entry.waits_for] in entry.why
        elif entry.state == "not_computable":
            assert entry.reason in entry.why
            assert entry.needs in entry.why


def test_what_runs_names_the_metrics_it_reads():
    for code in COUNTS:
        for account in accounts_of(pack_of(code)):
            assert bool(account.metrics) == bool(account.rules) == (account.state == "runs"), account.code


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ('state = "planned" }', "waits_for"),
        ('state = "planned", waits_for = "spring" }', "waits_for"),
        ('state = "not_computable", reason = "没有记录" }', "reason 和 needs"),
        ('state = "active" }', "没有规则运行"),
        ('state = "planned", waits_for = "funds", partial = "一半" }', "partial"),
    ],
)
def test_an_entry_that_does_not_fit_its_state_is_refused(pack_folder, entry, sentence):
    path = pack_folder(catalogue=f"rule = [ {ENTRY}{entry} ]")
    with pytest.raises(PackError) as refusal:
        load_folder(path)
    assert sentence in refusal.value.sentence


def test_a_number_twice_and_a_running_rule_without_an_entry_are_refused(pack_folder):
    planned = f'{ENTRY}state = "planned", waits_for = "funds" }}'
    with pytest.raises(PackError) as refusal:
        load_folder(pack_folder(catalogue=f"rule = [ {planned}, {planned} ]"))
    assert "目录编号重复" in refusal.value.sentence
    assert "目录中没有这个编号" in refusal.value.sentence


def test_the_command_accounts_for_all_348(capsys):
    call_command("rules", json=True)
    body = json.loads(capsys.readouterr().out)
    assert body["total"] == len(body["rules"]) == 348 == sum(body["counts"].values())
    assert {"code", "clause", "kind", "state", "metrics", "reason"} <= set(body["rules"][0])
    assert {rule["state"] for rule in body["rules"]} == {"runs", "planned", "not_computable"}
    assert all(rule["reason"] for rule in body["rules"] if rule["state"] != "runs")


def test_the_command_lists_one_pack_and_refuses_an_unknown_one(capsys):
    call_command("rules", pack="xuchang-2023", json=True)
    body = json.loads(capsys.readouterr().out)
    assert (body["pack"], body["total"]) == ("xuchang-2023", 41)
    with pytest.raises(CommandError, match="没有政策包 nowhere"):
        call_command("rules", pack="nowhere")


def test_the_table_for_people_says_the_state_in_words(capsys):
    call_command("rules", pack="longterm-2020")
    out = capsys.readouterr().out
    assert "LT-R-3.2-01" in out
    assert "无法计算" in out
    assert "共 39 条" in out
