"""One include per app for pages, one for /api/v1/, health at the root."""

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
]
