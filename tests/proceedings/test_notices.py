"""Notices: what may hang on the wall, from when to when, and that nothing else ever gets there."""

import io
import uuid
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document

from common.errors import Conflict, Invalid, NotFound, NotPermitted
from households.codes import Cause
from proceedings import posting
from proceedings.models import Kind, Notice, NoticePhoto, PaperKind, Proceeding, StepFile
from proceedings.notice_word import notice_docx
from proceedings.safe_columns import COLUMNS, Facts, columns_of, measure_words, risk_words
from proceedings.selectors import notices as reading
from proceedings.services.notices import (
    NoticeInput,
    notice_make,
    notice_photo_add,
    notice_take_down,
    notice_withdraw,
)
from tests.cast import actor
from tests.factories.households import id_number, make_measure, make_person, make_situation
from tests.proceedings import walk
from tests.proceedings.posts import make_number, post_notice
from tests.proceedings.walk import DAY, do, lead, monitored, opened, removal

pytestmark = pytest.mark.django_db
NUMBER, PHONE, ACCOUNT = id_number(date(1961, 3, 4)), "13712345678", "6228480012345678"
FORBIDDEN = (NUMBER, PHONE, ACCOUNT, "尿毒症", "因病", "因残", "残疾", "大病", "患病", "医疗", "健康", "低保")
LAYOUTS = {
    Kind.IDENTIFICATION: ["乡(镇)", "行政村", "村民小组", "户主姓名", "家庭人口数", "拟纳入类别", "主要风险类型", "备注"],
    Kind.REMOVAL: ["乡(镇)", "行政村", "村民小组", "户主姓名", "家庭人口数", "监测对象类别", "识别时间", "已落实帮扶措施", "备注"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _checks():
    posting.register()


@pytest.fixture
def sick(world, cast):
    """A household with everything that must not be posted."""
    make_number(world.township_a)
    row = walk.home(
        world, cast, head_name="病测户", hamlet="东组", phone=PHONE, risks=["illness", "disability"]
    )
    row.number_set("bank_account", ACCOUNT)
    row.save()
    member = make_person(row, name="残测员", id_number=NUMBER, phone=PHONE, relation="spouse")
    make_situation(member, has_serious_illness=True, is_disabled=True)
    for category, item in (("health", "慢性病卡"), ("social_security", "低保"), ("industry", "产业奖补")):
        make_measure(row, category, item=item)
    return row


@pytest.fixture
def waiting(sick, cast):
    return lead(opened(sick, cast, reason="户主尿毒症，患病住院"), cast, "evaluated")


def everything(notice, client) -> str:
    """The text of the page, the print and the Word file (its table and properties too)."""
    url = f"/proceedings/notices/{notice.pk}/"
    pages = [client.get(url).content.decode(), client.get(f"{url}print/").content.decode()]
    answer = client.get(f"{url}word/")
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    document = Document(io.BytesIO(answer.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    core = document.core_properties
    words = [paragraph.text for paragraph in document.paragraphs] + cells
    return "\n".join([*pages, *words, core.author, core.title, core.comments, core.last_modified_by])


def test_nothing_forbidden_is_in_page_print_or_word(waiting, cast, login, sick):
    notice = post_notice(cast, waiting)
    text = everything(notice, login(cast.li))
    found = [word for word in FORBIDDEN if word in text]
    assert found == []
    assert "病测户" in text
    assert "家庭变故等" in text
    assert "残测员" not in text


def test_a_removal_posts_its_measures_under_harmless_words(sick, cast, login):
    monitored(sick, cast)
    row = lead(removal(sick, cast), cast, "evaluated")
    notice = post_notice(cast, row)
    text = everything(notice, login(cast.li))
    assert [word for word in FORBIDDEN if word in text] == []
    columns = dict(notice.items.get().columns)
    assert columns["已落实帮扶措施"] == "综合帮扶、产业帮扶"
    assert columns["识别时间"] == sick.risk_identified_on.isoformat()


@pytest.mark.parametrize("kind", list(LAYOUTS))
def test_the_columns_are_those_of_the_layout(kind):
    assert [heading for heading, _ in COLUMNS[kind]] == LAYOUTS[kind]


@pytest.mark.parametrize("cause", [cause.value for cause in Cause])
def test_no_risk_tells_of_health(cause):
    words = risk_words([cause], Facts().hidden_risks)
    assert "病" not in words
    assert "残" not in words
    assert words == ("家庭变故等" if cause in ("illness", "disability") else Cause(cause).label)
    assert measure_words(["health"]) == measure_words(["social_security"]) == "综合帮扶"


def test_the_frozen_line_does_not_follow_the_data(waiting, cast, sick):
    notice = post_notice(cast, waiting)
    sick.head_name = "改名户"
    sick.save()
    assert dict(notice.items.get().columns)["户主姓名"] == "病测户"
    assert columns_of(Proceeding.objects.get(pk=waiting.pk), Facts())[3] == ["户主姓名", "改名户"]


def test_the_word_file_opens_again_with_its_lines(waiting, cast, login):
    notice = post_notice(cast, waiting)
    document = Document(io.BytesIO(notice_docx(notice, reading.items_of(notice))))
    table = document.tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["序号", *LAYOUTS[Kind.IDENTIFICATION]]
    assert [cell.text for cell in table.rows[1].cells][:6] == ["1", "火龙镇", "刘沟", "东组", "病测户", "2"]
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for word in ("12317", "0374-8881234", "公示期", "5 个自然日", notice.issuer, "2020年"):
        assert word in text


def test_the_notice_starts_the_days_of_the_proceeding(waiting, cast):
    notice = post_notice(cast, waiting)
    assert (waiting.state, waiting.noticed_on, waiting.notice_until) == (
        "noticed",
        notice.starts_on,
        notice.ends_on,
    )
    assert notice.ends_on == notice.starts_on + timedelta(days=5)
    step = waiting.steps.get(act="publish")
    assert step.details["notice"] == str(notice.pk)


def test_all_that_waits_in_a_village_hangs_on_one_sheet(sick, cast, world):
    rows = [lead(opened(one, cast, who="li"), cast, "evaluated") for one in (sick, walk.home(world, cast))]
    groups = reading.waiting_groups(actor=actor(cast.li))
    assert [(one["village"], one["form"], one["size"]) for one in groups] == [(world.village_a1, "notice", 2)]
    given = NoticeInput(uuid.uuid4(), "notice", Kind.IDENTIFICATION, max(row.state_since for row in rows))
    li = actor(cast.li)
    notice = notice_make(actor=li, village=world.village_a1, given=given, proceedings=rows)
    assert [item.number for item in notice.items.all()] == [1, 2]
    again = notice_make(actor=li, village=world.village_a1, given=given, proceedings=rows)
    assert again == notice
    assert Notice.objects.count() == 1
    assert reading.waiting_groups(actor=li) == []


def test_refused_without_a_local_number(cast, world, home):
    row = lead(opened(home, cast), cast, "evaluated")
    with pytest.raises(Conflict, match="监督电话"):
        post_notice(cast, row)
    row.refresh_from_db()
    assert row.state == "evaluated"


def test_refused_for_the_wrong_person_place_and_state(waiting, cast, world):
    for who, error in (("auditor", NotFound), ("zhao", NotFound), ("wang", NotFound)):
        with pytest.raises((error, NotPermitted)):
            post_notice(cast, waiting, who=who)
    li, day = actor(cast.li), waiting.state_since
    wrong = (
        (Kind.REMOVAL, "notice", world.village_a1, [waiting], Conflict),
        (Kind.IDENTIFICATION, "announcement", world.village_a1, [waiting], Conflict),
        (Kind.IDENTIFICATION, "notice", world.village_a2, [waiting], NotFound),
        (Kind.IDENTIFICATION, "notice", world.village_a1, [], Invalid),
        (Kind.ROLLBACK, "notice", world.village_a1, [waiting], Invalid),
    )
    for kind, form, village, rows, error in wrong:
        given = NoticeInput(uuid.uuid4(), form, kind, day)
        with pytest.raises(error):
            notice_make(actor=li, village=village, given=given, proceedings=rows)
    assert not Notice.objects.exists()


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("board.png", walk.PNG, content_type="image/png")


def test_the_end_photo_is_the_paper_the_flow_asks_for(waiting, cast):
    notice = post_notice(cast, waiting)
    li = actor(cast.li)
    notice_photo_add(actor=li, notice=notice, moment="start", upload=photo(), on=notice.starts_on)
    kinds = StepFile.objects.filter(proceeding=waiting, step=None).values_list("kind", flat=True)
    assert list(kinds) == [PaperKind.OTHER]
    early = notice.ends_on - timedelta(days=1)
    with pytest.raises(Invalid, match="期满"):
        notice_photo_add(actor=li, notice=notice, moment="end", upload=photo(), on=early)
    with pytest.raises(Invalid, match="公示照片"):
        do(waiting, "close_notice", cast, on=notice.ends_on, files=[])
    notice_photo_add(actor=li, notice=notice, moment="end", upload=photo(), on=notice.ends_on)
    do(waiting, "close_notice", cast, on=notice.ends_on, files=[])
    assert waiting.state == "township_review"
    assert NoticePhoto.objects.count() == 2


@pytest.mark.parametrize(("days", "fits"), [(4, False), (5, True), (6, True)])
def test_a_notice_hangs_its_whole_time(waiting, cast, days, fits):
    notice = post_notice(cast, waiting)
    on = notice.starts_on + timedelta(days=days)
    if fits:
        assert notice_take_down(actor=actor(cast.li), notice=notice, on=on).taken_down_on == on
        assert notice_take_down(actor=actor(cast.li), notice=notice, on=on).state == "taken_down"
    else:
        with pytest.raises(Conflict, match="不能提前撤下"):
            notice_take_down(actor=actor(cast.li), notice=notice, on=on)


def test_a_withdrawn_notice_sends_its_proceedings_back(waiting, cast):
    notice = post_notice(cast, waiting)
    with pytest.raises(Invalid):
        notice_withdraw(actor=actor(cast.li), notice=notice, reason="", on=notice.starts_on)
    notice_withdraw(actor=actor(cast.li), notice=notice, reason="户主姓名写错", on=notice.starts_on)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.noticed_on) == ("evaluated", None)
    with pytest.raises(Conflict):
        notice_take_down(actor=actor(cast.li), notice=notice, on=DAY + timedelta(days=99))
    assert post_notice(cast, waiting).pk != notice.pk


def test_the_announcement_is_the_townships_and_its_photo_ends_the_way(waiting, cast, login):
    lead(waiting, cast, "announcing")
    notice = post_notice(cast, waiting)
    assert (notice.form, notice.issuer, notice.ends_on) == ("announcement", "火龙镇人民政府", None)
    assert dict(notice.items.get().columns)["纳入类别"] == "边缘易致贫户"
    assert [word for word in FORBIDDEN if word in everything(notice, login(cast.li))] == []
    assert not reading.waiting(actor=actor(cast.li)).exists()
    notice_photo_add(actor=actor(cast.li), notice=notice, moment="start", upload=photo(), on=notice.starts_on)
    do(waiting, "announce", cast, files=[])
    assert waiting.state == "monitored"


def test_the_whole_way_on_the_pages(waiting, cast, login, settings):
    settings.BUSINESS_DATE = waiting.state_since
    client = login(cast.li)
    assert "制作公示" in client.get("/proceedings/notices/").content.decode()
    url = f"/proceedings/notices/new/{waiting.scope_code}/notice/identification/"
    assert "病测户户" in client.get(url).content.decode()
    body = {"proceedings": [waiting.pk], "on": waiting.state_since.isoformat(), "uuid": str(uuid.uuid4())}
    assert client.post(url, body | {"proceedings": []}).status_code == 422
    answer = client.post(url, body)
    notice = Notice.objects.get()
    assert answer["Location"] == f"/proceedings/notices/{notice.pk}/"
    assert client.post(f"/proceedings/notices/{notice.pk}/down/", {"on": notice.starts_on}).status_code == 422
    assert notice.title in client.get(f"/proceedings/{waiting.pk}/notices/").content.decode()
    assert login(cast.zhao).get(f"/proceedings/notices/{notice.pk}/").status_code == 404


def test_an_officer_of_one_field_group_sees_no_notice(waiting, cast):
    notice = post_notice(cast, waiting)
    with pytest.raises(NotFound):
        reading.notice_get(actor=actor(cast.dept), pk=notice.pk)


def test_the_list_costs_the_same_for_three_and_thirty(cast, login, world):
    client, counts = login(cast.li), []
    client.get("/proceedings/notices/")
    for many in (3, 27):
        Notice.objects.bulk_create(
            Notice(
                form="notice", about=Kind.REMOVAL, village=world.village_a1, scope_code=world.village_a1.code, title="公示",
                issuer="村", hotline="12317", local_number="1", starts_on=DAY, ends_on=DAY,
            )
            for _ in range(many)
        )  # fmt: skip
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/proceedings/notices/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_sheet_that_no_longer_fits_says_so(waiting, cast, login):
    notice = post_notice(cast, waiting)
    url = f"/proceedings/notices/{notice.pk}/"
    assert "不再相符" not in login(cast.li).get(url).content.decode()
    do(waiting, "return", cast)
    text = login(cast.li).get(url).content.decode()
    assert "不再相符" in text
    notice_withdraw(actor=actor(cast.li), notice=notice, reason="停止公示", on=waiting.state_since)
    assert "不再相符" not in login(cast.li).get(url).content.decode()
