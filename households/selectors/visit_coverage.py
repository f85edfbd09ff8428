"""How far each place and helper has got with the visit plan: done of asked, and who is late."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, F, FilteredRelation

from accounts.actor import Actor
from common.dated import holding_q
from households.models.household import HouseholdQuerySet
from households.plan.states import LATE, PlanState
from households.selectors.visit_plan import VIEW, PlanFilters, asked_of, plan_for, with_state
from villages.models import Division


@dataclass(frozen=True)
class Coverage:
    """How far one place or helper has got: `done` of `asked`; `late` of those not done."""

    code: str
    name: str
    asked: int = 0
    done: int = 0
    late: int = 0

    @property
    def share(self) -> float | None:
        """Percent done with one decimal, rounded down: 99.96 % is not everybody."""
        return self.done * 1000 // self.asked / 10 if self.asked else None

    def plus(self, state: int, number: int) -> "Coverage":
        return replace(
            self,
            asked=self.asked + number,
            done=self.done + number * (state == PlanState.DONE),
            late=self.late + number * (state in LATE),
        )


def visit_coverage(
    *, actor: Actor, as_of: date, topic: str, area: str = "", mine: bool = False
) -> tuple[Coverage, list[Coverage]]:
    """The whole, and its parts: townships, inside a township its villages, inside a village the helpers."""
    rows = asked_of(actor, as_of, PlanFilters(area=area, mine=mine))
    rows = with_state(rows, plan_for(actor.scope(VIEW), as_of), topic, as_of)
    whole = Coverage(area, "合计")
    parts: dict[str, Coverage] = {}
    for code, name, state, number in _counted(rows, area, as_of):
        if not state:
            continue
        whole = whole.plus(state, number)
        parts[code] = parts.get(code, Coverage(code, name)).plus(state, number)
    return whole, sorted(parts.values(), key=lambda part: part.code)


def _counted(rows: HouseholdQuerySet, area: str, as_of: date) -> Iterable[tuple[str, str, int, int]]:
    if len(area) == 12:
        held = FilteredRelation("helpers", condition=holding_q(as_of, prefix="helpers__"))
        counted = rows.annotate(helper_held=held).values("plan_state", name=F("helper_held__name"))
        for row in counted.annotate(n=Count("pk", distinct=True)).order_by():
            yield row["name"] or "", row["name"] or "未安排", row["plan_state"], row["n"]
        return
    by_village = list(rows.values("village_id", "plan_state").annotate(n=Count("pk")).order_by())
    places = Division.objects.select_related("parent").in_bulk({row["village_id"] for row in by_village})
    for row in by_village:
        village = places[row["village_id"]]
        place = village if len(area) == 9 or village.parent is None else village.parent
        yield place.code, place.short_name or place.name, row["plan_state"], row["n"]


def open_of(*, actor: Actor, as_of: date, topic: str, mine: bool = False) -> tuple[int, int]:
    """(not yet done this period, of them late) for one topic."""
    whole, _ = visit_coverage(actor=actor, as_of=as_of, topic=topic, mine=mine)
    return whole.asked - whole.done, whole.late
