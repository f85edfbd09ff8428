"""Doors of monitoring."""

from datetime import date
from typing import Any

from exchange.models import StoredFile
from monitoring.models import (
    DataFault,
    DepartmentBatch,
    DepartmentDifference,
    FaultExemption,
    QualityRun,
    QuarterFreeze,
    Rectification,
    RiskCase,
    RiskSign,
    ScreeningRun,
)
from tests.access.matrix import Row, Scene
from tests.factories.households import make_helper, make_household

DAY = date(2020, 9, 20)


def run(s: Scene, code: str = "") -> ScreeningRun:
    return ScreeningRun.objects.create(
        key=f"row{code}", scope_code=code or s.world.township_a.code, as_of=DAY, state="done"
    )


def run_row(s: Scene) -> dict[str, Any]:
    return {"pk": run(s).pk}


def household(s: Scene) -> Any:
    row = make_household(s.world.village_a1)
    make_helper(row, s.cast.wang)
    return row


def house(s: Scene) -> dict[str, Any]:
    return {"pk": household(s).pk}


def a_case(s: Scene, state: str = "open") -> dict[str, Any]:
    row = household(s)
    case = RiskCase.objects.create(
        household=row, scope_code=row.scope_code, opened_on=DAY, due_on=DAY, state=state, opened_run=run(s)
    )
    return {"pk": case.pk}


def sign(s: Scene, **changes: Any) -> dict[str, Any]:
    values = {
        "rule_key": "F-1", "topic": "payment_late", "effect": "finding", "pack_code": "x", "pack_checksum": "x",
        "subject_kind": "fund_area", "subject_key": "division:411081100", "scope_code": s.world.township_a.code,
        "opened_on": DAY, "last_true_on": DAY, "opened_run": run(s),
    }  # fmt: skip
    return {"pk": RiskSign.objects.create(**(values | changes)).pk}


def problem(s: Scene) -> dict[str, Any]:
    row = Rectification.objects.create(
        number="WT-1", source="audit", unit="某单位", division=s.world.township_a, scope_code=s.world.township_a.code,
        description="问题", found_on=DAY, due_on=DAY,
    )  # fmt: skip
    return {"pk": row.pk}


def data_run(s: Scene, code: str = "") -> QualityRun:
    return QualityRun.objects.create(
        key=f"data{code}", scope_code=code or s.world.township_a.code, as_of=DAY, state="done"
    )


def data_fault(s: Scene) -> dict[str, Any]:
    row = household(s)
    fault = DataFault.objects.create(
        rule_key="DQ-1001", severity="error", subject_kind="household", subject_id=row.pk, subject_key=f"household:{row.pk}",
        household=row, scope_code=row.scope_code, found_on=DAY, found_run=data_run(s),
    )  # fmt: skip
    return {"pk": fault.pk}


def exemption(s: Scene) -> dict[str, Any]:
    row = FaultExemption.objects.create(
        rule_key="DQ-1001", scope_code=s.world.village_a1.code, reason="情况属实", until=DAY
    )
    return {"pk": row.pk}


def a_list() -> StoredFile:
    return StoredFile.objects.create(
        name="名单.csv", path="no/such.csv", sha256="0" * 64, size=1, content_type="text/csv", kind="department", scope_code="411081",
    )  # fmt: skip


def department_batch(s: Scene, stage: str = "read") -> DepartmentBatch:
    return DepartmentBatch.objects.create(
        key="department", listing="safety_net", title="低保名单", department="民政", group="safety_net", scope_code=s.world.township_a.code,
        period="2020Q3", period_end=DAY, as_of=DAY, stage=stage, state="done", sha256="0" * 64,
        file=a_list(),
    )  # fmt: skip


def batch_row(s: Scene) -> dict[str, Any]:
    return {"pk": department_batch(s).pk}


def difference(s: Scene) -> dict[str, Any]:
    row = household(s)
    found = DepartmentDifference.objects.create(
        batch=department_batch(s), kind="ours_only", subject_key=f"household:{row.pk}", household=row, listing="safety_net",
        group="safety_net", scope_code=row.scope_code, net_kind="rural_allowance",
    )  # fmt: skip
    return {"pk": found.pk}


def freeze(s: Scene) -> dict[str, Any]:
    """Of the whole county: everybody in it reads the figures of his own area."""
    made = ScreeningRun.objects.create(
        key="freeze",
        kind="freeze",
        scope_code="411081",
        as_of=DAY,
        quarter="2020Q2",
        state="done",
        is_acting=False,
    )
    return {"pk": QuarterFreeze.objects.create(scope_code="411081", quarter="2020Q2", run=made).pk}


ROWS = [
    Row("monitoring:freeze-list", "reporting.view"),
    Row("monitoring:freeze-start", "monitoring.freeze_quarter", method="post"),
    Row("monitoring:freeze-detail", "reporting.view", kwargs=freeze, scoped=False),
    Row("monitoring:freeze-status", "reporting.view", kwargs=freeze, scoped=False),
    Row("monitoring:freeze-lift", "monitoring.freeze_quarter", method="post", kwargs=freeze, data={"reason": "重新封库"}),
    Row("monitoring:freeze-again", "monitoring.freeze_quarter", method="post", kwargs=freeze),
    Row("monitoring:freeze-difference", "reporting.view", kwargs=freeze, scoped=False),
    Row("monitoring:freeze-export", "exchange.export", method="post", kwargs=freeze, scoped=False),
    Row("monitoring:rule-names", "reporting.view"),
    Row("monitoring:rule-names-refresh", "monitoring.run_screening", method="post"),
    Row("monitoring:rule-names-export", "exchange.export", method="post"),
    Row("api:freeze-list", "reporting.view"),
    Row("api:freeze-detail", "reporting.view", kwargs=freeze, scoped=False),
    Row("monitoring:department-home", "monitoring.view"),
    Row("monitoring:department-upload", "monitoring.upload_department"),
    Row("monitoring:department-upload", "monitoring.upload_department", method="post"),
    Row("monitoring:department-batch", "monitoring.upload_department", kwargs=batch_row),
    Row("monitoring:department-mapping", "monitoring.upload_department", kwargs=batch_row),
    Row("monitoring:department-mapping", "monitoring.upload_department", method="post", kwargs=batch_row),
    Row("monitoring:department-status", "monitoring.upload_department", kwargs=batch_row),
    Row("monitoring:department-match", "monitoring.upload_department", method="post", kwargs=batch_row),
    Row("monitoring:department-compare", "monitoring.upload_department", method="post", kwargs=batch_row),
    Row("monitoring:department-feedback", "monitoring.upload_department", method="post", kwargs=batch_row),
    Row("monitoring:difference-list", "monitoring.view"),
    Row("monitoring:difference-bulk", "monitoring.work_difference", method="post"),
    Row("monitoring:difference-detail", "monitoring.work_difference", kwargs=difference),
    Row("monitoring:difference-detail", "monitoring.work_difference", method="post", kwargs=difference),
    Row("monitoring:quality-home", "monitoring.view"),
    Row("monitoring:fault-list", "monitoring.view"),
    Row("monitoring:fault-exempt", "monitoring.exempt_fault", kwargs=data_fault),
    Row("monitoring:fault-exempt", "monitoring.exempt_fault", method="post", kwargs=data_fault),
    Row("monitoring:handover-list", "monitoring.view"),
    Row("monitoring:handover-new", "monitoring.run_screening"),
    Row("monitoring:handover-new", "monitoring.run_screening", method="post"),
    Row("monitoring:exemption-list", "monitoring.view"),
    Row("monitoring:exemption-end", "monitoring.exempt_fault", method="post", kwargs=exemption),
    Row("monitoring:check-list", "monitoring.view"),
    Row("monitoring:quality-run-list", "monitoring.view"),
    Row("monitoring:quality-start", "monitoring.run_screening"),
    Row("monitoring:quality-status", "monitoring.view", kwargs=lambda s: {"pk": data_run(s).pk}),
    Row("monitoring:risk-list", "monitoring.view"),
    Row("monitoring:duty-list", "monitoring.view"),
    Row("monitoring:case-detail", "monitoring.view", kwargs=a_case),
    Row("monitoring:case-decide", "monitoring.handle_case", method="post", kwargs=a_case),
    Row("monitoring:case-assign", "monitoring.handle_case", method="post", kwargs=a_case, data={"take": "yes"}),
    Row(
        "monitoring:case-settle", "households.set_status", method="post", kwargs=lambda s: a_case(s, "proposed"),
    ),
    Row("monitoring:household-panel", "monitoring.view", kwargs=house),
    Row("monitoring:household-timeline", "monitoring.view", kwargs=house),
    Row("monitoring:fund-check", "funds.view"),
    Row("monitoring:fund-check-start", "monitoring.check_funds", method="post"),
    Row("monitoring:finding-rectify", "monitoring.open_rectification", kwargs=sign),
    Row("monitoring:finding-rectify", "monitoring.open_rectification", method="post", kwargs=sign),
    Row("monitoring:rectification-list", "monitoring.view_rectification"),
    Row("monitoring:rectification-open", "monitoring.open_rectification"),
    Row("monitoring:rectification-detail", "monitoring.view_rectification", kwargs=problem),
    Row(
        "monitoring:rectification-act", "monitoring.work_rectification", method="post", kwargs=problem,
        data={"act": "start"},
    ),
    Row("monitoring:run-list", "monitoring.view_runs"),
    Row("monitoring:run-start", "monitoring.run_screening"),
    Row("monitoring:bell", "monitoring.view_runs"),
    Row("monitoring:run-detail", "monitoring.view_runs", kwargs=run_row),
    Row("monitoring:run-status", "monitoring.view_runs", kwargs=run_row),
    Row("monitoring:run-parts", "monitoring.view_runs", kwargs=run_row),
    Row("monitoring:whatif", "monitoring.run_screening"),
    Row("monitoring:whatif-facts", "monitoring.run_screening", method="post"),
    Row("api:sign-list", "monitoring.view"),
    Row("api:sign-detail", "monitoring.view", kwargs=sign),
]  # fmt: skip
