"""One include per app for pages, one for /api/v1/, health at the root."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

import accounts.api
import exchange.api
import funds.api
import households.api
import monitoring.api
import policies.api
import proceedings.api
import projects.api
import reporting.api
import villages.api
from accounts.views.home import home
from accounts.views.session import admin_login
from households.views.offline import service_worker
from poverty import health

# Roles are our own; Django's groups decide nothing here and would only mislead.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)

api_v1 = [
    *accounts.api.urlpatterns,
    *villages.api.urlpatterns,
    *policies.api.urlpatterns,
    *exchange.api.urlpatterns,
    *households.api.urlpatterns,
    *projects.api.urlpatterns,
    *funds.api.urlpatterns,
    *monitoring.api.urlpatterns,
    *proceedings.api.urlpatterns,
    *reporting.api.urlpatterns,
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
]
urlpatterns = [
    path("", home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("sw.js", service_worker, name="service-worker"),
    path("accounts/", include("accounts.urls")),
    path("villages/", include("villages.urls")),
    path("policies/", include("policies.urls")),
    path("exchange/", include("exchange.urls")),
    path("households/", include("households.urls")),
    path("projects/", include("projects.urls")),
    path("funds/", include("funds.urls")),
    path("monitoring/", include("monitoring.urls")),
    path("proceedings/", include("proceedings.urls")),
    path("apply/", include("proceedings.urls_apply")),
    path("reporting/", include("reporting.urls")),
    path("api/v1/", include((api_v1, "api"))),
    path("admin/login/", admin_login),
    path("admin/", admin.site.urls),
]
handler400 = "accounts.errors.bad_request"
handler403 = "accounts.errors.forbidden"
handler404 = "accounts.errors.not_found"
handler500 = "accounts.errors.server_error"
