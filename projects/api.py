"""Projects for programs, below /api/v1/."""

from decimal import Decimal
from typing import Any

import django_filters
from django.urls import path
from drf_spectacular.utils import extend_schema_field
from rest_framework import generics, serializers

from accounts.actor import NOBODY, actor_of
from accounts.doors import Needs
from common.dates import business_today
from common.errors import Invalid
from common.money import to_fen, yuan_text
from projects import selectors
from projects.models import Milestone, Project


@extend_schema_field({"type": "string", "format": "decimal", "example": "127440000.00"})
class YuanField(serializers.Field):
    """Money: whole 分 inside, 元 as a string with two decimals outside."""

    default_error_messages = {"number": '金额请写成字符串，如 "1234.50"。'}

    def to_representation(self, value: int) -> str | None:
        return yuan_text(value)

    def to_internal_value(self, given: Any) -> int:
        if not isinstance(given, str | int | Decimal) or isinstance(given, bool):
            self.fail("number")
        try:
            return to_fen(given)
        except Invalid as wrong:
            raise serializers.ValidationError(wrong.sentence, code=wrong.code) from wrong


class MilestoneSerializer(serializers.ModelSerializer):
    class Meta:
        model = Milestone
        fields = ("kind", "planned_on", "done_on", "evidence")


class ProjectSerializer(serializers.ModelSerializer):
    planned_yuan = YuanField(source="planned_fen")
    village_name = serializers.CharField(source="village.name")
    milestones = MilestoneSerializer(many=True)
    stage = serializers.SerializerMethodField(help_text="最近完成的阶段；空表示尚未招标、开工")

    class Meta:
        model = Project
        fields = (
            "id", "code", "name", "kind", "year", "scope_code", "village_name", "planned_yuan", "unit", "contractor",
            "summary", "performance_target", "failed_on", "stage", "milestones",
        )  # fmt: skip

    def get_stage(self, project: Project) -> str:
        return selectors.current_stage_of(project, business_today())


class ProjectFilterSet(django_filters.FilterSet):
    area = django_filters.CharFilter(field_name="scope_code", lookup_expr="startswith", label="区划代码前缀")

    class Meta:
        model = Project
        fields = ("year", "kind", "code")


class ProjectDoor(generics.GenericAPIView):
    permission_classes = (Needs,)
    permission = "projects.view"
    serializer_class = ProjectSerializer

    def get_queryset(self) -> Any:
        actor = NOBODY if getattr(self, "swagger_fake_view", False) else actor_of(self.request)  # type: ignore[attr-defined]
        return selectors.with_stages(selectors.project_list(actor=actor, as_of=business_today()))


class ProjectListView(ProjectDoor, generics.ListAPIView):
    filterset_class = ProjectFilterSet


class ProjectDetailView(ProjectDoor, generics.RetrieveAPIView):
    pass


urlpatterns = [
    path("projects/", ProjectListView.as_view(), name="project-list"),
    path("projects/<int:pk>/", ProjectDetailView.as_view(), name="project-detail"),
]
