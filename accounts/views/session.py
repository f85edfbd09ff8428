"""Login, logout, the two password pages."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import CONFIRMED_AT, NOBODY, actor_of
from accounts.forms import LoginForm, PasswordChangeForm, PasswordRecheckForm
from accounts.models import User
from accounts.services import login_noted, logout_noted, password_change
from common.errors import NotPermitted


def safe_next(request: HttpRequest) -> str:
    """Where to go on to; an address outside this site is ignored."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("home")


def _confirmed_now(request: HttpRequest) -> None:
    request.session[CONFIRMED_AT] = int(timezone.now().timestamp())


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login_page(request: HttpRequest) -> HttpResponse:
    """Throttled by axes per user and address; says nothing about which of name and password was wrong."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(safe_next(request))
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(
            request, username=form.cleaned_data["username"], password=form.cleaned_data["password"]
        )
        if user is not None:
            return _let_in(request, user)
        form.add_error(None, "用户名或密码不正确。连续 5 次不正确将锁定 30 分钟。")
    context = {"form": form, "next": safe_next(request), "idle": "idle" in request.GET}
    return render(request, "accounts/login.html", context, status=422 if form.is_bound else 200)


def _let_in(request: HttpRequest, user: User) -> HttpResponse:
    last = user.last_login
    login(request, user)
    request.session.pop("seen_at", None)
    _confirmed_now(request)
    login_noted(actor=actor_of(request), user=user, previous=last)
    if last is None:
        messages.info(request, "欢迎首次登录。")
    else:
        shown = timezone.localtime(last).strftime("%Y-%m-%d %H:%M")
        messages.info(request, f"上次登录：{shown}。如非本人操作，请立即修改密码并告知管理员。")
    return HttpResponseRedirect(safe_next(request))


@require_POST
def logout_page(request: Any) -> HttpResponse:
    if request.user.is_authenticated:
        logout_noted(actor=actor_of(request))
    logout(request)
    request.actor = NOBODY
    return redirect("accounts:login")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_change_page(request: Any) -> HttpResponse:
    """The first password is changed before anything else; later by everybody's own wish."""
    form = PasswordChangeForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        password_change(
            actor=actor_of(request), user=request.user, new_password=form.cleaned_data["new_password"]
        )
        update_session_auth_hash(request, request.user)
        _confirmed_now(request)
        messages.success(request, "密码已修改。")
        return redirect("home")
    context = {"form": form, "first": request.user.must_change_password}
    return render(request, "accounts/password_change.html", context, status=422 if form.is_bound else 200)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def password_recheck_page(request: Any) -> HttpResponse:
    """Asked before a reveal, an export or a confirmation when the password was typed more than ten minutes ago."""
    form = PasswordRecheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, username=request.user.username, password=form.cleaned_data["password"])
        if user is not None and user.pk == request.user.pk:
            _confirmed_now(request)
            return HttpResponseRedirect(safe_next(request))
        form.add_error("password", "密码不正确。")
    context = {"form": form, "next": safe_next(request)}
    return render(request, "accounts/password_recheck.html", context, status=422 if form.is_bound else 200)


@login_not_required
@require_http_methods(["GET", "POST"])
def admin_login(request: HttpRequest) -> HttpResponse:
    """The maintenance site has no entrance of its own: throttling, audit and first password hold there too."""
    if request.user.is_authenticated:
        raise NotPermitted("系统维护页面只对系统维护人员开放。")
    return redirect_to_login(safe_next(request), settings.LOGIN_URL)
