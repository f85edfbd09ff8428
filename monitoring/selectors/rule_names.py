"""规则名单: whom one rule hits, read from the latest kept facts or from a frozen quarter. Opens no sign, changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.utils import timezone

from accounts.actor import Actor
from common.errors import NotFound
from monitoring.freezing.figures import packs_of, tally_rows
from monitoring.freezing.listing import Found, Hit, found_of, frozen_who, hits_of, live_who
from monitoring.models import QuarterFreeze, ScreeningRun
from monitoring.screening.plan import CLEAR, HIT, LIST, OF_HOUSEHOLDS, UNKNOWN, RunRule
from monitoring.screening.planning import NOT_SEARCHED, run_rule
from monitoring.screening.sheets import sheet_rows
from monitoring.selectors.freezing import SEE, hit_rows, may_see, seen_by
from monitoring.selectors.runs import place_choices
from monitoring.whatif.sheets import KEPT
from policies.evaluate import RuleFault
from policies.pack import Rule
from policies.packset import PackSet
from policies.seeing import rules_seen
from policies.services import packs_in_force, packs_of_checksums
from villages.models import Division
from villages.scope import DivisionScope, area_q

LEVELS = ("county", "township", "village")


@dataclass(frozen=True)
class Answers:
    """How many subjects the rule hits, does not hit, and knows too little of."""

    hit: int
    clear: int
    unknown: int


@dataclass(frozen=True)
class RuleNames:
    """One rule over one area, with the day its facts are from. `rows` are paged by key; `frozen` is None for kept facts."""

    rule: Rule
    packs: PackSet
    rows: QuerySet
    answers: Answers
    as_of: date
    known_at: datetime | None
    frozen: QuarterFreeze | None = None

    def named(self, rows: Sequence[Any]) -> list[Hit]:
        """Rows of one page in words; the same number of statements for one row or a thousand."""
        if self.frozen is not None:
            who = frozen_who(self.frozen, {row.subject_key for row in rows})
            return hits_of(self.packs, found_of(rows), who)
        limits = rows[0].limits_seen if rows else ""
        found = [Found(self.rule.key, row.subject_key, row.seen, limits, row.household_id) for row in rows]
        return hits_of(self.packs, found, live_who((one.subject_key, one.household_id) for one in found))


def areas(*, actor: Actor) -> QuerySet[Division]:
    may_see(actor)
    return place_choices(actor=actor, permission=SEE, levels=LEVELS)


def facts_latest(area: str) -> ScreeningRun | None:
    """The newest kept facts that hold the area, of whatever day. Those of what-if are kept for a day."""
    around = [area[:length] for length in range(2, len(area) + 1)]
    kept = ScreeningRun.objects.filter(
        state=ScreeningRun.State.DONE, keep_facts=True, scope_code__in=around, known_at__isnull=False,
        kind__in=(ScreeningRun.Kind.HOUSEHOLDS, ScreeningRun.Kind.WHATIF),
    )  # fmt: skip
    old = Q(kind=ScreeningRun.Kind.WHATIF, known_at__lt=timezone.now() - KEPT)
    return kept.exclude(old).order_by("-known_at", "-pk").first()


def rules_listed(*, actor: Actor, packs: PackSet, every_subject: bool) -> list[Rule]:
    """The running rules the reader may see; those that are only counted (list) first, since they have no other page."""
    seen = rules_seen(may_see(actor).field_groups)
    rules = [
        rule
        for rule in packs.rules()
        if rule.effect_name not in NOT_SEARCHED
        and (every_subject or rule.subject in OF_HOUSEHOLDS)
        and (seen is None or rule.key in seen)
    ]
    return sorted(rules, key=lambda rule: rule.effect_name != LIST)


def rules_offered(*, actor: Actor, area: str, frozen: QuarterFreeze | None, today: date) -> list[Rule]:
    """The rules of the frozen quarter, or those of households in force today."""
    packs = packs_of(frozen) if frozen is not None else packs_in_force(today, area)
    return rules_listed(actor=actor, packs=packs, every_subject=frozen is not None)


def _may_read(actor: Actor, key: str, scope: DivisionScope) -> None:
    seen = rules_seen(scope.field_groups)
    if scope.is_empty or (seen is not None and key not in seen):
        raise NotFound


def frozen_names(*, actor: Actor, frozen: QuarterFreeze, key: str, area: str = "") -> RuleNames:
    """Whom a rule hit in a frozen quarter; NotFound for a rule that did not run then, or that the actor may not see."""
    scope = may_see(actor)
    _may_read(actor, key, scope)
    return frozen_names_in(frozen, key, scope.narrowed(area or None))


def frozen_names_in(frozen: QuarterFreeze, key: str, scope: DivisionScope) -> RuleNames:
    """As frozen_names, for a reader who has been checked (the worker that writes a workbook)."""
    packs = packs_of(frozen)
    sums = tally_rows(frozen, scope, seen_by(scope) & Q(rule_key=key)).aggregate(
        *(Sum(name, default=0) for name in ("hit", "clear", "unknown"))
    )
    answers = Answers(sums["hit__sum"], sums["clear__sum"], sums["unknown__sum"])
    rows = hit_rows(frozen, scope, key)
    return RuleNames(packs.rule(key), packs, rows, answers, frozen.run.as_of, frozen.run.known_at, frozen)


def kept_names(*, actor: Actor, run: ScreeningRun, key: str, area: str = "") -> RuleNames:
    """Whom a rule of households or persons hits by kept facts, judged by the packs of their filling."""
    scope = may_see(actor)
    _may_read(actor, key, scope)
    return kept_names_in(run, key, scope.narrowed(area or None))


def packs_of_run(run: ScreeningRun) -> PackSet:
    return packs_of_checksums(run.packs.get("checksums", {}).values(), run.as_of)


def kept_names_in(run: ScreeningRun, key: str, scope: DivisionScope) -> RuleNames:
    packs = packs_of_run(run)
    rule = packs.rule(key)
    if rule.subject not in OF_HOUSEHOLDS:
        raise NotFound("这条规则的对象是村、项目或资金，名单只在封库的季度里有。", code="not_in_facts")
    try:
        judged = run_rule(rule, packs)
    except RuleFault as fault:
        raise NotFound(f"规则 {key} 不能判断：{fault}", code="rule_faulty") from fault
    everybody = sheet_rows(run, rule.subject).filter(area_q("scope_code", scope.prefixes))
    rows = everybody.filter(judged.hit).annotate(seen=judged.evidence, limits_seen=Value(judged.limits))
    return RuleNames(rule, packs, rows, _answers(everybody, judged), run.as_of, run.known_at)


def _answers(everybody: QuerySet, rule: RunRule) -> Answers:
    """In one statement."""
    said = dict(rule.answered(everybody).order_by().values_list("answer").annotate(n=Count("pk")))
    return Answers(*(said.get(answer, 0) for answer in (HIT, CLEAR, UNKNOWN)))
