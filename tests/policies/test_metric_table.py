"""docs/metrics.md is what the registry says."""

from io import StringIO

import pytest
from django.core.management import call_command

from policies.metric_table import table_path, table_text
from policies.metrics import metrics_of, subjects


def test_the_page_is_current():
    assert table_path().read_text(encoding="utf-8") == table_text(), "run manage.py metric_table --write"


@pytest.mark.parametrize("subject", ["household", "person", "village", "township", "project", "fund_area"])
def test_every_metric_stands_on_the_page_with_its_label_and_when_it_is_unknown(subject):
    assert subject in subjects()
    lines = table_text().split("\n")
    for name, metric in metrics_of(subject).items():
        line = next(line for line in lines if line.startswith(f"| `{name}` | {metric.label} |"))
        assert (metric.unknown_when or "不会未知") in line


def test_the_command_says_when_the_page_is_old_and_writes_it(monkeypatch, tmp_path):
    page = tmp_path / "metrics.md"
    for module in ("policies.metric_table", "policies.management.commands.metric_table"):
        monkeypatch.setattr(f"{module}.table_path", lambda: page)
    with pytest.raises(SystemExit):
        call_command("metric_table", stdout=StringIO())
    out = StringIO()
    call_command("metric_table", write=True, stdout=out)
    assert "一致" in out.getvalue()
    assert page.read_text(encoding="utf-8") == table_text()
