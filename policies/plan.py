"""The visit plan in force: the lines of every pack of a place with their numbers, the one that decides first."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from policies.pack import Pack, Param, clause_zh
from policies.pack.plan import KINDS, PlanLine, rhythm_of
from policies.packset import PackSet
from policies.presenting import NOT_IN_TEXT


@dataclass(frozen=True)
class Obligation:
    """One line with its numbers. Either every `months` months `times` times, or once from `start` to `until`."""

    line: PlanLine
    pack: str
    title: str
    is_document: bool
    begins: date  # no period that ended before is asked about
    soon_days: int
    months: int = 0
    times: int = 1
    start: date | None = None
    until: date | None = None

    @property
    def key(self) -> str:
        return f"{self.pack}/{self.line.key}"

    @property
    def topic(self) -> str:
        return self.line.topic

    @property
    def is_once(self) -> bool:
        return self.until is not None

    @property
    def rhythm(self) -> str:
        """每季度至少 1 次."""
        if self.until is not None:
            return f"{self.until} 前 1 次"
        span = {1: "每月", 3: "每季度", 6: "每半年", 12: "每年"}.get(self.months, f"每 {self.months} 个月")
        return f"{span}至少 {self.times} 次"

    @property
    def counted(self) -> str:
        """入户、电话."""
        return "、".join(KINDS[kind] for kind in self.line.counts) or "季度收支采集"

    @property
    def basis(self) -> str:
        """The clause where a document says it, otherwise whose rule it is."""
        clause = clause_zh(self.line.clause) if self.is_document else ""
        if self.line.basis == "text" and self.is_document:
            return f"{self.title} {clause}"
        if clause:
            return f"{self.title} {clause}（{self.line.basis_zh}）"
        return self.line.basis_zh if self.line.basis == "county" else f"{NOT_IN_TEXT} · {self.line.basis_zh}"


def _days(param: Param | None) -> int:
    return int(param.value) if param is not None and isinstance(param.value, Decimal) else 0


def _obligation(packs: PackSet, pack: Pack, line: PlanLine) -> Obligation | None:
    """The line on the day of the packs; None while a parameter of it holds no value or its period is over."""
    params = packs.params(pack.code)
    begins = max(pack.effective_from, pack.issued_on or pack.effective_from)
    common = {
        "line": line, "pack": pack.code, "title": pack.title, "is_document": pack.is_document, "begins": begins,
        "soon_days": _days(params.get(line.soon)),
    }  # fmt: skip
    if line.every:
        rhythm = rhythm_of(params[line.every])
        return Obligation(**common, months=rhythm[0], times=rhythm[1]) if rhythm else None  # type: ignore[arg-type]
    start, until = params[line.start].value, params[line.until].value
    is_over = pack.period_end is not None and packs.day > pack.period_end
    if is_over or not isinstance(start, date) or not isinstance(until, date):
        return None
    return Obligation(**common, start=start, until=until)  # type: ignore[arg-type]


def _strictness(obligation: Obligation) -> tuple[float, str]:
    """A window before any rhythm, then the shorter span per act."""
    return (obligation.months / obligation.times if obligation.months else 0), obligation.line.key


def plan_in_force(packs: PackSet) -> tuple[Obligation, ...]:
    """Narrowest pack first, inside a pack the strictest line first: of each topic the first that fits a household holds."""
    found: list[Obligation] = []
    for pack in packs.packs:
        lines = [_obligation(packs, pack, line) for line in pack.plan if line.is_active]
        found += sorted((one for one in lines if one is not None), key=_strictness)
    return tuple(found)


def plan_mentions(packs: PackSet) -> tuple[tuple[Pack, PlanLine], ...]:
    """What documents say about visits without saying how often: shown, never counted."""
    return tuple((pack, line) for pack in packs.packs for line in pack.plan if not line.is_active)
