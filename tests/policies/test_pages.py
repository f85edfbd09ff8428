"""The pages and the API of packs: what they show, who may act."""

import pytest

from policies.models import PolicyPack
from policies.services import pack_submit, pack_submit_and_publish
from tests.cast import actor
from tests.policies.conftest import PARAMETERS, RULE

PLANNED = '\n[[rule]]\nkey = "abc-9"\ntitle = "名单排序"\nkind = "rank"\nbasis = "inferred"\nclause = "8"\nstatus = "planned"\n'
ISSUE = '[[source_issue]]\nclause = "1"\ntext = "鸿畅镇出现两次"\nhandling = "并列显示"\n'


@pytest.fixture
def published(cast, pack_folder):
    pack_folder(
        rules=RULE.format(key="abc-1") + PLANNED,
        document='assumptions = ["未写期限的按年末"]\n' + ISSUE,
        roster="a = [1, 2]",
    )
    return pack_submit_and_publish(
        submitter=actor(cast.officer), approver=actor(cast.officer2), code="abc"
    ).pack


@pytest.fixture
def waiting(cast, published, pack_folder):
    pack_folder(parameters=PARAMETERS.replace("5000.00", "5100.00"))
    return pack_submit(actor=actor(cast.officer), code="abc")


def page(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_without_a_pack_the_list_says_so(cast, login, pack_folder):
    text = page(login(cast.li), "/policies/")
    assert "没有生效的政策文件" in text
    assert "/policies/submit/" not in text


def test_everybody_logged_in_reads_packs(cast, login, published):
    for user in (cast.li, cast.wang, cast.zhao, cast.dept, cast.auditor, cast.admin):
        text = page(login(user), "/policies/")
        assert "测试文件" in text
        assert "禹州市（411081）" in text


def test_parameters_show_value_clause_and_grey_where_the_document_is_silent(cast, login, published):
    text = page(login(cast.li), f"/policies/{published.pk}/")
    assert "5,000.00 元/人/年" in text
    assert "第7条" in text
    assert "文件未规定 · 据文意推断" in text
    assert "文件未规定 · 系统假定" in text
    assert "2020-09-30" in text
    assert "鸿畅镇出现两次" in text
    assert "并列显示" in text


def test_parameters_are_found_and_narrowed(cast, login, published):
    client = login(cast.li)
    text = page(client, f"/policies/{published.pk}/?tab=params&only=unsaid")
    assert "收入线" not in text
    assert '显示 <span class="tnum">2</span> 项' in text
    assert "收入线" in page(client, f"/policies/{published.pk}/?q=收入线")
    assert "没有符合条件的参数" in page(client, f"/policies/{published.pk}/?q=无此参数")


def test_rules_show_their_condition_in_chinese_and_whether_they_run(cast, login, published):
    client = login(cast.li)
    text = page(client, f"/policies/{published.pk}/?tab=rules")
    assert "[net_income_fen]低于 5,000.00 元/人/年 × [members]" in text
    assert "名单排序" in text
    assert "待实现" in text
    only = page(client, f"/policies/{published.pk}/?tab=rules&only=planned")
    assert "收入低于线" not in only


CATALOGUE = """
[[rule]]
id = "AB-R-1"
clause = "7"
kind = "early-warning"
subject = "village"
title = "村级比对"
state = "planned"
waits_for = "registers"

[[rule]]
id = "AB-R-2"
clause = "8"
kind = "early-warning"
subject = "person"
title = "失能照护"
state = "not_computable"
reason = "没有自理能力记录"
needs = "自理能力评估"
"""


def test_what_the_document_asks_and_does_not_run_stands_there_with_the_reason(cast, login, pack_folder):
    rule = RULE.format(key="abc-1").replace('catalogue = "C-1"', "")
    pack_folder(rules=rule, catalogue=CATALOGUE)
    row = pack_submit(actor=actor(cast.officer), code="abc")
    client = login(cast.li)
    text = page(client, f"/policies/{row.pk}/?tab=rules")
    assert "等待：台账登记" in text
    assert "没有自理能力记录；需要：自理能力评估" in text
    assert '显示 <span class="tnum">3</span> 条' in text
    only = page(client, f"/policies/{row.pk}/?tab=rules&only=not_computable")
    assert "失能照护" in only
    assert "村级比对" not in only
    assert '显示 <span class="tnum">1</span> 条' in only


def test_the_third_tab_shows_assumptions_and_annexes(cast, login, published):
    text = page(login(cast.li), f"/policies/{published.pk}/?tab=about")
    assert "未写期限的按年末" in text
    assert "名册" in text
    assert page(login(cast.li), f"/policies/{published.pk}/?tab=wrong")


def test_a_search_by_htmx_gets_the_lines_alone(cast, login, published):
    answer = login(cast.li).get(f"/policies/{published.pk}/?q=收入", headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<div id="pack-lines"')


def test_an_own_pack_of_the_county_is_never_shown_as_a_clause(cast, login, pack_folder):
    pack_folder(document="is_document = false\n")
    row = pack_submit(actor=actor(cast.officer), code="abc")
    text = page(login(cast.li), f"/policies/{row.pk}/")
    assert "第7条" not in text
    assert "县级自定，非文件" in text


def test_a_pack_that_is_not_there_is_not_found(cast, login, pack_folder):
    page(login(cast.li), "/policies/999/", 404)
    assert login(cast.officer).post("/policies/999/publish/").status_code == 404
    assert login(cast.officer).post("/policies/999/withdraw/").status_code == 404


def test_the_second_person_sees_the_difference_and_publishes(cast, login, waiting):
    client = login(cast.leader)
    text = page(client, f"/policies/{waiting.pk}/")
    assert "5,000.00 元/人/年（文件原文）" in text
    assert "5,100.00 元/人/年（文件原文）" in text
    assert "批准发布" in text
    answer = client.post(f"/policies/{waiting.pk}/publish/", follow=True)
    assert "已发布" in answer.content.decode()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.approved_by) == ("published", cast.leader)


def test_the_submitter_sees_no_button_and_is_refused(cast, login, waiting):
    client = login(cast.officer)
    text = page(client, f"/policies/{waiting.pk}/")
    assert "批准发布</button>" not in text
    assert "须由另一位" in text
    answer = client.post(f"/policies/{waiting.pk}/publish/", follow=True)
    assert "提交人与批准人不能是同一人" in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "submitted"


def test_others_may_neither_publish_nor_withdraw_nor_submit(cast, login, waiting):
    for user in (cast.li, cast.auditor, cast.admin):
        assert login(user).post(f"/policies/{waiting.pk}/publish/").status_code == 403
    for user in (cast.li, cast.auditor, cast.leader):
        assert login(user).post(f"/policies/{waiting.pk}/withdraw/").status_code == 403
        assert login(user).get("/policies/submit/").status_code == 403
    waiting.refresh_from_db()
    assert waiting.state == "submitted"


def test_a_submission_is_withdrawn_on_the_page(cast, login, waiting):
    assert login(cast.officer).post(f"/policies/{waiting.pk}/withdraw/").status_code == 302
    assert not PolicyPack.objects.filter(state="submitted").exists()


def test_withdrawing_what_is_published_is_refused_in_words(cast, login, published):
    answer = login(cast.officer).post(f"/policies/{published.pk}/withdraw/", follow=True)
    assert "已经发布" in answer.content.decode()


def test_a_folder_is_submitted_on_the_page(cast, login, published, pack_folder):
    pack_folder("fresh")
    pack_folder("wrong", parameters="")
    client = login(cast.admin)
    text = page(client, "/policies/submit/")
    assert "测试文件（fresh）" in text
    assert "引用了不存在的参数 line" in text
    answer = client.post("/policies/submit/", {"code": "fresh"})
    row = PolicyPack.objects.get(code="fresh")
    assert answer.headers["Location"] == f"/policies/{row.pk}/"
    assert row.submitted_by == cast.admin


@pytest.mark.parametrize("code", ["", "abc", "wrong", "../fresh"])
def test_a_choice_that_is_not_offered_is_422(cast, login, published, pack_folder, code):
    pack_folder("fresh")
    assert login(cast.admin).post("/policies/submit/", {"code": code}).status_code == 422
    assert PolicyPack.objects.count() == 1


def test_acts_are_no_links(cast, login, waiting):
    assert login(cast.officer2).get(f"/policies/{waiting.pk}/publish/").status_code == 405
    assert login(cast.officer2).get(f"/policies/{waiting.pk}/withdraw/").status_code == 405


def test_the_api_lists_packs_and_shows_one(cast, login, published):
    client = login(cast.li)
    listed = client.get("/api/v1/policies/").json()
    assert [row["code"] for row in listed["results"]] == ["abc"]
    body = client.get(f"/api/v1/policies/{published.pk}/").json()
    line = next(row for row in body["parameters"] if row["key"] == "line")
    assert line == {
        "key": "line", "name": "收入线", "values": ["5,000.00 元/人/年"], "unit": "yuan/person/year", "due": "", "clause": "7", "basis": "text",
    }  # fmt: skip
    assert [row["status"] for row in body["rules"]] == ["active", "planned"]
    assert client.get("/api/v1/policies/999/").status_code == 404
    assert client.post("/api/v1/policies/", {}).status_code == 405


def test_the_api_is_closed_to_strangers(client, published):
    assert client.get("/api/v1/policies/").status_code == 401
    assert client.get("/policies/").status_code == 302
