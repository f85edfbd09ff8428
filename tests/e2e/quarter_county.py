"""A county at the end of a quarter: generated families, a 低保 list of the civil affairs office beside them that differs from
our records in 300 places, incomes around the lines, and a few slips of the pen for the checks of the data."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from openpyxl import Workbook

from households.models import Household, Person
from tests.cast import Cast, World
from tests.factories.households import (
    id_number,
    make_household,
    make_living,
    make_person,
    make_safety_net,
    make_year_income,
)
from tests.factories.policies import publish

TODAY = date(2020, 10, 8)
HEADS = (
    "序号",
    "所在乡镇",
    "居住地",
    "户主",
    "公民身份证号",
    "出生年月",
    "救助类别",
    "保障方式",
    "每月金额",
    "备注",
)
# What a clerk has to say once; the other headers the page proposes by itself.
BY_HAND = {
    "village": "居住地",
    "name": "户主",
    "id_number": "公民身份证号",
    "birth_date": "出生年月",
    "amount": "每月金额",
}
OURS_ONLY, THEIRS_ONLY, STRANGERS, VALUE, EQUAL, PROPOSED = 90, 104, 26, 80, 40, 6
DIFFERENCES = OURS_ONLY + THEIRS_ONLY + STRANGERS + VALUE
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
GIVEN = [
    "建国",
    "秀英",
    "桂兰",
    "志强",
    "玉梅",
    "国庆",
    "春花",
    "永福",
    "金凤",
    "德明",
    "素珍",
    "文彬",
    "红霞",
    "新民",
    "爱莲",
    "长河",
    "小芳",
    "铁山",
    "巧云",
    "卫东",
]


@dataclass
class Family:
    household: Household
    person: Person
    number: str
    born: date
    ours: int | None  # 分 a month with us
    theirs: int | None  # and on their list
    proposed: bool = False  # their list gives no ID number: found by name, birth date and village


@dataclass
class QuarterCounty:
    world: World
    cast: Cast
    families: list[Family]
    strangers: list[list[str]]
    poorest: Household | None = None  # under the 4,000 元 of the document
    low: list[Household] = field(default_factory=list)  # under 5,000 元 a head
    near: list[Household] = field(default_factory=list)  # from 5,000 up to 6,000
    wife: Person | None = None  # registered as a man
    son: Person | None = None  # thirteen years younger than the head

    def of(self, theirs: bool, ours: bool) -> list[Family]:
        return [
            one for one in self.families if (one.theirs is not None, one.ours is not None) == (theirs, ours)
        ]


def _plan() -> list[tuple[int | None, int | None]]:
    lots: list[tuple[int | None, int | None]] = [(26_000, None)] * OURS_ONLY + [(None, 28_000)] * THEIRS_ONLY
    lots += [(26_000, 29_500)] * VALUE + [(26_000, 26_000)] * EQUAL
    Random(3).shuffle(lots)
    return lots


def _name(at: int) -> str:
    return SURNAMES[at % len(SURNAMES)] + GIVEN[(at // len(SURNAMES) + at + 7) % len(GIVEN)]


def make_quarter_county(world: World, cast: Cast) -> QuarterCounty:
    """People, money and the packs in force; nothing is judged, checked or received yet."""
    publish("county-default", "yuzhou-2020", "xuchang-2023", "data-quality")
    families, proposed = [], 0
    for at, (ours, theirs) in enumerate(_plan()):
        born = date(1940 + at % 40, 1 + at % 12, 1 + at % 28)
        number = id_number(born, at)
        status = "exited_with_policy" if at % 3 else "ordinary"
        home = make_household(
            world.villages[at % 3], head_name=_name(at), poverty_status=status, head={"id_number": number, "birth_date": born},
        )  # fmt: skip
        person = home.memberships.get().person
        one = Family(home, person, number, born, ours, theirs)
        if ours is not None:
            make_safety_net(home, monthly_fen=ours)
        elif proposed < PROPOSED:
            one.proposed, proposed = True, proposed + 1
        families.append(one)
    strangers = [
        [
            (world.township_a, world.township_b)[at % 2].name,
            "城关社区",
            f"{_name(at + 400)}",
            id_number(date(1951, 2, 3), 900 + at),
        ]
        for at in range(STRANGERS)
    ]
    county = QuarterCounty(world, cast, families, strangers)
    _incomes(county)
    _slips(county)
    return county


def _incomes(county: QuarterCounty) -> None:
    """Registered households around the line, in both townships."""
    homes = [one.household for one in county.families if one.household.poverty_status != "ordinary"][:17]
    county.poorest = homes.pop()
    make_year_income(county.poorest, 2019, net_fen=385_000, wage_fen=385_000, members=1)
    for at, home in enumerate(homes):
        per_head = 430_000 + at * 8_000 if at < 8 else 500_000 + (at - 8) * 12_000
        make_year_income(home, 2019, net_fen=per_head, wage_fen=per_head, members=1)
        make_living(home, danger_grade="A", water_safe=True)
        (county.low if at < 8 else county.near).append(home)


def _slips(county: QuarterCounty) -> None:
    first = county.of(theirs=True, ours=True)
    here = [one for one in first if one.household.village == county.world.village_a1]
    county.wife = make_person(
        here[-1].household, relation="spouse", gender="male", name="刘桂兰", birth_date=date(1962, 4, 5)
    )
    young = [one for one in first if one.born.year >= 1970]
    there = next(one for one in young if one.household.village == county.world.village_b1)
    county.son = make_person(
        there.household, relation="son", name=f"{there.person.name[0]}小宝",
        birth_date=there.born.replace(year=there.born.year + 13, day=1),
    )  # fmt: skip


def rows_of(county: QuarterCounty) -> list[list[str]]:
    """Their list: everyone they pay, then people we do not know, a household written with two amounts, a hidden number."""
    found = []
    for one in county.families:
        if one.theirs is None:
            continue
        village = one.household.village
        number = "" if one.proposed else one.number
        found.append([
            village.parent.name, village.name, one.person.name, number, one.born.isoformat(), "农村低保", "整户保",
            f"{one.theirs / 100:.2f}", "",
        ])  # fmt: skip
    found += [
        [*cells, "1951-02-03", "农村低保", "整户保", "280.00", "外地迁入"] for cells in county.strangers
    ]
    same = county.of(theirs=True, ours=True)
    twice = next(one for one in same if one.theirs == one.ours)
    found.append([*_place(twice), twice.person.name, twice.number, twice.born.isoformat(), "农村低保", "整户保", "190.00", "重复上报"])  # fmt: skip
    found.append(
        [*_place(twice), "马德明", "411081********1234", "1953-03-04", "农村低保", "整户保", "260.00", ""]
    )
    return [[str(at), *cells] for at, cells in enumerate(found, 1)]


def _place(one: Family) -> list[str]:
    return [one.household.village.parent.name, one.household.village.name]


def as_csv(rows: list[list[str]]) -> bytes:
    """As an office program writes it: GBK, numbers kept as text by ="..."."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(HEADS)
    table.writerows([*row[:4], f'="{row[4]}"' if row[4] else "", *row[5:]] for row in rows)
    return out.getvalue().encode("gbk")


def as_workbook(rows: list[list[str]], title: str) -> bytes:
    """With a title over all columns, as lists are printed."""
    book = Workbook()
    sheet: Any = book.active
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEADS))
    sheet.append(list(HEADS))
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
