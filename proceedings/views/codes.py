"""一码通: the code of every village, its poster, and the telephones that stand on it."""

import io
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import needs
from common.address import public_base
from common.dates import business_today
from households.views.areas import area_of
from proceedings import desk_forms
from proceedings.selectors import intake
from proceedings.services import codes
from proceedings.views.forms_shown import saved, status_of

MANAGE = "proceedings.manage_codes"
PAGE = 40


def _address(request: Any, token: str) -> str:
    return f"{public_base(request)}{reverse('apply:form', args=[token])}"


@require_safe
@needs(MANAGE)
def code_list(request: Any) -> HttpResponse:
    """Every village of the area with its code, and the telephones."""
    actor, area = request.actor, area_of(request)
    places = intake.numbered_places(actor)
    rows = intake.code_rows(actor=actor, area=area)
    context = {
        "places": places, "area": area, "total": len(rows), "with_code": sum(1 for _, code in rows if code),
        "rows": rows if area or len(rows) <= PAGE else [], "must_choose": not area and len(rows) > PAGE,
    }  # fmt: skip
    return render(request, "proceedings/codes.html", context)


@require_POST
@needs(MANAGE)
def code_renew(request: Any, code: str) -> HttpResponse:
    village = intake.place_get(request.actor, code)
    made = codes.village_code_renew(actor=request.actor, village=village)
    return redirect("proceedings:code-poster", made.pk)


@require_POST
@needs(MANAGE)
def codes_fill(request: Any, code: str) -> HttpResponse:
    """Every village of a township that has no code gets one."""
    township = intake.place_get(request.actor, code)
    made = codes.village_codes_fill(actor=request.actor, township=township)
    messages.success(request, f"已为 {made} 个村生成一码通。")
    return redirect(f"{reverse('proceedings:code-list')}?area={township.code}")


@require_POST
@needs(MANAGE)
def code_revoke(request: Any, pk: int) -> HttpResponse:
    row = intake.code_get(actor=request.actor, pk=pk)
    codes.village_code_revoke(actor=request.actor, code=row)
    return redirect(f"{reverse('proceedings:code-list')}?area={row.scope_code[:9]}")


@require_safe
@needs(MANAGE)
def code_poster(request: Any, pk: int) -> HttpResponse:
    """A4, for the board of the village."""
    row = intake.code_get(actor=request.actor, pk=pk)
    day = business_today()
    context = {
        "row": row, "village": row.village, "address": _address(request, row.token),
        "hotline": intake.hotline(day, row.scope_code), "local_number": intake.local_number(row.village),
        **intake.waiting_words(day, row.scope_code),
    }  # fmt: skip
    return render(request, "proceedings/poster.html", context)


@require_safe
@needs(MANAGE)
def code_image(request: Any, pk: int) -> HttpResponse:
    """The code as SVG, readable from a step away and with a fold in it (error correction M)."""
    row = intake.code_get(actor=request.actor, pk=pk)
    out = io.BytesIO()
    segno.make(_address(request, row.token), error="m", micro=False).save(out, kind="svg", scale=8, border=4)
    return HttpResponse(out.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def local_number(request: Any, code: str) -> HttpResponse:
    """The telephone of a township or county."""
    place = intake.place_get(request.actor, code)
    form = desk_forms.PhoneForm(request.POST or None, initial={"phone": intake.local_number(place)})

    def save() -> Any:
        return codes.local_number_set(actor=request.actor, division=place, phone=form.cleaned_data["phone"])

    back = reverse("proceedings:code-list")
    done = saved(request, form, save, "监督电话已保存。", lambda _: back)
    context = {"form": form, "title": f"{place.name}监督电话", "back": back, "trail": "一码通"}
    return done or render(request, "proceedings/desk_form.html", context, status=status_of(form))
