"""Papers of a step and photos of a notice open to whom the proceeding is shown, and are not there for everybody else."""

import pytest
from django.urls import reverse

from exchange.services import file_store
from proceedings.models import StepFile
from tests.cast import actor
from tests.proceedings import walk

pytestmark = pytest.mark.django_db


def let_in(cast, login, row):
    door = reverse("exchange:file", args=[row.uuid])
    answers = {
        name: login(getattr(cast, name)).get(door).status_code
        for name in ("wang", "li", "zhao", "rev", "officer", "leader", "auditor", "dept", "admin")
    }
    assert set(answers.values()) <= {200, 404}, answers
    return {name for name, status in answers.items() if status == 200}


def shown_to(cast, login, proceeding):
    page = reverse("proceedings:proceeding-detail", args=[proceeding.pk])
    return {
        name
        for name in ("wang", "li", "zhao", "rev", "officer", "leader", "auditor", "dept", "admin")
        if login(getattr(cast, name)).get(page).status_code == 200
    }


def test_a_paper_of_a_step_opens_to_whom_the_proceeding_is_shown(clue, cast, login):
    walk.do(clue, "accept", cast)
    walk.do(clue, "visit", cast)
    row = StepFile.objects.filter(proceeding=clue).first().file
    allowed = let_in(cast, login, row)
    assert allowed == shown_to(cast, login, clue)
    assert {"li", "officer"} <= allowed
    assert not {"zhao", "admin"} & allowed


def test_a_file_that_hangs_on_nothing_opens_to_nobody(clue, cast, login):
    row = file_store(
        actor=actor(cast.li), source=walk.PNG, name="材料.png", kind="proceeding", scope_code=clue.scope_code
    )
    assert let_in(cast, login, row) == set()
