"""Projects, their stages and beneficiaries, grants, allocations and payments as rows."""

from datetime import date
from random import Random

from funds.models import Allocation, FundDocument, LedgerEntry, Payment
from poverty.demo import money, story
from poverty.demo.accounts import Staff
from poverty.demo.drafts import EventDraft, HouseholdDraft
from poverty.demo.plan import COUNTY, moment, stream
from poverty.demo.projects import ProjectDraft
from poverty.demo.writer import Counter, Writer
from projects.models import Beneficiary, Milestone, Project
from villages.models import Division

_TARGETS = {
    "collective": "项目收益归村集体，带动本村贫困户增收。",
    "industry": "带动贫困户务工、分红，户均增收 1000 元以上。",
}
_LINKAGE = {
    "collective": ("dividend",),
    "industry": ("wage", "dividend", "order", "rent"),
    "employment": ("wage", "service"),
}
APPROVED = date(2019, 12, 30)


def write_projects(writer: Writer, seed: int, projects: list[ProjectDraft], staff: Staff) -> None:
    next_project, next_stage = Counter(Project), Counter(Milestone)
    rows, stages = [], []
    for number, project in enumerate(projects, start=1):
        project.pk, project.code = next_project(), f"{COUNTY}2020{number:04d}"
        village, clerk = project.village, staff.clerks[project.village.township]
        contractor = (
            "" if project.kind in ("collective", "management_fee") else f"演示建设第{number % 17 + 1}公司"
        )
        unit = f"{village.township_name}政府" if project.kind != "management_fee" else "市扶贫办"
        rows.append((
            project.pk, project.code, project.name, project.kind, 2020, village.pk, village.code, project.planned_fen, unit,
            contractor, project.name.removesuffix("项目"), _TARGETS.get(project.kind, "改善生产生活条件。"),
            project.failed_on, 1, moment(APPROVED),
        ))  # fmt: skip
        for kind, (planned, done) in project.stages.items():
            recorded = moment(done or APPROVED, 17)
            stages.append(
                (
                    next_stage(),
                    project.pk,
                    kind,
                    planned,
                    done,
                    recorded,
                    clerk if done else None,
                    "现场核实" if done else "",
                )
            )
    writer.tracked(
        Project,
        ("id", "code", "name", "kind", "year", "village_id", "scope_code", "planned_fen", "unit", "contractor", "summary",
         "performance_target", "failed_on", "version", "created_at"),
        rows,
        lambda row: row[14],
    )  # fmt: skip
    writer.tracked(
        Milestone,
        ("id", "project_id", "kind", "planned_on", "done_on", "recorded_at", "recorded_by_id", "evidence"),
        stages,
        lambda row: row[5],
    )


def write_beneficiaries(
    writer: Writer, rng: Random, projects: list[ProjectDraft], homes: list[HouseholdDraft]
) -> None:
    """Households of the village; those of a failed venture lose what it promised."""
    by_village: dict[str, list[HouseholdDraft]] = {}
    for home in homes:
        by_village.setdefault(home.code, []).append(home)
    rows = []
    for project in projects:
        at_home = by_village.get(project.village.code, [])
        if project.kind == "management_fee":
            continue
        served = rng.sample(at_home, min(len(at_home), 5 if project.failed_on else rng.randrange(6, 16)))
        for home in served:
            linkage = rng.choice(_LINKAGE.get(project.kind, ("facility",)))
            rows.append((project.pk, home.pk, linkage, project.started_on or date(2020, 3, 20)))
            if project.failed_on:
                note = story.EVENT_NOTES["project_failed"][0]
                home.events.append(EventDraft(None, "project_failed", project.failed_on, None, note))
    writer.rows(Beneficiary, ("project_id", "household_id", "linkage", "effective_from"), rows)


def write_money(writer: Writer, seed: int, projects: list[ProjectDraft], staff: Staff) -> None:
    rng, grants = stream(seed, "money"), money.plan_grants()
    county = Division.objects.get(code=COUNTY)
    next_grant, next_allocation = Counter(FundDocument), Counter(Allocation)
    for grant in grants:
        grant.pk = next_grant()
    writer.tracked(
        FundDocument,
        ("id", "doc_number", "title", "level", "year", "issued_on", "amount_fen", "is_special", "basis", "county_id", "scope_code", "version"),
        [
            (g.pk, g.number, f"2020年{money.LEVEL_NAMES[g.level]}财政专项扶贫资金（演示）", g.level, 2020, g.issued_on, g.amount_fen, True,
             g.basis, county.pk, COUNTY, 1)
            for g in grants
        ],
        lambda row: moment(row[5]),
    )  # fmt: skip
    allocations = money.allocate(rng, grants, projects)
    for allocation in allocations:
        allocation.pk = next_allocation()
    writer.tracked(
        Allocation,
        ("id", "document_id", "project_id", "amount_fen", "allocated_on", "scope_code"),
        [
            (a.pk, a.grant.pk, a.project.pk, a.amount_fen, a.allocated_on, a.project.village.code)
            for a in allocations
        ],
        lambda row: moment(row[4]),
    )
    payments = money.plan_payments(rng, allocations)
    officers = staff.ids["officer1"], staff.ids["officer2"]
    rows, ledger = money.payment_rows(payments, Counter(Payment), staff.clerks, officers)
    writer.rows(Payment, money.PAYMENT, rows)
    writer.rows(LedgerEntry, money.LEDGER, ledger)
