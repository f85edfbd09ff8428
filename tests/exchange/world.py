"""Households with everything a ledger shows, and households about which nothing was collected."""

from datetime import date

from tests.factories.households import (
    id_number,
    make_guarantee,
    make_household,
    make_living,
    make_person,
    make_situation,
    make_year_income,
)

TODAY = date(2020, 9, 20)


def full_household(village, number: int, **kw):
    """An exited household of three with everything the ledger shows filled in."""
    household = make_household(
        village,
        household_no=f"4110810000{number:06d}",
        poverty_status="exited_with_policy",
        main_cause="illness",
        hamlet="东头",
        identified_on=date(2014, 6, 1),
        phone=f"138{number:08d}",
        head={
            "person_no": f"4110810000{number:06d}01",
            "id_number": id_number(date(1966, 3, 4)),
            "phone": f"139{number:08d}",
            "identified_on": date(2014, 6, 1),
        },
        **kw,
    )
    for at, relation in ((2, "spouse"), (3, "son")):
        make_person(
            household,
            relation=relation,
            person_no=f"4110810000{number:06d}0{at}",
            name=f"李测{'乙丙'[at - 2]}",
        )
    for at, membership in enumerate(household.memberships.order_by("pk")):
        make_situation(
            membership.person,
            education="" if at == 2 else "junior",
            schooling="junior_2" if at == 2 else "not_at_school",
            has_chronic_illness=at == 1,
            is_disabled=at == 1,
            is_healthy=at != 1,
            has_serious_illness=False,
            labour_skill="ordinary",
            work_months=10 - at,
            has_serious_illness_insurance=True,
        )
    make_living(household, danger_grade="A", water_safe=True)
    make_guarantee(household, "housing", "met")
    make_year_income(household, members=3, net_fen=2_500_000)
    return household


def bare_household(village, number: int):
    """An exited household about whose members nothing was collected."""
    return make_household(
        village, household_no=f"4110810000{number:06d}", poverty_status="exited_without_policy",
        head={"person_no": f"4110810000{number:06d}01", "ethnicity": ""},
    )  # fmt: skip
