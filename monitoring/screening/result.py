"""What a run says when it is done: the answer of the commands, kept with the run."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from common.money import yuan_text
from monitoring.models import RiskSign, RunOutcome, RunTally, ScreeningRun
from monitoring.models.facts import Facts
from monitoring.screening.plan import HIT, Plan, RunRule
from monitoring.screening.sheets import sheet_rows
from monitoring.screening.signs import signs_open
from policies.evaluate import Limit, parse_evidence, parse_limits, percent_of
from policies.metrics import metrics_of
from policies.pack import Leaf, Rule, leaves

Json = dict[str, Any]


def result_of(run: ScreeningRun, plan: Plan) -> Json:
    return _funds(run, plan) if plan.kind == ScreeningRun.Kind.FUNDS else _households(run, plan)


def open_by_rule(run: ScreeningRun, plan: Plan) -> dict[str, int]:
    """Open signs per rule after the run, zeros included; of a re-judgement what it found, since it touches no sign."""
    found = {rule.key: 0 for rule in plan.rules}
    rows: QuerySet = signs_open(run) if run.is_acting else RunOutcome.objects.filter(run=run, outcome=HIT)
    counted = rows.filter(rule_key__in=found).values_list("rule_key").order_by().annotate(n=Count("pk"))
    return found | dict(counted)


def _households(run: ScreeningRun, plan: Plan) -> Json:
    by_rule = open_by_rule(run, plan)
    tallies = dict(RunTally.objects.filter(run=run).values_list("rule_key", "unknown"))
    return {
        "quarter": str(plan.judged.in_quarter),
        "as_of": run.as_of.isoformat(),
        "pack": plan.narrowest,
        "packs": list(plan.packs),
        "households": run.evaluated,
        "opened": run.opened,
        "closed": run.closed,
        "open": sum(by_rule.values()),
        "skipped": run.skipped,
        "by_rule": by_rule,
        "unknown_by_rule": {key: tallies.get(key, 0) for key in by_rule},
    }


# Percentages are cut, not rounded: a share a hair below its target never reads as the target.
# --- the fund check -----------------------------------------------------------------------------------------------------


def _funds(run: ScreeningRun, plan: Plan) -> Json:
    area = sheet_rows(run, "fund_area").filter(subject_key=f"division:{run.scope_code}")
    row = area.first()
    granted, paid = (row.granted_fen, row.paid_fen) if row else (None, None)
    of_areas = {rule.topic for rule in plan.rules_of("fund_area")}
    money = [rule for rule in plan.rules if rule.subject in ("fund_area", "project")]
    told = [rule for rule in money if rule.subject == "fund_area" or rule.topic not in of_areas]
    marks = [mark for rule in told if (mark := _mark(run, rule, area, row))]
    return {
        "as_of": run.as_of.isoformat(),
        "pack": plan.narrowest,
        "granted_yuan": yuan_text(granted),
        "paid_yuan": yuan_text(paid),
        "paid_pct": _number(percent_of(paid, granted, ROUND_FLOOR)),
        "milestones": [mark for mark in marks if "due" in mark],
        "shares": [mark for mark in marks if "due" not in mark],
        "findings": [finding_of(run, row) for row in _found(run, plan)],
    }


def _mark(run: ScreeningRun, rule: RunRule, area: QuerySet, row: Facts | None) -> Json | None:
    """One milestone or share of the whole area; None for a rule that does not speak about it."""
    if rule.compiled is None or not rule.applies:
        return None
    share = share_of(rule.compiled.rule)
    if rule.subject == "project" and rule.compiled.due:
        return _stage(rule, sheet_rows(run, "project"))
    if share is None or row is None or not area.filter(rule.compiled.scope).exists():
        return None
    target = parse_limits(rule.limits)[share.param]
    actual = percent_of(_product(row, share.left), _product(row, (share.whole,)), ROUND_FLOOR)
    ok, late = area.filter(rule.compiled.when.no).exists(), area.filter(rule.compiled.when.yes).exists()
    return _mark_row(rule, Limit.read(target).number, actual, ok=ok, late=late)


def _stage(rule: RunRule, projects: QuerySet) -> Json | None:
    """A day that every project has to meet: the percentage of the projects that did."""
    if rule.compiled is None:
        return None
    when = rule.compiled.when
    found = projects.filter(rule.compiled.scope).aggregate(
        whole=Count("pk"), done=Count("pk", filter=when.no), late=Count("pk", filter=when.yes)
    )
    actual = percent_of(found["done"], found["whole"], ROUND_FLOOR)
    every = found["whole"] > 0 and found["done"] == found["whole"]
    return _mark_row(rule, Decimal(100), actual, ok=every, late=found["late"] > 0)


def _mark_row(rule: RunRule, target: Decimal, actual: Decimal | None, *, ok: bool, late: bool) -> Json:
    """Judged at the end of the due day; before it only what is reached already counts as met."""
    compiled = rule.compiled
    due: date | None = compiled.due if compiled else None
    is_due = compiled is None or compiled.is_due
    mark: Json = {"code": rule.key, "clause": compiled.rule.clause if compiled else ""}
    if due is not None:
        mark["due"] = due.isoformat()
    met = True if ok else False if late and is_due else None
    return mark | {"target_pct": _number(target), "actual_pct": _number(actual), "met": met}


def share_of(rule: Rule) -> Leaf | None:
    return next((leaf for leaf in rule.leaves if leaf.whole), None)


def _product(row: Facts, names: tuple[str, ...]) -> int | None:
    product = 1
    for name in names:
        value = getattr(row, name)
        if value is None:
            return None
        product *= value
    return product


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _found(run: ScreeningRun, plan: Plan) -> list[tuple[RunRule, RiskSign | RunOutcome]]:
    rules = {rule.key: rule for rule in plan.rules if rule.effect.startswith(("finding", "escalate"))}
    rows: QuerySet = signs_open(run) if run.is_acting else RunOutcome.objects.filter(run=run, outcome=HIT)
    found = rows.filter(Q(rule_key__in=rules)).order_by("rule_key", "subject_key")
    return [(rules[row.rule_key], row) for row in found]


def told_of(key: str) -> str:
    """A key as the commands print it: a source level without the county, which the answer is about anyway."""
    return key.partition("@")[0]


def finding_of(run: ScreeningRun, found: tuple[RunRule, Any]) -> Json:
    rule, row = found
    if rule.compiled is None:
        return {
            "subject": told_of(row.subject_key),
            "code": rule.key,
            "clause": "",
            "observed": None,
            "limit": None,
        }
    observed, limit = observed_and_limit(rule.compiled.rule, row.evidence, row.limits)
    return {
        "subject": told_of(row.subject_key), "code": rule.key, "clause": rule.compiled.rule.clause,
        "observed": observed, "limit": limit,
    }  # fmt: skip


def observed_and_limit(rule: Rule, evidence_text: str, limits_text: str) -> tuple[Any, Any]:
    """Of a share both in percent; of a stage what stands in the books, and the day it was due."""
    evidence, limits = parse_evidence(evidence_text), parse_limits(limits_text)
    share = share_of(rule)
    if share is not None:
        part = [evidence.get(name) for name in share.left]
        whole = evidence.get(share.whole)
        known = whole is not None and len(part) == 1 and part[0] is not None
        percent = percent_of(int(part[0] or 0), int(whole or 0), ROUND_FLOOR) if known else None
        return _number(percent), _number(
            Limit.read(limits[share.param]).number
        ) if share.param in limits else None
    leaf = next((one for one in leaves(rule.when) if one.param in limits), None) if rule.when else None
    if leaf is not None and leaf.param != rule.due and not leaf.as_of:
        return _measured(rule, leaf, evidence), _plain(Limit.read(limits[leaf.param]))
    first = rule.evidence[0] if rule.evidence else ""
    seen = evidence.get(first)
    limit = limits.get(rule.due) or next(iter(limits.values()), None)
    if limit is not None:
        read = Limit.read(limit)
        limit = read.due.isoformat() if read.due else ",".join(read.parts)
    return {"true": True, "false": False}.get(seen or "", seen), limit


def _measured(rule: Rule, leaf: Leaf, evidence: Mapping[str, str | None]) -> Any:
    """The figure that was compared: money in yuan as text, a count as a number, unknown as null."""
    seen, metric = evidence.get(leaf.left[0]), metrics_of(rule.subject).get(leaf.left[0])
    if seen is None or metric is None:
        return seen
    if metric.type == "fen":
        return yuan_text(int(seen))
    return int(seen) if metric.type == "count" else {"true": True, "false": False}.get(seen, seen)


def _plain(limit: Limit) -> Any:
    """The limit as programs read it: a number, money as text with two decimals, codes and words as they stand."""
    if limit.unit.base == "yuan":
        return f"{limit.number:.2f}"
    if limit.unit.category in ("number", "whole") and len(limit.parts) == 1:
        return _number(limit.number)
    return ",".join(limit.parts)
