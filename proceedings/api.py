"""Proceedings for programs: read only, inside the caller's area."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from rest_framework import generics, serializers

from accounts.actor import actor_of
from accounts.doors import Needs
from common.dates import business_today
from proceedings.flow import VIEW
from proceedings.models import Proceeding, Step
from proceedings.selectors import Filters, proceeding_list, step_label


class StepOut(serializers.ModelSerializer):
    """States as text: the schema of programs needs no second name for one list of codes."""

    act_label = serializers.SerializerMethodField()
    from_state = serializers.CharField(read_only=True)
    to_state = serializers.CharField(read_only=True)

    class Meta:
        model = Step
        fields = ("id", "act", "act_label", "from_state", "to_state", "on", "opinion", "details", "due_on")

    def get_act_label(self, step: Step) -> str:
        return step_label(step.proceeding.kind, step)


class ProceedingOut(serializers.ModelSerializer):
    kind = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)
    proposed_class = serializers.CharField(read_only=True)
    kind_label = serializers.CharField(source="get_kind_display", read_only=True)
    state_label = serializers.CharField(source="get_state_display", read_only=True)

    class Meta:
        model = Proceeding
        fields = (
            "id", "uuid", "kind", "kind_label", "household", "scope_code", "state", "state_label", "source", "case",
            "opened_on", "proposed_class", "risks", "removal_way", "green_channel", "state_since", "due_on",
            "overall_due_on", "noticed_on", "notice_until", "decided_on", "measures_due_on", "closed_on", "outcome",
        )  # fmt: skip


class ProceedingWithSteps(ProceedingOut):
    steps = StepOut(many=True, read_only=True)

    class Meta(ProceedingOut.Meta):
        fields = (*ProceedingOut.Meta.fields, "steps")  # type: ignore[assignment]


def _rows(request: Any, state: str) -> QuerySet[Proceeding]:
    asked = request.query_params
    filters = Filters(
        asked.get("kind", ""), asked.get("state", state), asked.get("division", ""), asked.get("due", "")
    )
    return proceeding_list(actor=actor_of(request), filters=filters, today=business_today()).order_by("pk")


class ProceedingList(generics.ListAPIView):
    """`kind`, `state` (open, closed, mine, all or a state), `division`, `due` (overdue, soon, measures)."""

    permission_classes = (Needs,)
    permission = VIEW
    serializer_class = ProceedingOut

    def get_queryset(self) -> QuerySet[Proceeding]:
        return _rows(self.request, "all")


class ProceedingDetail(generics.RetrieveAPIView):
    permission_classes = (Needs,)
    permission = VIEW
    serializer_class = ProceedingWithSteps

    def get_queryset(self) -> QuerySet[Proceeding]:
        return _rows(self.request, "all").prefetch_related("steps__proceeding")


urlpatterns = [
    path("proceedings/", ProceedingList.as_view(), name="proceeding-list"),
    path("proceedings/<int:pk>/", ProceedingDetail.as_view(), name="proceeding-detail"),
]
