"""Metrics of exits: is an open exit judged by the standard in force, was a decided one closed, what a village's list found."""

from functools import reduce
from operator import or_

from django.db.models import Case, Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Substr

from households.metrics.parts import flag
from policies.metrics import Judged, Metric, MetricGroup, register_group
from policies.pack import Checklist
from policies.packset import PackSet
from policies.services import packs_in_force
from proceedings.models import CheckMark, Kind, Proceeding, State, Step
from proceedings.selectors.exits import FROZEN
from villages.models import COUNTY_DIGITS

ANY = "identity"  # proceedings are for those who may see every group of fields
NOT_FILLED = -1  # no number of marks reaches it
ALLOWED = (State.ANNOUNCING, State.EXITED)  # the county has agreed to the exit


def _latest(rows: QuerySet[Proceeding], whose: str, judged: Judged) -> QuerySet[Proceeding]:
    """The last proceeding of each household or village among `rows`, as far as it was known."""
    rows = rows.filter(opened_on__lte=judged.as_of, **{f"{whose}__isnull": False}).order_by()
    if judged.known_at:
        rows = rows.filter(created_at__lte=judged.known_at)
    return Proceeding.objects.filter(
        pk__in=rows.values(whose).annotate(top=Max("pk")).values("top")
    ).order_by()


def _packs_by_county(rows: QuerySet[Proceeding], judged: Judged) -> dict[str, PackSet]:
    counties = (
        rows.annotate(county=Substr("scope_code", 1, COUNTY_DIGITS))
        .values_list("county", flat=True)
        .distinct()
    )
    return {county: packs_in_force(judged.as_of, county) for county in counties}


def exit_standard(judged: Judged) -> QuerySet:
    """Exits that are open on the day, and whether the standard they were last judged by is the one in force. Not yet judged:
    unknown."""
    open_then = Q(closed_on__isnull=True) | Q(closed_on__gt=judged.as_of)
    rows = _latest(Proceeding.objects.filter(open_then, kind=Kind.HOUSEHOLD_EXIT), "household", judged)
    steps = Step.objects.filter(proceeding=OuterRef("pk"), on__lte=judged.as_of, details__has_key=FROZEN)
    if judged.known_at:
        steps = steps.filter(at__lte=judged.known_at)
    rows = rows.annotate(
        by=Subquery(steps.order_by("-pk").annotate(sum=KT(f"details__{FROZEN}__checksum")).values("sum")[:1])
    )
    same = Q(pk__in=())
    for county, packs in _packs_by_county(rows, judged).items():
        checklist = packs.checklist("household")
        if checklist is not None:
            same |= Q(scope_code__startswith=county, by=packs.checksums.get(checklist.pack, ""))
    return rows.values(
        subject_id=F("household_id"),
        exit_opened_on=F("opened_on"),
        exit_by_present_standard=flag(same, Q(by__isnull=False)),
    )


def exit_closing(judged: Judged) -> QuerySet:
    """Of the person's household: when the county last agreed to its exit, and when that was announced and the household closed."""
    agreed = Proceeding.objects.filter(
        kind=Kind.HOUSEHOLD_EXIT, state__in=ALLOWED, decided_on__lte=judged.as_of
    )
    closed = Q(state=State.EXITED, closed_on__lte=judged.as_of)
    return _latest(agreed, "household", judged).values(
        subject_id=F("household_id"),
        household_exit_decided_on=F("decided_on"),
        household_exit_closed_on=Case(When(closed, then=F("closed_on")), default=None),
    )


def _marks(checklist: Checklist, proceedings: QuerySet[Proceeding], judged: Judged) -> QuerySet:
    """The latest mark of each line of the list."""
    rows = CheckMark.objects.filter(
        proceeding__in=proceedings.values("pk"), pack=checklist.pack, item__in=[item.key for item in checklist.items],
        on__lte=judged.as_of,
    ).order_by()  # fmt: skip
    if judged.known_at:
        rows = rows.filter(marked_at__lte=judged.known_at)
    return rows.values("proceeding_id", "item").annotate(top=Max("pk")).values("top")


def exit_checks(judged: Judged) -> QuerySet:
    """What people found about the lines of the village's exit standard. Met only when the list is filled in and every line
    was found met; a line not looked at, and a list the county has not filled in, is unknown."""
    latest = _latest(Proceeding.objects.filter(kind=Kind.VILLAGE_EXIT), "village", judged)
    wanted: list[When] = []
    marks: list[QuerySet] = []
    for county, packs in _packs_by_county(latest, judged).items():
        checklist = packs.checklist("village")
        if checklist is None or not checklist.items:
            continue
        here = latest.filter(scope_code__startswith=county)
        marks.append(_marks(checklist, here, judged))
        if checklist.is_filled:
            promised = Value(len(list(checklist.items)), output_field=IntegerField())
            wanted.append(When(proceeding__scope_code__startswith=county, then=promised))
    held = reduce(or_, (Q(pk__in=one) for one in marks), Q(pk__in=()))
    rows = CheckMark.objects.filter(held)
    lines = Case(*wanted, default=Value(NOT_FILLED), output_field=IntegerField())
    counted = rows.order_by().values(subject_id=F("proceeding__village_id")).annotate(
        lines=Max(lines), marked=Count("pk"), exit_checks_failed=Count("pk", filter=Q(met=False)), exit_checked_on=Max("on")
    )  # fmt: skip
    met = flag(Q(exit_checks_failed=0, marked=F("lines")), Q(exit_checks_failed__gt=0))
    return counted.annotate(exit_checks_met=met).values(
        "subject_id", "exit_checks_met", "exit_checks_failed", "exit_checked_on"
    )


def register() -> None:
    """Called once from AppConfig.ready()."""
    none, unchecked = "没有办理中的退出程序", "出列程序没有逐项核查记录，或标准未录入"
    groups = (
        MetricGroup("exit_standard", "household", (
            Metric("exit_opened_on", "退出程序发起日期（办理中）", "date", unknown_when=none, group=ANY),
            Metric("exit_by_present_standard", "退出按现行标准核查", "flag", unknown_when=f"{none}，或尚未对照标准", group=ANY),
        ), exit_standard),
        MetricGroup("exit_closing", "person", (
            Metric("household_exit_decided_on", "家庭退出审定日期", "date", unknown_when="没有审定同意的退出", group=ANY),
            Metric("household_exit_closed_on", "家庭退出公告销号日期", "date", unknown_when="退出尚未公告办结", group=ANY),
        ), exit_closing, "household_id"),
        MetricGroup("exit_checks", "village", (
            Metric("exit_checks_met", "出列标准逐项达标", "flag", unknown_when=f"{unchecked}，或有未核查的项"),
            Metric("exit_checks_failed", "出列标准未达标项数", "count", "项", unchecked),
            Metric("exit_checked_on", "出列标准最近核查日期", "date", unknown_when=unchecked),
        ), exit_checks),
    )  # fmt: skip
    for group in groups:
        register_group(group)
