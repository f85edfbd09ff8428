"""The API's habits: cursor paging, and one shape of error: {code, detail, field}."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler

from common.errors import DomainError


class NewestFirstCursor(CursorPagination):
    ordering = "-pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


def first_fault(detail: Any) -> tuple[str | None, exceptions.ErrorDetail]:
    """The first field and message of DRF's nested error detail."""
    field = None
    while not isinstance(detail, exceptions.ErrorDetail):
        if isinstance(detail, dict):
            name, detail = next(iter(detail.items()))
            field = name if field is None else f"{field}.{name}"
        else:
            detail = next((part for part in detail if part), exceptions.ErrorDetail("输入有误。", "invalid"))
    return field, detail


def exception_handler(exc: Exception, context: dict) -> Response | None:
    if isinstance(exc, DomainError):
        body: dict[str, Any] = {"code": exc.code, "detail": exc.sentence, "field": exc.field}
        values = getattr(exc, "values", None)
        if values:
            body["values"] = {name: [str(part) for part in pair] for name, pair in values.items()}
        return Response(body, status=exc.status)
    if isinstance(exc, Http404):
        return Response(
            {"code": "not_found", "detail": "没有找到，或不在您的管辖范围内。", "field": None}, status=404
        )
    if isinstance(exc, PermissionDenied):
        return Response(
            {"code": "not_permitted", "detail": "您没有进行此项操作的权限。", "field": None}, status=403
        )
    response = drf_handler(exc, context)
    if response is None:
        return None
    if isinstance(exc, exceptions.ValidationError):
        field, message = first_fault(exc.detail)
        response.data = {"code": message.code, "detail": str(message), "field": field}
        return response
    detail = getattr(exc, "detail", str(exc))
    response.data = {"code": getattr(detail, "code", "refused"), "detail": str(detail), "field": None}
    return response
