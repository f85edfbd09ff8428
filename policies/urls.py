"""Pages of this room."""

from django.urls import path

from policies import views

app_name = "policies"
urlpatterns = [
    path("", views.pack_list, name="list"),
    path("submit/", views.pack_submit, name="submit"),
    path("<int:pk>/", views.pack_detail, name="detail"),
    path("<int:pk>/publish/", views.pack_publish, name="publish"),
    path("<int:pk>/withdraw/", views.pack_withdraw, name="withdraw"),
]
