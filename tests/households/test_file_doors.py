"""The one door of stored files opens to whom a page shows the file, and is a 404 like no file at all for everybody else."""

import re
import uuid

import pytest
from django.urls import reverse

from exchange import doors, files
from exchange.models import StoredFile
from tests.factories.households import (
    make_act,
    make_guarantee,
    make_helper,
    make_household,
    make_measure,
    make_paper,
    make_photo,
    make_visit,
)
from tests.factories.pictures import make_picture

pytestmark = pytest.mark.django_db
EVERYBODY = ("li", "wang", "zhao", "rev", "officer", "leader", "dept", "auditor", "admin")
ALL_GROUPS = {"li", "wang", "rev", "officer", "leader", "auditor"}  # in the area, with every group of fields
HEALTH = ALL_GROUPS | {"dept"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path


@pytest.fixture
def home(world, cast):
    """A household of village A1 that is assigned to wang; another one there is not."""
    household = make_household(world.village_a1)
    make_helper(household, cast.wang)
    return household


def stored(home, kind: str = "evidence", **kw) -> StoredFile:
    written = files.write([make_picture()], ".jpg")
    return StoredFile.objects.create(
        name="材料.jpg", path=written.path, sha256=written.sha256, size=written.size, content_type=files.JPEG, kind=kind,
        scope_code=home.scope_code, **kw,
    )  # fmt: skip


def door(row: StoredFile) -> str:
    return reverse("exchange:file", args=[row.uuid])


def said(answer) -> str:
    """The page without the address it answers and the reference of the request."""
    return re.sub(
        r"[0-9a-f-]{36}|编号[^<]*|ref=\w+|nonce-?\S+|[0-9A-Za-z]{64}|[0-9a-f]{8}", "", answer.content.decode()
    )


def let_in(cast, login, row: StoredFile) -> set[str]:
    answers = {name: login(getattr(cast, name)).get(door(row)).status_code for name in EVERYBODY}
    assert set(answers.values()) <= {200, 404}, answers
    return {name for name, status in answers.items() if status == 200}


def shown_to(cast, login, row: StoredFile, page: str) -> set[str]:
    """To whom the page names the file."""
    return {
        name
        for name in EVERYBODY
        if (answer := login(getattr(cast, name)).get(page)).status_code == 200
        and door(row) in answer.content.decode()
    }


@pytest.mark.parametrize(
    ("kind", "expected"), [("medical", HEALTH), ("housing", ALL_GROUPS), ("other", ALL_GROUPS)]
)
def test_a_paper_opens_to_whom_the_papers_show_it(home, cast, login, kind, expected):
    row = stored(home, owner=cast.dept)  # not even to its owner, who lacks the group
    make_paper(home, kind, file=row)
    panel = reverse("households:papers-panel", args=[home.pk])
    assert let_in(cast, login, row) == shown_to(cast, login, row, panel) == expected


@pytest.mark.parametrize(("category", "expected"), [("health", HEALTH), ("industry", ALL_GROUPS)])
def test_the_paper_of_a_measure_opens_to_whom_the_measure_shows(home, cast, login, category, expected):
    row = stored(home)
    measure = make_measure(home, category)
    paper = make_paper(home, "other", file=row, measure=measure)
    page = reverse("households:measure-detail", args=[measure.pk])
    assert let_in(cast, login, row) == shown_to(cast, login, row, page) == expected
    paper.superseded_by = make_paper(home, "other")
    paper.save()
    assert let_in(cast, login, row) == ALL_GROUPS, "a paper replaced stands in the file only"


def test_the_paper_of_an_act_opens_to_both_households_and_every_group(world, home, cast, login):
    row = stored(home)
    other = make_household(world.village_b1)
    make_act(home, evidence=row, other=other)
    assert let_in(cast, login, row) == ALL_GROUPS | {"zhao"}
    panel = reverse("households:acts-panel", args=[other.pk])
    assert shown_to(cast, login, row, panel) == {"zhao", "officer", "leader", "auditor"}


@pytest.mark.parametrize(("kind", "expected"), [("medical", HEALTH), ("housing", ALL_GROUPS)])
def test_the_paper_of_a_guarantee_opens_to_whom_the_guarantee_shows(home, cast, login, kind, expected):
    row = stored(home)
    make_guarantee(home, kind, file=row)
    assert let_in(cast, login, row) == expected


def test_a_photo_of_a_visit_opens_to_every_group_only(home, cast, login):
    photo = make_photo(make_visit(home))
    assert let_in(cast, login, photo.file) == ALL_GROUPS
    own = reverse("households:visit-photo", args=[photo.uuid])
    assert {
        name for name in EVERYBODY if login(getattr(cast, name)).get(own).status_code == 200
    } == ALL_GROUPS


def test_a_household_that_is_not_assigned_keeps_its_papers_from_the_helper(world, cast, login):
    stranger = make_household(world.village_a1)
    row = stored(stranger)
    make_paper(stranger, "medical", file=row)
    assert let_in(cast, login, row) == HEALTH - {"wang"}


def test_what_hangs_on_nothing_opens_to_nobody_and_looks_like_nothing(home, cast, login):
    client = login(cast.li)
    for kind in ("evidence", "visit", "proceeding"):
        shut = client.get(door(stored(home, kind, owner=cast.li)))
        absent = client.get(reverse("exchange:file", args=[uuid.uuid4()]))
        assert shut.status_code == absent.status_code == 404
        assert said(shut) == said(absent)


def test_every_kind_that_hangs_on_rows_has_its_rule(monkeypatch, home, cast, login):
    assert {kind.code for kind in files.KINDS.values() if kind.by_row} == set(doors._doors)
    row = stored(home)
    make_paper(home, "medical", file=row)
    monkeypatch.delitem(doors._doors, "evidence")
    assert let_in(cast, login, row) == set(), "no rule: nobody"
