"""What works without network: the shell page, its service worker, and the page where a saved queue is handed in."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.context import PRODUCT
from accounts.doors import needs
from common.errors import DomainError, Invalid
from common.forms import refused
from households import codes, services
from households.forms import HandInForm
from households.forms.income import AmountsForm
from households.models import Visit
from households.serializers import visit_read

SCRIPTS = (
    "db", "seal", "queue", "session", "sync", "bar", "photo", "entry", "place", "file", "daylist", "fill", "shell",
)  # fmt: skip
FILES = (
    "vendor/tabler/tabler.min.css", "css/app.css", "css/households.css", "css/offline.css", "img/mark.svg",
    *(f"js/offline/{name}.js" for name in SCRIPTS),
)  # fmt: skip


def shell_words() -> dict[str, Any]:
    """The code lists of the form; nothing that depends on who asks."""
    return {
        "kinds": Visit.Kind.choices,
        "events": codes.EventKind.choices,
        "guarantees": codes.GuaranteeKind.choices,
        "states": codes.GuaranteeState.choices,
        "amounts": [
            (name.removesuffix("_fen"), field.label) for name, field in AmountsForm.base_fields.items()
        ],
    }


@login_not_required
@require_safe
def offline_page(request: HttpRequest) -> HttpResponse:
    """The same bytes for everybody: no login, no person, no token (the service worker keeps it on the phone)."""
    answer = HttpResponse(shell_html())
    answer["Cache-Control"] = "no-cache"
    return answer


def shell_html() -> str:
    """Rendered without the request, so that nothing of the one who asks can get into it."""
    return render_to_string(
        "households/offline.html",
        shell_words()
        | {"product": PRODUCT, "demo": settings.DEMO, "photos_most": settings.VISIT_PHOTOS_MOST},
    )


@cache
def build_of() -> str:
    """Changes with every byte the shell is made of, so that a new release reaches the phones and an old one goes."""
    digest = hashlib.sha256(shell_html().encode())
    for name in FILES:
        found = finders.find(name)
        digest.update(Path(str(found)).read_bytes() if found else name.encode())
    digest.update(render_to_string("households/sw.js", {}).encode())
    return digest.hexdigest()[:16]


@login_not_required
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, because a worker rules only the addresses below its own."""
    words = {
        "build": build_of(),
        "shell": reverse("households:offline"),
        "files": json.dumps([static(name) for name in FILES]),
    }
    answer = render(request, "households/sw.js", words, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


def _content(upload: Any) -> Any:
    try:
        return json.loads(upload.read())
    except (ValueError, RecursionError) as wrong:
        raise Invalid(
            "文件打不开，请选择手机“保存为文件”得到的 JSON 文件。", field="file", code="not_a_queue"
        ) from wrong


@require_http_methods(["GET", "POST"])
@needs("households.record_visit")
def visits_hand_in(request: Any) -> HttpResponse:
    """The file in, a table of what became of every item out. The same file again finds everything already there."""
    form = HandInForm(request.POST or None, request.FILES or None)
    rows = None
    if request.method == "POST" and form.is_valid():
        try:
            content = _content(form.cleaned_data["file"])
            rows = services.visits_hand_in(actor=request.actor, content=content, read=visit_read)
        except DomainError as refusal:
            refused(form, refusal)
    counts = [
        (label, sum(row.outcome == code for row in rows or ()))
        for code, label in (("saved", "已登记"), ("known", "此前已有"), ("refused", "未接受"))
    ]
    context = {"form": form, "rows": rows, "counts": counts}
    status = 422 if request.method == "POST" and rows is None else 200
    return render(request, "households/hand_in.html", context, status=status)
