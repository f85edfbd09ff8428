"""What every page's frame needs: who acts, the navigation, the business date, the banner of demonstration data."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.actor import NOBODY
from accounts.nav import bell_url, nav_for, phone_bar
from common.dates import business_today
from common.htmx import wants_fragment

PRODUCT = "防止返贫监测帮扶"


def frame(request: HttpRequest) -> dict[str, Any]:
    """Kept cheap: no query of its own. A fragment has no frame."""
    actor = getattr(request, "actor", NOBODY)
    today = business_today()
    common = {"actor": actor, "today": today, "product": PRODUCT}
    if wants_fragment(request):
        return common
    links = nav_for(actor, request.path) if actor.user_id else []
    return common | {
        "nav": links,
        "phone_nav": phone_bar(links, reverse("home"), reverse("accounts:me"), request.path) if links else [],
        "search_url": next((link.url for link in links if link.label == "农户"), ""),
        "bell_url": bell_url(actor) if actor.user_id else "",
        "business_date": today if today != timezone.localdate() else None,
        "demo": settings.DEMO,
        "now": timezone.localtime(),
    }
