"""What every form page of this app does: show, check, call one service, say what was saved or why not."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from common.errors import DomainError, PasswordNeeded, Stale
from common.forms import refused
from households.models import Household
from households.views.stale import posted, rebased, stale_rows

__all__ = ["form_page", "posted"]


def form_page(  # noqa: PLR0913 - one page, one place that knows its parts
    request: HttpRequest,
    *,
    title: str,
    form: forms.Form,
    save: Callable[[], Any],
    household: Household | None = None,
    done: str = "已保存。",
    part: str = "",
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """One form, one service. A refused form comes back with status 422 and everything that was typed; a stale one with
    both values of every field that two people changed. `part` is where on the household page one lands."""
    stale: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            saved = save()
        except PasswordNeeded:
            raise
        except DomainError as refusal:
            # A household named by its number in the form may be missing; the page itself was found.
            if refusal.status == 404 and refusal.params.get("at") != "form":
                raise
            if isinstance(refusal, Stale):
                stale = stale_rows(form, refusal)
                rebased(form, refusal)
            refused(form, refusal)
        else:
            messages.success(request, done)
            target = household or saved
            response = redirect("households:household-detail", target.pk)
            response["Location"] += f"#{part}" if part else ""
            return response
    context = {"title": title, "form": form, "household": household, "stale": stale, **(extra or {})}
    return render(request, "households/form.html", context, status=422 if form.is_bound else 200)


Posted = QueryDict | None
