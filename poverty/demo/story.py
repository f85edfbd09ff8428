"""What happened to whom in 2020: a few households each, so that every sign of the document shows and none drowns the rest."""

from collections.abc import Callable
from datetime import date
from random import Random

from poverty.demo.drafts import EventDraft, HouseholdDraft, PersonDraft
from poverty.demo.plan import Scale, day_between

# mark -> how many households; "group:mark" only in that group, and chosen before what may fall on anybody.
COUNTS = {
    # below the exit line (4,000), and between it and the line of monitoring and border households (5,000)
    "with:low_income": 22,
    "without:low_income": 5,
    "monitored:low_income": 6,
    "border:low_income": 21,
    "with:near_line": 62,
    "without:near_line": 19,
    "monitored:near_line": 27,
    "border:near_line": 84,
    "with:taper_over": 14,
    "with:taper_ending": 19,
    "allowance_unpaid": 13,
    "allowance_unmeasured": 16,
    "allowance_unregistered": 11,
    "fell": 78,
    "heavy": 64,
    "serious_illness": 46,
    "disability": 17,
    "worker_death": 11,
    "job_lost": 104,
    "disaster": 27,
    "accident": 15,
    "out_of_school": 7,
    "schooling_unknown": 6,
    "food_clothing_not_met": 4,
    "medical_not_met": 12,
    "water_unsafe": 9,
    "guarantee_unknown": 41,
    "income_unknown": 33,
    "house_unknown": 14,
    "few_measures": 58,
    "no_helper": 12,
}
RENOVATED, STILL_DANGEROUS = 265, 17
NO_VISIT_SHARE = 0.04
SCHOOL_YEAR = date(2020, 9, 1)

EVENT_NOTES = {
    "serious_illness": (
        "确诊恶性肿瘤，正在住院治疗",
        "突发脑梗，住院后居家康复",
        "尿毒症，每周透析",
        "心脏搭桥手术",
    ),
    "disability": ("工伤致手部残疾", "车祸后下肢残疾", "视力严重下降，已申请评残"),
    "worker_death": ("家中主要劳动力因病去世", "家中主要劳动力意外去世"),
    "job_lost": ("受疫情影响务工企业停工", "返乡后未能返岗", "工厂裁员，正在寻找工作", "建筑工地停工"),
    "disaster": ("暴雨致房屋进水、家具损坏", "冰雹致烟叶、玉米减产", "大风致大棚受损"),
    "accident": ("骑电动车发生交通事故", "上房晒粮摔伤", "农机作业受伤"),
    "project_failed": ("参与的产业项目停产，分红中断",),
    "dropped_out": ("开学后未到校",),
}


def _fits(home: HouseholdDraft, mark: str) -> bool:
    """Can this happen there at all?"""
    condition = _NEEDS.get(mark)
    return condition is None or condition(home)


def _has_worker(home: HouseholdDraft) -> bool:
    return any(person.works for person in home.people)


def _can_lose_worker(home: HouseholdDraft) -> bool:
    """Of these classes only, so that the year's newborns can make up the number (population.newborns)."""
    return (
        home.group.name in ("with", "without")
        and len(home.people) > 2
        and any(p.works for p in home.people[1:])
    )


def _has_pupil(home: HouseholdDraft) -> bool:
    return any(_compulsory(person) for person in home.people)


def _has_allowance(home: HouseholdDraft) -> bool:
    return home.allowance_kind == "rural_allowance"


def _has_none(home: HouseholdDraft) -> bool:
    return home.allowance_on is None


def _needs_measures(home: HouseholdDraft) -> bool:
    return home.group.name in ("with", "monitored", "unexited") and bool(home.able())


def _compulsory(person: PersonDraft) -> bool:
    return person.student and date(2005, 9, 30) < person.born < date(2013, 8, 31)


_NEEDS: dict[str, Callable[[HouseholdDraft], bool]] = {
    **dict.fromkeys(("job_lost", "disability", "accident"), _has_worker),
    **dict.fromkeys(("out_of_school", "schooling_unknown"), _has_pupil),
    **dict.fromkeys(
        ("taper_over", "taper_ending", "allowance_unpaid", "allowance_unmeasured"), _has_allowance
    ),
    **dict.fromkeys(("low_income", "near_line", "allowance_unregistered"), _has_none),
    "worker_death": _can_lose_worker,
    "few_measures": _needs_measures,
}


def mark_households(rng: Random, homes: list[HouseholdDraft], scale: Scale) -> None:
    """Choose the households of each mark. One household rarely bears several."""
    for rule, count in COUNTS.items():
        group, _, mark = rule.rpartition(":")
        wanted = scale.of(count)
        pool = [home for home in homes if not group or home.group.name == group]
        rng.shuffle(pool)
        pool.sort(key=lambda home: len(home.marks))
        for home in pool:
            if not wanted:
                break
            if _fits(home, mark):
                home.marks.add(mark)
                wanted -= 1
    for home in homes:
        if rng.random() < NO_VISIT_SHARE:
            home.marks.add("no_visit")


def danger_houses(rng: Random, homes: list[HouseholdDraft], scale: Scale) -> None:
    """The 265 houses of the year's renovation plan: most are done, some still stand as they stood."""
    planned = rng.sample([home for home in homes if home.group.name != "without"], scale.of(RENOVATED))
    for index, home in enumerate(planned):
        still = index < scale.of(STILL_DANGEROUS)
        home.danger_until = date.max if still else day_between(rng, date(2020, 4, 10), date(2020, 8, 28))


def _whom(rng: Random, home: HouseholdDraft, kind: str) -> PersonDraft | None:
    if kind == "disaster":
        return None
    if kind == "serious_illness":
        return rng.choice([person for person in home.people if not person.student])
    workers = [person for person in home.people[1 if kind == "worker_death" else 0 :] if person.works]
    return max(workers, key=lambda person: person.work_months or 0)


def events_of(rng: Random, home: HouseholdDraft) -> list[EventDraft]:
    """The events of this household's marks; everything after the document's day."""
    found: list[EventDraft] = []
    if "schooling_unknown" in home.marks:
        next(person for person in home.people if _compulsory(person)).turn = (
            SCHOOL_YEAR,
            "schooling_unknown",
        )
    for kind in ("serious_illness", "disability", "worker_death", "job_lost", "disaster", "accident"):
        if kind not in home.marks:
            continue
        first = date(2020, 3, 2) if kind != "disaster" else date(2020, 6, 20)
        day = day_between(rng, first, date(2020, 9, 8))
        solved = kind in ("job_lost", "disaster") and day < date(2020, 6, 15) and rng.random() < 0.4
        person = _whom(rng, home, kind)
        if person and kind == "worker_death":
            person.left = day
        elif person and kind != "accident":
            person.turn = (day, kind)
        found.append(
            EventDraft(
                person, kind, day,
                day_between(rng, date(2020, 7, 1), date(2020, 9, 1)) if solved else None, rng.choice(EVENT_NOTES[kind]),
            )
        )  # fmt: skip
    if "out_of_school" in home.marks:
        child = next(person for person in home.people if _compulsory(person))
        child.turn = (SCHOOL_YEAR, "dropped_out")
        found.append(EventDraft(child, "dropped_out", SCHOOL_YEAR, None, EVENT_NOTES["dropped_out"][0]))
    return found
