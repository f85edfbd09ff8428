"""Pages of applications, codes, notices, objections and exit standards."""

from django.urls import path

from proceedings.views import codes, desk, notices, objections

urlpatterns = [
    path("applications/", desk.application_list, name="application-list"),
    path("applications/new/", desk.application_enter, name="application-enter"),
    path("applications/<int:pk>/", desk.application_detail, name="application-detail"),
    path("applications/<int:pk>/take/", desk.application_take, name="application-take"),
    path("applications/<int:pk>/register/", desk.application_take_new, name="application-take-new"),
    path(
        "applications/<int:pk>/merge/<int:proceeding_pk>/", desk.application_merge, name="application-merge"
    ),
    path("applications/<int:pk>/decline/", desk.application_decline, name="application-decline"),
    path("applications/<int:pk>/numbers/<slug:field>/", desk.application_number, name="application-number"),
    path("codes/", codes.code_list, name="code-list"),
    path("codes/villages/<str:code>/renew/", codes.code_renew, name="code-renew"),
    path("codes/places/<str:code>/fill/", codes.codes_fill, name="codes-fill"),
    path("codes/places/<str:code>/number/", codes.local_number, name="local-number"),
    path("codes/<int:pk>/revoke/", codes.code_revoke, name="code-revoke"),
    path("codes/<int:pk>/poster/", codes.code_poster, name="code-poster"),
    path("codes/<int:pk>/code.svg", codes.code_image, name="code-image"),
    path("notices/", notices.notice_list, name="notice-list"),
    path("notices/new/<str:code>/<slug:form>/<slug:kind>/", notices.notice_new, name="notice-new"),
    path("notices/<int:pk>/", notices.notice_detail, name="notice-detail"),
    path("notices/<int:pk>/print/", notices.notice_print, name="notice-print"),
    path("notices/<int:pk>/word/", notices.notice_word, name="notice-word"),
    path("notices/<int:pk>/photos/", notices.notice_photo, name="notice-photo"),
    path("notices/<int:pk>/down/", notices.notice_down, name="notice-down"),
    path("notices/<int:pk>/withdraw/", notices.notice_withdraw, name="notice-withdraw"),
    path("<int:pk>/notices/", notices.notices_slot, name="notices"),
    path("<int:pk>/objections/", objections.objections_slot, name="objections"),
    path("<int:pk>/objections/new/", objections.objection_record, name="objection-record"),
    path("objections/<int:pk>/settle/", objections.objection_settle, name="objection-settle"),
    path("objections/<int:pk>/number/", objections.objection_number, name="objection-number"),
    path("<int:pk>/checklist/", objections.checklist_slot, name="checklist"),
    path("<int:pk>/checklist/mark/", objections.check_mark, name="check-mark"),
]
