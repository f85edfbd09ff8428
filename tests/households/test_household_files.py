"""附件: kept, superseded with a reason, never removed; seen by who may see what they speak of."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from common.errors import Conflict, Invalid, NotFound, NotPermitted
from exchange.models import StoredFile
from households import services
from households.codes import PaperKind
from households.field_groups import PAPER_GROUP, visible_papers
from households.inputs import PaperInput
from households.models import Guarantee, HouseholdFile
from households.selectors import papers_of
from tests.cast import actor
from tests.factories.households import make_household, make_paper, make_person

pytestmark = pytest.mark.django_db
ALL = frozenset({"identity", "income", "health", "schooling", "housing", "water", "safety_net", "work"})


def picture(name: str = "户口簿.png") -> SimpleUploadedFile:
    held = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(held, "PNG")
    return SimpleUploadedFile(name, held.getvalue(), "image/png")


def url(name: str, *args) -> str:
    return reverse(f"households:{name}", args=args)


def test_a_paper_is_kept_once_per_form(clerk, village):
    household = make_household(village)
    entry = PaperInput("register", "户口簿首页", uuid=uuid.uuid4())
    given = {"actor": clerk, "household": household, "entry": entry}
    paper = services.paper_add(**given, upload=picture())
    assert services.paper_add(**given, upload=picture()) == paper
    assert StoredFile.objects.count() == 1
    assert paper.file.kind == "evidence"
    with pytest.raises(Conflict, match="另一份附件"):
        services.paper_add(**given | {"household": make_household(village)}, upload=picture())


@pytest.mark.parametrize(
    ("entry", "upload", "field"),
    [
        (PaperInput("nonsense", "a"), True, "kind"),
        (PaperInput("register", " "), True, "title"),
        (PaperInput("register", "a"), False, "file"),
    ],
)
def test_an_incomplete_paper_is_refused_at_its_field(clerk, village, entry, upload, field):
    with pytest.raises(Invalid) as refusal:
        services.paper_add(
            actor=clerk, household=make_household(village), entry=entry, upload=picture() if upload else None
        )
    assert refusal.value.field == field


def test_what_is_no_picture_is_refused(clerk, village):
    bad = SimpleUploadedFile("a.png", b"\x7fELF....", "image/png")
    with pytest.raises(Invalid, match="文件内容"):
        services.paper_add(
            actor=clerk, household=make_household(village), entry=PaperInput("other", "a"), upload=bad
        )
    assert not HouseholdFile.objects.exists()


def test_a_paper_of_a_stranger_is_refused(clerk, village):
    stranger = make_person(make_household(village))
    with pytest.raises(NotFound):
        services.paper_add(
            actor=clerk, household=make_household(village), entry=PaperInput("id_card", "a", person_id=stranger.pk),
            upload=picture(),
        )  # fmt: skip


def test_a_better_copy_supersedes_with_a_reason_and_once(clerk, village):
    household = make_household(village)
    old = services.paper_add(
        actor=clerk, household=household, entry=PaperInput("register", "户口簿"), upload=picture()
    )
    given = {
        "actor": clerk,
        "paper": old,
        "entry": PaperInput("register", "户口簿（新）"),
        "upload": picture(),
    }
    with pytest.raises(Invalid, match="更换原因"):
        services.paper_supersede(**given, reason=" ")
    new = services.paper_supersede(**given | {"upload": picture()}, reason="原件模糊")
    old.refresh_from_db()
    assert (old.superseded_by, old.superseded_reason) == (new, "原件模糊")
    assert HouseholdFile.objects.count() == StoredFile.objects.count() == 2
    with pytest.raises(Conflict, match="已被更换"):
        services.paper_supersede(**given | {"upload": picture()}, reason="再换")


def test_who_may_not_edit_adds_nothing(auditor, other_clerk, helper, village):
    household = make_household(village)
    for stranger in (auditor, other_clerk, helper):
        with pytest.raises(NotPermitted):
            services.paper_add(
                actor=stranger, household=household, entry=PaperInput("other", "a"), upload=picture()
            )


def test_a_paper_shows_to_those_who_may_see_what_it_speaks_of(village):
    household = make_household(village)
    for kind in PaperKind.values:
        make_paper(household, kind)
    assert papers_of(household, ALL).count() == len(PaperKind.values)
    assert {row.kind for row in papers_of(household, frozenset({"health"}))} == {"medical", "disability_card"}
    assert set(PAPER_GROUP) == set(PaperKind.values)
    assert visible_papers(frozenset()) == []


def test_the_tab_lists_uploads_and_replaces(world, cast, login):
    household = make_household(world.village_a1)
    client = login(cast.li)
    body = {"kind": "housing", "title": "住房安全鉴定书", "issued_on": "2020-05-01", "file": picture()}
    answer = client.post(url("paper-add", household.pk), body)
    assert answer.status_code == 302
    assert answer["Location"].endswith("#papers")
    paper = HouseholdFile.objects.get()
    text = client.get(url("papers-panel", household.pk)).content.decode()
    assert "住房安全鉴定书" in text
    assert reverse("exchange:file", args=[paper.file.uuid]) in text
    assert client.get(reverse("exchange:file", args=[paper.file.uuid])).status_code == 200
    assert (
        client.post(url("paper-supersede", household.pk, paper.pk), body | {"file": picture()}).status_code
        == 422
    )
    replaced = body | {"file": picture(), "reason": "重新鉴定"}
    assert client.post(url("paper-supersede", household.pk, paper.pk), replaced).status_code == 302
    assert "重新鉴定" in client.get(url("papers-panel", household.pk)).content.decode()
    hidden = login(cast.dept).get(url("papers-panel", household.pk)).content.decode()  # health only
    assert "住房安全鉴定书" not in hidden


def test_a_guarantee_and_a_measure_take_their_paper(world, cast, login):
    household = make_household(world.village_a1)
    client = login(cast.li)
    body = {"state": "met", "evidence": "鉴定书", "on": "2020-08-01", "base": 0, "file": picture()}
    assert client.post(url("guarantee-record", household.pk, "housing"), body).status_code == 302
    held = Guarantee.objects.get()
    assert held.file.content_type == "image/png"
    services.guarantee_record(
        actor=actor(cast.li),
        household=household,
        kind="housing",
        state="met",
        evidence="鉴定书",
        on=held.effective_from,
    )
    assert Guarantee.objects.get().file == held.file, "the same again keeps its paper"
    body = {
        "what": "health/医疗救助",
        "started_on": "2020-08-01",
        "state": "active",
        "file": picture("票据.png"),
    }
    assert client.post(url("measure-add", household.pk), body).status_code == 302
    paper = HouseholdFile.objects.get()
    assert (paper.kind, paper.title) == ("medical", "健康帮扶：医疗救助")


def test_the_list_asks_as_many_questions_for_30_papers_as_for_3(world, cast, login):
    household, client, counts = make_household(world.village_a1), login(cast.li), []
    for more in (3, 27):
        for _ in range(more):
            make_paper(household)
        client.get(url("papers-panel", household.pk))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("papers-panel", household.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]
