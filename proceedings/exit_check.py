"""Judging an exit standard: what the file says, what people found, and nothing that is unknown passes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from policies.pack import BASES_ZH, CheckGroup, CheckItem, Checklist, clause_zh

UNFILLED = "标准未录入"


class Finding(StrEnum):
    """From the worst to the best: of two findings about one line the worse one holds."""

    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    MET = "met"

    @property
    def label(self) -> str:
        return {"met": "达标", "not_met": "未达标", "unknown": "未核实"}[self.value]

    @property
    def tone(self) -> str:
        return {"met": "green", "not_met": "red", "unknown": "grey"}[self.value]


ORDER = (Finding.NOT_MET, Finding.UNKNOWN, Finding.MET)


@dataclass(frozen=True)
class Measured:
    """What the file says about one measure, with its figures in words."""

    finding: Finding
    words: str


@dataclass(frozen=True)
class Mark:
    """What a person found about one line."""

    met: bool
    explanation: str
    by: str = ""
    on: str = ""


@dataclass(frozen=True)
class Line:
    item: CheckItem
    finding: Finding
    words: str
    source: str
    mark: Mark | None = None

    @property
    def by_people(self) -> bool:
        return not self.item.judged_by


@dataclass(frozen=True)
class Part:
    """One word of the standard with its lines; `missing` says what the county has not filled in yet."""

    group: CheckGroup
    lines: tuple[Line, ...]

    @property
    def missing(self) -> str:
        if self.group.is_filled:
            return ""
        return f"“{self.group.name}”应有 {self.group.expected} 项，已录入 {len(self.group.items)} 项"


@dataclass(frozen=True)
class Verdict:
    """The whole standard. `checklist` None: no document in force names one."""

    checklist: Checklist | None
    parts: tuple[Part, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_filled(self) -> bool:
        return self.checklist is not None and self.checklist.is_filled

    @property
    def findings(self) -> list[str]:
        """What stands in the way, in sentences; empty means the standard is met."""
        if self.checklist is None:
            return [f"{UNFILLED}：生效的政策文件中没有这项退出标准"]
        missing = [part.missing for part in self.parts if part.missing] or (
            [] if self.parts else [f"“{self.checklist.name}”没有内容"]
        )
        found = [f"{UNFILLED}：{'；'.join(missing)}"] if missing else []
        lines = (line for part in self.parts for line in part.lines if line.finding != Finding.MET)
        return found + [f"{line.item.title}{line.finding.label}（{line.words}）" for line in lines]

    @property
    def passes(self) -> bool:
        return self.is_filled and not self.findings

    def frozen(self) -> dict[str, Any]:
        """The result as plain values, to be kept with the step that was decided by it."""
        found: dict[str, Any] = {"passes": self.passes, "findings": self.findings, **self.extra}
        if self.checklist is None:
            return found
        lines = [
            {
                "group": part.group.name, "key": line.item.key, "title": line.item.title,
                "finding": line.finding.value, "words": line.words, "source": line.source,
            }
            for part in self.parts
            for line in part.lines
        ]  # fmt: skip
        return found | {"pack": self.checklist.pack, "name": self.checklist.name, "lines": lines}


def source_of(item: CheckItem, checklist: Checklist) -> str:
    """Where the line stands: the clause of the document, or the word for what is in no document."""
    if not checklist.is_document:
        return BASES_ZH["county"]
    clause = clause_zh(item.clause)
    return clause if item.basis == "text" else f"{clause} {BASES_ZH[item.basis]}".strip()


def _line(item: CheckItem, checklist: Checklist, measured: Mapping[str, Measured], mark: Mark | None) -> Line:
    seen = Finding.MET if mark and mark.met else Finding.NOT_MET
    if not item.judged_by:
        finding = seen if mark else Finding.UNKNOWN
        words = mark.explanation if mark else "尚未核查"
    else:
        held = measured.get(item.judged_by, Measured(Finding.UNKNOWN, "档案中没有数据"))
        # People may find worse than the file says, never better: what the file lacks is to be collected, not ticked.
        finding = min(held.finding, seen, key=ORDER.index) if mark else held.finding
        words = f"{held.words}；核查：{mark.explanation}" if mark else held.words
    return Line(item, finding, words, source_of(item, checklist), mark)


def judge(
    checklist: Checklist | None,
    measured: Mapping[str, Measured],
    marks: Mapping[str, Mark],
    extra: Mapping[str, Any] | None = None,
) -> Verdict:
    """The standard held against what is known. Pure: the same facts give the same verdict."""
    if checklist is None:
        return Verdict(None, extra=extra or {})
    parts = tuple(
        Part(group, tuple(_line(item, checklist, measured, marks.get(item.key)) for item in group.items))
        for group in checklist.groups
    )
    return Verdict(checklist, parts, extra or {})
