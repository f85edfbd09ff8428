"""The money of a source level is one subject in each county, no longer one in the whole database."""

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

KEPT = ("RiskSign", "RunOutcome", "FrozenName", "FundAreaFacts")


def name_the_county(apps, schema_editor):
    for name in KEPT:
        rows = apps.get_model("monitoring", name).objects.filter(subject_key__startswith="level:")
        rows.exclude(subject_key__contains="@").update(
            subject_key=Concat(F("subject_key"), Value("@"), Substr("scope_code", 1, 6))
        )


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0009_fault_handover")]
    operations = [migrations.RunPython(name_the_county, migrations.RunPython.noop)]
