"""The rules about persons, written a second time from the documents: plain Python, one function a rule."""

from datetime import date

from tests.independent.persons_facts import SUBSIDY, Who
from tests.independent.persons_logic import Truth, both, either, judge, no, rule, said

ABLE = ("ordinary", "skilled", "weak_or_half")
WEAK = ("weak_or_half",)
UNABLE = ("lost", "none")


def between(who: Who, low: int, high: int = 999) -> Truth:
    return said(who.age, lambda age: low <= age <= high)


def skill_in(who: Who, codes: tuple[str, ...]) -> Truth:
    return said(who.says("labour_skill"), lambda code: code in codes)


def of_working_age(who: Who) -> Truth:
    """A child of whom no class is recorded is no labourer; of anybody older the blank says that nobody has asked."""
    return True if who.says("labour_skill") is not None else between(who, 16)


def severe(who: Who) -> Truth:
    """Grade one or two. Who is not disabled has no grade to be asked for."""
    grade = who.says("disability_grade")
    if grade is None:
        return False if who.says("is_disabled") is False else None
    return bool(grade <= 2)


def old(who: Who) -> Truth:
    return between(who, 60)


def ill(who: Who) -> Truth:
    return who.says("has_serious_illness")


# --- children


def of_school_age(who: Who) -> Truth:
    """Six to fifteen; a child of six that is put down as not yet of school age waits for its school year to begin."""
    waits = said(who.says("schooling"), lambda code: code == "preschool_age")
    return both(between(who, 6, 15), either(between(who, 7), no(waits)))


@rule("CD-school/registered", "LT-R-2.6-01", "MC-R031")
def child_of_a_registered_household(who: Who, day: date) -> str:
    return judge(both(who.house.registered, of_school_age(who)), no(who.at_school))


@rule("CD-school/other")
def child_of_another_household(who: Who, day: date) -> str:
    return judge(both(no(who.house.registered), of_school_age(who)), no(who.at_school))


@rule("YZ-R-14-01")
def any_child(who: Who, day: date) -> str:
    return judge(of_school_age(who), no(who.at_school))


@rule("YZ-R-18-07", "MC-R037")
def disabled_child_of_the_poor(who: Who, day: date) -> str:
    return judge(both(who.house.unexited, between(who, 0, 6)), who.says("is_disabled"))


# --- insurance and health


@rule("LT-R-1.2-02", "SQ-R014")
def without_medical_insurances(who: Who, day: date) -> str:
    missing = either(no(who.says("has_medical_insurance")), no(who.says("has_serious_illness_insurance")))
    return judge(who.house.registered, missing)


@rule("YZ-R-15-01", "MC-R028")
def without_medical_insurance(who: Who, day: date) -> str:
    return judge(who.house.registered, no(who.says("has_medical_insurance")))


def pays_pension(who: Who) -> Truth:
    """Pupils do not; of somebody of whom school was not asked it is taken that they do."""
    return both(between(who, 16, 59), who.at_school is not True)


@rule("LT-R-1.2-02/pension", "YZ-R-18-05")
def without_pension_insurance(who: Who, day: date) -> str:
    return judge(both(who.house.registered, pays_pension(who)), no(who.says("has_pension_insurance")))


@rule("YZ-R-15-04")
def ill_without_health_aid(who: Who, day: date) -> str:
    aid = who.helped("category", "health") or who.house.has_unnamed("category", "health")
    return judge(both(who.house.unexited, ill(who)), not aid)


# --- the disabled


def subsidised(who: Who) -> bool:
    return who.helped("item", SUBSIDY) or who.house.has_unnamed("item", SUBSIDY)


def due_a_subsidy(who: Who) -> Truth:
    """困难残疾人生活补贴 in allowance households, 重度残疾人护理补贴 from grade two up."""
    return both(who.says("is_disabled"), either(severe(who), who.house.allowance))


@rule("MC-R064", "SQ-R046", "XC-R010/disability")
def without_disability_subsidy(who: Who, day: date) -> str:
    return judge(both(who.house.registered, due_a_subsidy(who)), not subsidised(who))


@rule("YZ-R-18-06")
def watched_without_disability_subsidy(who: Who, day: date) -> str:
    watched = either(who.house.unexited, who.house.monitored)
    return judge(both(who.house.registered, watched, due_a_subsidy(who)), not subsidised(who))


@rule("YZ-R-18-06/other")
def others_without_disability_subsidy(who: Who, day: date) -> str:
    watched = either(who.house.unexited, who.house.monitored)
    return judge(both(who.house.registered, no(watched), due_a_subsidy(who)), not subsidised(who))


@rule("MC-R038", "SQ-R018")
def disabled_without_allowance(who: Who, day: date) -> str:
    """Who is kept as destitute gets no allowance beside it."""
    kept = who.house.allowance or who.house.destitute
    whom = both(who.house.registered, who.says("is_disabled"))
    return judge(whom, both(not kept, who.house.below_allowance))


@rule("YZ-R-18-08")
def severely_disabled_to_be_cared_for(who: Who, day: date) -> str:
    return judge(both(who.house.unexited, who.says("is_disabled"), between(who, 16)), severe(who))


# --- special groups


@rule("MC-R010/elderly")
def deep_elderly(who: Who, day: date) -> str:
    return judge(who.house.unexited, both(old(who), skill_in(who, UNABLE)))


@rule("MC-R010/disabled")
def deep_disabled(who: Who, day: date) -> str:
    return judge(who.house.unexited, severe(who))


@rule("MC-R010/ill")
def deep_ill(who: Who, day: date) -> str:
    return judge(who.house.unexited, ill(who))


@rule("MC-R010/intellect")
def deep_intellect(who: Who, day: date) -> str:
    kind = said(who.says("disability_kind"), lambda code: code == "intellect")
    of_the_mind = False if kind is None and who.says("is_disabled") is False else kind
    return judge(who.house.unexited, both(severe(who), of_the_mind))


@rule("MC-R013")
def deep_without_income_way(who: Who, day: date) -> str:
    deep = either(both(old(who), skill_in(who, UNABLE)), severe(who), ill(who))
    return judge(both(who.house.unexited, deep), who.house.income_measures < 1)


@rule("SQ-R041")
def key_group(who: Who, day: date) -> str:
    return judge(who.house.unexited, either(old(who), who.says("is_disabled"), ill(who)))


def covered(who: Who) -> bool:
    """Some policy reaches the person."""
    return bool(who.house.nets) or bool(who.measures) or who.house.income_measures > 0


def grown(who: Who) -> Truth:
    """Of sixteen and not at school; nobody is asked about school for ever, so a blank means not at school."""
    return both(between(who, 16), who.at_school is not True)


@rule("YZ-R-3-01")
def special_without_cover(who: Who, day: date) -> str:
    """Grown people unable to work are judge by the next rule, so that nobody is told of twice."""
    unable = who.says("labour_skill") in UNABLE
    special = either(old(who), ill(who), severe(who))
    return judge(both(who.house.unexited, no(both(unable, grown(who)))), both(special, not covered(who)))


@rule("YZ-R-25-06")
def unable_without_cover(who: Who, day: date) -> str:
    return judge(both(who.house.unexited, grown(who)), both(skill_in(who, UNABLE), not covered(who)))


# --- labour


def idle(who: Who) -> Truth:
    return said(who.says("work_months"), lambda months: months < 1)


def job_helped(who: Who) -> bool:
    return who.helped("category", "employment", "public_post")


@rule("LT-R-2.3-03")
def able_without_work_registered(who: Who, day: date) -> str:
    whom = both(who.house.registered, of_working_age(who), skill_in(who, ABLE))
    return judge(whom, both(idle(who), not job_helped(who)))


@rule("SQ-R012")
def able_without_work(who: Who, day: date) -> str:
    whom = both(who.house.unexited, of_working_age(who), skill_in(who, ABLE))
    return judge(whom, both(idle(who), not job_helped(who)))


@rule("XC-R007")
def weak_without_post(who: Who, day: date) -> str:
    whom = both(either(who.house.exited, who.house.monitored), of_working_age(who))
    return judge(whom, both(skill_in(who, WEAK), not job_helped(who)))


@rule("XC-R018")
def three_lacks(who: Who, day: date) -> str:
    lacks = both(skill_in(who, WEAK), idle(who), who.house.income_measures < 1)
    return judge(both(who.house.exited, of_working_age(who)), lacks)


@rule("YZ-R-9-01")
def able_without_training(who: Who, day: date) -> str:
    """Within a year: begun on the very day a year ago is a full year ago."""
    whom = both(who.house.unexited, of_working_age(who), skill_in(who, ABLE), no(who.at_school))
    year_ago = (
        day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else date(day.year - 1, 2, 28)
    )
    return judge(whom, who.trained_on is None or who.trained_on <= year_ago)


@rule("YZ-R-25-04/able")
def sorted_able(who: Who, day: date) -> str:
    """有劳动能力或半劳动力 are one group; the weak are named once more by themselves."""
    return judge(both(who.house.unexited, grown(who)), skill_in(who, ABLE))


@rule("YZ-R-25-04/weak")
def sorted_weak(who: Who, day: date) -> str:
    return judge(both(who.house.unexited, grown(who)), skill_in(who, WEAK))


@rule("YZ-R-25-04/unable")
def sorted_unable(who: Who, day: date) -> str:
    return judge(both(who.house.unexited, grown(who)), skill_in(who, UNABLE))
