"""Every pack of the installation does what its golden cases say, on a real row of the fact sheet."""

from datetime import date

import pytest

from policies.evaluate import compile_rule, evidence_expression, parse_evidence, say
from policies.metrics import metrics_of
from policies.pack import load_folder
from policies.selectors import folder_codes, packs_folder
from tests.policies.golden import CASE_KEYS, FOLDER, OUTCOMES, all_cases, cases_of, pack_of
from tests.policies.sheets import SHEETS, fact_row, run_row


@pytest.mark.parametrize("code", folder_codes())
def test_the_pack_loads_without_faults(code):
    pack = load_folder(packs_folder() / code)
    assert pack.code == code
    assert pack.params


@pytest.mark.parametrize("code", folder_codes())
def test_every_active_rule_has_a_case_that_hits_and_one_that_is_clear(code):
    seen = {(key, outcome) for case in cases_of(code) for key, outcome in case.body["expect"].items()}
    wanted = {(rule.key, outcome) for rule in pack_of(code).active_rules for outcome in ("hit", "clear")}
    assert not wanted - seen, sorted(wanted - seen)


def test_every_file_of_cases_belongs_to_a_pack():
    assert {path.stem for path in FOLDER.glob("*.toml")} <= set(folder_codes())


@pytest.mark.django_db
@pytest.mark.parametrize("case", all_cases(), ids=str)
def test_the_golden_case_holds(case):
    body, pack = case.body, pack_of(case.pack)
    assert set(body) <= CASE_KEYS, "a field nobody reads"
    assert body["expect"], "a case expects something"
    assert isinstance(body["as_of"], date)
    subject, metrics = body["subject"], metrics_of(body["subject"])
    sheet = SHEETS[subject].objects.filter(pk=fact_row(subject, run_row(body["as_of"]), **body["facts"]).pk)
    for key, expected in body["expect"].items():
        assert expected in OUTCOMES
        rule = pack.rule(key)
        assert rule is not None, f"no rule {key}"
        assert rule.subject == subject
        compiled = compile_rule(rule, pack.params, metrics, as_of=body["as_of"])
        row = sheet.annotate(
            outcome=compiled.outcome, text=evidence_expression(compiled.evidence, metrics)
        ).get()
        assert row.outcome == expected, f"{key}: {row.text}"
        sentence = body.get("say", {}).get(key)
        if sentence is not None:
            assert say(rule, parse_evidence(row.text), compiled.limits, metrics) == sentence
