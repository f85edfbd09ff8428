"""export_sheet and import_sheet: one JSON object with exactly these keys, exit codes 0 and 1."""

import pytest

from accounts.models import AuditEntry
from tests.exchange.test_round_trip import edited


def test_a_ledger_goes_out_and_comes_back_unchanged(county, run_json, tmp_path):
    out = tmp_path / "ledger.xlsx"
    code, body = run_json("export_sheet", "YTP_REN_2022", "--out", out)
    assert (code, body) == (0, {"rows": 10, "file": str(out)})
    entry = AuditEntry.objects.get(verb="exchange.exported")
    assert (entry.detail["full"], entry.detail["by"]) == (True, "command")
    assert entry.host
    for more in ([], ["--commit"]):
        code, body = run_json("import_sheet", "YTP_REN_2022", out, *more)
        assert (code, body) == (
            0, {"rows": 10, "new": 0, "changed": 0, "unchanged": 10, "refused": 0, "errors": []}
        )  # fmt: skip


def test_a_division_narrows_the_export(county, run_json, tmp_path):
    code, body = run_json(
        "export_sheet", "YTP_REN_2022", "--out", tmp_path / "a.xlsx", "--division", "411081101"
    )
    assert (code, body["rows"]) == (0, 3)


def test_good_rows_are_written_and_bad_rows_are_named(county, run_json, tmp_path):
    out = tmp_path / "ledger.xlsx"
    run_json("export_sheet", "YTP_REN_2022", "--out", out)

    def change(sheet, column):
        sheet.cell(2, column("姓名")).value = "李改名"
        sheet.cell(3, column("证件号码")).value = 411081196603045674
        sheet.cell(4, column("民族")).value = "=1+1"

    code, body = run_json("import_sheet", "YTP_REN_2022", edited(out, change), "--commit")
    assert code == 0
    assert {name: body[name] for name in body if name != "errors"} == {
        "rows": 10, "new": 0, "changed": 1, "unchanged": 7, "refused": 2,
    }  # fmt: skip
    assert [(error["row"], error["column"]) for error in body["errors"]] == [(3, "证件号码"), (4, "民族")]
    assert all(set(error) == {"row", "column", "message"} for error in body["errors"])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["export_sheet", "NO_SUCH", "--out", "a.xlsx"], "unknown_layout"),
        (["export_sheet", "YTP_REN_2022", "--out", "/nowhere/a.xlsx"], "bad_path"),
        (["export_sheet", "YTP_REN_2022", "--out", "a.xlsx", "--division", "999999"], "not_found"),
        (["import_sheet", "YTP_REN_2022", "/nowhere/a.xlsx"], "file_missing"),
    ],
)
def test_refusals_are_one_json_object_too(county, run_json, arguments, error, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, body = run_json(*arguments)
    assert (code, body["error"]) == (1, error)
    assert set(body) == {"error", "detail"}
