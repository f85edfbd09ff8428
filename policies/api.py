"""Doors for programs, below /api/v1/: packs, read only."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema_field
from rest_framework import generics, serializers

from accounts.actor import actor_of
from accounts.doors import Needs
from policies import presenting, selectors
from policies.models import PolicyPack


class PackSerializer(serializers.ModelSerializer[PolicyPack]):
    class Meta:
        model = PolicyPack
        fields = (
            "id", "code", "checksum", "title", "issuer", "doc_number", "place", "issued_on", "effective_from",
            "effective_to", "is_document", "state",
        )  # fmt: skip


class ParamSerializer(serializers.Serializer[presenting.ParamLine]):
    key = serializers.CharField(source="param.key")
    name = serializers.CharField(source="param.label")
    values = serializers.ListField(child=serializers.CharField())
    unit = serializers.CharField(source="param.unit")
    due = serializers.CharField()
    clause = serializers.CharField(source="param.clause")
    basis = serializers.CharField(source="param.basis")


class RuleSerializer(serializers.Serializer[presenting.RuleLine]):
    key = serializers.CharField(source="rule.key")
    title = serializers.CharField(source="rule.title")
    status = serializers.CharField(source="rule.status")
    subject = serializers.CharField(source="rule.subject")
    effect = serializers.CharField(source="rule.effect")
    clause = serializers.CharField(source="rule.clause")
    basis = serializers.CharField(source="rule.basis")
    condition = serializers.CharField()


class PackDetailSerializer(PackSerializer):
    parameters = serializers.SerializerMethodField()
    rules = serializers.SerializerMethodField()

    class Meta(PackSerializer.Meta):
        fields = (*PackSerializer.Meta.fields, "parameters", "rules")  # type: ignore[assignment]

    @extend_schema_field(ParamSerializer(many=True))
    def get_parameters(self, row: PolicyPack) -> Any:
        lines: Any = presenting.param_lines(selectors.pack_content(row))
        return ParamSerializer(lines, many=True).data

    @extend_schema_field(RuleSerializer(many=True))
    def get_rules(self, row: PolicyPack) -> Any:
        lines: Any = presenting.rule_lines(selectors.pack_content(row))
        return RuleSerializer(lines, many=True).data


class PackList(generics.ListAPIView[PolicyPack]):
    """Packs, newest first."""

    permission_classes = [Needs]
    permission = "policies.view"
    serializer_class = PackSerializer

    def get_queryset(self) -> QuerySet[PolicyPack]:
        if getattr(self, "swagger_fake_view", False):
            return selectors.pack_rows()
        return selectors.pack_list(actor=actor_of(self.request))


class PackDetail(generics.RetrieveAPIView[PolicyPack]):
    """One pack with its parameters and rules."""

    permission_classes = [Needs]
    permission = "policies.view"
    serializer_class = PackDetailSerializer

    def get_object(self) -> PolicyPack:
        return selectors.pack_get(actor=actor_of(self.request), pk=self.kwargs["pk"])


urlpatterns = [
    path("policies/", PackList.as_view(), name="policy-list"),
    path("policies/<int:pk>/", PackDetail.as_view(), name="policy-detail"),
]
