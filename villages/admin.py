"""Divisions as a code list. They change by load_divisions and by audited acts, not here."""

from django.contrib import admin

from common.admin import ReadOnlyAdmin
from villages.models import Division


@admin.register(Division)
class DivisionAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "level", "parent", "valid_to")
    list_filter = ("level",)
    search_fields = ("code", "name")
    list_select_related = ("parent",)
