"""A ledger shows a reader only the columns of his groups of fields."""

from accounts.permissions import ALL_FIELD_GROUPS
from households.sheets import YTP_REN_2022


def seen(groups: frozenset[str]) -> set[str]:
    return {YTP_REN_2022.columns[at].key for at in YTP_REN_2022.seen_with(groups)}


def test_the_cause_of_poverty_tells_of_any_group_and_needs_them_all():
    assert "main_cause" in seen(ALL_FIELD_GROUPS)
    assert "main_cause" not in seen(ALL_FIELD_GROUPS - {"water"})


def test_a_limited_reader_gets_the_columns_of_his_groups_and_of_none():
    health = seen(frozenset({"health"}))
    assert {"name", "health", "serious_illness_insurance"} <= health
    assert not health & {"income_per_head", "dangerous_house", "water_safe", "labour_skill", "schooling"}
