"""What the pages of this part do with a form: call one service, show its refusal beside the field."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from common.errors import DomainError, NotFound, PasswordNeeded
from common.forms import refused


def saved(
    request: Any, form: forms.Form, save: Callable[[], Any], done: str, to: Callable[[Any], str]
) -> HttpResponse | None:
    """The redirect after a good POST; None where the form is to be shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        made = save()
    except (NotFound, PasswordNeeded):
        raise
    except DomainError as refusal:
        refused(form, refusal)
        return None
    messages.success(request, done)
    return redirect(to(made))


def status_of(*shown: forms.Form) -> int:
    return 422 if any(form.is_bound and form.errors for form in shown) else 200
