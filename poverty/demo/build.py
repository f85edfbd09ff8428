"""Building the county: one transaction, so that an interrupted seeding leaves nothing behind."""

import time
from collections import Counter as Tally
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter

from django.db import transaction

from households.models import AidMeasure, Household, HouseholdEvent, IncomeItem, IncomeRecord, Person, Visit
from poverty.demo import (
    accounts,
    doubts,
    money_rows,
    paper_form,
    population,
    projects,
    rectifications,
    story,
    village_years,
)
from poverty.demo.drafts import HouseholdDraft
from poverty.demo.household_rows import CaseFile
from poverty.demo.incomes import COLUMNS as INCOME
from poverty.demo.incomes import IncomeMaker
from poverty.demo.measures import COLUMNS as MEASURE
from poverty.demo.measures import MeasureMaker
from poverty.demo.placing import VillagePlan, choose_poor_villages
from poverty.demo.plan import BUSINESS_DAY, COUNTY, OUTSIDE_ROSTER, SOURCE, Scale, moment, stream
from poverty.demo.visits import COLUMNS as VISIT
from poverty.demo.visits import VisitMaker
from poverty.demo.writer import Counter, Say, Writer
from villages.models import Division, Level, VillageYear

EVENT = (
    "id",
    "household_id",
    "person_id",
    "kind",
    "happened_on",
    "resolved_on",
    "recorded_at",
    "source",
    "note",
)


@dataclass(frozen=True)
class Order:
    """What is asked for."""

    seed: int = 1
    scale: float = 1.0
    password: str = ""


def village_plans() -> list[VillagePlan]:
    """The villages of the document's 22 townships, in the order of their codes."""
    rows = (
        Division.objects.filter(level=Level.VILLAGE, code__startswith=COUNTY)
        .select_related("parent")
        .order_by("code")
    )
    return [
        VillagePlan(row.pk, row.code, row.short_name, row.parent.code, row.parent.name)
        for row in rows
        if row.parent is not None and row.parent.code not in OUTSIDE_ROSTER
    ]


@transaction.atomic
def build_county(order: Order, say: Say) -> dict[str, int]:
    """Everything that is a row of the county; divisions and roles are there already. Returns the rows written."""
    started = time.monotonic()

    def timed(text: str) -> None:
        say(f"[{time.monotonic() - started:5.1f} s] {text}")

    writer, scale, seed = Writer(timed), Scale(order.scale), order.seed
    villages = village_plans()
    choose_poor_villages(stream(seed, "villages"), villages)
    staff = _accounts(writer, order, villages)
    homes = _population(timed, seed, scale, villages, staff)
    planned = _money(writer, seed, villages, homes, staff)
    money_rows.write_beneficiaries(writer, stream(seed, "beneficiaries"), planned, homes)
    _write_households(writer, seed, homes)
    timed("问题整改")
    rectifications.write_problems(writer, staff)
    writer.finish()
    writer.count_rows()
    timed("完成")
    return writer.written


def _accounts(writer: Writer, order: Order, villages: list[VillagePlan]) -> accounts.Staff:
    townships = list(
        Division.objects.filter(level=Level.TOWNSHIP, code__startswith=COUNTY)
        .exclude(code__in=OUTSIDE_ROSTER)
        .order_by("code")
    )
    codes: dict[str, list[str]] = {}
    for village in villages:
        codes.setdefault(village.township, []).append(village.code)
    writer.say("账号")
    return accounts.make_accounts(writer, order.seed, townships, codes, order.password)


def _population(
    say: Say, seed: int, scale: Scale, villages: list[VillagePlan], staff: accounts.Staff
) -> list[HouseholdDraft]:
    say("生成农户与人员")
    homes = population.draw_households(seed, scale)
    population.settle_all(seed, scale, homes, villages)
    population.give_people(seed, scale, homes)
    population.give_dates(seed, homes)
    population.tell_story(seed, scale, homes)
    people = Counter(Person)
    population.number_and_name(seed, homes, Counter(Household), people)
    population.give_helpers(seed, homes, staff.helpers)
    rng = stream(seed, "events")
    for home in homes:
        home.events = story.events_of(rng, home)
    deaths = Tally(home.group.name for home in homes for person in home.people if person.left)
    population.newborns(seed, homes, deaths, people)
    doubts.plant_doubts(stream(seed, "doubts"), scale, homes)
    return homes


def _money(
    writer: Writer, seed: int, villages: list[VillagePlan], homes: list[HouseholdDraft], staff: accounts.Staff
) -> list[projects.ProjectDraft]:
    writer.say("村情、项目与资金")
    poor = village_years.poor_persons(homes, date(2018, 12, 31))
    keys = village_years.key_villages(villages, poor)
    rows = village_years.rows_of(stream(seed, "village years"), villages, homes, keys)
    writer.rows(VillageYear, village_years.COLUMNS, rows)
    funded = village_years.funded_villages(villages, poor)
    planned = projects.plan_projects(stream(seed, "projects"), funded, villages)
    money_rows.write_projects(writer, seed, planned, staff)
    money_rows.write_money(writer, seed, planned, staff)
    return planned


def _write_households(writer: Writer, seed: int, homes: list[HouseholdDraft]) -> None:
    """The case files and everything that hangs on a household."""
    writer.say("走访")
    visits, rng = VisitMaker(stream(seed, "visits")), stream(seed, "incomes")
    rows = [
        row for home in homes for row in visits.rows(home)
    ]  # first: the household's row keeps its latest visit
    CaseFile(writer, seed).write(homes)
    writer.rows(Visit, VISIT, rows)
    writer.say("收支记录")
    incomes = IncomeMaker(rng)
    writer.rows(IncomeRecord, INCOME, (row for home in homes for row in incomes.rows(home)))
    writer.rows(IncomeItem, paper_form.ITEM, paper_form.income_items(2019))
    writer.say("帮扶措施与家庭事件")
    measures = MeasureMaker(stream(seed, "measures"), Counter(AidMeasure))
    found = [row for home in homes for row in measures.rows(home)]
    writer.tracked(AidMeasure, MEASURE, found, itemgetter(MEASURE.index("recorded_at")))
    writer.tracked(HouseholdEvent, EVENT, _event_rows(homes), itemgetter(EVENT.index("recorded_at")))


def _event_rows(homes: list[HouseholdDraft]) -> list[tuple[object, ...]]:
    next_event = Counter(HouseholdEvent)
    return [
        (
            next_event(), home.pk, event.person.pk if event.person else None, event.kind, event.happened_on,
            event.resolved_on, moment(min(event.happened_on + timedelta(days=4), BUSINESS_DAY)), SOURCE, event.note,
        )
        for home in homes
        for event in home.events
    ]  # fmt: skip
