"""The product's addresses and one empty page behind the same login."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from poverty.urls import *  # noqa: F403
from poverty.urls import urlpatterns as product


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("bench-empty/", empty), *product]
