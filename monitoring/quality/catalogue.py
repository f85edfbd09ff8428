"""The checks of the pack, typed. Read from the stored content of the pack in force; every mistake in it is named."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.errors import Invalid
from monitoring.quality.columns import COUNTED, LINKS, ColumnInfo, column_of
from monitoring.quality.sheets import SHEETS
from policies.pack import Pack
from policies.packset import PackSet
from policies.services import packs_in_force

PACK = "data-quality"
SEVERITIES = {"error": "错误", "doubt": "疑点", "hint": "提示"}
PLAIN = ("blank", "filled", "true", "false", "duplicate")
VALUED = (
    "eq", "ne", "in", "not_in", "lt", "lte", "gt", "gte", "between", "outside", "has", "lacks", "contains_any",
    "shorter", "longer",
)  # fmt: skip
KEYS = {
    "column",
    "op",
    "value",
    "param",
    "other",
    "plus",
    "times",
    "today",
    "any",
    "across",
    "members",
    "measures",
}
# Where a fault is mended: the name of a page of the households' room.
MENDS = (
    "household-edit", "person-edit", "person-situation", "living-record", "guarantee-record", "helper-assign",
    "income-save", "measure-edit", "safety-net-open", "status-set", "household-detail", "village",
)  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """One comparison, a choice of several (`any`), or a count of members or measures that fulfil `where`."""

    op: str = ""
    column: str = ""
    value: Any = None
    param: str = ""
    other: str = ""
    plus: int | str = (
        0  # a number, or the key of a parameter, with a minus sign in front where it is taken away
    )
    times: str = ""
    today: bool = False
    across: str = ""
    any: tuple[tuple["Condition", ...], ...] = ()
    counted: str = ""
    where: tuple["Condition", ...] = ()

    def parts(self) -> Iterator["Condition"]:
        """This and everything inside it, without what is counted on another sheet."""
        yield self
        for branch in self.any:
            for part in branch:
                yield from part.parts()


@dataclass(frozen=True)
class Check:
    number: str
    topic: str
    subject: str
    severity: str
    title: str
    say: str
    when: tuple[Condition, ...]
    shows: tuple[str, ...]
    mend: str
    mend_kind: str = ""

    @property
    def severity_zh(self) -> str:
        return SEVERITIES[self.severity]

    @property
    def parts(self) -> tuple[Condition, ...]:
        return tuple(part for one in self.when for part in one.parts())

    @property
    def is_wide(self) -> bool:
        """A comparison with rows of other places: only a run over the whole county can answer it."""
        return any(part.op == "duplicate" for part in self.parts)

    @property
    def params(self) -> tuple[str, ...]:
        inner = (part for one in self.parts for part in (one, *one.where))
        named = (
            key
            for part in inner
            for key in (part.param, part.plus.lstrip("-") if isinstance(part.plus, str) else "")
        )
        return tuple(dict.fromkeys(key for key in named if key))

    @property
    def columns(self) -> tuple[ColumnInfo, ...]:
        """Every column the check reads or shows, those it counts by included."""
        found = []
        for part in self.parts:
            names = [(self.subject, name) for name in (part.column, part.other, part.times) if name]
            if part.counted:
                inner = COUNTED[part.counted][0]
                names += [
                    (inner, name) for one in part.where for name in (one.column, one.other, one.times) if name
                ]
            found += [column_of(subject, name) for subject, name in names]
        found += [column_of(self.subject, name) for name in self.shows]
        return tuple(column for column in found if column is not None)

    @property
    def field_groups(self) -> frozenset[str]:
        return frozenset(group for column in self.columns for group in column.groups)


class CatalogueError(Invalid):
    """The pack's checks cannot be read; the sentence lists what is wrong."""

    code = "catalogue_faulty"


def _condition(body: Mapping[str, Any], where: str) -> Condition:
    if unknown := set(body) - KEYS:
        raise CatalogueError(f"{where}：不认识的字段 {'、'.join(sorted(unknown))}。")
    counted = next((name for name in COUNTED if name in body), "")
    branches = [
        tuple(_condition(part, where) for part in (branch if isinstance(branch, list) else [branch]))
        for branch in body.get("any", [])
    ]
    value = body.get("value")
    return Condition(
        op=body.get("op", ""), column=body.get("column", ""), value=tuple(value) if isinstance(value, list) else value,
        param=body.get("param", ""), other=body.get("other", ""), plus=body.get("plus", 0), times=body.get("times", ""),
        today=body.get("today", False), across=body.get("across", ""), any=tuple(branches), counted=counted,
        where=tuple(_condition(part, where) for part in body.get(counted, [])) if counted else (),
    )  # fmt: skip


def _check(body: Mapping[str, Any]) -> Check:
    number = str(body.get("number", "?"))
    missing = [
        name
        for name in ("number", "topic", "subject", "severity", "title", "when", "mend")
        if not body.get(name)
    ]
    if missing:
        raise CatalogueError(f"{number}：缺少 {'、'.join(missing)}。")
    mend, _, kind = body["mend"].partition(":")
    return Check(
        number, body["topic"], body["subject"], body["severity"], body["title"], body.get("say", ""),
        tuple(_condition(part, number) for part in body["when"]), tuple(body.get("shows", [])), mend, kind,
    )  # fmt: skip


def _faults_of_part(subject: str, part: Condition) -> Iterator[str]:
    for name in (part.column, part.other, part.times):
        if name and column_of(subject, name) is None:
            yield f"没有“{name}”这一列"
    if part.any:
        return
    if part.op not in PLAIN + VALUED:
        yield f"不认识的比较“{part.op}”"
    given = [part.value is not None, bool(part.param), bool(part.other), part.today]
    if part.op in VALUED and sum(given) != 1:
        yield "须且只须写明 value、param、other、today 之一"
    if not part.column and not part.counted:
        yield "没有写明列"
    if part.counted:
        if subject not in ("household",) and "household" not in LINKS[subject]:
            yield "这类对象不能计数"
        for inner in part.where:
            yield from _faults_of_part(COUNTED[part.counted][0], inner)


def faults_of(check: Check) -> list[str]:
    """What is wrong with a check, in sentences; a pack is tested with this before it is published."""
    found = []
    if check.subject not in SHEETS:
        return [f"{check.number}：没有“{check.subject}”这类对象"]
    if check.severity not in SEVERITIES:
        found.append("程度应为 error、doubt 或 hint")
    if check.mend not in MENDS:
        found.append(f"不认识的改正页面“{check.mend}”")
    for part in check.parts:
        found += _faults_of_part(check.subject, part)
    for name in check.shows:
        column = column_of(check.subject, name)
        if column is None or not column.may_show:
            found.append(f"“{name}”不能显示")
    return [f"{check.number}：{fault}" for fault in found]


def checks_of_content(content: Mapping[str, Any]) -> tuple[Check, ...]:
    """The checks of a pack's content; CatalogueError names everything that is wrong."""
    bodies = [
        body
        for name, part in sorted(content.items())
        if name.startswith("checks")
        for body in part.get("check", [])
    ]
    checks = tuple(_check(body) for body in bodies)
    faults = [fault for check in checks for fault in faults_of(check)]
    numbers = [check.number for check in checks]
    faults += [
        f"编号 {number} 用了不止一次" for number in sorted({n for n in numbers if numbers.count(n) > 1})
    ]
    if faults:
        raise CatalogueError("；".join(faults[:20]) + "。")
    return tuple(sorted(checks, key=lambda check: check.number))


_parsed: dict[str, tuple[Check, ...]] = {}


def checks_of_pack(pack: Pack) -> tuple[Check, ...]:
    """The checks of a pack; parsed once per process, since a content with this checksum never changes."""
    if pack.checksum not in _parsed:
        _parsed[pack.checksum] = checks_of_content(pack.extra)
    return _parsed[pack.checksum]


@dataclass(frozen=True)
class Catalogue:
    """The checks in force with the values of their parameters."""

    checksum: str
    checks: tuple[Check, ...]
    packs: PackSet

    def value(self, key: str) -> Any:
        """A parameter of the checks' own pack, else of the narrowest pack in force that has it."""
        own = self.packs.params(PACK)
        return (own[key] if key in own else self.packs.param(key)).value

    def get(self, number: str) -> Check | None:
        return next((check for check in self.checks if check.number == number), None)


NOT_PUBLISHED = "数据核查规则包（data-quality）尚未发布，请先在“政策文件”中提交并由另一人批准发布。"


def catalogue_in_force(day: date, division_code: str) -> Catalogue:
    """The checks in force on the day in the area; Invalid says so when the pack is not published."""
    packs = packs_in_force(day, division_code)
    pack = next((pack for pack in packs.packs if pack.code == PACK), None)
    if pack is None:
        raise Invalid(NOT_PUBLISHED, code="checks_not_published")
    return Catalogue(pack.checksum, checks_of_pack(pack), packs)
