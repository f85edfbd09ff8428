"""Packs of the tests: folders written by the tests, judged by metrics read off the fact sheets."""

import pytest

from policies import metrics
from policies.metrics import MetricGroup
from tests.policies.sheets import SHEETS, column_metrics

DOCUMENT = """
code = "{code}"
title = "测试文件"
place = "{place}"
effective_from = {start}
"""
PARAMETERS = """
[param.line]
value = "5000.00"
unit = "yuan/person/year"
basis = "text"
clause = "7"
meaning = "line"
meaning_zh = "收入线"

[param.pct]
value = 92
unit = "percent"
due = 2020-09-30
basis = "inferred"
clause = "26"
meaning = "share"

[param.grades]
value = ["c", "d"]
unit = "code"
basis = "assumed"
meaning = "grades"
"""
RULE = """
[[rule]]
key = "{key}"
catalogue = "C-1"
title = "收入低于线"
kind = "classification"
subject = "household"
basis = "text"
clause = "7"
topic = "income_low"
when = {{ metric = "net_income_fen", op = "lt", param = "line", times = "members" }}
unknown = "ask"
effect = "case"
evidence = ["net_income_fen", "members"]
say = "人均 {{net_income_fen/members}} 元，低于 {{line}} 元"
"""


@pytest.fixture
def known_metrics(monkeypatch):
    """Exactly the columns of the sheets are registered."""
    groups = {
        subject: MetricGroup("columns", subject, tuple(column_metrics(subject).values()), lambda judged: None)
        for subject in SHEETS
    }
    monkeypatch.setattr(metrics, "_groups", groups)
    monkeypatch.setattr(metrics, "_sources", {})


@pytest.fixture
def pack_folder(tmp_path, settings, known_metrics):
    """Writes a pack folder and points the installation at it: pack_folder("abc", rules="...")."""
    settings.POLICY_PACKS = str(tmp_path)

    def write(
        code="abc",
        *,
        place="411081",
        start="2020-01-01",
        parameters=PARAMETERS,
        rules=None,
        document="",
        **files,
    ):
        folder = tmp_path / code
        folder.mkdir(exist_ok=True)
        texts = {
            "document": DOCUMENT.format(code=code, place=place, start=start) + document,
            "parameters": parameters,
            "rules": RULE.format(key=f"{code}-1") if rules is None else rules,
            **files,
        }
        for name, text in texts.items():
            if text is not None:
                (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        return folder

    return write
