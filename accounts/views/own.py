"""我的: who I am here, my session, my tokens."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import selectors, services, tokens
from accounts.forms import TokenForm
from accounts.permissions import PERMISSIONS
from common.errors import DomainError
from common.forms import refused


@require_safe
def me(request: Any) -> HttpResponse:
    user = selectors.own_user(actor=request.actor)
    granted = {name for grant in request.actor.grants for name in grant.permissions}
    context = {
        "person": user,
        "postings": selectors.posting_list(user=user),
        "permissions": [title for name, title in PERMISSIONS.items() if name in granted],
        "field_groups": {
            grant.division_name: selectors.field_group_names(sorted(grant.field_groups))
            for grant in request.actor.grants
        },
        "today_real": timezone.localdate(),
    }
    return render(request, "accounts/me.html", context)


@require_http_methods(["GET", "POST"])
def token_list(request: Any) -> HttpResponse:
    """A new token is shown once, in the answer to the form itself: it is written nowhere."""
    form = TokenForm(request.POST or None)
    fresh, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _, fresh = services.token_create(actor=request.actor, **form.cleaned_data)
                form, status = TokenForm(), 200
            except DomainError as refusal:
                refused(form, refusal)
    context = {
        "form": form,
        "fresh": fresh,
        "tokens": tokens.token_list(actor=request.actor),
        "moment": timezone.now(),
    }
    response = render(request, "accounts/tokens.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def token_revoke(request: Any, pk: int) -> HttpResponse:
    services.token_revoke(actor=request.actor, pk=pk)
    messages.success(request, "令牌已撤销。")
    return redirect("accounts:token-list")
