"""A reference number per request: shown on error pages, written in every log line, with the user's id and nothing personal."""

import logging
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

_reference: ContextVar[str] = ContextVar("reference", default="-")
_user_id: ContextVar[str] = ContextVar("user_id", default="-")
log = logging.getLogger("request")


def current_reference() -> str:
    return _reference.get()


def note_user(user_id: int | None) -> None:
    _user_id.set(str(user_id or "-"))


class ReferenceFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.reference = _reference.get()
        record.user_id = _user_id.get()
        return True


class ReferenceMiddleware:
    """Gives the request its number and logs method, route and status. Never the query string: it may hold a name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reference = secrets.token_hex(4)
        _reference.set(reference)
        _user_id.set("-")
        request.reference = reference  # type: ignore[attr-defined] # shown by the error pages
        started = time.monotonic()
        response = self.get_response(request)
        response["X-Reference"] = reference
        route = request.resolver_match.route if request.resolver_match else "unrouted"
        log.info(
            "%s %s %s %.0fms",
            request.method,
            route,
            response.status_code,
            (time.monotonic() - started) * 1000,
        )
        return response
