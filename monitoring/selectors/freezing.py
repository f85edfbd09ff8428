"""Reads of frozen quarters: the list of them, their figures, who was hit, and what a re-judgement finds today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.actor import Actor, require
from common.dates import Quarter
from common.errors import NotFound
from common.runs import Run
from households.models import Membership
from monitoring.freezing.figures import Figures, MoneyLine, figures_of, money_lines, packs_of
from monitoring.freezing.listing import Hit, Who, found_of, frozen_who, hits_of, live_who
from monitoring.models import QuarterFreeze, RunOutcome, ScreeningRun
from monitoring.models.seeing import rule_seen_q
from monitoring.screening.plan import HIT, UNKNOWN
from monitoring.selectors.runs import place_choices
from villages.models import Division
from villages.scope import DivisionScope, area_q

SEE, REPORT = "monitoring.view", "reporting.view"
FREEZE, MONEY = "monitoring.freeze_quarter", "funds.view"
OFFERED = 12  # quarters that may be chosen for freezing, the latest first
COUNTY = 6


def may_see(actor: Actor) -> DivisionScope:
    """The area whose frozen figures a person may read: whoever reads reports there and sees the risks."""
    require(actor, REPORT)
    require(actor, SEE)
    return actor.scope(SEE)


def _around(scope: DivisionScope) -> Q:
    """Freezes of the counties that hold the area, or lie in it."""
    counties = [code[:COUNTY] for code in scope.prefixes if len(code) >= COUNTY]
    return Q(scope_code__in=counties) | area_q("scope_code", scope.prefixes)


def freeze_list(*, actor: Actor) -> QuerySet[QuarterFreeze]:
    """Freezes whose figures tell of the actor's area, the lifted ones too."""
    rows = QuarterFreeze.objects.filter(_around(may_see(actor)))
    return rows.select_related("run", "again", "frozen_by", "lifted_by").order_by("-quarter", "-pk")


def freezes_none() -> QuerySet[QuarterFreeze]:
    """No freeze at all, of the right kind."""
    return QuarterFreeze.objects.none()


def freeze_get(*, actor: Actor, pk: int) -> QuarterFreeze:
    found = freeze_list(actor=actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def freeze_for(scope: DivisionScope, until: date) -> QuarterFreeze:
    """The newest frozen quarter of the area that had ended by the day; NotFound with a sentence."""
    rows = QuarterFreeze.objects.filter(
        _around(scope), run__state=Run.State.DONE, lifted_at__isnull=True, run__as_of__lte=until
    )
    found = rows.select_related("run", "frozen_by").order_by("-quarter", "-pk").first()
    if found is None:
        raise NotFound(f"截至 {until} 还没有封库的季度。", code="not_frozen")
    return found


def counties_to_freeze(*, actor: Actor) -> QuerySet[Division]:
    return place_choices(actor=actor, permission=FREEZE, levels=("county",))


def quarters_to_freeze(today: date) -> list[Quarter]:
    """The quarters that are over by today, the latest first."""
    quarter = Quarter.of(today)
    if today < quarter.last_day:
        quarter = quarter.previous
    found = [quarter]
    while len(found) < OFFERED:
        found.append(found[-1].previous)
    return found


def seen_by(scope: DivisionScope) -> Q:
    """Outcomes and tallies of the rules that a reader with these groups of fields may see."""
    return rule_seen_q(scope.field_groups)


def _readable(frozen: QuarterFreeze) -> None:
    if not frozen.is_readable:
        raise NotFound("这个季度还没有封库完成。", code="not_frozen")


def figures_for(*, actor: Actor, frozen: QuarterFreeze) -> Figures:
    """The figures of the actor's area, of the rules he may see; NotFound before the freeze is done."""
    scope = may_see(actor)
    _readable(frozen)
    return figures_of(frozen, scope, seen_by(scope))


def money_for(*, actor: Actor, frozen: QuarterFreeze) -> list[MoneyLine]:
    """Nothing for those who may not see money."""
    return money_lines(frozen, actor.scope(MONEY)) if actor.may(MONEY) else []


def outcome_rows(
    run: ScreeningRun | int | None, scope: DivisionScope, outcome: str = HIT
) -> QuerySet[RunOutcome]:
    rows: QuerySet[RunOutcome] = RunOutcome.objects.filter(seen_by(scope), run=run, outcome=outcome)
    return rows.filter(area_q("scope_code", scope.prefixes))


def hit_rows(frozen: QuarterFreeze, scope: DivisionScope, rule: str = "") -> QuerySet[RunOutcome]:
    """Who was hit in a frozen quarter, of one rule or of all."""
    rows = outcome_rows(frozen.run_id, scope)
    return rows.filter(rule_key=rule) if rule else rows


def hits_named(frozen: QuarterFreeze, rows: Sequence[RunOutcome]) -> list[Hit]:
    """Outcomes in words, under the names of the time; three statements, however many there are."""
    return hits_of(packs_of(frozen), found_of(rows), frozen_who(frozen, {row.subject_key for row in rows}))


# --- judged again ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RuleDifference:
    key: str
    title: str
    frozen: int
    again: int
    came: int
    went: int
    went_unknown: int  # of those that went: today too little is known

    @property
    def is_same(self) -> bool:
        return not self.came and not self.went


@dataclass(frozen=True)
class Difference:
    """What the frozen quarter says, against what today's records say of the same day."""

    rules: list[RuleDifference]

    @property
    def changed(self) -> list[RuleDifference]:
        return [line for line in self.rules if not line.is_same]

    @property
    def came(self) -> int:
        return sum(line.came for line in self.rules)

    @property
    def went(self) -> int:
        return sum(line.went for line in self.rules)


def _same(run: ScreeningRun | int | None, outcome: str = HIT) -> Exists:
    return Exists(
        RunOutcome.objects.filter(
            run=run, rule_key=OuterRef("rule_key"), subject_key=OuterRef("subject_key"), outcome=outcome
        )
    )


def moved_rows(
    frozen: QuarterFreeze, scope: DivisionScope, which: str, rule: str = ""
) -> QuerySet[RunOutcome]:
    """Who is hit today only ("came"), or was hit in the frozen quarter only ("went")."""
    mine, other = (frozen.again_id, frozen.run_id) if which == "came" else (frozen.run_id, frozen.again_id)
    rows = outcome_rows(mine, scope).filter(~_same(other))
    return rows.filter(rule_key=rule) if rule else rows


def _by_rule(rows: QuerySet[RunOutcome]) -> dict[str, int]:
    return dict(rows.values_list("rule_key").order_by().annotate(n=Count("pk")))


def difference_for(*, actor: Actor, frozen: QuarterFreeze) -> Difference | None:
    """By rule, who came and who went, in five statements; None before a re-judgement is done."""
    scope = may_see(actor)
    if frozen.again is None or frozen.again.state != Run.State.DONE:
        return None
    went = moved_rows(frozen, scope, "went")
    counted = [
        _by_rule(rows)
        for rows in (
            outcome_rows(frozen.run_id, scope),
            outcome_rows(frozen.again_id, scope),
            moved_rows(frozen, scope, "came"),
            went,
            went.filter(_same(frozen.again_id, UNKNOWN)),
        )
    ]
    keys = counted[0].keys() | counted[1].keys()
    rules = [rule for rule in packs_of(frozen).rules() if rule.key in keys]
    return Difference(
        [RuleDifference(rule.key, rule.title, *(one.get(rule.key, 0) for one in counted)) for rule in rules]
    )


def moved_named(frozen: QuarterFreeze, rows: Sequence[RunOutcome]) -> list[Hit]:
    """In words: under the names of the time where the freeze has them, else as they are called today."""
    keys = {row.subject_key for row in rows}
    who = frozen_who(frozen, keys)
    missing = keys - who.keys()
    return hits_of(packs_of(frozen), found_of(rows), who | _named_now(missing))


def _named_now(keys: Iterable[str]) -> dict[str, Who]:
    """Persons with the household they live in now."""
    asked = set(keys)
    if not asked:
        return {}
    persons = {int(key.partition(":")[2]) for key in asked if key.startswith("person:")}
    living = Membership.objects.filter(person__in=persons, effective_to__isnull=True)
    homes = dict(living.values_list("person_id", "household_id")) if persons else {}
    pairs = [
        (key, homes.get(int(key.partition(":")[2])) if key.startswith("person:") else None) for key in asked
    ]
    return live_who(pairs)
