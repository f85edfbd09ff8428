"""From the packs in force to the plan of a run."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from common.dates import Quarter
from common.errors import Conflict
from monitoring.limits import CASE, COLLECT, days_of
from monitoring.models import ScreeningRun
from monitoring.screening.plan import SUBJECTS, Plan, RunRule
from policies.evaluate import RuleFault, evidence_expression
from policies.evaluate.compiling import ALWAYS, NEVER
from policies.metrics import Judged, metrics_of
from policies.pack import Pack, Rule
from policies.packset import PackSet
from policies.services import packs_in_force, packs_of_checksums

# Consulted by a service at the moment of an act; there is nothing to search for at night.
NOT_SEARCHED = ("guard",)
# How many days a check and a collection may take.
DAYS = {"case": CASE, "duty": COLLECT}


class NoPack(Conflict):
    code = "no_pack_in_force"


def packs_for(run: ScreeningRun) -> PackSet:
    """The packs a run judges by, or a refusal in words.

    A part judges by those that its parent began with, a re-judgement of a frozen quarter by those of its freeze.
    """
    if run.parent_id is not None or run.kind == ScreeningRun.Kind.REJUDGE:
        packs = packs_of_checksums(run.packs.get("checksums", {}).values(), run.as_of)
    else:
        packs = packs_in_force(run.as_of, run.scope_code)
    if not packs:
        raise NoPack(f"{run.as_of} {packs.sentence}")
    return packs


def plan_for(run: ScreeningRun) -> Plan:
    """The rules in force on the run's day in its area, compiled. A rule that cannot be judged is a fault, not a stop."""
    packs = packs_for(run)
    quarter = Quarter.parse(run.quarter) if run.quarter else None
    rules, faulty = [], {}
    for subject in SUBJECTS[run.kind]:
        for rule in packs.rules(subject=subject):
            if rule.effect_name in NOT_SEARCHED:
                continue
            try:
                rules.append(run_rule(rule, packs))
            except RuleFault as fault:
                faulty[rule.key] = str(fault)
    narrowest = packs.narrowest.code if packs.narrowest else ""
    judged = Judged(run.as_of, None, quarter, run.scope_code if run.is_part else "")
    return Plan(run.kind, judged, tuple(rules), packs.checksums, narrowest, _days(packs), faulty)


def year_judged(pack: Pack, rule: Rule, day: date) -> bool:
    """May the rule judge the money of the day's year? A document stays in force, but its targets are those of its period."""
    if rule.subject not in SUBJECTS["funds"]:
        return True
    begun = pack.period_start is None or pack.period_start.year <= day.year
    return begun and (pack.period_end is None or day.year <= pack.period_end.year)


def run_rule(rule: Rule, packs: PackSet) -> RunRule:
    metrics = metrics_of(rule.subject)
    compiled = packs.compiled(rule, metrics)
    if not year_judged(packs.pack(rule.pack), rule, packs.day):
        compiled = replace(compiled, hit=NEVER, clear=NEVER, scope=NEVER, out=ALWAYS)
    return RunRule(
        key=rule.key,
        topic=rule.topic,
        effect=rule.effect,
        subject=rule.subject,
        hit=compiled.hit,
        clear=compiled.clear,
        out=compiled.out if rule.scope is not None or compiled.out is ALWAYS else None,
        evidence=evidence_expression(compiled.evidence, metrics),
        limits=";".join(f"{key}={limit}" for key, limit in compiled.limits.items()),
        pack_code=rule.pack,
        pack_checksum=packs.pack(rule.pack).checksum,
        asks=rule.unknown == "ask",
        time_driven=rule.time_driven,
        band=rule.band,
        compiled=compiled,
        applies=compiled.out is not ALWAYS,
    )


def _days(packs: PackSet) -> Mapping[str, int]:
    return {name: days_of(packs, key) for name, key in DAYS.items()}
