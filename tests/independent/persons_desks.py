"""Rules about persons that ask what departments' lists, measures by name, visits and exits say."""

from datetime import date

from tests.independent.home import months_later
from tests.independent.persons import ill, old, severe, skill_in
from tests.independent.persons_facts import Who
from tests.independent.persons_logic import Truth, both, either, judge, no, rule, said

STUDENT_AID = ("寄宿生生活补贴", "雨露计划", "助学贷款", "助学金", "免保教费")
PREMIUM_AID = "居民医保个人缴费补贴"


def named_or_of_all(who: Who, column: str, *values: str) -> bool:
    """Help that names the person, or nobody of the household."""
    return who.helped(column, *values) or any(who.house.has_unnamed(column, value) for value in values)


@rule("LT-R-2.6-01/aid", "MC-R061", "SQ-R048", "YZ-R-14-02")
def pupil_without_aid(who: Who, day: date) -> str:
    aided = either(who.listed("student_aid"), named_or_of_all(who, "item", *STUDENT_AID))
    return judge(both(who.house.registered, who.at_school), no(aided))


@rule("LT-R-2.6-02")
def premium_not_paid(who: Who, day: date) -> str:
    """Who is insured at his work pays another premium."""
    employed = who.says("medical_kind") == "employee"
    paid = either(who.listed("premium_aid"), named_or_of_all(who, "item", PREMIUM_AID))
    return judge(both(who.house.registered, who.says("has_medical_insurance"), not employed), no(paid))


@rule("LT-R-2.4-04")
def allowance_of_one(who: Who, day: date) -> str:
    house = who.house
    known = None not in (house.spendable, house.heads, house.standard)
    low = house.spendable < 2 * house.standard * house.heads if known else None
    return judge(both(either(ill(who), severe(who)), not house.nets), low)


def health_aid(who: Who) -> bool:
    return named_or_of_all(who, "category", "health")


@rule("MC-R011")
def deep_without_policies(who: Who, day: date) -> str:
    """保基本 in one of the two records, 保健康 for the seriously ill."""
    deep = either(both(old(who), skill_in(who, ("lost", "none"))), severe(who), ill(who))
    secured = either(bool(who.house.nets), who.house_listed("safety_net"))
    return judge(both(who.house.unexited, deep), either(no(secured), both(ill(who), not health_aid(who))))


@rule("SQ-R049")
def ill_and_not_treated(who: Who, day: date) -> str:
    due = day >= date(2018, 12, 31)
    return judge(both(who.house.unexited, ill(who)), due and not health_aid(who))


@rule("MC-R066")
def disabled_in_need(who: Who, day: date) -> str:
    return judge(both(who.house.unexited, who.says("is_disabled")), who.listed("disability_needs"))


@rule("YZ-R-18-09")
def needs_open(who: Who, day: date) -> str:
    return judge(who.house.registered, who.listed("disability_needs"))


@rule("YZ-R-15-05")
def chronic_pending(who: Who, day: date) -> str:
    return judge(who.house.registered, who.listed("chronic_pending"))


@rule("MC-R051")
def agreed_and_not_announced(who: Who, day: date) -> str:
    found = who.house.exit_agreed
    return judge(found is not None, found and (found["closed_on"] is None or found["closed_on"] > day))


def employed(who: Who) -> Truth:
    return said(who.says("work_months"), lambda months: months >= 1)


@rule("YZ-R-9-05")
def not_followed_up(who: Who, day: date) -> str:
    last = who.house.last_visit
    return judge(both(who.house.unexited, employed(who)), last is None or last <= months_later(day, -1))
