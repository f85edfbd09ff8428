"""Pages of this room."""

from django.urls import path

from proceedings import urls_posting
from proceedings.views import households, lists, page

app_name = "proceedings"
urlpatterns = [
    path("", lists.proceeding_list, name="proceeding-list"),
    path("<int:pk>/", page.proceeding_detail, name="proceeding-detail"),
    path("<int:pk>/act/", page.proceeding_act, name="proceeding-act"),
    path("<int:pk>/papers/", page.proceeding_paper, name="proceeding-paper"),
    path("<int:pk>/print/", page.proceeding_print, name="proceeding-print"),
    path("households/<int:pk>/open/", households.household_open, name="household-open"),
    path("households/<int:pk>/rollback/", households.household_rollback, name="household-rollback"),
    path("households/<int:pk>/story/", households.household_story, name="household-story"),
    path("cases/<int:pk>/panel/", households.case_panel, name="case-panel"),
    path("villages/open/", households.village_open, name="village-open"),
    *urls_posting.urlpatterns,
]
