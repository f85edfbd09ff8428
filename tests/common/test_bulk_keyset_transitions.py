"""Set-wise writing, keyset paging, transition tables. On whichever database the tests run."""

import uuid
from datetime import date

import pytest
from django.utils import timezone

from accounts.models import ApiToken, AuditEntry, Posting, Role
from common.bulk import copy_rows, reset_sequences
from common.errors import Conflict, NotPermitted
from common.keyset import page_of
from common.transitions import Step, acts_from, transition_apply
from exchange.models import ExportFile
from villages.models import Division, VillageYear

AWKWARD = ["a\tb", "a\nb", "a\\b", "\\N", "\\.", "a\rb", "“引号”'\"", "", "𠮷"]


def test_awkward_text_arrives_as_it_was(db):
    rows = [
        (uuid.uuid4(), f"9{number:05}", text, text, "county", False) for number, text in enumerate(AWKWARD)
    ]
    assert copy_rows(
        Division, ["key", "code", "name", "short_name", "level", "is_stub"], rows, batch=4
    ) == len(AWKWARD)
    stored = Division.objects.filter(code__startswith="9").order_by("code")
    assert [one.name for one in stored] == AWKWARD
    assert [one.key for one in stored] == [row[0] for row in rows]


def test_none_bool_date_json_and_keys_arrive(cast, world):
    role = Role.objects.get(code="auditor")
    row = (cast.li.pk, role.pk, world.county.pk, "", ["health", "收入"], date(2020, 1, 31), None)
    copy_rows(
        Posting,
        ["user_id", "role_id", "division_id", "department", "field_groups", "effective_from", "effective_to"],
        [row],
    )
    posting = Posting.objects.get(role=role, user=cast.li)
    assert (posting.field_groups, posting.effective_from, posting.effective_to) == (
        ["health", "收入"],
        date(2020, 1, 31),
        None,
    )


def test_unknown_numbers_and_big_money_arrive(world):
    copy_rows(
        VillageYear,
        [
            "division_id",
            "year",
            "village_class",
            "collective_income_fen",
            "poor_persons",
            "has_relief_task",
            "source",
        ],
        [
            (world.village_a1.pk, 2020, "poor", 10**15, None, None, ""),
            (world.village_a2.pk, 2020, "", None, 0, True, "x"),
        ],
    )
    first, second = VillageYear.objects.order_by("division__code")
    assert (first.collective_income_fen, first.poor_persons, first.has_relief_task) == (10**15, None, None)
    assert (second.collective_income_fen, second.poor_persons, second.has_relief_task) == (None, 0, True)


def test_moments_and_numbering_go_on(cast):
    now = timezone.now()
    copy_rows(
        ApiToken,
        ["id", "user_id", "name", "digest", "tail", "created_at", "expires_at", "revoked_at", "last_used_on"],
        [(50, cast.li.pk, "a", "d", "t", now, now, None, None)],
    )
    reset_sequences(ApiToken)
    assert ApiToken.objects.get(pk=50).created_at == now
    after = ApiToken.objects.create(user=cast.li, name="b", digest="e", tail="u", expires_at=now)
    assert after.pk > 50


@pytest.fixture
def entries(cast):
    return [AuditEntry.objects.create(actor_label="x", verb=f"v.{number}") for number in range(7)]


def walk(size, *, newest_first):
    seen, after, pages = [], None, 0
    while True:
        page = page_of(AuditEntry.objects.all(), after, size, newest_first=newest_first)
        seen += [row.pk for row in page.rows]
        pages += 1
        if page.next_after is None:
            return seen, pages
        after = str(page.next_after)


@pytest.mark.parametrize("size", [1, 3, 7, 50])
def test_pages_hold_every_row_once_in_both_directions(entries, size):
    keys = [entry.pk for entry in entries]
    assert walk(size, newest_first=False)[0] == keys
    assert walk(size, newest_first=True)[0] == keys[::-1]
    assert walk(7, newest_first=False)[1] == 1, "a full last page has no next"


@pytest.mark.parametrize("cursor", ["x", "-1", "1; DROP TABLE", "٣", "9" * 30, ""])
def test_a_cursor_that_is_no_number_means_the_first_page(entries, cursor):
    page = page_of(AuditEntry.objects.all(), cursor, 3)
    assert page.rows[0].pk == entries[0].pk
    assert not page.has_before


def test_a_page_costs_two_queries_whatever_it_holds(entries, django_assert_num_queries):
    with django_assert_num_queries(2):
        page_of(AuditEntry.objects.all(), None, 3)


FLOW = {
    ("queued", "start"): Step("running", "monitoring.run_screening", label="开始"),
    ("running", "finish"): Step("done", "monitoring.run_screening", also=("counted",)),
}


@pytest.fixture
def row(db):
    return ExportFile.objects.create(key="k", layout="x", scope_code="411081")


def allow(permission: str) -> None:
    assert permission in {"monitoring.run_screening"}


def test_a_step_moves_the_row_and_only_from_its_state(row):
    assert transition_apply(row, FLOW, "start", may=allow).to == "running"
    assert row.state == "running"
    with pytest.raises(Conflict):
        transition_apply(row, FLOW, "start", may=allow)


def test_of_two_who_press_at_once_one_is_refused(row):
    same = ExportFile.objects.get(pk=row.pk)
    transition_apply(row, FLOW, "start", may=allow)
    with pytest.raises(Conflict):
        transition_apply(same, FLOW, "start", may=allow)


def test_permission_and_conditions_are_asked_before_anything_is_written(row):
    def refuse(permission: str) -> None:
        raise NotPermitted()

    with pytest.raises(NotPermitted):
        transition_apply(row, FLOW, "start", may=refuse)
    transition_apply(row, FLOW, "start", may=allow)

    def counted() -> None:
        raise Conflict("未清点。")

    with pytest.raises(Conflict):
        transition_apply(row, FLOW, "finish", may=allow, conditions={"counted": counted})
    with pytest.raises(KeyError):
        transition_apply(row, FLOW, "finish", may=allow)
    row.refresh_from_db()
    assert row.state == "running"
    assert [act for act, _ in acts_from(FLOW, "running")] == ["finish"]
