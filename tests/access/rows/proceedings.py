"""Doors of proceedings."""

from datetime import date
from typing import Any

from monitoring.models import RiskCase
from proceedings.models import Proceeding
from tests.access.matrix import Row, Scene
from tests.factories.households import make_helper, make_household, make_status

DAY = date(2020, 9, 20)


def household(s: Scene) -> Any:
    row = make_household(s.world.village_a1)
    make_helper(row, s.cast.wang)
    return row


def house(s: Scene) -> dict[str, Any]:
    return {"pk": household(s).pk}


def removed(s: Scene) -> dict[str, Any]:
    row = household(s)
    make_status(row, "monitor", "borderline", date(2020, 1, 1))
    make_status(row, "monitor", "none", date(2020, 8, 1))
    return {"pk": row.pk}


def a_proceeding(s: Scene) -> dict[str, Any]:
    row = household(s)
    made = Proceeding.objects.create(
        kind="identification", household=row, village=row.village, scope_code=row.scope_code, state="clue",
        source="cadre", reason="排查发现", opened_on=DAY, state_since=DAY, due_on=DAY,
    )  # fmt: skip
    return {"pk": made.pk}


def a_case(s: Scene) -> dict[str, Any]:
    row = household(s)
    case = RiskCase.objects.create(household=row, scope_code=row.scope_code, opened_on=DAY, due_on=DAY)
    return {"pk": case.pk}


ROWS = [
    Row("proceedings:proceeding-list", "proceedings.view"),
    Row("proceedings:proceeding-detail", "proceedings.view", kwargs=a_proceeding),
    Row("proceedings:proceeding-print", "proceedings.view", kwargs=a_proceeding),
    Row(
        "proceedings:proceeding-act", "proceedings.village_step", method="post", kwargs=a_proceeding,
        data={"act": "accept"},
    ),
    Row("proceedings:proceeding-paper", "proceedings.open", method="post", kwargs=a_proceeding),
    Row("proceedings:household-open", "proceedings.open", kwargs=house),
    Row("proceedings:household-open", "proceedings.open", method="post", kwargs=house),
    Row("proceedings:household-rollback", "proceedings.county_decide", kwargs=removed),
    Row("proceedings:household-rollback", "proceedings.county_decide", method="post", kwargs=removed),
    Row("proceedings:household-story", "monitoring.view", kwargs=house),
    Row("proceedings:case-panel", "proceedings.view", kwargs=a_case),
    Row("proceedings:village-open", "proceedings.open"),
    Row("proceedings:village-open", "proceedings.open", method="post"),
    Row("api:proceeding-list", "proceedings.view"),
    Row("api:proceeding-detail", "proceedings.view", kwargs=a_proceeding),
]  # fmt: skip
