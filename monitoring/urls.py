"""Pages of this room."""

from django.urls import path

from monitoring.views import (
    cases,
    departments,
    differences,
    funds,
    quality,
    rectifications,
    risks,
    runs,
    whatif,
)

app_name = "monitoring"
urlpatterns = [
    path("risks/", risks.risk_list, name="risk-list"),
    path("duties/", risks.duty_list, name="duty-list"),
    path("cases/<int:pk>/", cases.case_detail, name="case-detail"),
    path("cases/<int:pk>/decide/", cases.case_decide, name="case-decide"),
    path("cases/<int:pk>/settle/", cases.case_settle, name="case-settle"),
    path("cases/<int:pk>/assign/", cases.case_assign, name="case-assign"),
    path("households/<int:pk>/panel/", risks.household_panel, name="household-panel"),
    path("households/<int:pk>/timeline/", risks.household_timeline, name="household-timeline"),
    path("funds/", funds.fund_check, name="fund-check"),
    path("funds/start/", funds.fund_check_start, name="fund-check-start"),
    path("findings/<int:pk>/rectify/", funds.finding_rectify, name="finding-rectify"),
    path("rectifications/", rectifications.rectification_list, name="rectification-list"),
    path("rectifications/new/", rectifications.rectification_open, name="rectification-open"),
    path("rectifications/<int:pk>/", rectifications.rectification_detail, name="rectification-detail"),
    path("rectifications/<int:pk>/act/", rectifications.rectification_act, name="rectification-act"),
    path("runs/", runs.run_list_page, name="run-list"),
    path("runs/new/", runs.run_start, name="run-start"),
    path("runs/bell/", runs.bell, name="bell"),
    path("runs/<int:pk>/", runs.run_detail, name="run-detail"),
    path("runs/<int:pk>/status/", runs.run_status, name="run-status"),
    path("whatif/", whatif.whatif, name="whatif"),
    path("whatif/facts/", whatif.whatif_facts, name="whatif-facts"),
    path("data/", quality.quality_home, name="quality-home"),
    path("data/faults/", quality.fault_list, name="fault-list"),
    path("data/faults/<int:pk>/exempt/", quality.fault_exempt, name="fault-exempt"),
    path("data/exemptions/", quality.exemption_list, name="exemption-list"),
    path("data/exemptions/<int:pk>/end/", quality.exemption_end, name="exemption-end"),
    path("data/rules/", quality.check_list, name="check-list"),
    path("data/runs/", quality.quality_runs, name="quality-run-list"),
    path("data/runs/new/", quality.quality_start, name="quality-start"),
    path("data/runs/<int:pk>/status/", quality.quality_status, name="quality-status"),
    path("departments/", departments.department_home, name="department-home"),
    path("departments/upload/", departments.department_upload, name="department-upload"),
    path("departments/batches/<int:pk>/", departments.department_batch, name="department-batch"),
    path("departments/batches/<int:pk>/columns/", departments.department_mapping, name="department-mapping"),
    path("departments/batches/<int:pk>/status/", departments.department_status, name="department-status"),
    path("departments/batches/<int:pk>/match/", departments.department_match, name="department-match"),
    path("departments/batches/<int:pk>/compare/", departments.department_compare, name="department-compare"),
    path(
        "departments/batches/<int:pk>/feedback/", departments.department_feedback, name="department-feedback"
    ),
    path("departments/differences/", differences.difference_list, name="difference-list"),
    path("departments/differences/bulk/", differences.difference_bulk, name="difference-bulk"),
    path("departments/differences/<int:pk>/", differences.difference_detail, name="difference-detail"),
]
