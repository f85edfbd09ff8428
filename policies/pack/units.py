"""The closed list of units: a base, or base / per / per. What a unit is decides what a value may be and how it is shown."""

import re
from dataclasses import dataclass
from typing import Literal

Category = Literal["number", "whole", "date", "month_day", "year_month", "flag", "code", "text"]

# base -> (category, Chinese)
BASES: dict[str, tuple[Category, str]] = {
    "percent": ("number", "%"),
    "percent_points": ("number", "个百分点"),
    "ratio": ("number", "（比值）"),
    "multiple": ("number", "倍"),
    "yuan": ("number", "元"),
    "wan_yuan": ("number", "万元"),
    "persons": ("number", "人"),
    "person_times": ("number", "人次"),
    "pupils": ("number", "名学生"),
    "households": ("number", "户"),
    "villages": ("number", "个村"),
    "townships": ("number", "个乡镇"),
    "counties": ("number", "个县"),
    "count": ("number", "个"),
    "items": ("number", "项"),
    "kinds": ("number", "种"),
    "levels": ("number", "级"),
    "groups": ("number", "组"),
    "bodies": ("number", "个单位"),
    "entities": ("number", "家主体"),
    "projects": ("number", "个项目"),
    "posts": ("number", "个岗位"),
    "sites": ("number", "处"),
    "loans": ("number", "笔"),
    "houses": ("number", "座房屋"),
    "stations": ("number", "座"),
    "works": ("number", "件"),
    "forms": ("number", "种形式"),
    "sets": ("number", "套"),
    "articles": ("number", "条"),
    "meetings": ("number", "次会议"),
    "visits": ("number", "次走访"),
    "events": ("number", "场"),
    "times": ("number", "次"),
    "rounds": ("number", "轮"),
    "batches": ("number", "批"),
    "years": ("number", "年"),
    "months": ("number", "个月"),
    "weeks": ("number", "周"),
    "days": ("number", "天"),
    "nights": ("number", "夜"),
    "hours": ("number", "小时"),
    "years_of_age": ("number", "岁"),
    "mu": ("number", "亩"),
    "m2": ("number", "平方米"),
    "year": ("whole", "年（年份）"),
    "month": ("whole", "月（月份）"),
    "day_of_month": ("whole", "日（每月）"),
    "weekday": ("whole", "（星期几）"),
    "ordinal": ("whole", "（第几）"),
    "date": ("date", "日期"),
    "month_day": ("month_day", "月日"),
    "year_month": ("year_month", "年月"),
    "flag": ("flag", "是/否"),
    "code": ("code", "代码"),
    "text": ("text", "文字"),
}

PERS: dict[str, str] = {
    "person": "人",
    "household": "户",
    "village": "村",
    "township": "乡镇",
    "county": "县",
    "year": "年",
    "half_year": "半年",
    "quarter": "季度",
    "month": "月",
    "week": "周",
    "day": "天",
    "item": "个",
    "team": "队",
    "mu": "亩",
    "100m2": "100平方米",
    "post": "岗位",
    "fair": "场",
}

FEN_PER = {"yuan": 100, "wan_yuan": 1_000_000}
WHOLE_RANGES = {
    "year": (1900, 2200),
    "month": (1, 12),
    "day_of_month": (1, 31),
    "weekday": (1, 7),
    "ordinal": (0, 9999),
}


@dataclass(frozen=True)
class Unit:
    base: str
    pers: tuple[str, ...] = ()

    @property
    def category(self) -> Category:
        return BASES[self.base][0]

    @property
    def label(self) -> str:
        """元/人/年."""
        return "/".join([BASES[self.base][1], *(PERS[per] for per in self.pers)])

    @property
    def fen(self) -> int | None:
        """How many 分 one of it is; None for what is no money."""
        return FEN_PER.get(self.base)

    def __str__(self) -> str:
        return "/".join([self.base, *self.pers])


def unit_of(text: str) -> Unit | None:
    """The unit this text names, or None when a word of it is not in the lists."""
    base, *pers = text.split("/")
    if base not in BASES or any(per not in PERS for per in pers):
        return None
    if pers and BASES[base][0] != "number":
        return None
    return Unit(base, tuple(pers))


def is_month_day(text: str) -> bool:
    found = re.fullmatch(r"(\d\d)-(\d\d)", text)
    return bool(found) and 1 <= int(text[:2]) <= 12 and 1 <= int(text[3:]) <= 31


def is_year_month(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text))
