"""The admin shows projects and changes nothing: acts go through services, which check and audit."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from projects.models import Milestone, Project


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Project)
class ProjectAdmin(ReadOnly):
    list_display = ("code", "name", "kind", "year", "village", "planned_fen")
    list_filter = ("year", "kind")
    search_fields = ("code", "name")
    list_select_related = ("village",)


@admin.register(Milestone)
class MilestoneAdmin(ReadOnly):
    list_display = ("project", "kind", "planned_on", "done_on", "recorded_at")
    list_filter = ("kind",)
    list_select_related = ("project",)
