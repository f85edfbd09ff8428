"""Why a row was made."""

from django.db import models


class Explained(models.Model):
    """Rows of a later edit may say why they were made. The default stands in the database: bulk writers need not name it."""

    change_reason = models.CharField("更改说明", max_length=100, blank=True, default="", db_default="")

    class Meta:
        abstract = True
