"""The list of households and the pages of one against an empty page, all behind login and all middleware, in this process."""

import logging
from argparse import Namespace
from statistics import quantiles
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from accounts.models import User
from benchmarks.clock import versions
from households.models import Household
from monitoring.models import RiskSign

REQUESTS, WARM = 120, 10


def measure(options: Namespace) -> dict[str, Any]:
    logging.disable(logging.INFO)
    with override_settings(ROOT_URLCONF="benchmarks.urls", DEBUG=False):
        client = Client()
        backend = settings.AUTHENTICATION_BACKENDS[-1]
        client.force_login(User.objects.get(username="officer1"), backend)
        asked, times = addresses(), dict[str, list[float]]()
        for _ in range(REQUESTS + WARM):  # one of each in turn, so that a busy moment meets all of them
            for name, url in asked.items():
                begun = perf_counter()
                answer = client.get(url)
                took = perf_counter() - begun
                assert answer.status_code == 200, f"{url}: {answer.status_code}"
                times.setdefault(name, []).append(took)
    return {
        "households": Household.objects.count(), "requests": REQUESTS, "versions": versions(),
        "pages": {name: spread(took[WARM:]) for name, took in times.items()},
    }  # fmt: skip


def addresses() -> dict[str, str]:
    first = reverse("households:household-list")
    code = Household.objects.order_by("pk").values_list("scope_code", flat=True).last()
    surname = Household.objects.order_by("pk").values_list("head_name", flat=True).first()
    return {
        "empty page": "/bench-empty/",
        "list, first page": first,
        "list, exited households": f"{first}?poverty_status=all_exited",
        "list, one township": f"{first}?area={code[:9]}",
        "list, search by name": f"{first}?q={surname[:2]}",
        **one_household(),
    }


def one_household() -> dict[str, str]:
    """The pages that explain one household: everything about it, and its case with every sign, figure, clause and history."""
    most = (
        RiskSign.objects.filter(closed_on__isnull=True, case__isnull=False)
        .values("case", "case__household")
        .annotate(signs=Count("pk"))
        .order_by("-signs", "case")[0]
    )
    return {
        "household": reverse("households:household-detail", args=[most["case__household"]]),
        f"case explained, {most['signs']} signs": reverse("monitoring:case-detail", args=[most["case"]]),
    }


def spread(took: list[float]) -> dict[str, float]:
    cut = quantiles(took, n=20)
    return {"p50": cut[9] * 1000, "p95": cut[18] * 1000}
