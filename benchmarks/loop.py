"""The plain way: household by household, related objects one by one, rules in Python, one get_or_create per sign.

Also an oracle of the fact sheets: nothing here comes from the measuring queries that the product uses. It works out the facts of
the first version; rules that read others are left out, so its time is too short where there are such rules.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from common.dates import Quarter, add_months
from households import codes
from households.metrics.events import EVENTS, RISKS
from households.metrics.household import GUARANTEES
from households.models import Household, Membership, Person
from monitoring.models import RiskSign, ScreeningRun
from monitoring.screening.plan import Plan
from policies.evaluate import evidence_of
from policies.metrics import standard_for
from policies.packset import PackSet
from tests.policies.oracle import outcome

Facts = dict[str, Any]
LOOKBACK_MONTHS = 12


def holds(spell: Any, day: date) -> bool:
    return spell.effective_from <= day and (spell.effective_to is None or spell.effective_to > day)


def latest(spells: Any, day: date) -> Any:
    return max((spell for spell in spells if holds(spell, day)), key=lambda spell: spell.pk, default=None)


def household_facts(household: Household, day: date, quarter: Quarter) -> Facts:
    facts: Facts = {}
    for part in (_status, _income, _guarantees, _events, _measures):
        facts |= part(household, day)
    living = latest(household.situations.all(), day)
    facts["danger_grade"] = (living.danger_grade or None) if living else None
    facts["water_safe"] = living.water_safe if living else None
    visited = [visit.visited_on for visit in household.visits.all() if visit.visited_on <= day]
    facts["last_visit_on"] = max(visited, default=None)
    facts["visits_in_quarter"] = sum(quarter.first_day <= on <= quarter.last_day for on in visited)
    facts["quarter_days_left"] = max((quarter.last_day - day).days, 0)
    facts["quarter_income_collected"] = any(
        row.kind == "quarter" and row.period_end == quarter.last_day and row.collected_on <= day
        for row in household.incomes.all()
    )
    return facts | _allowance(household, day)


def _status(household: Household, day: date) -> Facts:
    spells = household.status_spells.all()
    found = {
        dimension: latest([spell for spell in spells if spell.dimension == dimension], day)
        for dimension in codes.StatusDimension.values
    }
    poverty, monitor = (
        found[name] for name in (codes.StatusDimension.POVERTY, codes.StatusDimension.MONITOR)
    )
    status = poverty.value if poverty else None
    none = codes.MonitorClass.NONE.value
    monitored = monitor.value if monitor else none if status else None
    return {
        "poverty_status": status,
        "monitor_class": monitored,
        "is_registered": None if status is None else status in codes.REGISTERED,
        "is_exited": None if status is None else status in codes.EXITED,
        "is_unexited": None if status is None else status in codes.UNEXITED,
        "is_monitored": None if monitored is None else monitored != none,
    }


def _income(household: Household, day: date) -> Facts:
    rows = [
        row
        for row in household.incomes.all()
        if row.kind == "year"
        and row.period_end <= day
        and row.collected_on <= day
        and row.superseded_at is None
    ]
    rows.sort(key=lambda row: (row.period_end, row.pk), reverse=True)
    now = rows[0] if rows else None
    before = rows[1] if len(rows) > 1 and rows[0].period_end.year - rows[1].period_end.year == 1 else None
    transfer = now.transfer_fen if now else None
    return {
        "net_income_fen": now.net_fen if now else None,
        "disposable_income_fen": now.disposable_fen if now else None,
        "income_members": now.members if now else None,
        "self_paid_fen": now.self_paid_fen if now else None,
        "previous_net_income_fen": before.net_fen if before else None,
        "previous_income_members": before.members if before else None,
        "allowance_income_recorded": None if transfer is None else transfer > 0,
    } | _above_allowance(household, rows, day)


def _above_allowance(household: Household, rows: list[Any], day: date) -> Facts:
    since = months = None
    supported = any(holds(net, day) and net.kind in codes.ALLOWANCE for net in household.safety_nets.all())
    standard = standard_for("allowance_standard", day, household.scope_code[:6])
    for row in rows if supported and standard is not None else []:
        fen = row.net_fen if row.disposable_fen is None else row.disposable_fen
        if fen is None or not row.members or fen <= standard * row.members:
            break
        since = row.collected_on if since is None else min(since, row.collected_on)
    if since is not None:
        months = (day.year - since.year) * 12 + day.month - since.month - (since.day > day.day)
    return {"above_allowance_since": since, "allowance_above_months": months}


def _guarantees(household: Household, day: date) -> Facts:
    met, not_met = codes.GuaranteeState.MET, codes.GuaranteeState.NOT_MET
    rows = [row for row in household.guarantees.all() if holds(row, day)]
    facts: Facts = {}
    for kind, name in GUARANTEES.items():
        states = {row.state for row in rows if row.kind == kind}
        facts[name] = False if not_met in states else True if met in states else None
    return facts


def _events(household: Household, day: date) -> Facts:
    begin = add_months(day, -LOOKBACK_MONTHS)
    recent = [
        event
        for event in household.events.all()
        if begin < event.happened_on <= day and (event.resolved_on is None or event.resolved_on > day)
    ]
    facts: Facts = {}
    for kind, name in EVENTS.items():
        on = max((event.happened_on for event in recent if event.kind == kind), default=None)
        facts |= {f"{name}_on": on, f"{name}_hit": on is not None}
    looked = bool(household.risks or household.main_cause) or any(
        facts[f"{name}_hit"] for name in EVENTS.values()
    )
    for risk, (causes, event) in RISKS.items():
        named = bool(set(causes) & set(household.risks)) or bool(event and facts[f"{event}_hit"])
        facts[risk] = True if named else False if looked else None
    return facts


def _measures(household: Household, day: date) -> Facts:
    running = [
        row
        for row in household.measures.all()
        if row.started_on <= day
        and (
            (row.state == "active" and row.ended_on is None)
            or (
                row.state in ("active", "done", "stopped")
                and row.ended_on is not None
                and row.ended_on >= day
            )
        )
    ]
    kinds = {(row.category, row.item) for row in running if row.category in codes.INCOME_MEASURES}
    allowance = any(row.category == "social_security" and row.item == "低保" for row in running)
    return {"income_measures": len(kinds), "allowance_measure": allowance}


def _allowance(household: Household, day: date) -> Facts:
    nets = [net.kind for net in household.safety_nets.all() if holds(net, day)]
    living = [row.person for row in household.memberships.select_related("person") if holds(row, day)]
    able = unknown = 0
    for person in living:
        skill = _situation(person, day, "labour_skill")
        able += skill in codes.ABLE
        born = person.birth_date
        unknown += not skill and not (born is not None and born > add_months(day, -12 * 16))
    return {
        "on_allowance": any(kind in codes.ALLOWANCE for kind in nets),
        "on_destitute_support": any(kind not in codes.ALLOWANCE for kind in nets),
        "labour_members": able or (None if unknown or not living else 0),
    }


def _situation(person: Person, day: date, name: str) -> Any:
    row = latest(person.situations.all(), day)
    return getattr(row, name) if row is not None else None


def person_facts(person: Person, home: Facts, day: date) -> Facts:
    born = person.birth_date
    schooling = _situation(person, day, "schooling") or None
    return {
        "age": None
        if born is None
        else day.year - born.year - ((born.month, born.day) > (day.month, day.day)),
        "schooling_code": schooling,
        "in_school": None if schooling is None else schooling not in codes.NOT_IN_CLASS,
        "not_in_school_reason": _situation(person, day, "not_in_school_reason") or None,
        "has_medical_insurance": _situation(person, day, "has_medical_insurance"),
        "household_registered": home["is_registered"],
    }


def subjects(household: Household, plan: Plan) -> Iterator[tuple[str, str, Facts]]:
    """The household and its members, with their facts."""
    day, quarter = plan.judged.as_of, plan.judged.in_quarter
    home = household_facts(household, day, quarter)
    yield "household", f"household:{household.pk}", home
    for membership in Membership.objects.filter(household=household).select_related("person"):
        if holds(membership, day):
            yield "person", f"person:{membership.person_id}", person_facts(membership.person, home, day)


def judge(run: ScreeningRun, plan: Plan, packs: PackSet, households: list[int]) -> dict[tuple[str, str], str]:
    """Judge these households by the rules whose facts are worked out here and write their signs; (rule, subject) -> answer."""
    answers: dict[tuple[str, str], str] = {}
    rules = [(rule, rule.compiled.rule) for rule in plan.rules if rule.compiled is not None]
    params = {rule.key: {key: packs.param(key).on(run.as_of) for key in rule.params} for _, rule in rules}
    for pk in households:
        household = Household.objects.get(pk=pk)
        for subject, key, facts in subjects(household, plan):
            for compiled, rule in rules:
                if rule.subject == subject and facts.keys() >= set(rule.metrics):
                    said = outcome(rule, facts, params[rule.key], run.as_of)
                    answers[rule.key, key] = said
                    _write(run, compiled, key, household, said, evidence_of(facts, rule.evidence))
    return answers


def _write(run: ScreeningRun, rule: Any, key: str, household: Household, said: str, evidence: str) -> None:  # noqa: PLR0913
    if said == "hit":
        sign, created = RiskSign.objects.get_or_create(
            rule_key=rule.key, subject_key=key, closed_on=None,
            defaults={
                "topic": rule.topic, "effect": rule.effect, "pack_code": rule.pack_code, "limits": rule.limits,
                "pack_checksum": rule.pack_checksum, "subject_kind": rule.subject, "household": household,
                "scope_code": household.scope_code, "opened_on": run.as_of, "last_true_on": run.as_of,
                "opened_run": run, "evidence": evidence,
            },
        )  # fmt: skip
        if not created and (sign.evidence != evidence or sign.last_true_on != run.as_of):
            sign.evidence, sign.last_true_on = evidence, run.as_of
            sign.save()
    elif said in ("clear", "out"):
        for sign in RiskSign.objects.filter(rule_key=rule.key, subject_key=key, closed_on=None):
            sign.closed_on, sign.closed_run, sign.close_reason = run.as_of, run, "已不成立"
            sign.save()
