"""Names are searched by how they begin: PostgreSQL asks an index for that only when the index is made for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("households", "0005_points")]

    operations = [
        migrations.RemoveIndex(model_name="person", name="person_name"),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["name"], name="person_name", opclasses=["varchar_pattern_ops"]),
        ),
    ]
