"""The error pages. Each says in Chinese what to do next and carries the reference number of the log."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from common.htmx import wants_fragment
from common.reference import current_reference

TITLES = {
    400: ("请求有误", "浏览器发来的内容不完整或格式不对，请返回上一页重试。"),
    403: ("没有权限", "您没有进行此项操作的权限。如工作需要，请联系系统管理员调整任职。"),
    404: ("没有找到", "您要找的内容不存在，或不在您的管辖范围内。"),
    409: ("操作未完成", "当前状态下不能进行这一步操作，请刷新后再试。"),
    422: ("填写有误", "填写的内容不符合要求，请返回修改。"),
    429: ("过于频繁", "操作过于频繁，请稍后再试。"),
    500: (
        "系统出错",
        "系统遇到意外错误，已记录。您填写的内容可能没有保存，请返回核对；如再次出现，请把编号告诉管理员。",
    ),
    503: ("暂时不能服务", "系统正在维护或数据库繁忙，请稍后再试。"),
}


def refusal_page(request: HttpRequest, status: int, sentence: str = "") -> HttpResponse:
    """The page of a refusal; for htmx only its sentence, which app.js shows as a message."""
    title, usual = TITLES[status]
    context = {
        "status": status,
        "heading": title,
        "sentence": sentence or usual,
        "reference": current_reference(),
    }
    template = "errors/_message.html" if wants_fragment(request) else "errors/page.html"
    return render(request, template, context, status=status)


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        code = {400: "bad_request", 403: "not_permitted", 404: "not_found"}[status]
        return JsonResponse({"code": code, "detail": TITLES[status][1], "field": None}, status=status)
    return refusal_page(request, status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 404)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Usually a page left open over a logout; the sentence says so instead of speaking of tokens."""
    return refusal_page(request, 403, "页面已过期（可能已在别处退出登录）。请返回上一页刷新后重新提交。")


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without request and context processors: one of them may be what failed."""
    title, sentence = TITLES[500]
    reference = current_reference()
    if request.path.startswith("/api/"):
        return JsonResponse(
            {"code": "server_error", "detail": sentence, "field": None, "reference": reference}, status=500
        )
    context = {"status": 500, "heading": title, "sentence": sentence, "reference": reference}
    return HttpResponse(render_to_string("errors/bare.html", context), status=500)
