"""The columns of the fact sheets are exactly the registered metrics, with fitting types."""

import pytest
from django.db import models

from monitoring.screening.sheets import SHEETS, metric_columns
from policies.metrics import metrics_of

TYPES = {
    "fen": (models.BigIntegerField,),
    "count": (models.IntegerField, models.BigIntegerField),
    "date": (models.DateField,),
    "flag": (models.BooleanField,),
    "code": (models.CharField,),
}


@pytest.mark.parametrize("subject", sorted(SHEETS))
def test_every_metric_has_its_column_and_every_column_its_metric(subject):
    columns, metrics = metric_columns(SHEETS[subject]), metrics_of(subject)
    assert set(columns) == set(metrics)
    wrong = [name for name, metric in metrics.items() if not isinstance(columns[name], TYPES[metric.type])]
    assert not wrong
    assert all(column.null for column in columns.values())
