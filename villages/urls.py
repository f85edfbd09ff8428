"""Pages of villages."""

from django.urls import path

from villages import views

app_name = "villages"
urlpatterns = [
    path("", views.division_list, name="division-list"),
    path("<str:code>/", views.division_detail, name="division-detail"),
    path("<str:code>/adjust/", views.division_adjust, name="division-adjust"),
    path("<str:code>/years/<int:year>/", views.village_year_edit, name="village-year-edit"),
]
