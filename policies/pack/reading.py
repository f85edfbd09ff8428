"""A folder or a stored content -> Pack, or PackError with every fault."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policies.pack.canonical import JUDGED, checksum_of, read_files
from policies.pack.checklists import read_checklists
from policies.pack.checks import check_rules
from policies.pack.faults import Book, Fault, PackError
from policies.pack.fields import Fields
from policies.pack.model import Pack, Rule, SourceIssue
from policies.pack.plan import read_plan
from policies.pack.read_catalogue import Entry, read_catalogue
from policies.pack.read_params import read_params
from policies.pack.read_rules import read_rules
from policies.pack.sections import check_sections

CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")
PLACE = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}")


def _issues(fields: Fields) -> tuple[SourceIssue, ...]:
    found = []
    for number, table in enumerate(fields.tables("source_issue"), 1):
        part = Fields(table, f"source_issue.{number}", fields.book)
        found.append(SourceIssue(part.text("clause"), part.text("text", needed=True), part.text("handling")))
        part.close()
    return tuple(found)


def _days(fields: Fields) -> dict[str, Any]:
    days = {name: fields.day(name) for name in ("issued_on", "period_start", "period_end")}
    start, end = days["period_start"], days["period_end"]
    if start and end and end < start:
        fields.fault("period_end 早于 period_start。")
    return {**days, "effective_from": fields.day("effective_from", needed=True)}


def _document(content: Mapping[str, Any], folder: str, faults: list[Fault]) -> dict[str, Any]:
    fields = Fields(content.get("document"), "", Book("document.toml", faults))
    code, place = fields.text("code", needed=True), fields.text("place")
    if code and not CODE.fullmatch(code):
        fields.fault("code 只含小写字母、数字和连字符，不超过 40 个字符。")
    if code and folder and code != folder:
        fields.fault(f"code “{code}”与文件夹名“{folder}”不同。")
    if place and not PLACE.fullmatch(place):
        fields.fault("place 应是 2、4、6、9 或 12 位区划代码，或为空。")
    return {
        "code": code or folder,
        "title": fields.text("title", needed=True),
        "issuer": fields.text("issuer"),
        "doc_number": fields.text("doc_number"),
        "place": place,
        **_days(fields),
        "is_document": fields.flag("is_document", default=True),
        "note": fields.text("note"),
        "assumptions": fields.texts("assumptions"),
        "source_issues": _issues(fields),
    }


def _catalogue(content: Mapping[str, Any], rules: tuple[Rule, ...], faults: list[Fault]) -> tuple[Entry, ...]:
    """Empty for a pack without the file: a county's own rules, or one that was published before there was a catalogue."""
    if "catalogue" not in content:
        return ()
    running = [rule.catalogue for rule in rules if rule.is_active]
    return read_catalogue(content["catalogue"], running, Book("catalogue.toml", faults))


def _parse(content: Mapping[str, Any], folder: str, faults: list[Fault], *, against_metrics: bool) -> Pack:
    document = _document(content, folder, faults)
    code = document["code"]
    params, named = read_params(content.get("parameters", {}), code, Book("parameters.toml", faults))
    book = Book("rules.toml", faults)
    rules = read_rules(content.get("rules", {}), code, book)
    if against_metrics:
        check_rules(rules, params, named, book)
        check_sections(content, lambda file: Book(file, faults))
    plan = read_plan(
        content.get("plan", {}), params, named, Book("plan.toml", faults), against_metrics=against_metrics
    )
    checklists = read_checklists(
        content.get("checklist", {}), Book("checklist.toml", faults), params, pack=code, title=document["title"],
        is_document=document["is_document"],
    )  # fmt: skip
    catalogue = _catalogue(content, rules, faults)
    if faults:
        raise PackError(code or folder, faults)
    extra = {name: part for name, part in content.items() if name not in JUDGED}
    return Pack(
        **document,
        params=params,
        rules=rules,
        plan=plan,
        catalogue=catalogue,
        checklists=checklists,
        extra=extra,
        content=content,
        checksum=checksum_of(content),
    )


def load_folder(path: Path | str) -> Pack:
    """Read and check a pack folder. PackError lists every fault with its file and key."""
    folder, faults = Path(path), list[Fault]()
    if not folder.is_dir():
        raise PackError(folder.name, [Fault(folder.name, "", "没有这个政策包文件夹。")])
    content = read_files(folder, faults)
    unread = {fault.file for fault in faults}
    for name in ("document", "parameters"):
        if name not in content and f"{name}.toml" not in unread:
            faults.append(Fault(f"{name}.toml", "", "缺少这个文件。"))
    if faults:
        raise PackError(folder.name, faults)
    return _parse(content, folder.name, faults, against_metrics=True)


def pack_of_content(content: Mapping[str, Any]) -> Pack:
    """The pack of a stored content. Metrics are not looked at: an old pack explains itself also when one is gone."""
    return _parse(content, "", [], against_metrics=False)
