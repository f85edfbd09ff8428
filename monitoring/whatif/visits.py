"""What a watch list costs in visits: the visit plan's rhythm for monitored households, times the households on it."""

from dataclasses import dataclass

from policies.packset import PackSet
from policies.plan import Obligation, plan_in_force

MONTHS = 12
ASSUMPTION = (
    "假定：监测名单＝现有监测户＋全部需核查规则命中的户（假定全部纳入）；每户按走访计划中监测对象的频次，全年计；同户的不同事项分别计次；"
    "一次性的回头看不计。"
)


@dataclass(frozen=True)
class Visits:
    """Acts in a year for both sides."""

    watch_base: int
    watch_moved: int
    per_base: float
    per_moved: float
    lines: tuple[tuple[str, str, str], ...]  # title, rhythm, basis

    @property
    def base(self) -> int:
        return round(self.watch_base * self.per_base)

    @property
    def moved(self) -> int:
        return round(self.watch_moved * self.per_moved)

    @property
    def more(self) -> int:
        return self.moved - self.base

    @property
    def more_or_less(self) -> int:
        return abs(self.more)


def rhythm_of_monitored(packs: PackSet) -> list[Obligation]:
    """Of each topic the first recurring line in force for monitored households."""
    found: dict[str, Obligation] = {}
    for one in plan_in_force(packs):
        if one.line.monitor and one.months:
            found.setdefault(one.topic, one)
    return list(found.values())


def per_year(plan: list[Obligation]) -> float:
    return sum(one.times * MONTHS / one.months for one in plan)


def visits_of(watch_base: int, watch_moved: int, base: PackSet, moved: PackSet) -> Visits:
    before, after = rhythm_of_monitored(base), rhythm_of_monitored(moved)
    lines = tuple((one.line.title, one.rhythm, one.basis) for one in after)
    return Visits(watch_base, watch_moved, per_year(before), per_year(after), lines)
