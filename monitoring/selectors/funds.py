"""The fund check as a table: what stands behind every row, which target applies, and how much is missing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from accounts.actor import Actor
from funds.figures import COUNTY, LEVEL, TOWNSHIP, AreaFigures, disbursement
from funds.rules import shortfall_fen
from monitoring.freezing.names import subject_names as names_of_subjects
from monitoring.models import Rectification, RiskSign, ScreeningRun
from monitoring.screening.plan import SUBJECTS
from policies.metrics import Judged
from policies.services import packs_in_force, packs_of_checksums

FUNDS = "funds.view"
AREAS = ("division", "village", "township")  # kinds of keys that name a division


@dataclass(frozen=True)
class Target:
    """A share to be paid by a day, from a document."""

    pct: Decimal
    due: date
    clause: str
    code: str
    is_text: bool


@dataclass(frozen=True)
class FundRow:
    figures: AreaFigures
    target: Target | None
    short_fen: int
    per_week_fen: int | None
    is_late: bool


def payment_targets(day: date, area: str) -> list[Target]:
    """The paid shares that the packs in force ask for this year, by due day."""
    packs = packs_in_force(day, area)
    found = []
    for rule in packs.rules(subject="fund_area"):
        share = next((leaf for leaf in rule.leaves if leaf.whole), None)
        params = packs.params(rule.pack)
        if share is None or share.left != ("paid_fen",) or not rule.due:
            continue
        value, due = params[share.param].value, params[rule.due].deadline
        if isinstance(value, Decimal) and due is not None and due.year == day.year:
            found.append(Target(value, due, rule.clause, rule.key, rule.basis == "text"))
    return sorted(found, key=lambda target: (target.due, target.pct))


def target_for(targets: list[Target], day: date) -> Target | None:
    """The target that is due already (the last of them), else the next one."""
    due = [target for target in targets if target.due <= day]
    return due[-1] if due else targets[0] if targets else None


def fund_rows(*, actor: Actor, day: date, area: str) -> dict[str, list[FundRow]]:
    """Rows by kind (county, level, township, project) that lie in the actor's area."""
    scope = actor.scope(FUNDS)
    target = target_for(payment_targets(day, area), day)
    found: dict[str, list[FundRow]] = {}
    for figures in disbursement(Judged(day), area):
        if scope.covers(figures.scope_code):
            found.setdefault(figures.area_kind, []).append(_row(figures, target, day))
    for rows in found.values():
        rows.sort(key=lambda row: (-row.short_fen, row.figures.subject_key))
    return found


def _row(figures: AreaFigures, target: Target | None, day: date) -> FundRow:
    if target is None or not figures.base_fen:
        return FundRow(figures, target, 0, None, False)
    short = shortfall_fen(figures.paid_fen, figures.base_fen, target.pct)
    weeks = Decimal((target.due - day).days) / 7
    per_week = int(short / weeks) if short and weeks > 0 else None
    return FundRow(figures, target, short, per_week, short > 0 and day >= target.due)


def finding_list(*, actor: Actor, area: str = "") -> QuerySet[RiskSign]:
    """Open findings of the fund check in the actor's area."""
    scope = actor.scope("monitoring.view").narrowed(area or None)
    rows: QuerySet[RiskSign] = RiskSign.objects.within(scope)
    return rows.filter(closed_on__isnull=True, subject_kind__in=SUBJECTS["funds"]).order_by("rule_key", "pk")


def subject_names(signs: list[RiskSign]) -> dict[str, str]:
    """Divisions, source levels and projects by name."""
    return names_of_subjects(sign.subject_key for sign in signs)


def mark_titles(run: ScreeningRun) -> dict[str, str]:
    """Rule key -> what its limit means, in the words of the packs the run judged by."""
    packs = packs_of_checksums(run.packs.get("checksums", {}).values(), run.as_of)
    found = {}
    for rule in packs.rules():
        share = next((leaf for leaf in rule.leaves if leaf.whole), None)
        key = rule.due or (share.param if share else "")
        if key in packs.params(rule.pack):
            found[rule.key] = packs.params(rule.pack)[key].label
    return found


def rectified(signs: list[RiskSign]) -> dict[int, Rectification]:
    """Sign -> the problem that was opened from it."""
    return {row.sign_id or 0: row for row in Rectification.objects.filter(sign__in=signs)}


def last_check(area: str, until: date | None = None) -> ScreeningRun | None:
    """The newest finished fund check of the county or the area (speaking of no later day than `until`).

    Not a run in parts: its marks are those of other counties as well; the county's own part is found.
    """
    codes = [area[:length] for length in range(2, len(area) + 1)]
    rows = ScreeningRun.objects.filter(
        kind="funds", state="done", is_acting=True, split="", scope_code__in=codes
    )
    if until is not None:
        rows = rows.filter(as_of__lte=until)
    return rows.order_by("as_of", "pk").last()


SHOWN = (COUNTY, LEVEL, TOWNSHIP)
