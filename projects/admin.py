"""The admin shows projects and changes nothing: acts go through services, which check and audit."""

from django.contrib import admin

from common.admin import ReadOnlyAdmin
from projects.models import Milestone, Project


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "kind", "year", "village", "planned_fen")
    list_filter = ("year", "kind")
    search_fields = ("code", "name")
    list_select_related = ("village",)


@admin.register(Milestone)
class MilestoneAdmin(ReadOnlyAdmin):
    list_display = ("project", "kind", "planned_on", "done_on", "recorded_at")
    list_filter = ("kind",)
    list_select_related = ("project",)
