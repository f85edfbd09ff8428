"""What every form page of this app does: show, check, call one service, say what was saved or why not."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from common.errors import DomainError, PasswordNeeded, Stale
from households.models import Household


def refusal_shown(form: forms.Form, refusal: DomainError) -> None:
    """Beside its field where the form has it; of a stale form both values, so that nobody overwrites blindly."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, refusal.sentence)
    if isinstance(refusal, Stale):
        for name, (theirs, yours) in refusal.values.items():
            if name in form.fields:
                form.add_error(name, f"他人已改为“{theirs or '空'}”，您填的是“{yours or '空'}”。")


def form_page(
    request: HttpRequest,
    *,
    title: str,
    form: forms.Form,
    save: Callable[[], Any],
    household: Household | None = None,
    done: str = "已保存。",
) -> HttpResponse:
    """One form, one service. A refused form comes back with status 422 and everything that was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            saved = save()
        except PasswordNeeded:
            raise
        except DomainError as refusal:
            if refusal.status == 404:
                raise
            refusal_shown(form, refusal)
        else:
            messages.success(request, done)
            target = household or saved
            return redirect("households:household-detail", target.pk)
    context = {"title": title, "form": form, "household": household}
    return render(request, "households/form.html", context, status=422 if form.is_bound else 200)
