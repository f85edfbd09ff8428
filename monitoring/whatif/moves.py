"""What is moved: values of parameters, rules switched off, or one pack in the place of another. Never stored, never published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from common.errors import Invalid
from monitoring.screening.plan import SUBJECTS, RunRule
from monitoring.screening.planning import NOT_SEARCHED, run_rule
from policies.evaluate import RuleFault
from policies.pack import Pack, Param, Rule
from policies.packset import PackSet, ordered

JUDGED = SUBJECTS["whatif"]
MOVABLE = ("number", "whole")
LARGEST = Decimal(10) ** 12


@dataclass(frozen=True)
class Question:
    """Where and when, and what is moved. `look`: "changed" (rules that differ), "case" (all that ask for a check) or "all"."""

    area: str
    as_of: date
    values: Mapping[str, Decimal] = field(default_factory=dict)  # "pack/key" -> value in its unit
    off: frozenset[str] = frozenset()
    pack_a: int | None = None
    pack_b: int | None = None
    look: str = "changed"

    @property
    def is_moved(self) -> bool:
        return bool(self.values or self.off or self.pack_a or self.pack_b)


@dataclass(frozen=True)
class Movable:
    """A parameter that rules of households and persons read."""

    ref: str
    param: Param
    rules: tuple[Rule, ...]
    pack: Pack


@dataclass(frozen=True)
class Side:
    """The rules of one side of the comparison, compiled; `faulty` cannot be judged (key -> sentence)."""

    packs: PackSet
    rules: tuple[RunRule, ...]
    faulty: Mapping[str, str]


def searched(packs: PackSet) -> list[Rule]:
    """The rules of households and persons that a run searches by."""
    return [
        rule for subject in JUDGED for rule in packs.rules(subject=subject) if rule.effect_name not in NOT_SEARCHED
    ]  # fmt: skip


def movables(packs: PackSet) -> dict[str, Movable]:
    """Every single number that a rule in force reads, by "pack/key" of the parameter that really stands there."""
    found: dict[str, Movable] = {}
    for rule in searched(packs):
        for key in rule.params:
            param = packs.params(rule.pack).get(key)
            if param is None or param.unit.category not in MOVABLE or not isinstance(param.value, Decimal):
                continue
            ref = f"{param.pack}/{param.key}"
            known = found.get(ref)
            rules = (*known.rules, rule) if known else (rule,)
            found[ref] = Movable(ref, param, rules, packs.pack(param.pack))
    return found


def resolved(packs: PackSet, ref: str) -> str:
    """The parameter that stands in for the named one here; refuses a name that no rule of households reads."""
    code, _, key = ref.partition("/")
    param = packs.params(code).get(key)
    real = f"{param.pack}/{param.key}" if param else ref
    if real not in movables(packs):
        raise Invalid(
            f"参数 {ref} 不能测算：没有生效的农户规则使用它，或它不是单个数值。",
            code="not_movable",
            field="set",
            param=ref,
        )
    return real


def value_of(param: Param, text: str) -> Decimal:
    """The typed value, or a refusal that says what is wrong with it."""
    try:
        value = Decimal(text.strip().replace(",", "").replace("，", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    wrong = ""
    if not value.is_finite():
        wrong = f"“{text[:20]}”不是数"
    elif value < 0 or value > LARGEST:
        wrong = "不能小于 0，也不能过大"
    elif param.unit.base == "percent" and value > 100 and (param.value or 0) <= 100:  # type: ignore[operator]
        wrong = "百分比不能大于 100"
    elif param.unit.fen and value * 100 != (value * 100).to_integral_value():
        wrong = "金额最多两位小数"
    elif param.unit.base in ("days", "weeks", "months", "years", "year", "persons") and value != int(value):
        wrong = "应是整数"
    if wrong:
        raise Invalid(f"{param.label}：{wrong}。", code="bad_value", field="set", param=param.key)
    return value


def moved_packs(packs: PackSet, values: Mapping[str, Decimal]) -> PackSet:
    """The same packs with other values; the packs in force stay as they are."""
    new = []
    for pack in packs.packs:
        own = {
            key.partition("/")[2]: value
            for key, value in values.items()
            if key.partition("/")[0] == pack.code
        }
        params = {
            key: replace(param, value=own[key], spells=()) if key in own else param for key, param in pack.params.items()
        }  # fmt: skip
        new.append(replace(pack, params=params) if own else pack)
    return PackSet(tuple(new), packs.day)


def with_pack(packs: PackSet, one: Pack | None, without: Iterable[str]) -> PackSet:
    """The packs in force, one of them in the place of those named: also one that is not published yet or no longer."""
    if one is None:
        return packs
    rest = [pack for pack in packs.packs if pack.code not in {one.code, *without}]
    return PackSet(ordered([*rest, one]), packs.day)


def side(packs: PackSet, off: frozenset[str] = frozenset()) -> Side:
    """Compile one side. A rule that cannot be judged is told, not a stop."""
    rules, faulty = [], {}
    for rule in searched(packs):
        if rule.key in off:
            continue
        try:
            rules.append(run_rule(rule, packs))
        except RuleFault as fault:
            faulty[rule.key] = str(fault)
    return Side(packs, tuple(rules), faulty)


def signature(rule: RunRule | None) -> tuple[str, ...]:
    """What makes two rules judge alike."""
    return (rule.effect, rule.limits, str(rule.hit), str(rule.out)) if rule else ()


def changed_keys(base: Side, moved: Side) -> list[str]:
    """Keys of the rules that are judged differently, or stand on one side only."""
    one, two = ({rule.key: rule for rule in part.rules} for part in (base, moved))
    return [key for key in dict.fromkeys([*one, *two]) if signature(one.get(key)) != signature(two.get(key))]
