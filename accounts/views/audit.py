"""The audit trail on a screen."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts import selectors
from accounts.doors import needs
from accounts.forms import AuditFilterForm
from accounts.verbs import VERBS, detail_words, verb_label
from common.htmx import render_page
from common.keyset import page_of


@require_safe
@needs("accounts.view_audit")
def audit_list(request: Any) -> HttpResponse:
    form = AuditFilterForm(request.GET or None)
    rows = selectors.audit_list(actor=request.actor, filters=form.values() if form.is_bound else {})
    page = page_of(rows, request.GET.get("after"), newest_first=True)
    context = {
        "form": form,
        "page": page,
        "entries": [(entry, verb_label(entry.verb), detail_words(entry.detail)) for entry in page.rows],
        "verbs": VERBS,
    }
    return render_page(request, "accounts/audit.html", "accounts/_audit.html", context)
