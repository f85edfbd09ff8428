"""The figures against a plain Python count over the same rows, on random years."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from funds.figures import disbursement, paid_by_month
from funds.metrics import AREA_METRICS
from funds.models import FundLevel, LedgerEntry
from policies.metrics import Judged
from projects.models import Project
from tests.factories.funds import make_allocation, make_document, make_payment
from tests.factories.households import make_village
from tests.factories.projects import make_project

pytestmark = pytest.mark.django_db
AS_OF = date(2020, 9, 30)
VILLAGES = ("411081100201", "411081100202", "411081101201", "411081102201", "411081")
COUNTY = "411081"


def _random_day(dice: random.Random) -> date:
    return date(2020, 1, 1) + timedelta(days=dice.randrange(360))


def _random_year(dice: random.Random, size: int) -> None:
    """Papers, projects, allocations, payments and reversals of all kinds, many of them outside of what counts."""
    villages = [make_village(code) for code in VILLAGES[:-1]]
    county = villages[0].parent.parent
    papers = [
        make_document(
            county, level=dice.choice(FundLevel.values), year=dice.choice((2019, 2020, 2020, 2020)),
            issued_on=_random_day(dice), is_special=dice.random() < 0.8, amount_fen=dice.randrange(1, 10**11),
        )
        for _ in range(max(4, size // 2))
    ]  # fmt: skip
    for _ in range(size):
        stages = dice.choice((("bidding", "start", "completion", "acceptance"), ("start", "acceptance"), ()))
        project = make_project(
            dice.choice([*villages, county]), year=dice.choice((2019, 2020, 2020)), kind=dice.choice(Project.Kind.values),
            stages=stages, done={kind: _random_day(dice) for kind in stages if dice.random() < 0.6},
        )  # fmt: skip
        for paper in dice.sample(papers, dice.randrange(3)):
            allocation = make_allocation(
                paper, project, amount_fen=dice.randrange(1, 10**9), allocated_on=_random_day(dice)
            )
            for _ in range(dice.randrange(3)):
                state = dice.choice(("submitted", "confirmed", "confirmed", "refused"))
                paid = make_payment(
                    allocation, amount_fen=dice.randrange(1, 10**8), paid_on=_random_day(dice), state=state
                )
                if state == "confirmed" and dice.random() < 0.2:
                    make_payment(
                        allocation,
                        amount_fen=-paid.amount_fen,
                        paid_on=_random_day(dice),
                        state="confirmed",
                        reverses=paid,
                    )


def _oracle() -> dict[str, dict[str, int]]:
    """The same figures, counted row by row."""
    found: dict[str, dict] = defaultdict(lambda: defaultdict(int) | {"seen": set()})

    def keys(project: Project, level: str | None) -> list[str]:
        code = project.scope_code
        places = [f"division:{COUNTY}", f"project:{project.pk}"]
        places += [f"division:{code[:9]}"] if len(code) >= 9 else []
        return places + ([f"level:{level}@{COUNTY}"] if level else [])

    def count(project: Project, key: str) -> None:
        area = found[key]
        if project.year != 2020 or project.pk in area["seen"]:
            return
        area["seen"].add(project.pk)
        rows = {row.kind: bool(row.done_on and row.done_on <= AS_OF) for row in project.milestones.all()}
        area["projects"] += 1
        area["bidding_done_count"] += rows.get("bidding", bool(rows))
        area["started_count"] += rows.get("start", bool(rows))
        area["works"] += "completion" in rows
        area["completed_count"] += rows.get("completion", False)

    funded = set()
    for project in Project.objects.all():
        for allocation in project.allocations.all():
            paper = allocation.document
            if not (paper.is_special and paper.year == 2020 and paper.issued_on <= AS_OF):
                continue
            given = allocation.amount_fen if allocation.allocated_on <= AS_OF else 0
            paid = [row.amount_fen for row in allocation.ledger_entries.all() if row.paid_on <= AS_OF]
            if not given and not paid:
                continue
            funded.add(project.pk)
            for key in keys(project, paper.level):
                found[key]["allocated_fen"] += given
                found[key]["paid_fen"] += sum(paid)
                found[key]["industry_fen"] += given if project.kind in ("industry", "collective") else 0
                found[key]["collective_fen"] += given if project.kind == "collective" else 0
                count(project, key)
        for key in keys(project, None):
            count(project, key)
    money = {f"project:{pk}" for pk in funded}
    townships = {key for key, area in found.items() if key.startswith("division:") and "paid_fen" in area}
    kept = money | townships | {f"division:{COUNTY}"} | {key for key in found if key.startswith("level:")}
    return {key: dict(area) for key, area in found.items() if key in kept}


COLUMNS = (
    "allocated_fen", "paid_fen", "industry_fen", "collective_fen", "projects", "bidding_done_count", "started_count",
    "works", "completed_count",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_figures_agree_with_a_count_row_by_row(seed):
    _random_year(random.Random(seed), size=24)
    expected = _oracle()
    areas = {area.subject_key: area for area in disbursement(Judged(AS_OF), COUNTY)}
    got = {key: {name: getattr(area, name) for name in COLUMNS} for key, area in areas.items()}
    levels_without_project = {key for key in got if key.startswith("level:")} - set(expected)
    assert {key: {name: area.get(name, 0) for name in COLUMNS} for key, area in expected.items()} == {
        key: value for key, value in got.items() if key not in levels_without_project
    }
    assert not any(any(got[key].values()) for key in levels_without_project)


@pytest.mark.parametrize("seed", range(3))
def test_a_township_alone_gives_its_own_rows_of_the_county(seed):
    _random_year(random.Random(seed), size=24)
    whole = {area.subject_key: area.row() for area in disbursement(Judged(AS_OF), COUNTY)}
    part = {area.subject_key: area.row() for area in disbursement(Judged(AS_OF), "411081100")}
    expected = {
        key: row
        for key, row in whole.items()
        if row["scope_code"].startswith("411081100") and row["area_kind"] in ("township", "project")
    }
    assert part == expected


def test_a_county_without_money_has_a_row_with_nothing_granted():
    make_village()
    (county,) = disbursement(Judged(AS_OF), COUNTY)
    assert (county.granted_fen, county.base_fen, county.paid_pct) == (0, 0, None)


def test_bases_are_grants_above_and_allocations_below():
    allocation = make_allocation(amount_fen=400)
    make_payment(allocation, amount_fen=100, state="confirmed")
    rows = {area.subject_key: area for area in disbursement(Judged(AS_OF), COUNTY)}
    assert (rows["division:411081"].base_kind, rows["division:411081"].base_fen) == ("granted", 1_000_000_000)
    assert (rows["level:county@411081"].base_kind, rows["level:county@411081"].base_fen) == (
        "granted",
        1_000_000_000,
    )
    assert (rows["division:411081100"].base_kind, rows["division:411081100"].base_fen) == ("allocated", 400)
    assert rows[f"project:{allocation.project_id}"].paid_fen == 100
    assert rows["division:411081100"].granted_fen is None


def test_money_that_does_not_count_is_left_out():
    allocation = make_allocation()
    make_payment(allocation, amount_fen=1, state="submitted")
    make_payment(allocation, amount_fen=2, state="refused")
    make_payment(allocation, amount_fen=4, state="confirmed", paid_on=date(2020, 10, 1))
    make_payment(allocation, amount_fen=8, state="confirmed", paid_on=AS_OF)
    make_payment(make_allocation(make_document(is_special=False)), amount_fen=16, state="confirmed")
    make_payment(make_allocation(make_document(year=2019)), amount_fen=32, state="confirmed")
    make_document(issued_on=date(2020, 10, 1))
    (county, *_) = disbursement(Judged(AS_OF), COUNTY)
    assert (county.paid_fen, county.granted_fen) == (8, 1_000_000_000)


def test_known_at_hides_what_was_posted_or_recorded_later():
    project = make_project(done={"bidding": date(2020, 1, 20)})
    allocation = make_allocation(project=project)
    make_payment(allocation, amount_fen=8, state="confirmed")
    before = datetime(2020, 9, 1, tzinfo=UTC)
    now, then = (disbursement(Judged(AS_OF, known_at=moment), COUNTY)[0] for moment in (None, before))
    assert (now.paid_fen, now.bidding_done_count) == (8, 1)
    assert (then.paid_fen, then.bidding_done_count) == (0, 0)


def test_stages_a_project_does_not_have_are_not_waited_for_but_no_stage_at_all_is():
    make_project(stages=("start", "acceptance"), done={"start": date(2020, 3, 1)})
    make_project(stages=())
    (county,) = disbursement(Judged(AS_OF), COUNTY)
    assert (county.projects, county.bidding_done_count, county.started_count, county.works) == (2, 1, 1, 0)


def test_rows_carry_every_registered_metric():
    make_allocation()
    names = {metric.name for metric in AREA_METRICS} | {
        "subject_id",
        "subject_key",
        "scope_code",
        "household_id",
    }
    for area in disbursement(Judged(AS_OF), COUNTY):
        assert set(area.row()) == names


def test_the_curve_adds_up_month_by_month():
    allocation = make_allocation()
    for amount, day in (
        (1, date(2020, 2, 3)),
        (2, date(2020, 2, 29)),
        (4, date(2020, 4, 1)),
        (8, date(2020, 5, 1)),
    ):
        make_payment(allocation, amount_fen=amount, state="confirmed", paid_on=day)
    curve = paid_by_month(Judged(date(2020, 4, 30)), COUNTY)
    assert curve == [
        (date(2020, 1, 1), 0), (date(2020, 2, 1), 3), (date(2020, 3, 1), 3), (date(2020, 4, 1), 7),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_the_end_of_the_curve_is_what_the_county_has_paid(seed):
    _random_year(random.Random(seed), size=24)
    (county, *_) = disbursement(Judged(AS_OF), COUNTY)
    assert paid_by_month(Judged(AS_OF), COUNTY)[-1][1] == county.paid_fen
    assert LedgerEntry.objects.exists()


def test_the_number_of_statements_does_not_grow(django_assert_num_queries):
    for size in (3, 30):
        _random_year(random.Random(size), size=size)
        with django_assert_num_queries(9):
            disbursement(Judged(AS_OF), COUNTY)
