"""Into which parts a run over a large area falls: disjoint code prefixes that together hold everything there is to judge."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, QuerySet
from django.db.models.functions import Substr

from common.errors import Conflict, Invalid
from households.models import Household
from monitoring.models import CollectionDuty, RiskCase, RiskSign, ScreeningRun
from villages.models import COUNTY_DIGITS, TOWNSHIP_DIGITS, Division, Level

# What-if fills a sheet and judges nothing, so it is not split.
SPLIT_KINDS = (ScreeningRun.Kind.HOUSEHOLDS, ScreeningRun.Kind.FUNDS)


@dataclass(frozen=True)
class Part:
    """One child run: where it judges, and the county whose packs it judges by."""

    code: str
    county: str


def parts_of(kind: str, scope_code: str, split: str = "") -> tuple[Part, ...]:
    """The parts of a run over the area; none where one run does it.

    Above a county one part per county, since the packs in force differ. A county is split by township when `split` says
    so, or, with no word, above the setting's number of households. Shares and targets of money are those of a whole
    county, so a fund check is never split below it.
    """
    if kind not in SPLIT_KINDS or len(scope_code) > COUNTY_DIGITS:
        return ()
    by_township = kind == ScreeningRun.Kind.HOUSEHOLDS and split != ScreeningRun.Split.COUNTY
    if split == ScreeningRun.Split.TOWNSHIP and not by_township:
        raise Invalid("资金核查按全县计算比例，不能按乡镇分部分。", field="split")
    townships = _townships(scope_code)
    found: list[Part] = []
    for county in _counties(scope_code, townships):
        inside = {code: number for code, number in townships.items() if code.startswith(county)}
        wanted = (
            split == ScreeningRun.Split.TOWNSHIP or sum(inside.values()) > settings.SCREENING_SPLIT_HOUSEHOLDS
        )
        codes = sorted(inside) if by_township and wanted and _is_disjoint(inside) else [county]
        found += [Part(code, county) for code in codes]
    if not found:
        raise Invalid("该地区之下没有已装载的县（市、区），请先装载区划。", code="no_county", field="area")
    return () if found == [Part(scope_code, scope_code)] else tuple(found)


def _counties(scope_code: str, townships: Iterable[str]) -> list[str]:
    """The counties that are kept, and those that only rows of an abolished or unknown one still name."""
    if len(scope_code) == COUNTY_DIGITS:
        return [scope_code]
    kept = Division.objects.filter(
        level=Level.COUNTY, is_stub=False, valid_to__isnull=True, code__startswith=scope_code
    )
    codes = {*kept.values_list("code", flat=True), *(code[:COUNTY_DIGITS] for code in townships)}
    if odd := sorted(code for code in codes if len(code) < COUNTY_DIGITS):
        raise Conflict(f"有农户登记在县以上的区划（{'、'.join(odd)}），请先改到村。", code="above_county")
    return sorted(codes)


def _townships(scope_code: str) -> dict[str, int]:
    """Township prefix -> living households. A place that only open signs, tasks or duties still name counts none."""
    living = Household.objects.filter(is_live=True)
    found = dict(_prefixes(living, scope_code).annotate(n=Count("pk")).values_list("prefix", "n"))
    for rows in (
        RiskSign.objects.filter(closed_on__isnull=True, household__isnull=False),
        RiskCase.objects.exclude(state=RiskCase.State.CLOSED),
        CollectionDuty.objects.filter(closed_on__isnull=True),
    ):
        for prefix in _prefixes(rows, scope_code).values_list("prefix", flat=True).distinct():
            found.setdefault(prefix, 0)
    return found


def _prefixes(rows: QuerySet, scope_code: str) -> QuerySet:
    inside = rows.filter(scope_code__startswith=scope_code).order_by()
    return inside.annotate(prefix=Substr("scope_code", 1, TOWNSHIP_DIGITS)).values("prefix")


def _is_disjoint(codes: Iterable[str]) -> bool:
    """A household of no township would lie in no part, or in all of them."""
    return all(len(code) == TOWNSHIP_DIGITS for code in codes)
