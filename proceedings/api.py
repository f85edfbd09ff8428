"""Doors for programs, below /api/v1/: none yet; the pages are the doors of this room."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
