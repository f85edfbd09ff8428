"""Pages of this room."""

from django.urls import path

from households.views import edit, lists, offline, page, visit

app_name = "households"
urlpatterns = [
    path("", lists.household_list, name="household-list"),
    path("visits/", lists.visit_list, name="visit-list"),
    path("visits/hand-in/", offline.visits_hand_in, name="visits-hand-in"),
    path("visits/photos/<uuid:uuid>/", visit.photo_serve, name="visit-photo"),
    path("offline/", offline.offline_page, name="offline"),
    path("visits/<int:pk>/", visit.visit_detail, name="visit-detail"),
    path("measures/", lists.measure_list, name="measure-list"),
    path("measures/<int:pk>/", edit.measure_edit, name="measure-edit"),
    path("new/", edit.household_register, name="household-register"),
    path("<int:pk>/", page.household_detail, name="household-detail"),
    path("<int:pk>/members/", page.members_panel, name="members-panel"),
    path("<int:pk>/incomes/", page.incomes_panel, name="incomes-panel"),
    path("<int:pk>/measures/", page.measures_panel, name="measures-panel"),
    path("<int:pk>/visits/", page.visits_panel, name="visits-panel"),
    path("<int:pk>/changes/", page.changes_panel, name="changes-panel"),
    path("<int:pk>/numbers/<slug:field>/", page.household_number, name="household-number"),
    path("<int:pk>/members/<int:person_pk>/numbers/<slug:field>/", page.person_number, name="person-number"),
    path("<int:pk>/visits/new/", visit.visit_record, name="visit-record"),
    path("<int:pk>/edit/", edit.household_edit, name="household-edit"),
    path("<int:pk>/members/new/", edit.member_add, name="member-add"),
    path("<int:pk>/members/<int:person_pk>/", edit.person_edit, name="person-edit"),
    path("<int:pk>/members/<int:person_pk>/leave/", edit.member_leave, name="member-leave"),
    path("<int:pk>/members/<int:person_pk>/situation/", edit.situation_record, name="person-situation"),
    path("<int:pk>/living/", edit.living_record, name="living-record"),
    path("<int:pk>/guarantees/<slug:kind>/", edit.guarantee_record, name="guarantee-record"),
    path("<int:pk>/statuses/<slug:dimension>/", edit.status_set, name="status-set"),
    path("<int:pk>/helper/", edit.helper_assign, name="helper-assign"),
    path("<int:pk>/safety-nets/new/", edit.safety_net_open, name="safety-net-open"),
    path("<int:pk>/safety-nets/<int:spell_pk>/close/", edit.safety_net_close, name="safety-net-close"),
    path("<int:pk>/events/new/", edit.event_record, name="event-record"),
    path("<int:pk>/events/<int:event_pk>/resolve/", edit.event_resolve, name="event-resolve"),
    path("<int:pk>/incomes/new/", edit.income_save, name="income-save"),
    path("<int:pk>/measures/new/", edit.measure_add, name="measure-add"),
]
