"""Limits: the parameters a rule was judged by, as canonical text that can be stored and read back alone.

One limit is "value unit" ("5000.00 yuan/person/year", "C,D code"); a stored text is "key=limit;key=limit".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from policies.metrics import Metric
from policies.pack import Param, Rule
from policies.pack.checks import marks_of
from policies.pack.param import Scalar
from policies.pack.units import Unit, unit_of

UNKNOWN = "未采集"


def safe(text: str) -> str:
    """Text that may stand in canonical text: its two separators are written full-width."""
    return text.replace(";", "；").replace("=", "＝")


def _scalar_text(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return safe(str(value)).replace(",", "，")


def limit_of(param: Param) -> str:
    """ "92 percent"; the day too when the parameter has one: "92 percent 2020-09-30"."""
    text = f"{','.join(_scalar_text(value) for value in param.values)} {param.unit}"
    return f"{text} {param.due.isoformat()}" if param.due else text


def shown_params(rule: Rule, params: Mapping[str, Param]) -> list[str]:
    """The parameters the rule reads, then those only its sentence names."""
    named = [mark for mark in marks_of(rule.say) if mark in params and mark not in rule.evidence]
    return list(dict.fromkeys([*rule.params, *named]))


def limits_of(rule: Rule, params: Mapping[str, Param]) -> dict[str, str]:
    return {key: limit_of(params[key]) for key in shown_params(rule, params)}


def limits_text(rule: Rule, params: Mapping[str, Param]) -> str:
    """Canonical text of the limits, as a sign stores it."""
    return ";".join(f"{key}={limit}" for key, limit in limits_of(rule, params).items())


def parse_limits(text: str) -> dict[str, str]:
    """What limits_text wrote."""
    return dict(part.split("=", 1) for part in text.split(";") if "=" in part)


@dataclass(frozen=True)
class Limit:
    """One limit read back."""

    parts: tuple[str, ...]
    unit: Unit
    due: date | None = None

    @classmethod
    def read(cls, text: str) -> "Limit":
        words = text.split(" ")
        due = date.fromisoformat(words.pop()) if len(words) > 2 else None
        unit = unit_of(words.pop()) or Unit("text")
        value = " ".join(words)
        return cls(tuple(value.split(",")) if value else (), unit, due)

    @property
    def number(self) -> Decimal:
        return Decimal(self.parts[0])

    def shown(self, labels: Mapping[str, str] | None = None) -> str:
        """In words, without the unit: 5,000.00; 92; 2020-09-30; C级、D级."""
        return "、".join(_shown(part, self.unit, labels or {}) for part in self.parts) or UNKNOWN

    @property
    def with_unit(self) -> str:
        """5,000.00 元/人/年; a day or a word stands alone."""
        if self.unit.category not in ("number", "whole"):
            return self.shown()
        gap = "" if self.unit.base == "percent" and not self.unit.pers else " "
        return f"{self.shown()}{gap}{self.unit.label}"


def _shown(part: str, unit: Unit, labels: Mapping[str, str]) -> str:
    if unit.category == "flag":
        return "是" if part == "true" else "否"
    if unit.base == "yuan":
        return f"{Decimal(part):,.2f}"
    if unit.category == "number":
        return f"{Decimal(part):,f}"
    return labels.get(part, part)


def labels_for(rule: Rule, key: str, metrics: Mapping[str, Metric]) -> Mapping[str, str]:
    """The words of the codes in a parameter: those of the metric it is compared with."""
    for leaf in rule.leaves:
        if leaf.param == key and leaf.left[0] in metrics:
            return metrics[leaf.left[0]].labels
    return {}


def limits_zh(rule: Rule, limits: Mapping[str, str], metrics: Mapping[str, Metric]) -> dict[str, str]:
    """Every limit in words with its unit, by parameter: for tables."""
    found = {}
    for key, text in limits.items():
        limit, labels = Limit.read(text), labels_for(rule, key, metrics)
        found[key] = limit.shown(labels) if labels else limit.with_unit
    return found
