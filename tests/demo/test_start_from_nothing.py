"""A county server from nothing: init_county, publish_pack by two people, users, a household, a visit, a screening."""

import json
import re
from datetime import date

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from common.dates import business_today
from households.models import Household, Visit
from monitoring.models import CollectionDuty, ScreeningRun
from monitoring.services import screening_run_execute
from tests.factories.households import id_number
from villages.models import Division

OWN = "jin-yin-hua-2026"
TOWNSHIP_NAME, CLERK = "顺店镇", "clerk1"


def command(capsys, *args: str) -> dict:
    capsys.readouterr()
    call_command(*args, "--json")
    return json.loads(capsys.readouterr().out)


def changed_password(username: str, first: str) -> Client:
    """Log in with the first password: every page leads to changing it, and after that no longer."""
    client = Client()
    answer = client.post(reverse("accounts:login"), {"username": username, "password": first})
    assert answer.status_code == 302
    assert client.get(reverse("home"))["Location"].startswith(reverse("accounts:password-change"))
    values = {"old_password": first, "new_password": f"{OWN}-{username}", "repeated": f"{OWN}-{username}"}
    assert client.post(reverse("accounts:password-change"), values).status_code == 302
    assert client.get(reverse("home")).status_code == 200
    return client


def form_values(client: Client, page: str) -> dict[str, str]:
    """What the page's form would send untouched."""
    text = client.get(page).content.decode()
    body = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag and ('type="radio"' not in tag or "checked" in tag):
            body[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        body[name] = chosen[1] if chosen else ""
    return body


def new_user(admin: Client, username: str, full_name: str, role: str, code: str) -> str:
    """Make a user with a posting by the pages; the first password as it is shown."""
    shown = admin.post(reverse("accounts:user-create"), {"username": username, "full_name": full_name})
    assert shown.status_code == 200, shown.content.decode()
    user = User.objects.get(username=username)
    values = {
        "role": role, "division": code, "effective_from": date(2020, 1, 1).isoformat(),
    }  # fmt: skip
    answer = admin.post(reverse("accounts:posting-open", args=[user.pk]), values)
    assert answer.status_code == 302, answer.content.decode()
    return str(shown.context["first"])


@pytest.mark.django_db
def test_an_empty_server_becomes_a_working_county(capsys):
    assert not Division.objects.exists()
    ready = command(capsys, "init_county", "--code", "411081", "--admin", "root1", "--officer", "chen")
    first = {one["username"]: one["password"] for one in ready["accounts"]}
    admin, officer = (changed_password(name, first[name]) for name in ("root1", "chen"))
    for code in ("county-default", "yuzhou-2020"):
        command(capsys, "publish_pack", code, "--as", "root1", "--approved-by", "chen")

    township = Division.objects.get(name=TOWNSHIP_NAME)
    village = Division.objects.filter(parent=township).order_by("code").first()
    assert Role.objects.filter(code="township_clerk").exists()
    clerk = changed_password(CLERK, new_user(admin, CLERK, "李秀英", "township_clerk", township.code))

    page = reverse("households:household-register")
    body = form_values(officer, page) | {
        "village": str(village.pk), "name": "王建国", "id_kind": "id_card", "id_number": id_number(date(1970, 5, 20)),
        "poverty_status": "exited_with_policy", "on": business_today().isoformat(),
    }  # fmt: skip
    answer = officer.post(page, body)
    assert answer.status_code == 302, answer.content.decode()
    household = Household.objects.get()
    assert household.scope_code == village.code

    page = reverse("households:visit-record", args=[household.pk])
    body = form_values(clerk, page) | {"visited_on": business_today().isoformat(), "kind": "home"}
    answer = clerk.post(page, body)
    assert answer.status_code == 302, answer.content.decode()
    assert Visit.objects.get().visitor_name == "李秀英"

    answer = officer.post(
        reverse("monitoring:run-start"), {"kind": "households", "area": "411081", "quarter": "", "as_of": ""}
    )
    assert answer.status_code == 302, answer.content.decode()
    claimed = ScreeningRun.claim(ScreeningRun.objects.get().pk)
    assert claimed is not None
    run = screening_run_execute(claimed)
    assert (run.state, run.evaluated, run.skipped) == ("done", 1, 0)
    assert CollectionDuty.objects.filter(household=household).exists()  # nothing of it is collected yet
    for name in ("monitoring:risk-list", "monitoring:duty-list", "reporting:dashboard", "policies:list"):
        assert clerk.get(reverse(name)).status_code == 200, name
    assert (
        household.head_name
        in clerk.get(reverse("monitoring:duty-list"), {"kind": "collect"}).content.decode()
    )
