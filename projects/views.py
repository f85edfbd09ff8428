"""Pages of projects."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError, NotFound
from common.htmx import render_page
from common.keyset import page_of
from common.text import clean
from households.selectors import household_get, household_list
from projects import rules, selectors, services
from projects.forms import (
    BeneficiaryForm,
    EndForm,
    FailForm,
    MilestoneForm,
    ProjectFilterForm,
    ProjectForm,
    refused,
)
from projects.models import Project

VIEW, EDIT, MILESTONE = "projects.view", "projects.edit", "projects.record_milestone"


@require_safe
@needs(VIEW)
def project_list(request: Any) -> HttpResponse:
    today = business_today()
    form = ProjectFilterForm(request.GET, actor=request.actor)
    found = selectors.project_list(actor=request.actor, given=form.given(), as_of=today)
    page = page_of(selectors.with_stages(found), request.GET.get("after"), count=found)
    context = {
        "form": form,
        "page": page,
        "rows": [(row, selectors.stage_views_of(row, today)) for row in page.rows],
        "may_edit": request.actor.may(EDIT),
    }
    return render_page(request, "projects/list.html", "projects/_table.html", context)


def _undone(project: Project) -> list[str]:
    """The stages a form may record, the next one first; those done already may be corrected."""
    stages = selectors.stages_of(project)
    kinds = [kind for kind in rules.STAGES if kind in stages]
    return [k for k in kinds if stages[k].done_on is None] + [
        k for k in kinds if stages[k].done_on is not None
    ]


def _detail(request: Any, pk: int, **bound: Any) -> HttpResponse:
    """The project page; `bound` holds the form that was refused, to be shown again with what was typed."""
    project = selectors.project_get(actor=request.actor, pk=pk)
    today = business_today()
    kinds = _undone(project)
    context = {
        "project": project,
        "stages": selectors.stage_views_of(project, today),
        "milestones": {row.kind: row for row in project.milestones.all()},
        "beneficiaries": page_of(
            selectors.beneficiary_list(actor=request.actor, project=project), None, size=200
        ),
        "may_edit": request.actor.may(EDIT, at=project.scope_code),
        "may_record": request.actor.may(MILESTONE, at=project.scope_code),
        "sees_money": request.actor.may("funds.view", at=project.scope_code),
        "milestone_form": MilestoneForm(kinds=kinds, initial={"kind": kinds[0], "done_on": today})
        if kinds
        else None,
        "beneficiary_form": BeneficiaryForm(initial={"effective_from": today}),
        "end_form": EndForm(initial={"on": today}, prefix="end"),
        "fail_form": FailForm(initial={"on": today}, prefix="fail"),
    }
    return render(request, "projects/detail.html", context | bound, status=422 if bound else 200)


@require_safe
@needs(VIEW)
def project_detail(request: Any, pk: int) -> HttpResponse:
    return _detail(request, pk)


@require_http_methods(["GET", "POST"])
@needs(EDIT)
def project_create(request: Any) -> HttpResponse:
    form = ProjectForm(request.POST or None, actor=request.actor, initial={"year": business_today().year})
    if request.method == "POST" and form.is_valid():
        try:
            project = services.project_create(actor=request.actor, given=form.given())
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, f"项目“{project.name}”已登记。")
            return redirect("projects:project-detail", project.pk)
    return render(request, "projects/form.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@needs(EDIT)
def project_edit(request: Any, pk: int) -> HttpResponse:
    project = selectors.project_get(actor=request.actor, pk=pk)
    form = ProjectForm(
        request.POST or None, actor=request.actor, project=project, initial=ProjectForm.initial_of(project)
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.project_edit(
                actor=request.actor,
                project=project,
                version=form.cleaned_data["version"] or 0,
                given=form.given(),
            )
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "已保存。")
            return redirect("projects:project-detail", pk)
    context = {"form": form, "project": project}
    return render(request, "projects/form.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(MILESTONE)
def milestone_record(request: Any, pk: int) -> HttpResponse:
    project = selectors.project_get(actor=request.actor, pk=pk)
    form = MilestoneForm(request.POST, request.FILES, kinds=_undone(project))
    if form.is_valid():
        try:
            row = services.milestone_record(
                actor=request.actor, project=project, given=form.given(), today=business_today()
            )
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, f"{row.get_kind_display()}日期已登记：{row.done_on}。")
            return redirect("projects:project-detail", pk)
    return _detail(request, pk, milestone_form=form)


@require_POST
@needs(MILESTONE)
def beneficiary_add(request: Any, pk: int) -> HttpResponse:
    project = selectors.project_get(actor=request.actor, pk=pk)
    form = BeneficiaryForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        found = household_list(actor=request.actor).filter(household_no=clean(values["household_no"])).first()
        try:
            if found is None:
                raise NotFound("没有这个户编号，或不在您的管辖范围内。", field="household_no")
            services.beneficiary_add(
                actor=request.actor, project=project, household=found, linkage=values["linkage"],
                on=values["effective_from"],
            )  # fmt: skip
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "受益户已登记。")
            return redirect("projects:project-detail", pk)
    return _detail(request, pk, beneficiary_form=form)


@require_POST
@needs(MILESTONE)
def beneficiary_end(request: Any, pk: int, row: int) -> HttpResponse:
    project = selectors.project_get(actor=request.actor, pk=pk)
    beneficiary = selectors.beneficiary_get(actor=request.actor, project=project, pk=row)
    form = EndForm(request.POST, prefix="end")
    if form.is_valid():
        try:
            services.beneficiary_end(actor=request.actor, beneficiary=beneficiary, on=form.cleaned_data["on"])
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "受益关系已截止。")
            return redirect("projects:project-detail", pk)
    return _detail(request, pk, end_form=form, ending=beneficiary.pk)


@require_POST
@needs(EDIT)
def project_fail(request: Any, pk: int) -> HttpResponse:
    project = selectors.project_get(actor=request.actor, pk=pk)
    form = FailForm(request.POST, prefix="fail")
    if form.is_valid():
        try:
            services.project_fail(
                actor=request.actor, project=project, today=business_today(), **form.cleaned_data
            )
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.warning(request, "项目已标记停产，受益户已列入风险排查。")
            return redirect("projects:project-detail", pk)
    return _detail(request, pk, fail_form=form)


@require_safe
@needs("households.view")
def household_panel(request: Any, pk: int) -> HttpResponse:
    """The tab 项目资金 of a household: what it benefits from."""
    household = household_get(actor=request.actor, pk=pk)
    today = business_today()
    rows = selectors.benefit_list(actor=request.actor, household_id=household.pk)
    mine = request.actor.scope(VIEW)
    context = {
        "household": household,
        "rows": [
            (row, selectors.stage_views_of(row.project, today), mine.covers(row.project.scope_code))
            for row in rows
        ],
    }
    return render(request, "projects/_household_panel.html", context)
