"""A pack as lines of tables, filtered: for the screen and for the API."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies.evaluate import Limit, limit_of
from policies.metrics import metrics_of
from policies.models import PolicyPack
from policies.pack import Entry, Pack, Param, Rule, clause_zh
from policies.pack.param import Spell
from policies.pack.read_catalogue import KINDS, PLANNED
from policies.pack.read_catalogue import SUBJECTS as CATALOGUE_SUBJECTS
from policies.wording import SUBJECTS, condition_zh, effect_zh, scope_zh
from villages.selectors import division_by_code

NOT_IN_TEXT = "文件未规定"
MARKS = (("strict", "严格（持平不算达到）"), ("soft", "原则上"), ("approximate", "约数"))
FILES = {
    "baseline": "基数", "roster": "名册", "rosters": "名册", "indicators": "指标", "tasks": "任务", "registers": "台账", "checklists": "核对清单",
    "checklist": "退出标准清单", "actors": "责任单位", "code_lists": "代码表", "contacts": "办公电话", "measure_fit": "风险与措施对照",
    "points": "积分标准",
}  # fmt: skip


def clause_order(clause: str) -> list[tuple[int, int, str]]:
    """0.2 before 7 before 26; words after numbers."""
    return [
        (0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|[^\d.]+", clause)
    ] or [(2, 0, "")]


@dataclass(frozen=True)
class Basis:
    """What is printed for the source: the clause, or grey 文件未规定 with the word for it."""

    clause: str
    in_text: bool
    word: str

    @property
    def text(self) -> str:
        return self.clause if self.in_text else f"{NOT_IN_TEXT} · {self.word}"


def basis_of(part: Param | Rule, *, is_document: bool) -> Basis:
    """Only a document has clauses: a county's own pack never shows one."""
    in_text = part.basis == "text" and is_document
    return Basis(clause_zh(part.clause) if is_document else "", in_text, part.basis_zh)


@dataclass(frozen=True)
class ParamLine:
    param: Param
    values: tuple[str, ...]
    basis: Basis
    marks: tuple[str, ...]

    @property
    def due(self) -> str:
        return self.param.due.isoformat() if self.param.due else self.param.due_text

    @property
    def meaning(self) -> str:
        """The longer explanation, where there is a shorter name above it."""
        return self.param.meaning if self.param.meaning_zh else ""


def _spell_text(param: Param, spell: Spell) -> str:
    until = f"至 {spell.end}" if spell.end else "起"
    return f"{value_text(param.on(spell.start))}（{spell.start} {until}）"


def value_text(param: Param) -> str:
    """Value and unit without the due day: 5,000.00 元/人/年."""
    limit = Limit.read(limit_of(param))
    return Limit(limit.parts, limit.unit).with_unit


def code_words(pack: Pack) -> dict[str, dict[str, str]]:
    """Parameter -> {code: its word}, for codes that rules of the pack compare with a list of words."""
    found: dict[str, dict[str, str]] = {}
    for rule in pack.active_rules:
        metrics = metrics_of(rule.subject)
        for leaf in rule.leaves:
            named = [metrics[name].labels for name in leaf.left if name in metrics]
            if leaf.param and len(named) == 1 and named[0]:
                found.setdefault(leaf.param, {}).update(named[0])
    return found


def _coded(param: Param, words: Mapping[str, str]) -> tuple[str, ...]:
    """Words for codes; where no rule tells what they stand for, nothing, and the caller prints the code."""
    if str(param.unit) != "code" or not words or not set(map(str, param.values)) <= set(words):
        return ()
    return ("、".join(words[str(value)] for value in param.values),)


def _param_line(param: Param, words: Mapping[str, str], *, is_document: bool) -> ParamLine:
    spoken = tuple(_spell_text(param, spell) for spell in param.spells) or (value_text(param),)
    values = _coded(param, words) or spoken
    marks = tuple(word for name, word in MARKS if getattr(param, name))
    return ParamLine(param, values, basis_of(param, is_document=is_document), marks)


def param_lines(pack: Pack, *, text: str = "", unsaid: bool = False) -> list[ParamLine]:
    """Parameters by clause; `unsaid`: only those the document does not say."""
    words = code_words(pack)
    found = [
        line
        for param in pack.params.values()
        if text.lower() in f"{param.key} {param.meaning_zh} {param.meaning} {param.clause}".lower()
        for line in [_param_line(param, words.get(param.key, {}), is_document=pack.is_document)]
        if not unsaid or not line.basis.in_text
    ]
    return sorted(found, key=lambda line: (clause_order(line.param.clause), line.param.key))


@dataclass(frozen=True)
class RuleLine:
    rule: Rule
    basis: Basis
    subject: str
    effect: str
    condition: str
    scope: str
    partial: str = ""


def _rule_line(pack: Pack, rule: Rule) -> RuleLine:
    metrics = metrics_of(rule.subject) if rule.subject else {}
    return RuleLine(
        rule=rule,
        basis=basis_of(rule, is_document=pack.is_document),
        subject=SUBJECTS.get(rule.subject, rule.subject),
        effect=effect_zh(rule) if rule.is_active else "",
        condition=condition_zh(rule, pack.params, metrics),
        scope=scope_zh(rule, pack.params, metrics),
        partial=partials(pack).get(rule.catalogue, ""),
    )


def rule_lines(pack: Pack, *, text: str = "", status: str = "") -> list[RuleLine]:
    """Rules in the order of the pack, those that run first."""
    found = [
        rule
        for rule in pack.rules
        if text.lower() in f"{rule.key} {rule.title} {rule.clause} {rule.note}".lower()
        and status in ("", rule.status)
    ]
    return [_rule_line(pack, rule) for rule in sorted(found, key=lambda rule: not rule.is_active)]


@dataclass(frozen=True)
class EntryLine:
    """A rule of the document that does not run, and why."""

    entry: Entry
    subject: str
    kind: str
    clause: str

    @property
    def tone(self) -> str:
        return "grey" if self.entry.state == PLANNED else "amber"


def entry_lines(pack: Pack, *, text: str = "", status: str = "") -> list[EntryLine]:
    """What the document also asks for and is not judged, in its order; what runs stands among the rules."""
    return [
        EntryLine(entry, CATALOGUE_SUBJECTS[entry.subject], KINDS[entry.kind], clause_zh(entry.clause))
        for entry in pack.catalogue
        if not entry.is_active
        and status in ("", entry.state)
        and text.lower() in f"{entry.id} {entry.title} {entry.clause} {entry.why}".lower()
    ]


def partials(pack: Pack) -> dict[str, str]:
    """Number of an active rule -> what of the text it does not judge."""
    return {entry.id: entry.partial for entry in pack.catalogue if entry.partial}


@dataclass(frozen=True)
class Annex:
    """A file of the pack beside its parameters and rules."""

    name: str
    label: str
    entries: int


def annexes(pack: Pack) -> list[Annex]:
    plan = [Annex("plan", "走访计划", len(pack.plan))] if pack.plan else []
    return plan + [
        Annex(name, FILES.get(name, name), _entries(table)) for name, table in sorted(pack.extra.items())
    ]


def _entries(table: Mapping[str, Any]) -> int:
    return sum(len(part) if isinstance(part, (list, dict)) else 1 for part in table.values())


def place_name(code: str) -> str:
    """The area a pack speaks for."""
    if not code:
        return "各地通用"
    division = division_by_code(code)
    return f"{division.name}（{code}）" if division else code


TONES = {"submitted": "amber", "published": "green", "superseded": "grey"}


def state_tone(row: PolicyPack) -> str:
    return TONES[row.state]
