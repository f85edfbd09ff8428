"""公示公告: what waits to be posted, one notice on screen, on paper and as Word, its photos, its end."""

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import NotFound
from common.htmx import render_page
from common.keyset import page_of
from households.views.areas import area_choices, area_of
from proceedings import desk_forms, selectors
from proceedings.flow import VIEW, VILLAGE
from proceedings.models import Kind, Notice, NoticePhoto
from proceedings.notice_word import CONTENT_TYPE, notice_docx
from proceedings.notice_words import body_of, foot_of
from proceedings.selectors import notices as reading
from proceedings.selectors.intake import local_number, place_get
from proceedings.services import notices
from proceedings.views.forms_shown import saved, status_of


def _url(row: Notice) -> str:
    return reverse("proceedings:notice-detail", args=[row.pk])


@require_safe
@needs(VIEW)
def notice_list(request: Any) -> HttpResponse:
    """Every notice of the area, newest first; above them what still waits to be posted."""
    actor, area = request.actor, area_of(request)
    state = request.GET.get("state", "")
    rows = reading.notice_list(actor=actor, area=area, state=state if state in Notice.State.values else "")
    context = {
        "page": page_of(rows, request.GET.get("after"), newest_first=True), "area": area, "state": state,
        "areas": area_choices(actor, area), "states": Notice.State.choices, "today": business_today(),
        "groups": reading.waiting_groups(actor=actor) if actor.may(VILLAGE) else [],
    }  # fmt: skip
    return render_page(request, "proceedings/notices.html", "proceedings/_notice_table.html", context)


@require_http_methods(["GET", "POST"])
@needs(VILLAGE)
def notice_new(request: Any, code: str, form: str, kind: str) -> HttpResponse:
    """One notice of a village: everything of the kind that waits is ticked."""
    actor, village = request.actor, place_get(request.actor, code, VILLAGE)
    if form not in Notice.Form.values or kind not in Kind.values:
        raise NotFound
    waiting = [
        row for row in reading.waiting(actor=actor, village=village)
        if row.kind == kind and reading.form_of(row) == form
    ]  # fmt: skip
    initial = {"on": business_today(), "proceedings": [str(row.pk) for row in waiting]}
    asked = desk_forms.NoticeForm(
        request.POST or None, rows=[(str(row.pk), row.subject) for row in waiting], initial=initial
    )

    def save() -> Notice:
        given = asked.cleaned_data
        entry = notices.NoticeInput(given["uuid"], form, kind, given["on"], given["place"])
        chosen = [row for row in waiting if str(row.pk) in given["proceedings"]]
        return notices.notice_make(actor=actor, village=village, given=entry, proceedings=chosen)

    done = saved(request, asked, save, "已生成，请打印张贴并拍照上传。", _url)
    context = {
        "form": asked, "village": village, "waiting": waiting, "local_number": local_number(village),
        "title": f"制作{Notice.Form(form).label}（{Kind(kind).label}）",
    }  # fmt: skip
    return done or render(request, "proceedings/notice_new.html", context, status=status_of(asked))


def _context(row: Notice) -> dict[str, Any]:
    items = reading.items_of(row)
    return {
        "notice": row, "items": items, "headings": reading.headings_of(items), "body": body_of(row, len(items)),
        "foot": foot_of(row),
    }  # fmt: skip


@require_safe
@needs(VIEW)
def notice_detail(request: Any, pk: int) -> HttpResponse:
    return _shown(request, reading.notice_get(actor=request.actor, pk=pk), {})


def _shown(request: Any, row: Notice, bound: dict[str, Any]) -> HttpResponse:
    start = {"on": business_today()}
    photos = reading.photos_of(row)
    moment = NoticePhoto.Moment.END if photos else NoticePhoto.Moment.START
    context = _context(row) | {
        "photos": photos,
        "stopped": reading.stopped_of(row), "may_work": request.actor.may(VILLAGE, at=row.scope_code), "today": business_today(),
        "photo": desk_forms.PhotoForm(initial=start | {"moment": moment}, auto_id="id_photo_%s"),
        "down": desk_forms.DownForm(initial=start, auto_id="id_down_%s"),
        "withdraw": desk_forms.WithdrawForm(initial=start, auto_id="id_withdraw_%s"),
    }  # fmt: skip
    return render(request, "proceedings/notice.html", context | bound, status=status_of(*bound.values()))


@require_safe
@needs(VIEW)
def notice_print(request: Any, pk: int) -> HttpResponse:
    """A4, in the plain format of public notices: nothing on it but the notice."""
    return render(
        request, "proceedings/notice_print.html", _context(reading.notice_get(actor=request.actor, pk=pk))
    )


@require_safe
@needs(VIEW)
def notice_word(request: Any, pk: int) -> HttpResponse:
    row = reading.notice_get(actor=request.actor, pk=pk)
    response = HttpResponse(notice_docx(row, reading.items_of(row)), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row.title)}.docx"
    return response


@require_POST
@needs(VILLAGE)
def notice_photo(request: Any, pk: int) -> HttpResponse:
    row = reading.notice_get(actor=request.actor, pk=pk, permission=VILLAGE)
    form = desk_forms.PhotoForm(request.POST, request.FILES, auto_id="id_photo_%s")

    def save() -> Any:
        given = form.cleaned_data
        return notices.notice_photo_add(
            actor=request.actor, notice=row, moment=given["moment"], upload=given["file"], on=given["on"]
        )

    return saved(request, form, save, "照片已保存。", lambda _: _url(row)) or _shown(
        request, row, {"photo": form}
    )


@require_POST
@needs(VILLAGE)
def notice_down(request: Any, pk: int) -> HttpResponse:
    row = reading.notice_get(actor=request.actor, pk=pk, permission=VILLAGE)
    form = desk_forms.DownForm(request.POST, auto_id="id_down_%s")

    def save() -> Any:
        return notices.notice_take_down(actor=request.actor, notice=row, on=form.cleaned_data["on"])

    return saved(request, form, save, "已登记撤下。", lambda _: _url(row)) or _shown(
        request, row, {"down": form}
    )


@require_POST
@needs(VILLAGE)
def notice_withdraw(request: Any, pk: int) -> HttpResponse:
    row = reading.notice_get(actor=request.actor, pk=pk, permission=VILLAGE)
    form = desk_forms.WithdrawForm(request.POST, auto_id="id_withdraw_%s")

    def save() -> Any:
        return notices.notice_withdraw(actor=request.actor, notice=row, **form.cleaned_data)

    done = saved(request, form, save, "已撤回，所列程序退回待公示。", lambda _: _url(row))
    return done or _shown(request, row, {"withdraw": form})


@require_safe
@needs(VIEW)
def notices_slot(request: Any, pk: int) -> HttpResponse:
    """On the page of a proceeding: where it was posted."""
    row = selectors.proceeding_get(actor=request.actor, pk=pk)
    fragment = "proceedings/_slot_notices.html"
    context = {"row": row, "notices": reading.notices_of(row), "slot": fragment, "title": "公示公告"}
    return render_page(request, "proceedings/slot.html", fragment, context)
