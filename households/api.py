"""Doors for programs, below /api/v1/: households and visits. The same selectors and services as the pages."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actor import Actor, actor_of
from accounts.doors import Needs
from common.dates import business_today
from common.errors import Conflict
from households import field_groups, selectors, services
from households.filters import HouseholdFilter, VisitFilter
from households.models import Household, Visit
from households.selectors.day_lists import HOURS, form_words
from households.serializers import (
    HouseholdDetailOut,
    HouseholdOut,
    PhotoIn,
    PhotoOut,
    VisitBriefOut,
    VisitIn,
    VisitOut,
)
from households.views.areas import area_of

VIEW, RECORD = "households.view", "households.record_visit"


def _queued_by(request: Request, actor: Actor) -> None:
    """A phone that several people use names whose item it sends; it never goes in under another name."""
    whose = request.headers.get("X-Queued-By", "")
    if whose and whose != str(actor.user_id):
        raise Conflict("这一条由另一位用户填写，请由本人登录后上传。", code="other_user")


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
        _queued_by(request, actor)
        household = selectors.household_get(
            actor=actor, pk=body.validated_data["household"], permission="households.record_visit"
        )
        visit, created = services.visit_record(actor=actor, household=household, entry=body.entry())
        return Response(VisitOut(visit).data, status=201 if created else 200)


class VisitPhotoList(APIView):
    """Adds a photo to a visit; the visit is named by its own uuid."""

    permission_classes = (Needs,)
    permission = {"POST": RECORD}  # noqa: RUF012 - DRF reads class attributes
    parser_classes = (MultiPartParser,)

    @extend_schema(
        request={"multipart/form-data": PhotoIn},
        responses={
            201: PhotoOut,
            200: OpenApiResponse(PhotoOut, description="the same photo was sent before"),
            409: OpenApiResponse(description="the uuid was used for another photo"),
        },
    )
    def post(self, request: Request, uuid: Any) -> Response:
        actor = actor_of(request)
        _queued_by(request, actor)
        visit = selectors.visit_by_uuid(actor=actor, uuid=uuid, permission=RECORD)
        body = PhotoIn(data=request.data)
        body.is_valid(raise_exception=True)
        photo, created = services.visit_photo_add(
            actor=actor,
            visit=visit,
            uuid=body.validated_data["uuid"],
            source=body.validated_data["file"].read(),
        )
        return Response(PhotoOut(photo).data, status=201 if created else 200)


class DayListView(APIView):
    """What a field worker takes along: no number of a person, no account, no free text. The download is audited."""

    permission_classes = (Needs,)
    permission = RECORD

    @extend_schema(
        operation_id="day_list", parameters=[OpenApiParameter("area", str)], responses=OpenApiTypes.OBJECT
    )
    @method_decorator(never_cache)
    def get(self, request: Request) -> Response:
        today = business_today()
        found = selectors.day_list(actor=actor_of(request), area=area_of(request), today=today)
        words = {"rows": found.rows, "total": found.total, "villages": found.villages, "keep_hours": HOURS}
        return Response(words | form_words(today))


urlpatterns = [
    path("day-list/", DayListView.as_view(), name="day-list"),
    path("visits/<uuid:uuid>/photos/", VisitPhotoList.as_view(), name="visit-photos"),
    path("households/", HouseholdList.as_view(), name="household-list"),
    path("households/<int:pk>/", HouseholdDetail.as_view(), name="household-detail"),
    path("visits/", VisitList.as_view(), name="visit-list"),
]
