"""Houses, water, the five guarantees, allowances and helpers: dated rows of each household."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from poverty.demo.drafts import HouseholdDraft
from poverty.demo.plan import SOURCE, day_between, moment

LOOKED_BACK = (
    date(2019, 10, 8),
    date(2019, 12, 20),
)  # the check of all households before the document's year
SITUATION = (
    "household_id", "effective_from", "effective_to", "recorded_at", "end_recorded_at", "source",
    "danger_grade", "water_safe", "water_evidence", "housing_evidence", "house_area_m2",
)  # fmt: skip
GUARANTEE = (
    "household_id", "effective_from", "effective_to", "recorded_at", "end_recorded_at", "source", "kind", "state", "evidence",
)  # fmt: skip
KINDS = ("food_clothing", "schooling", "medical", "housing", "water")
_MET = {
    "food_clothing": "入户查看，粮油衣被充足",
    "medical": "全家参加城乡居民基本医疗保险",
    "housing": "住房安全性认定书",
    "water": "集中供水，水质检测合格",
}
_NOT_MET = {
    "food_clothing": "入户查看，越冬衣被不足",
    "schooling": "适龄儿童未到校",
    "medical": "有成员未参加城乡居民基本医疗保险",
    "housing": "住房鉴定为危房，尚未改造",
    "water": "自备井水，水质检测不合格",
}


def situations_of(rng: Random, home: HouseholdDraft) -> Iterator[tuple[object, ...]]:
    """One spell, or two where the house was renovated in 2020."""
    start = max(home.identified_on, day_between(rng, *LOOKED_BACK))
    area = round(rng.uniform(18, 32) * (1 + len(home.people) * 0.6), 1)
    water: bool | None = "water_unsafe" not in home.marks
    water_text = _MET["water"] if water else _NOT_MET["water"]
    grade = "A" if rng.random() < 0.62 else "B"
    if "house_unknown" in home.marks:
        grade, water, water_text = "", None, ""
    if home.danger_until is None:
        yield (
            home.pk,
            start,
            None,
            moment(start),
            None,
            SOURCE,
            grade,
            water,
            water_text,
            _MET["housing"] if grade else "",
            area,
        )
        return
    danger, until = rng.choice("CCCD"), home.danger_until
    report = f"危房鉴定报告（{danger} 级）"
    if until == date.max:
        yield (home.pk, start, None, moment(start), None, SOURCE, danger, water, water_text, report, area)
        return
    seen = moment(until + timedelta(days=3))
    yield (home.pk, start, until, moment(start), seen, SOURCE, danger, water, water_text, report, area)
    yield (home.pk, until, None, seen, None, SOURCE, "A", water, water_text, "危房改造竣工验收表", area)


def guarantees_of(rng: Random, home: HouseholdDraft) -> Iterator[tuple[object, ...]]:
    """Five kinds, each with its state and evidence since the check of 2019, changed where 2020 changed it."""
    start = max(home.identified_on, day_between(rng, *LOOKED_BACK))
    unknown = rng.choice(KINDS) if "guarantee_unknown" in home.marks else ""
    for kind in KINDS:
        evidence = _MET.get(kind, "适龄儿童均在校" if home.children_at_school() else "无义务教育阶段适龄儿童")
        if kind == unknown:
            yield (home.pk, start, None, moment(start), None, SOURCE, kind, "unknown", "")
        elif kind == "housing" and home.danger_until:
            yield from _housing(home, start)
        elif kind == "schooling" and "out_of_school" in home.marks:
            lost = date(2020, 9, 1)
            yield (
                home.pk,
                start,
                lost,
                moment(start),
                moment(date(2020, 9, 7)),
                SOURCE,
                kind,
                "met",
                evidence,
            )
            yield (
                home.pk,
                lost,
                None,
                moment(date(2020, 9, 7)),
                None,
                SOURCE,
                kind,
                "not_met",
                _NOT_MET[kind],
            )
        elif f"{kind}_not_met" in home.marks or (kind == "water" and "water_unsafe" in home.marks):
            yield (home.pk, start, None, moment(start), None, SOURCE, kind, "not_met", _NOT_MET[kind])
        else:
            yield (home.pk, start, None, moment(start), None, SOURCE, kind, "met", evidence)


def _housing(home: HouseholdDraft, start: date) -> Iterator[tuple[object, ...]]:
    until = home.danger_until
    if until is None or until == date.max:
        yield (home.pk, start, None, moment(start), None, SOURCE, "housing", "not_met", _NOT_MET["housing"])
        return
    seen = moment(until + timedelta(days=3))
    yield (home.pk, start, until, moment(start), seen, SOURCE, "housing", "not_met", _NOT_MET["housing"])
    yield (home.pk, until, None, seen, None, SOURCE, "housing", "met", "危房改造竣工验收表")


def give_allowance(rng: Random, home: HouseholdDraft) -> None:
    """低保 or 特困 since one of the last years."""
    alone = home.size == 1 and home.group.name == "unexited" and not home.able()
    if rng.random() >= (0.7 if alone else home.group.allowance_share):
        return
    home.allowance_on = max(home.identified_on, day_between(rng, date(2016, 1, 1), date(2019, 6, 30)))
    if alone and home.head.male and rng.random() < 0.6:
        home.allowance_kind = "destitute_central" if rng.random() < 0.15 else "destitute_dispersed"
    else:
        home.allowance_kind = "rural_allowance"


SAFETY_NET = ("household_id", "person_id", "kind", "monthly_fen", "effective_from", "recorded_at", "source")


def safety_net_of(rng: Random, home: HouseholdDraft) -> Iterator[tuple[object, ...]]:
    if home.allowance_on is None:
        return
    since, one = (
        home.allowance_on,
        home.allowance_kind == "rural_allowance" and home.size > 2 and rng.random() < 0.35,
    )
    amount = (
        48000
        if home.allowance_kind.startswith("destitute")
        else rng.randrange(150, 260) * 100 * (1 if one else home.size)
    )
    person = home.people[-1].pk if one else None
    yield (home.pk, person, home.allowance_kind, amount, since, moment(since), SOURCE)
