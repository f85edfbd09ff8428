"""Subjects by name, each with the sentence of the rule that hits it, its figures and the clause."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from households.models import Household, Person
from monitoring.freezing.names import subject_names
from monitoring.models import FrozenHousehold, FrozenName, QuarterFreeze
from monitoring.wording import basis_zh
from policies.evaluate import observed, parse_evidence, parse_limits, say
from policies.metrics import metrics_of
from policies.pack import Rule
from policies.packset import PackSet
from policies.selectors import RuleInPack

TOWNSHIP, VILLAGE = 9, 12


@dataclass(frozen=True)
class Who:
    """One subject: the household it is or belongs to, and what else it is called."""

    household_id: int | None
    household_no: str
    head_name: str
    name: str  # of the person, project, level or place; "" for a household
    township: str
    village: str

    @property
    def place(self) -> str:
        return f"{self.township} {self.village}".strip()


NOBODY = Who(None, "", "", "", "", "")


@dataclass(frozen=True)
class Hit:
    """One line of a list."""

    rule_key: str
    title: str
    who: Who
    sentence: str
    figures: tuple[tuple[str, str], ...]
    basis: str
    is_text: bool

    @property
    def figures_text(self) -> str:
        return "；".join(f"{label} {value}" for label, value in self.figures)


@dataclass(frozen=True)
class Found:
    """What a list is made from: an outcome that was kept, or a row of a sheet that the rule hits."""

    rule_key: str
    subject_key: str
    evidence: str
    limits: str
    household_id: int | None = None


class Speaker:
    """Puts what was found into words, by the rules of these packs; asks the database for nothing."""

    def __init__(self, packs: PackSet) -> None:
        self.packs = packs
        self.rules: dict[str, Rule] = {rule.key: rule for rule in packs.rules()}

    def hit(self, found: Found, who: Who) -> Hit:
        rule = self.rules.get(found.rule_key)
        evidence, limits = parse_evidence(found.evidence), parse_limits(found.limits)
        if rule is None:
            return Hit(found.rule_key, found.rule_key, who, found.evidence, (), "", False)
        metrics = metrics_of(rule.subject)
        stands = RuleInPack(self.packs.pack(rule.pack), rule, dict(self.packs.params(rule.pack)))
        basis, is_text = basis_zh(stands)
        figures = tuple(
            (
                metrics[name].label if name in metrics else name,
                f"{observed(name, value, metrics)}{metrics[name].unit if name in metrics and value else ''}",
            )
            for name, value in evidence.items()
        )
        return Hit(rule.key, rule.title, who, say(rule, evidence, limits, metrics), figures, basis, is_text)


def _split(places: Mapping[str, str], code: str) -> tuple[str, str]:
    village = places.get(code, "") if len(code) >= VILLAGE else ""
    return places.get(code[:TOWNSHIP], "") if len(code) >= TOWNSHIP else places.get(code, ""), village


def _household_id(key: str) -> int | None:
    kind, _, rest = key.partition(":")
    return int(rest) if kind == "household" and rest.isdigit() else None


def frozen_who(frozen: QuarterFreeze, keys: Iterable[str]) -> dict[str, Who]:
    """Subjects of a frozen quarter under the names of the time, in two statements."""
    asked = set(keys)
    called = {
        row.subject_key: row for row in FrozenName.objects.filter(run=frozen.run_id, subject_key__in=asked)
    }
    ids = {key: _household_id(key) or (called[key].household_id if key in called else None) for key in asked}
    houses = {
        row.household_id: row
        for row in FrozenHousehold.objects.filter(
            run=frozen.run_id, household_id__in={pk for pk in ids.values() if pk is not None}
        )
    }
    found = {}
    for key, pk in ids.items():
        house, name = houses.get(pk) if pk else None, called[key].name if key in called else ""
        if house is not None:
            place = _split(frozen.places, house.place_code)
            found[key] = Who(pk, house.household_no, house.head_name, name, *place)
        elif name:
            found[key] = Who(None, "", "", name, *_split(frozen.places, key.partition(":")[2]))
    return found


def live_who(pairs: Iterable[tuple[str, int | None]]) -> dict[str, Who]:
    """Subjects as they are called now, given with the household they belong to; at most four statements."""
    wanted = dict(pairs)
    ids = {pk for pk in wanted.values() if pk} | {pk for key in wanted if (pk := _household_id(key))}
    houses = Household.objects.select_related("village__parent").in_bulk(ids)
    persons = {key: int(key.partition(":")[2]) for key in wanted if key.startswith("person:")}
    names = dict(Person.objects.filter(pk__in=persons.values()).values_list("pk", "name")) if persons else {}
    others = [key for key in wanted if not key.startswith(("person:", "household:"))]
    called = subject_names(others) if others else {}
    found = {}
    for key, given in wanted.items():
        house = houses.get(given or _household_id(key) or 0)
        name = names.get(persons[key], "") if key in persons else called.get(key, "")
        if house is not None:
            above = house.village.parent.name if house.village.parent else ""
            found[key] = Who(house.pk, house.household_no, house.head_name, name, above, house.village.name)
        else:
            found[key] = Who(None, "", "", name or key, "", "")
    return found


def hits_of(packs: PackSet, found: Sequence[Found], who: Mapping[str, Who]) -> list[Hit]:
    speaker = Speaker(packs)
    return [speaker.hit(one, who.get(one.subject_key, NOBODY)) for one in found]


def found_of(rows: Iterable[Any]) -> list[Found]:
    """Outcomes as what was found."""
    return [Found(row.rule_key, row.subject_key, row.evidence, row.limits) for row in rows]
