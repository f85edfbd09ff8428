"""Payments for programs, below /api/v1/. The same services as the pages: a program submits, a person confirms."""

from typing import Any

import django_filters
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actor import NOBODY, actor_of
from accounts.doors import Needs
from common.dates import business_today
from funds import selectors, services
from funds.models import FundLevel, Payment
from funds.services import PaymentInput, ReversalInput
from projects.api import YuanField


class PaymentSerializer(serializers.ModelSerializer):
    amount_yuan = YuanField(source="amount_fen")
    allocation = serializers.IntegerField(source="allocation_id")
    project = serializers.IntegerField(source="allocation.project_id")
    document_number = serializers.CharField(source="allocation.document.doc_number")
    level = serializers.ChoiceField(source="allocation.document.level", choices=FundLevel.choices)
    submitted_by = serializers.CharField(source="submitted_by.username")
    decided_by = serializers.CharField(source="decided_by.username", default=None)
    reverses = serializers.IntegerField(source="reverses_id", allow_null=True)

    class Meta:
        model = Payment
        fields = (
            "id", "uuid", "allocation", "project", "document_number", "level", "amount_yuan", "paid_on", "payee", "voucher",
            "state", "scope_code", "submitted_by", "submitted_at", "decided_by", "decided_at", "refusal", "reverses",
            "reason",
        )  # fmt: skip


class PaymentSubmission(serializers.Serializer):
    uuid = serializers.UUIDField(help_text="由客户端生成；相同编号与内容再次提交，返回原记录")
    allocation = serializers.IntegerField(help_text="资金分配编号")
    amount_yuan = YuanField()
    paid_on = serializers.DateField()
    payee = serializers.CharField(max_length=120)
    voucher = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


class Refusal(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class Reversal(serializers.Serializer):
    uuid = serializers.UUIDField()
    reversed_on = serializers.DateField()
    reason = serializers.CharField(max_length=200)


class PaymentFilterSet(django_filters.FilterSet):
    area = django_filters.CharFilter(field_name="scope_code", lookup_expr="startswith", label="区划代码前缀")
    year = django_filters.NumberFilter(field_name="allocation__document__year", label="年度")
    level = django_filters.ChoiceFilter(field_name="allocation__document__level", choices=FundLevel.choices)
    project = django_filters.NumberFilter(field_name="allocation__project_id", label="项目")
    paid_on = django_filters.DateFromToRangeFilter(label="拨付日期")

    class Meta:
        model = Payment
        fields = ("state",)


class PaymentDoor(generics.GenericAPIView):
    permission_classes = (Needs,)
    serializer_class = PaymentSerializer

    def get_queryset(self) -> Any:
        actor = NOBODY if getattr(self, "swagger_fake_view", False) else actor_of(self.request)  # type: ignore[attr-defined]
        return selectors.payment_list(actor=actor)


class PaymentListView(PaymentDoor, generics.ListAPIView):
    permission = {"GET": "funds.view", "POST": "funds.submit_payment"}
    filterset_class = PaymentFilterSet

    @extend_schema(request=PaymentSubmission, responses={201: PaymentSerializer, 200: PaymentSerializer})
    def post(self, request: Request) -> Response:
        """Submit a payment: 201 when it is new, 200 when the same one is there already, 409 for another content."""
        given = PaymentSubmission(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        actor = actor_of(request)
        allocation = selectors.allocation_get(actor=actor, pk=values.pop("allocation"))
        values["amount_fen"] = values.pop("amount_yuan")
        payment, made = services.payment_submit(
            actor=actor, allocation=allocation, given=PaymentInput(**values), today=business_today()
        )
        return _answer(actor, payment, 201 if made else 200)


class PaymentDetailView(PaymentDoor, generics.RetrieveAPIView):
    permission = "funds.view"


def _answer(actor: Any, payment: Payment, status: int = 200) -> Response:
    return Response(PaymentSerializer(selectors.payment_get(actor=actor, pk=payment.pk)).data, status=status)


class PaymentConfirmView(APIView):
    """Confirm: another person than the submitter, with a password typed in the last ten minutes (never by a token)."""

    permission_classes = (Needs,)
    permission = {"POST": "funds.confirm_payment"}

    @extend_schema(request=None, responses=PaymentSerializer)
    def post(self, request: Request, pk: int) -> Response:
        actor = actor_of(request)
        payment = selectors.payment_get(actor=actor, pk=pk)
        return _answer(actor, services.payment_confirm(actor=actor, payment=payment))


class PaymentRefuseView(APIView):
    permission_classes = (Needs,)
    permission = {"POST": "funds.confirm_payment"}

    @extend_schema(request=Refusal, responses=PaymentSerializer)
    def post(self, request: Request, pk: int) -> Response:
        actor = actor_of(request)
        payment = selectors.payment_get(actor=actor, pk=pk)
        given = Refusal(data=request.data)
        given.is_valid(raise_exception=True)
        return _answer(
            actor,
            services.payment_refuse(actor=actor, payment=payment, reason=given.validated_data["reason"]),
        )


class PaymentReverseView(APIView):
    permission_classes = (Needs,)
    permission = {"POST": "funds.submit_payment"}

    @extend_schema(request=Reversal, responses=PaymentSerializer)
    def post(self, request: Request, pk: int) -> Response:
        actor = actor_of(request)
        payment = selectors.payment_get(actor=actor, pk=pk)
        given = Reversal(data=request.data)
        given.is_valid(raise_exception=True)
        reversal, made = services.payment_reverse(
            actor=actor, payment=payment, given=ReversalInput(**given.validated_data), today=business_today()
        )
        return _answer(actor, reversal, 201 if made else 200)


urlpatterns = [
    path("payments/", PaymentListView.as_view(), name="payment-list"),
    path("payments/<int:pk>/", PaymentDetailView.as_view(), name="payment-detail"),
    path("payments/<int:pk>/confirm/", PaymentConfirmView.as_view(), name="payment-confirm"),
    path("payments/<int:pk>/refuse/", PaymentRefuseView.as_view(), name="payment-refuse"),
    path("payments/<int:pk>/reverse/", PaymentReverseView.as_view(), name="payment-reverse"),
]
