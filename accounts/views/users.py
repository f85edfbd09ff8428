"""Users, postings and the role table, for the administrator."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import selectors, services
from accounts.doors import needs
from accounts.forms import PostingCloseForm, PostingForm, UserForm
from accounts.models import User
from common.errors import DomainError
from common.forms import refused
from common.htmx import render_page
from common.keyset import page_of
from common.text import clean
from villages.selectors import division_get

MANAGE = "accounts.manage"


@require_safe
@needs(MANAGE)
def user_list(request: Any) -> HttpResponse:
    text, role = clean(request.GET.get("q", "")), request.GET.get("role", "")
    rows = selectors.user_list(actor=request.actor, text=text, role=role)
    context = {
        "page": page_of(rows, request.GET.get("after")),
        "roles": selectors.role_choices(),
        "q": text,
        "role": role,
    }
    return render_page(request, "accounts/users.html", "accounts/_users.html", context)


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def user_create(request: Any) -> HttpResponse:
    """The first password is shown once, in the answer to this form."""
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user, first = services.user_create(actor=request.actor, **form.cleaned_data)
        except DomainError as refusal:
            refused(form, refusal)
        else:
            return _password_shown(request, user, first)
    return render(request, "accounts/user_form.html", {"form": form}, status=422 if form.is_bound else 200)


def _password_shown(request: Any, user: User, first: str) -> HttpResponse:
    response = render(request, "accounts/password_shown.html", {"person": user, "first": first})
    response["Cache-Control"] = "no-store"
    return response


def _detail(request: Any, pk: int, form: PostingForm | None = None) -> HttpResponse:
    user = selectors.user_get(actor=request.actor, pk=pk)
    today = timezone.localdate()
    context = {
        "person": user,
        "postings": [
            (row, selectors.field_group_names(row.field_groups)) for row in selectors.posting_list(user=user)
        ],
        "form": form or PostingForm(roles=selectors.role_choices(), initial={"effective_from": today}),
        "close_form": PostingCloseForm(initial={"effective_to": today}),
        "is_self": user.pk == request.actor.user_id,
    }
    return render(request, "accounts/user_detail.html", context, status=422 if form else 200)


@require_safe
@needs(MANAGE)
def user_detail(request: Any, pk: int) -> HttpResponse:
    return _detail(request, pk)


@require_POST
@needs(MANAGE)
def posting_open(request: Any, pk: int) -> HttpResponse:
    form = PostingForm(request.POST, roles=selectors.role_choices())
    user = selectors.user_get(actor=request.actor, pk=pk)
    if not form.is_valid():
        return _detail(request, pk, form)
    values = form.cleaned_data
    try:
        services.posting_open(
            actor=request.actor,
            user=user,
            role_code=values["role"].code,
            division=division_get(request.actor, values["division"].strip()),
            from_=values["effective_from"],
            field_groups=values["field_groups"],
        )
    except DomainError as refusal:
        refused(form, refusal, field="division" if refusal.code == "not_found" else "")
        return _detail(request, pk, form)
    messages.success(request, "任职已登记。")
    return redirect("accounts:user-detail", pk)


@require_POST
@needs(MANAGE)
def posting_close(request: Any, pk: int) -> HttpResponse:
    form = PostingCloseForm(request.POST)
    day = form.cleaned_data["effective_to"] if form.is_valid() else timezone.localdate()
    posting = services.posting_close(actor=request.actor, pk=pk, on=day)
    messages.success(request, f"任职已于 {day} 截止。")
    return redirect("accounts:user-detail", posting.user_id)


@require_POST
@needs(MANAGE)
def user_password_reset(request: Any, pk: int) -> HttpResponse:
    selectors.user_get(actor=request.actor, pk=pk)
    user, first = services.user_password_reset(actor=request.actor, pk=pk)
    return _password_shown(request, user, first)


@require_POST
@needs(MANAGE)
def user_activate(request: Any, pk: int) -> HttpResponse:
    selectors.user_get(actor=request.actor, pk=pk)
    user = services.user_activate(actor=request.actor, pk=pk, active=request.POST.get("active") == "1")
    messages.success(request, "账号已启用。" if user.is_active else "账号已停用。")
    return redirect("accounts:user-detail", pk)


@require_safe
@needs(MANAGE)
def role_list(request: Any) -> HttpResponse:
    roles, rows = selectors.role_table(actor=request.actor)
    return render(request, "accounts/roles.html", {"roles": roles, "rows": rows})
