"""Quarterly visits of 2020 and the events they brought home."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Any
from uuid import UUID

from households.inputs import VisitInput
from households.models import Household
from households.services.visit import content_hash, visit_content
from poverty.demo.drafts import HouseholdDraft
from poverty.demo.plan import BUSINESS_DAY, moment

COLUMNS = (
    "uuid", "household_id", "visitor_id", "visitor_name", "visited_on", "recorded_at", "kind", "nothing_changed",
    "present", "difficulties", "wishes", "note", "content", "content_hash",
)  # fmt: skip
QUARTERS = ((date(2020, 1, 6), 84), (date(2020, 4, 1), 90), (date(2020, 7, 1), 80))
NOTES = (
    "家庭情况稳定，帮扶政策已落实。", "查看住房、饮水，询问就医和上学情况，均正常。", "核对收入台账，签字确认。",
    "宣传疫情防控和务工政策。", "了解秋粮长势，收成预计正常。", "询问务工情况，工资按月发放。", "查看产业分红到账情况。",
    "家中老人身体尚可，已签约家庭医生。",
)  # fmt: skip
DIFFICULTIES = (
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "老人常年吃药，开支较大。",
    "农产品销路不畅。",
    "缺少致富技术。",
    "孩子上学花费较多。",
)
WISHES = (
    "",
    "",
    "",
    "",
    "",
    "",
    "希望就近务工。",
    "希望参加技能培训。",
    "希望申请公益岗位。",
    "希望了解小额信贷政策。",
)


@lru_cache(maxsize=1)
def _blank() -> dict[str, Any]:
    """What a visit without further findings sends; the varying answers are put in below."""
    return visit_content(VisitInput(uuid=UUID(int=0), visited_on=BUSINESS_DAY))


class VisitMaker:
    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def rows(self, home: HouseholdDraft) -> Iterator[tuple[object, ...]]:
        rng, key = self.rng, Household(pk=home.pk)
        for number, (first, days) in enumerate(QUARTERS):
            if "no_visit" in home.marks and number == 2:
                continue
            day = first + timedelta(days=rng.randrange(days))
            if day <= home.identified_on:
                continue
            home.last_visit = day
            yield self._row(home, day, key)

    def _row(self, home: HouseholdDraft, day: date, key: Household) -> tuple[object, ...]:
        rng = self.rng
        kind = rng.choices(
            ("home", "phone", "outside"), (90, 8, 2) if day > date(2020, 3, 15) else (60, 38, 2)
        )[0]
        difficulty, wish = rng.choice(DIFFICULTIES), rng.choice(WISHES)
        content = _blank() | {
            "visited_on": day.isoformat(), "kind": kind, "present": home.head.name, "difficulties": difficulty,
            "wishes": wish, "note": rng.choice(NOTES), "nothing_changed": rng.random() < 0.8,
        }  # fmt: skip
        return (
            UUID(int=rng.getrandbits(128), version=4), home.pk, home.helper_user, home.helper_name, day,
            moment(min(day + timedelta(days=rng.choice((0, 0, 0, 1, 2))), BUSINESS_DAY), 18), kind,
            content["nothing_changed"], home.head.name, difficulty, wish, content["note"], content,
            content_hash(key, content),
        )  # fmt: skip
