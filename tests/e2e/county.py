"""A county small enough to know by heart: two townships, five households, two projects, the packs in force, all judged."""

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.management import call_command

from accounts.actor import actor_for
from households.models import Household
from projects.models import Project
from reporting.services import figures_refresh_request
from tests.cast import Cast, World
from tests.factories.funds import make_allocation, make_document, make_payment
from tests.factories.households import (
    make_event,
    make_guarantee,
    make_helper,
    make_household,
    make_living,
    make_visit,
    make_year_income,
)
from tests.factories.policies import publish
from tests.factories.projects import make_project

TODAY = date(2020, 9, 20)
KINDS = ("food_clothing", "schooling", "medical", "housing", "water")


@dataclass(frozen=True)
class County:
    """`ill` (李大山) fell seriously ill, `calm` and `unseen` lie in the same township, `foreign` (赵小河) in the other one."""

    world: World
    cast: Cast
    ill: Household
    calm: Household
    unseen: Household
    foreign: Household
    project: Project
    foreign_project: Project


def _household(village: Any, name: str, *, seen: date | None = date(2020, 8, 1), **kw: Any) -> Household:
    """Out of poverty, earning well, all five guarantees met."""
    row = make_household(village, head_name=name, poverty_status="exited_with_policy", members=2, **kw)
    make_year_income(row, 2018)
    make_year_income(row, 2019)
    make_living(row, danger_grade="A", water_safe=True)
    for kind in KINDS:
        make_guarantee(row, kind)
    if seen:
        make_visit(row, seen)
    return row


def _money(county: Any, village: Any, name: str, paid_fen: int) -> Project:
    project = make_project(
        village, name=name, done={"bidding": date(2020, 1, 20), "start": date(2020, 3, 10)}
    )
    allocation = make_allocation(make_document(county, amount_fen=30_000_000), project)
    make_payment(allocation, amount_fen=paid_fen, state="confirmed")
    return project


def make_county(world: World, cast: Cast) -> County:
    """People and money; nothing is judged yet."""
    ill = _household(world.village_a1, "李大山", phone="13812345678")
    calm = _household(world.village_a2, "周平安")
    unseen = _household(world.village_a1, "王未见", seen=None)
    foreign = _household(world.village_b1, "赵小河")
    make_helper(ill, cast.wang)
    for row in (ill, foreign):
        make_event(row, "serious_illness", date(2020, 8, 15))
    project = _money(world.county, world.village_a1, "刘沟村道路硬化项目", 20_000_000)
    foreign_project = _money(world.county, world.village_b1, "康城村饮水项目", 30_000_000)
    return County(world, cast, ill, calm, unseen, foreign, project, foreign_project)


def judge(county: County) -> None:
    """Publish the packs, screen, check the money and take the figures, as the nights before would have done."""
    publish("yuzhou-2020", "county-default")
    for command in (["screen", "--quarter", "2020Q3"], ["check_funds", "--as-of", str(TODAY)]):
        call_command(*command, "--json", stdout=io.StringIO(), stderr=io.StringIO())
    code = county.world.county.code
    figures_refresh_request(actor=actor_for(county.cast.officer), scope_code=code, as_of=TODAY)
