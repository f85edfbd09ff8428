"""Departments' lists: the calendar, handing a file in, its columns, its rows, the comparison, the feedback file."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError, PasswordNeeded
from common.forms import refused
from exchange.files import XLSX
from monitoring.departments.feedback import feedback_write
from monitoring.departments.forms import BatchUploadForm, MappingForm
from monitoring.departments.models import DepartmentBatch, DepartmentDifference
from monitoring.selectors import departments, quality
from monitoring.services import departments as services

VIEW, UPLOAD = departments.VIEW, departments.UPLOAD
SHOWN = 200


@require_safe
@needs(VIEW)
def department_home(request: Any) -> HttpResponse:
    """Which department owes which list, what has come, what is late; then the newest batches."""
    actor, today = request.actor, business_today()
    owed, unpublished = [], ""
    try:
        owed = departments.calendar(actor=actor, day=today)
    except DomainError as refusal:
        unpublished = refusal.sentence
    may_upload = actor.may(UPLOAD)
    batches = list(departments.batch_list(actor=actor)[:20]) if may_upload else []
    context = {
        "owed": owed, "unpublished": unpublished, "may_upload": may_upload, "batches": batches, "today": today,
        "late": sum(one.is_late for one in owed), "came": sum(one.batch is not None for one in owed),
        "counts": departments.state_counts(actor=actor, filters=departments.DifferenceFilters()),
    }  # fmt: skip
    return render(request, "monitoring/department_home.html", context)


@require_http_methods(["GET", "POST"])
@needs(UPLOAD)
def department_upload(request: Any) -> HttpResponse:
    actor = request.actor
    try:
        asked = {name: request.GET[name] for name in ("listing", "period") if name in request.GET}
        form = BatchUploadForm(request.POST or None, request.FILES or None, actor=actor, initial=asked)
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
        return redirect("monitoring:department-home")
    if request.method == "POST" and form.is_valid():
        try:
            county = departments.county_of(actor, UPLOAD)
            batch, created = services.batch_accept(actor=actor, county=county, entry=form.entry())
        except DomainError as refusal:
            refused(form, refusal)
        else:
            if not created:
                messages.info(request, "同一文件已经收到过，没有作任何改动。")
            mapping = batch.stage == DepartmentBatch.Stage.MAPPING
            return redirect(
                "monitoring:department-mapping" if mapping else "monitoring:department-batch", batch.pk
            )
    status = 422 if form.is_bound else 200
    return render(request, "monitoring/department_upload.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@needs(UPLOAD)
def department_mapping(request: Any, pk: int) -> HttpResponse:
    """Which header of the file is which column; said once per list."""
    actor = request.actor
    batch = departments.batch_get(actor=actor, pk=pk)
    try:
        found, _ = departments.listings_seen(actor=actor, day=business_today(), permission=UPLOAD)
        page = departments.mapping_page(batch=batch, columns=found.get(batch.listing).columns)
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
        return redirect("monitoring:department-home")
    form = MappingForm(request.POST or None, page=page)
    if request.method == "POST" and form.is_valid():
        try:
            services.batch_map(actor=actor, pk=pk, mapping=form.entry())
        except DomainError as refusal:
            refused(form, refusal)
        else:
            return redirect("monitoring:department-batch", pk)
    context = {"batch": batch, "form": form, "page": page}
    return render(
        request, "monitoring/department_mapping.html", context, status=422 if form.is_bound else 200
    )


@require_safe
@needs(UPLOAD)
def department_batch(request: Any, pk: int) -> HttpResponse:
    """One batch: what was read, what waits for an answer, what was refused, and after comparing what differs."""
    actor = request.actor
    batch = departments.batch_get(actor=actor, pk=pk)
    done = departments.progress(actor=actor, batch=batch) if batch.compared_at else []
    names = quality.names_of([one.code for one in done])
    faults = batch.faults.all()
    context = {
        "batch": batch, "matches": departments.match_counts(batch), "may_full": actor.may("exchange.export_full"),
        "proposals": list(departments.proposals(batch)[:SHOWN]) if not batch.compared_at else [],
        "faults": list(faults[:SHOWN]), "ready": batch.stage == "read" and batch.state == "done",
        "unfinished": sum(one.unfinished for one in done), "total": sum(one.total for one in done),
        "progress": [(one, names.get(one.code, one.code) if len(one.code) == 9 else "未匹配到户（县级办理）") for one in done],
        "kinds": _kinds(batch), "finished": sum(one.done for one in done),
    }  # fmt: skip
    return render(request, "monitoring/department_batch.html", context)


KINDS = DepartmentDifference.Kind.choices
CLUE = DepartmentDifference.Kind.CLUE


def _kinds(batch: DepartmentBatch) -> list[tuple[str, int, str]]:
    """The kinds a list of its sort can have, with their counts: clues, or differences both ways."""
    found = batch.result.get("differences", {})
    known = (
        [code for code, _ in KINDS if (code == CLUE) == (CLUE in found)]
        if found
        else [code for code, _ in KINDS]
    )
    return [(label, found.get(code, 0), code) for code, label in KINDS if code in known]


@require_safe
@needs(UPLOAD)
def department_status(request: Any, pk: int) -> HttpResponse:
    """The part that polls itself until the work is over."""
    batch = departments.batch_get(actor=request.actor, pk=pk)
    return render(request, "monitoring/_department_status.html", {"batch": batch})


@require_POST
@needs(UPLOAD)
def department_match(request: Any, pk: int) -> HttpResponse:
    """Ticked proposals are the same person, or are not."""
    departments.batch_get(actor=request.actor, pk=pk)
    rows = [
        int(one)
        for one in request.POST.getlist("pick")[:5000]
        if one.isascii() and one.isdigit() and len(one) < 19
    ]
    try:
        count = services.proposals_settle(
            actor=request.actor, pk=pk, rows=rows, same=request.POST.get("answer") == "same"
        )
        messages.success(request, f"已办理 {count} 行。")
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    return redirect("monitoring:department-batch", pk)


@require_POST
@needs(UPLOAD)
def department_compare(request: Any, pk: int) -> HttpResponse:
    departments.batch_get(actor=request.actor, pk=pk)
    try:
        services.batch_compare(actor=request.actor, pk=pk)
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    return redirect("monitoring:department-batch", pk)


@require_POST
@needs(UPLOAD)
@never_cache
def department_feedback(request: Any, pk: int) -> HttpResponse | FileResponse:
    """The rows they sent with our findings beside, as a download."""
    departments.batch_get(actor=request.actor, pk=pk)
    full, reason = bool(request.POST.get("full")), request.POST.get("reason", "")
    here = reverse("monitoring:department-batch", args=[pk])
    try:
        made = feedback_write(actor=request.actor, pk=pk, full=full, reason=reason)
    except PasswordNeeded:
        messages.info(request, "导出未脱敏表格前请再次输入密码，随后再点一次“生成反馈表”。")
        return redirect(f"{reverse('accounts:password-recheck')}?next={quote(here)}")
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
        return redirect(here)
    source = made.path.open("rb")
    made.path.unlink()  # the open handle keeps the bytes until they are sent
    response = FileResponse(source, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(made.name)}"
    return response
