"""Exports and imports of the person in front of the screen, and the one door through which files are given out."""

from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actor import actor_of
from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError, PasswordNeeded
from common.forms import refused
from common.htmx import render_page
from common.keyset import page_of
from exchange import selectors, services
from exchange.forms import ExportForm, UploadForm
from exchange.registry import sheet_get

SHOWN = 50


def _titled(runs: Any) -> list[Any]:
    """The runs with the title of their layout, for the tables."""
    found = list(runs[:SHOWN])
    for run in found:
        _title(run)
    return found


def _title(run: Any) -> None:
    spec = sheet_get(run.layout)
    run.title, run.personal = spec.title, spec.personal


# --- exports --------------------------------------------------------------------------------------------------------


def _export_page(request: Any, form: ExportForm, status: int = 200) -> HttpResponse:
    runs = _titled(selectors.export_list(actor=actor_of(request)))
    context = {"form": form, "runs": runs, "today": business_today()}
    return render_page(request, "exchange/exports.html", "exchange/_exports.html", context, status)


@require_safe
@needs("exchange.export")
def export_list(request: Any) -> HttpResponse:
    """My exports, and the form that asks for another; its fields may be filled by the address."""
    actor = actor_of(request)
    named = {
        name: request.GET[name] for name in ("layout", "scope_code", "reason", "as_of") if name in request.GET
    }
    form = ExportForm(actor=actor, initial=named | ({"full": True} if request.GET.get("full") else {}))
    return _export_page(request, form)


@require_POST
@needs("exchange.export")
def export_new(request: Any) -> HttpResponse:
    actor = actor_of(request)
    form = ExportForm(request.POST, actor=actor)
    if not form.is_valid():
        return render(request, "exchange/exports.html", _invalid(request, form), status=422)
    try:
        services.export_request(actor=actor, entry=form.entry())
    except PasswordNeeded:
        values = {name: value for name, value in request.POST.items() if name in form.fields and value}
        back = f"{reverse('exchange:export-list')}?{urlencode(values)}"
        messages.info(request, "导出未脱敏表格前请再次输入密码，随后再点一次“生成”。")
        return redirect(f"{reverse('accounts:password-recheck')}?{urlencode({'next': back})}")
    except DomainError as refusal:
        refused(form, refusal)
        return render(request, "exchange/exports.html", _invalid(request, form), status=422)
    messages.success(request, "已开始生成，完成后可在下面下载。")
    return redirect("exchange:export-list")


def _invalid(request: Any, form: ExportForm) -> dict[str, Any]:
    runs = _titled(selectors.export_list(actor=actor_of(request)))
    return {"form": form, "runs": runs, "today": business_today()}


@require_safe
@never_cache
@needs("exchange.export")
def export_state(request: Any, pk: int) -> HttpResponse:
    """The row of one export; asks again by itself until the run is closed."""
    run = selectors.export_get(actor=actor_of(request), export_id=pk)
    _title(run)
    return render(request, "exchange/_export_row.html", {"run": run})


# --- imports --------------------------------------------------------------------------------------------------------


@require_safe
@needs("exchange.import")
def import_list(request: Any) -> HttpResponse:
    actor = actor_of(request)
    batches = _titled(selectors.batch_list(actor=actor))
    return render(request, "exchange/imports.html", {"form": UploadForm(actor=actor), "batches": batches})


@require_POST
@needs("exchange.import")
def import_new(request: Any) -> HttpResponse:
    """Take the file in and lead to its preview; the same file again leads to the batch it already has."""
    actor = actor_of(request)
    form = UploadForm(request.POST, request.FILES, actor=actor)
    if form.is_valid():
        values, upload = form.cleaned_data, form.cleaned_data["file"]
        try:
            batch, created = services.upload_accept(
                actor=actor, upload=upload, name=upload.name, layout=values["layout"], as_of=business_today(),
                again=values["again"],
            )  # fmt: skip
        except DomainError as refusal:
            refused(form, refusal)
        else:
            if not created:
                messages.info(
                    request, "这份文件上传过，这里是它的核对结果。确需重新核对时请勾选“仍重新核对”。"
                )
            return redirect("exchange:import-detail", batch.pk)
    batches = _titled(selectors.batch_list(actor=actor))
    return render(request, "exchange/imports.html", {"form": form, "batches": batches}, status=422)


@require_safe
@never_cache
@needs("exchange.import")
def import_detail(request: Any, pk: int) -> HttpResponse:
    """Counts, rows that come back, remarks; the button that writes the good rows."""
    batch = selectors.batch_get(actor=actor_of(request), batch_id=pk)
    level = "remark" if request.GET.get("level") == "remark" else "error"
    page = page_of(selectors.batch_errors(batch, level), request.GET.get("after"), size=100)
    context = {
        "batch": batch,
        "spec": sheet_get(batch.layout),
        "page": page,
        "level": level,
        "remarks": selectors.batch_errors(batch, "remark").count(),
        "may_commit": batch.stage == "preview" and batch.state == "done" and batch.new + batch.changed > 0,
        "state_url": reverse("exchange:import-detail", args=[batch.pk]),
    }
    return render_page(request, "exchange/import_detail.html", "exchange/_import.html", context)


@require_POST
@needs("exchange.import")
def import_commit(request: Any, pk: int) -> HttpResponse:
    actor = actor_of(request)
    batch = selectors.batch_get(actor=actor, batch_id=pk)
    services.import_commit(actor=actor, batch=batch)
    messages.success(request, "已提交，正在写入；退回的行不会写入。")
    return redirect("exchange:import-detail", batch.pk)


# --- files ----------------------------------------------------------------------------------------------------------


@require_safe
@never_cache
def file_serve(request: Any, uuid: UUID) -> HttpResponse | FileResponse:
    """Any stored file, to whom it is open; always as a download, never shown inside the site."""
    row, source = services.file_open(actor=actor_of(request), uuid=uuid)
    response = FileResponse(source, content_type=row.content_type)
    response["Content-Length"] = str(row.size)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
