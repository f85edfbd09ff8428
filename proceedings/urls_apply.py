"""The open pages below /apply/."""

from django.urls import path

from proceedings.views import apply

app_name = "apply"
urlpatterns = [
    path("", apply.apply_about, name="about"),
    path("status/", apply.apply_status, name="status"),
    path("sent/<str:signed>/", apply.apply_sent, name="sent"),
    path("<slug:token>/", apply.apply_form, name="form"),
]
