"""Pages of money: full page and fragment, the two people, the way around by password, figures that are doors."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.home import HomeCounter, HomeItem
from exchange.models import StoredFile
from funds.models import Allocation, FundDocument, LedgerEntry, Payment
from funds.navigation import waiting
from tests.cast import actor
from tests.factories.files import picture
from tests.factories.funds import make_allocation, make_document, make_payment
from tests.factories.projects import make_project

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def business_day(settings):
    settings.BUSINESS_DATE = date(2020, 9, 20)


@pytest.fixture
def allocation(world):
    return make_allocation(make_document(world.county), make_project(world.village_a1, name="香菇大棚"))


def test_the_overview_shows_levels_and_papers_in_ten_thousands(login, cast, allocation):
    make_payment(allocation, amount_fen=12_345_600, state="confirmed")
    page = login(cast.officer).get(reverse("funds:overview")).content.decode()
    assert "<html" in page
    assert "合计（禹州市）" in page
    assert allocation.document.doc_number in page
    assert ">12.35</a>" in page
    fragment = login(cast.officer).get(reverse("funds:overview"), headers=FRAGMENT).content.decode()
    assert "<html" not in fragment
    assert 'id="fund-overview"' in fragment


def test_a_township_starts_at_its_allocations(login, cast):
    response = login(cast.li).get(reverse("funds:overview"))
    assert response["Location"] == reverse("funds:allocation-list")


def test_the_figures_of_the_overview_open_the_lists_that_make_them(login, cast, allocation, world):
    make_payment(allocation, amount_fen=700, state="confirmed")
    plain = make_document(world.county, is_special=False)
    make_payment(make_allocation(plain, allocation.project), amount_fen=50, state="confirmed")
    client = login(cast.officer)
    page = client.get(reverse("funds:ledger-list") + "?year=2020&level=county&special=on&until=2020-09-20")
    assert [row.amount_fen for row in page.context["page"].rows] == [700]
    assert page.context["total_fen"] == 700
    page = client.get(reverse("funds:allocation-list") + "?year=2020&level=county&special=on")
    assert [row.pk for row, _ in page.context["rows"]] == [allocation.pk]


@pytest.mark.parametrize("name", ["allocation-list", "payment-list", "ledger-list"])
def test_the_clerk_of_the_other_township_sees_none_of_it(login, cast, allocation, name):
    make_payment(allocation, state="confirmed")
    url = reverse(f"funds:{name}")
    assert "香菇大棚" in login(cast.li).get(url).content.decode()
    assert "香菇大棚" not in login(cast.zhao).get(url).content.decode()


@pytest.mark.parametrize("name", ["allocation-list", "payment-list", "ledger-list", "overview"])
def test_lists_cost_the_same_at_3_and_at_30_rows(login, cast, world, name, django_assert_num_queries):
    client, url = login(cast.officer), reverse(f"funds:{name}")
    document = make_document(world.county)

    def more(count: int) -> None:
        for _ in range(count):
            make_payment(make_allocation(document, make_project(world.village_a1)), state="confirmed")

    more(3)
    client.get(url)
    with django_assert_num_queries(30, exact=False) as few:
        client.get(url)
    more(27)
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(url)


def test_a_paper_is_entered_in_ten_thousands_of_yuan_and_a_refusal_stays_on_the_form(login, cast, world):
    client, url = login(cast.officer), reverse("funds:document-create")
    body = {
        "county": "411081", "doc_number": "豫财农〔2020〕9号", "title": "下达资金", "level": "province", "year": "2020",
        "issued_on": "2020-01-10", "amount_fen": "1,234.5678", "is_special": "on", "basis": "text",
    }  # fmt: skip
    response = client.post(url, body)
    row = FundDocument.objects.get()
    assert response["Location"] == reverse("funds:document-detail", args=[row.pk])
    assert row.amount_fen == 1_234_567_800
    again = client.post(url, body)
    assert again.status_code == 422
    assert "已登记" in again.content.decode()
    edit = client.get(reverse("funds:document-edit", args=[row.pk])).content.decode()
    assert 'value="1234.5678"' in edit


def test_allocating_more_than_there_is_is_refused_beside_the_field(login, cast, world):
    document, project = make_document(world.county, amount_fen=1_000_000), make_project(world.village_a1)
    url = reverse("funds:allocation-create", args=[document.pk])
    body = {"project": project.code, "amount_fen": "1.0001", "allocated_on": "2020-02-01"}
    refused = login(cast.officer).post(url, body)
    assert refused.status_code == 422
    assert "可分配余额 10,000.00 元" in refused.content.decode()
    assert login(cast.officer).post(url, body | {"amount_fen": "1"}).status_code == 302
    assert Allocation.objects.get().amount_fen == 1_000_000


def test_clerk_submits_and_officer_confirms(login, cast, allocation):
    body = {
        "uuid": str(uuid4()),
        "amount_fen": "1000.50",
        "paid_on": "2020-05-20",
        "payee": "某公司",
        "voucher": "记-1",
    }
    for _ in range(2):
        response = login(cast.li).post(reverse("funds:payment-submit", args=[allocation.pk]), body)
        assert response.status_code == 302
    payment = Payment.objects.get()
    page = login(cast.li).get(reverse("funds:payment-detail", args=[payment.pk])).content.decode()
    assert "须由另一人确认" in page
    assert reverse("funds:payment-confirm", args=[payment.pk]) not in page
    login(cast.officer, fresh=True).post(reverse("funds:payment-confirm", args=[payment.pk]))
    assert LedgerEntry.objects.get().amount_fen == 100_050


def test_a_scanned_voucher_is_kept_once_and_shown_to_the_second_person(login, cast, allocation):
    body = {"uuid": str(uuid4()), "amount_fen": "1000", "paid_on": "2020-05-20", "payee": "某公司"}
    url = reverse("funds:payment-submit", args=[allocation.pk])
    for _ in range(2):
        assert login(cast.li).post(url, body | {"file": picture()}).status_code == 302
    payment = Payment.objects.get()
    assert StoredFile.objects.count() == 1
    door = reverse("exchange:file", args=[payment.file.uuid])
    assert (
        door in login(cast.officer).get(reverse("funds:payment-detail", args=[payment.pk])).content.decode()
    )
    assert login(cast.officer).get(door).status_code == 200
    assert login(cast.zhao).get(door).status_code == 404


def test_a_file_that_is_no_paper_is_refused_in_words_and_nothing_is_paid(login, cast, allocation):
    body = {"uuid": str(uuid4()), "amount_fen": "1000", "paid_on": "2020-05-20", "payee": "某公司"}
    body["file"] = picture("凭证.png", b"MZ this is a program")
    answer = login(cast.li).post(reverse("funds:payment-submit", args=[allocation.pk]), body)
    assert answer.status_code == 422
    assert "文件" in answer.content.decode()
    assert not Payment.objects.exists()


def test_an_old_password_leads_to_the_page_that_asks_for_it(login, cast, allocation):
    payment = make_payment(allocation)
    response = login(cast.officer).post(reverse("funds:payment-confirm", args=[payment.pk]))
    assert response["Location"].startswith(reverse("accounts:password-recheck"))
    assert not LedgerEntry.objects.exists()


def test_the_submitter_is_told_that_he_may_not_confirm(login, cast, allocation):
    payment = make_payment(allocation, submitted_by=cast.officer)
    response = login(cast.officer, fresh=True).post(
        reverse("funds:payment-confirm", args=[payment.pk]), follow=True
    )
    assert "提交人不能确认" in response.content.decode()
    assert not LedgerEntry.objects.exists()


def test_refusing_without_a_reason_shows_the_form_again(login, cast, allocation):
    payment = make_payment(allocation)
    url = reverse("funds:payment-refuse", args=[payment.pk])
    assert login(cast.officer).post(url, {"reason": ""}).status_code == 422
    assert login(cast.officer).post(url, {"reason": "凭证不符"}).status_code == 302
    payment.refresh_from_db()
    assert (payment.state, payment.refusal) == ("refused", "凭证不符")


def test_an_overpayment_keeps_what_was_typed(login, cast, allocation):
    body = {"uuid": str(uuid4()), "amount_fen": "300000.01", "paid_on": "2020-05-20", "payee": "某公司"}
    response = login(cast.li).post(reverse("funds:payment-submit", args=[allocation.pk]), body)
    page = response.content.decode()
    assert response.status_code == 422
    assert "可拨付余额 300,000.00 元" in page
    assert 'value="300000.01"' in page


def test_a_reversal_goes_through_the_pages(login, cast, allocation):
    payment = make_payment(allocation, amount_fen=500, state="confirmed")
    body = {"uuid": str(uuid4()), "reversed_on": "2020-06-01", "reason": "退款"}
    login(cast.li).post(reverse("funds:payment-reverse", args=[payment.pk]), body)
    reversal = Payment.objects.get(reverses=payment)
    assert (
        "等待确认" in login(cast.li).get(reverse("funds:payment-detail", args=[payment.pk])).content.decode()
    )
    login(cast.officer, fresh=True).post(reverse("funds:payment-confirm", args=[reversal.pk]))
    page = login(cast.auditor).get(reverse("funds:ledger-list")).content.decode()
    assert "-5.00" in page
    assert "冲销" in page


def test_home_names_what_waits_for_this_person_and_nothing_of_his_own(cast, allocation):
    make_payment(allocation, submitted_by=cast.officer)
    make_payment(allocation, submitted_by=cast.li)
    parts = waiting(actor(cast.officer), date(2020, 9, 20))
    assert [part.value for part in parts if isinstance(part, HomeCounter)] == [1]
    assert [part.act_label for part in parts if isinstance(part, HomeItem)] == ["确认"]
    assert waiting(actor(cast.li), date(2020, 9, 20)) == []
