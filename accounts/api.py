"""Nothing of this room is open to programs: accounts are managed on screens."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
