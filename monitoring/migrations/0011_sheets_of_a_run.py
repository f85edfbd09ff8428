"""The sheets of the data checks become temporary tables of each run (monitoring/quality/tables.py): the common ones go.

They hold nothing between two runs, so nothing is lost; going back makes them again, empty.
"""

from typing import Any

from django.db import migrations

SHEETS = {
    "CheckHit": "", "MemberCounts": "", "MeasureCounts": "", "MeasureSheet": "帮扶措施", "IncomeSheet": "年度收支",
    "PersonSheet": "人", "VillageSheet": "村", "HouseholdSheet": "户",
}  # fmt: skip


def drop(apps: Any, schema_editor: Any) -> None:
    for name in SHEETS:
        schema_editor.delete_model(apps.get_model("monitoring", name))


def make(apps: Any, schema_editor: Any) -> None:
    for name in reversed(list(SHEETS)):
        schema_editor.create_model(apps.get_model("monitoring", name))


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0010_level_keys")]

    operations = [
        migrations.RunPython(drop, make),
        *[
            migrations.AlterModelOptions(
                name=name.lower(), options={"managed": False} | ({"verbose_name": title} if title else {})
            )
            for name, title in SHEETS.items()
        ],
    ]
