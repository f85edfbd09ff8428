"""Run as a program: migrate, build a fiftieth of the county, publish its documents, and give the tests something to hold.

Not screened and not checked, unlike `seed_demo`: that is what the tests do. Prints one JSON object.
"""

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.actor import CONFIRMED_AT, actor_for  # noqa: E402
from accounts.models import User  # noqa: E402
from accounts.services import token_create  # noqa: E402
from households.selectors import household_list  # noqa: E402
from poverty.demo.after import publish_packs  # noqa: E402
from poverty.demo.build import Order, build_county  # noqa: E402
from poverty.demo.loading import DIVISIONS  # noqa: E402
from poverty.demo.plan import BUSINESS_DAY, COUNTY  # noqa: E402
from tests.factories.funds import make_allocation, make_document, make_payment  # noqa: E402
from tests.factories.projects import make_project  # noqa: E402
from villages.models import Division, Level  # noqa: E402
from villages.services import divisions_load, read_rows  # noqa: E402

TOWNSHIP = "411081101"  # 顺店镇, whose clerk is shundian


def session_of(username: str) -> str:
    """A session as the login makes it, its password just typed."""
    user = User.objects.get(username=username)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[CONFIRMED_AT] = int((timezone.now() - timedelta(seconds=1)).timestamp())
    session.create()
    return str(session.session_key)


def money() -> dict[str, object]:
    """A paper of 100 万元 with a payment that waits, and two projects that ask for what is left."""
    county = Division.objects.get(code=COUNTY)
    villages = Division.objects.filter(level=Level.VILLAGE, code__startswith=TOWNSHIP).order_by("code")[:3]
    paper = make_document(county, amount_fen=100_000_000)
    projects = [make_project(village) for village in villages]
    clerk = User.objects.get(username="shundian")
    payment = make_payment(make_allocation(paper, projects[0]), submitted_by=clerk)
    return {"paper": paper.pk, "projects": [row.code for row in projects[1:]], "payment": payment.pk}


def main() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    with transaction.atomic():
        divisions_load(read_rows(DIVISIONS), BUSINESS_DAY)
        build_county(Order(1, 0.02, "shan-zha-2020"), lambda text: None)
    publish_packs(lambda text: None)
    clerk = actor_for(User.objects.get(username="shundian"))
    known = {
        "token": token_create(actor=clerk, name="测试", days=1)[1],
        "clerk": session_of("shundian"),
        "sessions": [session_of(name) for name in ("officer1", "officer2")],
        "households": list(household_list(actor=clerk).order_by("pk").values_list("pk", flat=True)[:5]),
    }
    sys.stdout.write(json.dumps(known | money()))


if __name__ == "__main__":
    main()
