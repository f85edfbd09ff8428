"""A problem by hand, through the pages: claimed, worked on with evidence, checked by somebody else, closed, reopened."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from monitoring.models import Rectification
from tests.cast import make_user, post

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
)
PNG += (
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def problem(world, cast, login) -> Rectification:
    body = {
        "source": "audit", "division": world.township_a.code, "unit": "火龙镇政府", "description": "项目资料不全",
        "clause": "第26条", "found_on": "2020-09-01", "due_on": "2020-09-30",
    }  # fmt: skip
    assert login(cast.officer).post(reverse("monitoring:rectification-open"), body).status_code == 302
    return Rectification.objects.get()


def act(login, user, row, name: str, **given):
    return login(user).post(reverse("monitoring:rectification-act", args=[row.pk]), {"act": name, **given})


def offered(login, user, row) -> list[str]:
    page = login(user).get(reverse("monitoring:rectification-detail", args=[row.pk]))
    return [name for name, _ in page.context["acts"]]


def test_the_whole_way_through_the_pages(world, cast, login, problem, settings, tmp_path):
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path
    assert offered(login, cast.li, problem) == ["claim"]
    assert act(login, cast.li, problem, "claim").status_code == 302
    assert act(login, cast.li, problem, "start", measures="补齐资料").status_code == 302
    bare = act(login, cast.li, problem, "submit", measures="补齐资料")
    assert bare.status_code == 422
    assert "佐证材料" in bare.content.decode()
    hostile = SimpleUploadedFile("a.png", b"<script>alert(1)</script>")
    assert act(login, cast.li, problem, "submit", measures="补齐资料", papers=hostile).status_code == 422
    paper = SimpleUploadedFile("现场照片.png", PNG, content_type="image/png")
    assert act(login, cast.li, problem, "submit", measures="补齐资料", papers=paper).status_code == 302
    problem.refresh_from_db()
    assert (problem.state, problem.submitted_by_id) == ("submitted", cast.li.pk)

    page = login(cast.rev).get(reverse("monitoring:rectification-detail", args=[problem.pk]))
    assert "现场照片.png" in page.content.decode()
    stored = problem.steps.filter(files__isnull=False).get().files.get()
    shown = login(cast.rev).get(reverse("exchange:file", args=[stored.uuid]))
    assert b"".join(shown.streaming_content if shown.streaming else [shown.content]) == PNG
    assert login(cast.zhao).get(reverse("exchange:file", args=[stored.uuid])).status_code == 404

    assert act(login, cast.li, problem, "pass").status_code == 422  # refused in the form, nothing moves
    problem.refresh_from_db()
    assert problem.state == "submitted"
    assert act(login, cast.rev, problem, "return").status_code == 422  # needs an opinion
    assert act(login, cast.rev, problem, "pass").status_code == 302
    assert act(login, cast.officer, problem, "close").status_code == 302
    problem.refresh_from_db()
    assert problem.state == "closed"
    assert act(login, cast.officer, problem, "reopen", opinion="资料再次缺失").status_code == 302
    problem.refresh_from_db()
    assert (problem.state, problem.submitted_by, problem.closed_on) == ("reopened", None, None)
    assert offered(login, cast.li, problem) == ["start"]


def test_who_submitted_is_not_offered_to_check(world, cast, login, problem, settings, tmp_path):
    """A county officer may both work and check, but never his own submission."""
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path
    both = make_user("both")
    post(both, "county_officer", world.county)
    act(login, both, problem, "claim")
    act(login, both, problem, "start", measures="补齐资料")
    paper = SimpleUploadedFile("现场照片.png", PNG, content_type="image/png")
    assert act(login, both, problem, "submit", measures="补齐资料", papers=paper).status_code == 302
    assert offered(login, both, problem) == []
    assert act(login, both, problem, "pass").status_code in (409, 422)
    assert offered(login, cast.officer, problem) == ["pass", "return"]
