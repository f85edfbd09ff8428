"""Pages of projects."""

from django.urls import path

from projects import views

app_name = "projects"
urlpatterns = [
    path("", views.project_list, name="project-list"),
    path("new/", views.project_create, name="project-create"),
    path("<int:pk>/", views.project_detail, name="project-detail"),
    path("<int:pk>/edit/", views.project_edit, name="project-edit"),
    path("<int:pk>/milestones/", views.milestone_record, name="milestone-record"),
    path("<int:pk>/beneficiaries/", views.beneficiary_add, name="beneficiary-add"),
    path("<int:pk>/beneficiaries/<int:row>/end/", views.beneficiary_end, name="beneficiary-end"),
    path("<int:pk>/fail/", views.project_fail, name="project-fail"),
    path("households/<int:pk>/panel/", views.household_panel, name="household-panel"),
]
