"""The rules about houses, a second time: a house is judge with the household that lives in it."""

from datetime import date

from tests.independent.persons_facts import House
from tests.independent.persons_logic import Truth, either, judge, no, rule, said


def dangerous(house: House) -> Truth:
    return said(house.grade, lambda grade: grade in "CD")


def of_the_four_groups(house: House) -> Truth:
    """建档立卡、低保、分散供养特困、贫困残疾人家庭. A poor disabled person's household is a registered one. A household of
    which one member is kept in a home counts as well: the others live in that house."""
    return either(house.registered, house.allowance, house.destitute)


@rule("YZ-R-2-02", "LT-R-2.6-06", "MC-R033", "SQ-R015")
def key_group_in_a_dangerous_house(house: House, day: date) -> str:
    return judge(of_the_four_groups(house), dangerous(house))


@rule("YZ-R-16-03")
def others_in_a_dangerous_house(house: House, day: date) -> str:
    return judge(no(of_the_four_groups(house)), dangerous(house))


@rule("YZ-R-16-01")
def registered_without_certificate(house: House, day: date) -> str:
    return judge(house.registered, house.grade is None)


@rule("MC-R067")
def poor_in_a_dangerous_house_after_2019(house: House, day: date) -> str:
    wrong = dangerous(house)
    return judge(house.unexited, wrong if day >= date(2019, 12, 31) else False)


@rule("XC-R010/allowance")
def poor_without_allowance(house: House, day: date) -> str:
    return judge(not house.nets, house.below_allowance)
