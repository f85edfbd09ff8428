"""Doors for programs, below /api/v1/: households and visits. The same selectors and services as the pages."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actor import actor_of
from accounts.doors import Needs
from common.dates import business_today
from households import field_groups, selectors, services
from households.filters import HouseholdFilter, VisitFilter
from households.models import Household, Visit
from households.serializers import HouseholdDetailOut, HouseholdOut, VisitBriefOut, VisitIn, VisitOut

VIEW = "households.view"


class HouseholdList(generics.ListAPIView):
    """Living households of the caller's area."""

    permission_classes = (Needs,)
    permission = VIEW
    serializer_class = HouseholdOut
    filterset_class = HouseholdFilter

    def get_queryset(self) -> QuerySet[Household]:
        return selectors.household_list(actor=actor_of(self.request)).select_related("village")


class HouseholdDetail(generics.RetrieveAPIView):
    """One household with its members; numbers masked, groups of fields the caller lacks absent."""

    permission_classes = (Needs,)
    permission = VIEW
    serializer_class = HouseholdDetailOut

    def get_object(self) -> Household:
        return selectors.household_get(actor=actor_of(self.request), pk=self.kwargs["pk"])

    def get_serializer_context(self) -> dict[str, Any]:
        groups: frozenset[str] = (
            frozenset() if getattr(self, "swagger_fake_view", False) else _groups(self.request)
        )
        return {**super().get_serializer_context(), "groups": groups, "today": business_today()}


def _groups(request: Request) -> frozenset[str]:
    return actor_of(request).scope(VIEW).field_groups


class VisitList(generics.ListCreateAPIView):
    """Visits of the caller's area, and recording one."""

    permission_classes = (Needs,)
    permission = {"GET": VIEW, "POST": "households.record_visit"}  # noqa: RUF012 - DRF reads class attributes
    filterset_class = VisitFilter

    def get_queryset(self) -> QuerySet[Visit]:
        return selectors.visit_list(actor=actor_of(self.request))

    def get_serializer_class(self) -> Any:
        if self.request.method == "POST":
            return VisitIn
        if getattr(self, "swagger_fake_view", False) or field_groups.sees_all(_groups(self.request)):
            return VisitOut
        return VisitBriefOut

    @extend_schema(
        request=VisitIn,
        responses={
            201: VisitOut,
            200: OpenApiResponse(VisitOut, description="the same visit was sent before"),
            409: OpenApiResponse(description="the uuid was used for a visit of other content"),
        },
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        body = VisitIn(data=request.data)
        body.is_valid(raise_exception=True)
        actor = actor_of(request)
        household = selectors.household_get(
            actor=actor, pk=body.validated_data["household"], permission="households.record_visit"
        )
        visit, created = services.visit_record(actor=actor, household=household, entry=body.entry())
        return Response(VisitOut(visit).data, status=201 if created else 200)


urlpatterns = [
    path("households/", HouseholdList.as_view(), name="household-list"),
    path("households/<int:pk>/", HouseholdDetail.as_view(), name="household-detail"),
    path("visits/", VisitList.as_view(), name="visit-list"),
]
