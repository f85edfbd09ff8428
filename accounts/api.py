"""Of this room programs see who they are; accounts themselves are managed on screens."""

from django.middleware.csrf import get_token
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actor import actor_of

SESSION = inline_serializer(
    "Session",
    {
        "id": serializers.IntegerField(),
        "name": serializers.CharField(),
        "username": serializers.CharField(),
        "csrf_token": serializers.CharField(),
    },
)


class Session(APIView):
    """Who is logged in, and a token for the posts of our own pages. 401 when nobody is; never a redirect."""

    @extend_schema(responses=SESSION)
    @method_decorator(never_cache)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        token = get_token(request._request)
        return Response(
            {"id": actor.user_id, "name": actor.display, "username": actor.username, "csrf_token": token}
        )


urlpatterns = [path("session/", Session.as_view(), name="session")]
