"""Which households come in and which drop out, each with the sentence of the rule that decides and its figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from django.db.models import Case, IntegerField, Q, When

from households.models import Household, Person
from monitoring.models import ScreeningRun
from monitoring.screening.plan import RunRule
from monitoring.screening.sheets import sheet_rows
from monitoring.whatif.counting import keys_of
from policies.evaluate import evidence_of, parse_evidence, parse_limits, say
from policies.metrics import metrics_of


@dataclass
class Moved:
    """One household of the list. `why`: sentences of the rules that hit it on the side it is on."""

    household: Household
    comes: bool
    members: int | None
    why: list[tuple[str, str]] = field(default_factory=list)  # rule title, sentence


def listed(
    run: ScreeningRun, rows: Sequence[Any], base: Sequence[RunRule], moved: Sequence[RunRule]
) -> list[Moved]:
    """The households of one page in their order, in words. A fixed number of statements, however many rows and rules there are."""
    ids = [row.household_id for row in rows]
    houses = Household.objects.select_related("village__parent").in_bulk(ids)
    found = {
        row.household_id: Moved(houses[row.household_id], bool(row.in_moved), row.members)
        for row in rows if row.household_id in houses
    }  # fmt: skip
    for comes, rules in ((True, moved), (False, base)):
        mine = [pk for pk, one in found.items() if one.comes is comes]
        for subject in ("household", "person"):
            _explain(run, subject, [rule for rule in rules if rule.subject == subject], mine, found)
    return [found[pk] for pk in ids if pk in found]


def _explain(
    run: ScreeningRun, subject: str, rules: Sequence[RunRule], ids: list[int], found: dict[int, Moved]
) -> None:
    if not rules or not ids:
        return
    rows = sheet_rows(run, subject).filter(subject_key__in=keys_of(subject, ids), household_id__in=ids)
    hit = {f"hit_{number}": Case(When(rule.hit, then=1), default=0, output_field=IntegerField())
           for number, rule in enumerate(rules)}  # fmt: skip
    got = sorted(
        rows.order_by().annotate(**hit).values(), key=itemgetter("id")
    )  # by SQL, SQLite would walk the whole sheet
    persons = _names(subject, got, len(rules))
    for row in got:
        for number, rule in enumerate(rules):
            if row[f"hit_{number}"]:
                sentence = _sentence(rule, row)
                who = persons.get(row["subject_id"], "")
                title = rule.compiled.rule.title if rule.compiled else rule.key
                found[row["household_id"]].why.append((title, f"{who}：{sentence}" if who else sentence))


def _names(subject: str, rows: Sequence[dict[str, Any]], rules: int) -> dict[int, str]:
    if subject != "person":
        return {}
    hit = {row["subject_id"] for row in rows if any(row[f"hit_{number}"] for number in range(rules))}
    return dict(Person.objects.filter(Q(pk__in=hit)).values_list("pk", "name"))


def _sentence(rule: RunRule, row: dict[str, Any]) -> str:
    if rule.compiled is None:
        return ""
    evidence = parse_evidence(evidence_of(row, rule.compiled.evidence))
    return say(rule.compiled.rule, evidence, parse_limits(rule.limits), metrics_of(rule.subject))
