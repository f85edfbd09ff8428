"""The rows a judgement may need, taken out of the database once; from there on only plain Python reads them."""

from typing import Any

from django.apps import apps

Row = dict[str, Any]
Rows = dict[
    str, list[Row]
]  # "households.person" -> its rows, by the names of their columns; a foreign key as <name>_id

TABLES = (
    "villages.division",
    "villages.villageyear",
    "households.household",
    "households.person",
    "households.membership",
    "households.residence",
    "households.personsituation",
    "households.householdsituation",
    "households.statusspell",
    "households.guarantee",
    "households.safetynet",
    "households.helperassignment",
    "households.visit",
    "households.householdevent",
    "households.aidmeasure",
    "households.incomerecord",
    "households.incomeitem",
    "policies.policypack",
    "monitoring.departmentbatch",
    "monitoring.departmentrow",
    "monitoring.qualityrun",
    "monitoring.datafault",
    "monitoring.faultexemption",
    "proceedings.proceeding",
    "proceedings.step",
    "proceedings.checkmark",
)


def read_rows() -> Rows:
    """Every row of every table, oldest first. Nothing is left out and nothing is judged here."""
    return {label: _table(label) for label in TABLES}


def _table(label: str) -> list[Row]:
    model = apps.get_model(label)
    columns = [field.attname for field in model._meta.concrete_fields]
    return list(model._default_manager.order_by("pk").values(*columns))


def by(rows: list[Row], column: str) -> dict[Any, list[Row]]:
    """The rows in piles of one value of a column each."""
    piles: dict[Any, list[Row]] = {}
    for row in rows:
        piles.setdefault(row[column], []).append(row)
    return piles
