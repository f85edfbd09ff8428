"""Metrics read off the columns of the fact sheets, and rows of them: the compiler is tested on real tables."""

from datetime import date

from django.db import models

from monitoring.models.facts import (
    FundAreaFacts,
    HouseholdFacts,
    PersonFacts,
    ProjectFacts,
    TownshipFacts,
    VillageFacts,
)
from monitoring.models.runs import ScreeningRun
from policies.metrics import Metric

SHEETS = {
    "household": HouseholdFacts,
    "person": PersonFacts,
    "project": ProjectFacts,
    "fund_area": FundAreaFacts,
    "village": VillageFacts,
    "township": TownshipFacts,
}
OWN = {"id", "run", "subject_id", "subject_key", "scope_code", "household_id"}
TYPES = (
    (models.BigIntegerField, "fen"),
    (models.IntegerField, "count"),
    (models.BooleanField, "flag"),
    (models.DateField, "date"),
    (models.CharField, "code"),
)
LABELS = {"danger_grade": {"a": "A级", "b": "B级", "c": "C级", "d": "D级"}}


def column_metrics(subject):
    """Every column of the sheet as a metric of the type the column has."""
    return {
        field.name: Metric(
            field.name,
            f"[{field.name}]",
            next(kind for column, kind in TYPES if isinstance(field, column)),
            labels=LABELS.get(field.name, {}),
        )
        for field in SHEETS[subject]._meta.fields
        if field.name not in OWN
    }


def run_row(as_of=date(2020, 9, 30)):
    return ScreeningRun.objects.create(key=f"test {as_of}", scope_code="411081", as_of=as_of)


def fact_row(subject, run, number=1, **facts):
    """One row; facts not named are unknown."""
    return SHEETS[subject].objects.create(
        run=run, subject_id=number, subject_key=f"{subject}:{number}", scope_code="411081", **facts
    )
