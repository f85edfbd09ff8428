"""/healthz: this process answers. /readyz: it can also work, with what is wrong named."""

import shutil
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.runs import Run

QUEUE_LIMIT = timedelta(minutes=15)
DISK_FREE_BYTES = 500 * 1024 * 1024


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every part is fine, else 503; only words and figures, nothing about persons."""
    parts = {"database": database_state()}
    if parts["database"] == "ok":
        parts |= {"migrations": migrations_state(), "queue": queue_state()}
    parts["disk"] = disk_state()
    ready = all(state == "ok" for state in parts.values())
    return JsonResponse({"ready": ready, "parts": parts}, status=200 if ready else 503)


def database_state() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as fault:
        return type(fault).__name__
    return "ok"


def migrations_state() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} not applied" if missing else "ok"


def queue_state() -> str:
    """A run that has waited, or been silent, for a quarter of an hour says that no worker is at work."""
    border = timezone.now() - QUEUE_LIMIT
    waiting = sum(
        model._default_manager.filter(model.unattended(border)).count()
        for model in apps.get_models()
        if issubclass(model, Run)
    )
    return f"{waiting} runs waiting" if waiting else "ok"


def disk_state() -> str:
    free = shutil.disk_usage(settings.VAR_DIR).free
    return "ok" if free >= DISK_FREE_BYTES else f"{free // 1024 // 1024} MiB free"
