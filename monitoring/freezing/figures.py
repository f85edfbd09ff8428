"""The figures of a frozen quarter, from what was kept alone: nothing here reads a table that can still change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Substr

from funds.figures import level_of
from funds.models import FundLevel
from households.codes import MonitorClass, PovertyStatus
from monitoring.models import FrozenHousehold, FrozenTally, FundAreaFacts, QuarterFreeze
from monitoring.screening.plan import LIST
from policies.evaluate import percent_of
from policies.packset import PackSet
from policies.services import packs_of_checksums
from villages.models import TOWNSHIP_DIGITS
from villages.scope import DivisionScope

UNKNOWN = "未采集"


@dataclass
class Counted:
    """Households and what is counted of them; `persons` leaves out the households whose members nobody knows."""

    households: int = 0
    persons: int = 0
    persons_unknown: int = 0
    not_judged: int = 0
    registered: int = 0
    registered_persons: int = 0
    monitored: int = 0
    monitored_persons: int = 0
    visited: int = 0
    unvisited: int = 0

    def add(self, row: Mapping[str, Any]) -> None:
        n, persons = row["n"], row["persons"] or 0
        self.households += n
        self.persons += persons
        self.persons_unknown += n - row["known"]
        self.not_judged += 0 if row["is_judged"] else n
        if row["is_registered"]:
            self.registered, self.registered_persons = self.registered + n, self.registered_persons + persons
        if row["is_monitored"]:
            self.monitored, self.monitored_persons = self.monitored + n, self.monitored_persons + persons
        self.visited += n if row["is_visited"] else 0
        self.unvisited += n if row["is_visited"] is False else 0


@dataclass(frozen=True)
class RuleLine:
    """The answers to one rule."""

    key: str
    title: str
    effect: str
    subject: str
    hit: int
    clear: int
    unknown: int

    @property
    def is_list(self) -> bool:
        return self.effect == LIST


@dataclass
class Figures:
    total: Counted = field(default_factory=Counted)
    townships: dict[str, Counted] = field(default_factory=dict)
    classes: dict[tuple[str, str], Counted] = field(default_factory=dict)
    rules: list[RuleLine] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def township_lines(self) -> list[tuple[str, str, Counted]]:
        return [(code, self.names.get(code, code), self.townships[code]) for code in sorted(self.townships)]

    def class_lines(self) -> list[tuple[str, str, Counted]]:
        """Kind, name and counts, in the order of the codes; a code nobody is in is not listed."""
        found = []
        for kind, word, choices in (
            ("poverty", "脱贫属性", PovertyStatus.choices),
            ("monitor", "监测对象", MonitorClass.choices),
        ):
            known = {str(code): str(label) for code, label in choices}
            for code in [*known, ""]:
                if (kind, code) in self.classes:
                    found.append((word, known.get(code, UNKNOWN), self.classes[kind, code]))
        return found

    @property
    def hits(self) -> int:
        """What the rules found, lists for reference left out."""
        return sum(line.hit for line in self.rules if not line.is_list)


def packs_of(frozen: QuarterFreeze) -> PackSet:
    """The packs the quarter was judged by; a published pack never changes."""
    return packs_of_checksums(frozen.packs.get("checksums", {}).values(), frozen.run.as_of)


def tally_rows(frozen: QuarterFreeze, scope: DivisionScope, seen: Q) -> QuerySet[FrozenTally]:
    return FrozenTally.objects.filter(seen, run=frozen.run_id).within(scope)


def figures_of(frozen: QuarterFreeze, scope: DivisionScope, seen: Q) -> Figures:
    """Everything that is added up, in two statements, whatever the size of the county."""
    found = Figures(names=frozen.places)
    rows = (
        FrozenHousehold.objects.filter(run=frozen.run_id)
        .within(scope)
        .order_by()
        .values(
            "poverty_status", "monitor_class", "is_judged", "is_registered", "is_monitored", "is_visited",
            township=Substr("place_code", 1, TOWNSHIP_DIGITS),
        )
        .annotate(n=Count("pk"), persons=Sum("members"), known=Count("members"))
    )  # fmt: skip
    for row in rows:
        found.total.add(row)
        found.townships.setdefault(row["township"], Counted()).add(row)
        if row["is_judged"]:
            for key in _classes(row):
                found.classes.setdefault(key, Counted()).add(row)
    found.rules = _rules(frozen, tally_rows(frozen, scope, seen))
    return found


def _classes(row: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    yield "poverty", row["poverty_status"] or ""
    if row["monitor_class"] != MonitorClass.NONE:
        yield "monitor", row["monitor_class"] or ""


def _rules(frozen: QuarterFreeze, rows: QuerySet[FrozenTally]) -> list[RuleLine]:
    """In the order of the packs; a rule that spoke about nobody here is left out."""
    summed = {
        row["rule_key"]: row
        for row in rows.order_by()
        .values("rule_key")
        .annotate(hits=Sum("hit"), clears=Sum("clear"), unknowns=Sum("unknown"))
    }
    found = []
    for rule in packs_of(frozen).rules():
        if (row := summed.get(rule.key)) is not None:
            found.append(
                RuleLine(
                    rule.key, rule.title, rule.effect_name, rule.subject, row["hits"], row["clears"], row["unknowns"]
                )
            )  # fmt: skip
    return found


# --- money ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MoneyLine:
    kind: str
    name: str
    granted_fen: int | None
    allocated_fen: int | None
    paid_fen: int | None
    pct: Any


def money_lines(frozen: QuarterFreeze, scope: DivisionScope) -> list[MoneyLine]:
    """What was granted, allocated and paid up to the quarter's last day, by county, level and township."""
    rows = FundAreaFacts._default_manager.filter(run=frozen.run_id).order_by(
        F("area_kind").asc(nulls_last=True), "subject_key"
    )
    words = {"county": "全县", "level": "资金级次", "township": "乡镇"}
    return [
        MoneyLine(
            words.get(row.area_kind or "", ""), _area_name(row.subject_key, frozen.places),
            row.granted_fen, row.allocated_fen, row.paid_fen, percent_of(row.paid_fen, row.base_fen),
        )
        for row in rows
        if scope.covers(row.scope_code) and row.area_kind in words
    ]  # fmt: skip


def _area_name(key: str, places: dict[str, str]) -> str:
    kind, _, rest = key.partition(":")
    return f"{FundLevel(level_of(key)).label}资金" if kind == "level" else places.get(rest, key)
