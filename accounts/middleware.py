"""Session rules, the login that every page asks for, and the one place where a refusal becomes a page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.actor import NOBODY, actor_of
from accounts.errors import refusal_page
from common.errors import DomainError, PasswordNeeded
from common.htmx import wants_fragment
from common.reference import note_user

SEEN_AT = "seen_at"
SEEN_STEP = 60  # the stamp is written at most once a minute: a write per page would be the busiest row of the database
POLL_HEADER = "X-Poll"  # a page that asks by itself is no sign of somebody sitting there
Getter = Callable[[HttpRequest], HttpResponseBase]


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def go(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect that also leads an htmx request to a whole page."""
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def page_behind(request: HttpRequest) -> str:
    """The page to come back to: of a form or fragment the page that holds it."""
    if request.method == "GET" and not wants_fragment(request):
        return request.get_full_path()
    held = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(held, {request.get_host()}, require_https=request.is_secure()):
        return reverse("home")
    parts = urlsplit(held)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class SessionRulesMiddleware:
    """Builds request.actor; ends idle office sessions; leads to the password change where it is due."""

    def __init__(self, get_response: Getter) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.actor = NOBODY
        if request.user.is_authenticated:
            note_user(request.user.pk)
            request.actor = actor_of(request)
            if self._is_idle(request):
                logout(request)
                request.actor = NOBODY
                if not is_api(request):
                    query = urlencode({REDIRECT_FIELD_NAME: page_behind(request), "idle": 1})
                    return go(request, f"{reverse(settings.LOGIN_URL)}?{query}")
            elif request.user.must_change_password and not self._may_pass(request):
                return self._change_first(request)
        return self.get_response(request)

    @staticmethod
    def _is_idle(request: Any) -> bool:
        now = int(timezone.now().timestamp())
        seen = request.session.get(SEEN_AT, now)
        if not request.actor.long_session and now - seen > settings.IDLE_SECONDS:
            return True
        if (now - seen >= SEEN_STEP or SEEN_AT not in request.session) and POLL_HEADER not in request.headers:
            request.session[SEEN_AT] = now
        return False

    @staticmethod
    def _may_pass(request: HttpRequest) -> bool:
        return request.path in {reverse("accounts:password-change"), reverse("accounts:logout")}

    @staticmethod
    def _change_first(request: HttpRequest) -> HttpResponse:
        if is_api(request):
            body = {"code": "password_change_needed", "detail": "请先登录网页修改初始密码。", "field": None}
            return JsonResponse(body, status=403)
        return go(request, reverse("accounts:password-change"))


class LoginEverywhereMiddleware(LoginRequiredMiddleware):
    """Every page asks for a login unless its view says @login_not_required. The API answers 401 by itself."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        query = urlencode({REDIRECT_FIELD_NAME: page_behind(request)})
        return go(request, f"{reverse(settings.LOGIN_URL)}?{query}")


class DomainErrorMiddleware:
    """A refusal that no view has shown beside its form becomes a page with its sentence and reference number."""

    def __init__(self, get_response: Getter) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        if is_api(request):
            body = {"code": exception.code, "detail": exception.sentence, "field": exception.field}
            return JsonResponse(body, status=exception.status)
        if isinstance(exception, PasswordNeeded):
            query = urlencode({REDIRECT_FIELD_NAME: page_behind(request)})
            return go(request, f"{reverse('accounts:password-recheck')}?{query}")
        return refusal_page(request, exception.status, exception.sentence)
