"""Signs for programs: read only, inside the caller's area."""

from dataclasses import asdict
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import generics, serializers

from accounts.actor import actor_of
from accounts.doors import Needs
from monitoring.models import QuarterFreeze, RiskSign
from monitoring.selectors.freezing import REPORT, figures_for, freeze_list, freezes_none
from monitoring.selectors.signs import sign_list
from monitoring.wording import sign_views

VIEW = "monitoring.view"


class SignOut(serializers.ModelSerializer):
    title = serializers.SerializerMethodField()
    sentence = serializers.SerializerMethodField()
    basis = serializers.SerializerMethodField()
    muted = serializers.SerializerMethodField()

    class Meta:
        model = RiskSign
        fields = (
            "id", "rule_key", "title", "topic", "effect", "subject_kind", "subject_key", "household", "scope_code",
            "sentence", "basis", "evidence", "limits", "pack_code", "pack_checksum", "opened_on", "last_true_on",
            "closed_on", "close_reason", "muted", "case",
        )  # fmt: skip

    def _view(self, sign: RiskSign) -> Any:
        if not hasattr(sign, "_view"):
            sign._view = sign_views([sign])[0]  # type: ignore[attr-defined]
        return sign._view  # type: ignore[attr-defined]

    def get_title(self, sign: RiskSign) -> str:
        return str(self._view(sign).title)

    def get_sentence(self, sign: RiskSign) -> str:
        return str(self._view(sign).sentence)

    def get_basis(self, sign: RiskSign) -> str:
        return str(self._view(sign).basis)

    def get_muted(self, sign: RiskSign) -> bool:
        return sign.muted_by_id is not None


class SignFilter(django_filters.FilterSet):
    open = django_filters.BooleanFilter(field_name="closed_on", lookup_expr="isnull", label="未关闭")
    division = django_filters.CharFilter(field_name="scope_code", lookup_expr="startswith", label="区划代码")
    opened_from = django_filters.DateFilter(field_name="opened_on", lookup_expr="gte")
    opened_to = django_filters.DateFilter(field_name="opened_on", lookup_expr="lte")

    class Meta:
        model = RiskSign
        fields = ("rule_key", "topic", "effect", "household")


class SignList(generics.ListAPIView):
    permission_classes = (Needs,)
    permission = VIEW
    serializer_class = SignOut
    filterset_class = SignFilter

    def get_queryset(self) -> QuerySet[RiskSign]:
        return sign_list(actor=actor_of(self.request))


class SignDetail(generics.RetrieveAPIView):
    permission_classes = (Needs,)
    permission = VIEW
    serializer_class = SignOut

    def get_queryset(self) -> QuerySet[RiskSign]:
        return sign_list(actor=actor_of(self.request))


class FreezeOut(serializers.ModelSerializer):
    """A frozen quarter; `state` is running, failed, frozen or lifted."""

    state = serializers.SerializerMethodField()
    as_of = serializers.DateField(source="run.as_of")

    class Meta:
        model = QuarterFreeze
        fields: tuple[str, ...] = (
            "id", "scope_code", "quarter", "as_of", "state", "frozen_at", "note", "packs", "lifted_at", "lift_reason",
        )  # fmt: skip

    def get_state(self, row: QuarterFreeze) -> str:
        if row.lifted_at:
            return "lifted"
        return "frozen" if row.is_frozen else "failed" if row.has_failed else "running"


class RuleCountOut(serializers.Serializer):
    key = serializers.CharField()
    title = serializers.CharField()
    subject = serializers.CharField()
    hit = serializers.IntegerField()
    clear = serializers.IntegerField()
    unknown = serializers.IntegerField()


class FreezeFiguresOut(FreezeOut):
    """With the figures of the caller's area; null before the freeze is done."""

    figures = serializers.SerializerMethodField()

    class Meta(FreezeOut.Meta):
        fields = (*FreezeOut.Meta.fields, "figures")

    def get_figures(self, row: QuarterFreeze) -> dict[str, Any] | None:
        if not row.is_readable:
            return None
        found = figures_for(actor=actor_of(self.context["request"]), frozen=row)
        return {
            "total": asdict(found.total),
            "townships": [{"code": code, "name": name} | asdict(one) for code, name, one in found.township_lines()],
            "rules": RuleCountOut(found.rules, many=True).data,
        }  # fmt: skip


def _is_schema(view: generics.GenericAPIView) -> bool:
    """The schema is written for nobody, who may see no freeze."""
    return getattr(view, "swagger_fake_view", False)


class FreezeList(generics.ListAPIView):
    permission_classes = (Needs,)
    permission = REPORT
    serializer_class = FreezeOut

    def get_queryset(self) -> QuerySet[QuarterFreeze]:
        return freezes_none() if _is_schema(self) else freeze_list(actor=actor_of(self.request))


class FreezeDetail(generics.RetrieveAPIView):
    permission_classes = (Needs,)
    permission = REPORT
    serializer_class = FreezeFiguresOut

    def get_queryset(self) -> QuerySet[QuarterFreeze]:
        return freezes_none() if _is_schema(self) else freeze_list(actor=actor_of(self.request))


urlpatterns = [
    path("freezes/", FreezeList.as_view(), name="freeze-list"),
    path("freezes/<int:pk>/", FreezeDetail.as_view(), name="freeze-detail"),
    path("signs/", SignList.as_view(), name="sign-list"),
    path("signs/<int:pk>/", SignDetail.as_view(), name="sign-detail"),
]
