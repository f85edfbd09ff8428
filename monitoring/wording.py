"""Signs in words: the sentence, the figures, the limit, the clause, and grey where no document says it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from common.errors import NotFound
from households.models import Person
from monitoring.models import RiskSign
from policies.evaluate import limits_zh, observed, parse_evidence, parse_limits, say
from policies.metrics import Metric, metrics_of
from policies.pack import clause_zh
from policies.services import RuleInPack, rule_for

NOT_IN_DOCUMENT = "文件未规定"
_SHORT = re.compile(r"^(.{2,6}?)[市县区]?(\d{4})年")


@dataclass(frozen=True)
class SignView:
    """One sign as a person reads it."""

    sign: RiskSign
    title: str
    sentence: str
    basis: str  # "禹州2020 第7条" or "文件未规定（县级自定）"
    is_text: bool
    document: str = ""
    subject: str = ""
    figures: list[tuple[str, str, str]] = field(default_factory=list)  # label, value, unit
    limits: list[tuple[str, str]] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(
        default_factory=list
    )  # label, before, after: at the last change
    history: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)  # figure, (when, value)

    @property
    def state(self) -> str:
        if self.sign.closed_on:
            return "closed"
        return "muted" if self.sign.muted_by_id else "open"


def short_name(title: str) -> str:
    """禹州市2020年脱贫攻坚工作要点 -> 禹州2020."""
    found = _SHORT.match(title)
    return f"{found[1]}{found[2]}" if found else title[:12]


def basis_zh(found: RuleInPack) -> tuple[str, bool]:
    """The clause as given, and whether the document really says it."""
    clause = f"{short_name(found.pack.title)} {clause_zh(found.rule.clause)}".strip()
    if found.rule.basis == "text" and found.pack.is_document:
        return clause, True
    near = f"，参照{clause}" if found.rule.clause and found.pack.is_document else ""
    return f"{NOT_IN_DOCUMENT}（{found.rule.basis_zh}{near}）", False


def sign_views(signs: Iterable[RiskSign]) -> list[SignView]:
    """Every sign in words; two queries at most, however many there are."""
    rows = list(signs)
    persons = person_labels(rows)
    return [_view(sign, persons.get(sign.subject_key, "")) for sign in rows]


def _view(sign: RiskSign, subject: str) -> SignView:
    try:
        found = rule_for(sign.pack_checksum, sign.rule_key)
    except NotFound:
        return SignView(sign, sign.rule_key, sign.evidence, NOT_IN_DOCUMENT, False, subject=subject)
    rule, metrics = found.rule, metrics_of(sign.subject_kind)
    evidence, limits = parse_evidence(sign.evidence), parse_limits(sign.limits)
    figures = [
        (
            metrics[name].label if name in metrics else name,
            observed(name, value, metrics),
            metrics[name].unit if name in metrics and value else "",
        )
        for name, value in evidence.items()
    ]
    basis, is_text = basis_zh(found)
    named = [
        (found.params[key].label if key in found.params else key, text)
        for key, text in limits_zh(rule, limits, metrics).items()
    ]
    return SignView(
        sign, rule.title, say(rule, evidence, limits, metrics), basis, is_text,
        document=found.pack.title, subject=subject, figures=figures, limits=named, changes=_changes(sign, metrics),
    )  # fmt: skip


def _changes(sign: RiskSign, metrics: Mapping[str, Metric]) -> list[tuple[str, str, str]]:
    """The figures that were different before the last change, in words."""
    if not sign.changed_on:
        return []
    before, after = parse_evidence(sign.evidence_before), parse_evidence(sign.evidence)
    return [
        (
            metrics[name].label if name in metrics else name,
            observed(name, before.get(name), metrics),
            observed(name, after.get(name), metrics),
        )
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]


def person_labels(signs: Iterable[RiskSign]) -> dict[str, str]:
    """ "person:7" -> the name, for those who may see the household."""
    ids = {int(sign.subject_key.partition(":")[2]) for sign in signs if sign.subject_kind == "person"}
    if not ids:
        return {}
    return {f"person:{pk}": name for pk, name in Person.objects.filter(pk__in=ids).values_list("pk", "name")}
