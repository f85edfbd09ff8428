"""Renaming, recoding and merging as audited acts, and the yearly facts."""

from datetime import date

import pytest

from accounts.audit import record
from accounts.models import AuditEntry
from common.errors import Conflict, Invalid, NotFound, NotPermitted
from tests.cast import actor, make_division, operator
from tests.factories.households import make_household
from villages import services
from villages.models import Division, DivisionCode, VillageYear
from villages.moving import scoped_models
from villages.selectors import (
    division_by_code,
    division_children,
    division_choices,
    division_get,
    division_list,
)

ON = date(2020, 7, 1)


def test_a_recode_carries_the_whole_subtree_and_every_scoped_row(world, cast):
    household = make_household(world.village_a1)
    elsewhere = make_household(world.village_b1)
    entry = record(actor(cast.li), "households.touched", household)
    services.division_recode(
        actor=actor(cast.admin),
        division=world.township_a,
        new_code="411081150",
        on=ON,
        reason="豫民〔2020〕1号",
    )
    for row in (household, elsewhere, world.village_a1, entry):
        row.refresh_from_db()
    assert world.village_a1.code == "411081150201"
    assert household.scope_code == entry.scope_code == "411081150201"
    assert elsewhere.scope_code == world.village_b1.code
    assert actor(cast.li).scope("households.view").prefixes == ("411081150",)
    history = household.history.first()
    assert history.scope_code == "411081150201"
    assert AuditEntry.objects.get(verb="villages.recoded").detail["old"] == "411081100"


def test_no_row_keeps_the_old_code(world, cast):
    make_household(world.village_a1)
    services.division_recode(
        actor=actor(cast.admin), division=world.township_a, new_code="411081150", on=ON, reason="批复"
    )
    left = {
        model.__name__: count
        for model in scoped_models()
        if (count := model._base_manager.filter(scope_code__startswith="411081100").count())
    }
    assert left == {}


def test_an_old_code_still_finds_the_division(world, cast):
    services.division_recode(
        actor=actor(cast.admin),
        division=world.village_a1,
        new_code="411081101299",
        on=ON,
        reason="划入顺店镇",
    )
    moved = division_by_code("411081100201")
    assert (moved.pk, moved.parent_id) == (world.village_a1.pk, world.township_b.pk)
    codes = DivisionCode.objects.filter(division=moved)
    assert set(codes.values_list("code", "effective_from")) >= {("411081101299", ON)}


@pytest.mark.parametrize("code", ["411081101", "41108115", "４11081150", "411099150"])
def test_a_code_taken_short_or_without_parent_is_refused(world, cast, code):
    with pytest.raises((Invalid, Conflict)):
        services.division_recode(
            actor=actor(cast.admin), division=world.township_a, new_code=code, on=ON, reason="批复"
        )
    world.township_a.refresh_from_db()
    assert world.township_a.code == "411081100"


@pytest.mark.parametrize("who", ["li", "officer", "auditor"])
def test_only_the_administrator_changes_divisions_and_says_why(world, cast, who):
    with pytest.raises(NotPermitted):
        services.division_rename(
            actor=actor(getattr(cast, who)), division=world.township_a, new_name="新镇", on=ON, reason="批复"
        )
    with pytest.raises(Invalid):
        services.division_rename(
            actor=actor(cast.admin), division=world.township_a, new_name="新镇", on=ON, reason=" "
        )


def test_a_merge_moves_rows_and_postings_and_keeps_the_place_in_history(world, cast):
    household = make_household(world.village_a1)
    services.division_merge(
        actor=actor(cast.admin), division=world.village_a1, into=world.village_a2, on=ON, reason="并村"
    )
    household.refresh_from_db()
    assert household.village_id == world.village_a2.pk
    assert household.scope_code == world.village_a2.code
    assert cast.wang.postings.get().division_id == world.village_a2.pk
    gone = Division.objects.get(pk=world.village_a1.pk)
    assert (gone.merged_into_id, gone.valid_to) == (world.village_a2.pk, ON)
    assert gone not in division_list(actor(cast.li))
    assert gone in division_list(actor(cast.li), on=date(2020, 6, 30))
    with pytest.raises(Conflict):
        services.division_merge(
            actor=actor(cast.admin), division=gone, into=world.village_a2, on=ON, reason="再并"
        )


def test_a_division_with_others_below_is_not_merged(world, cast):
    with pytest.raises(Conflict):
        services.division_merge(
            actor=actor(cast.admin), division=world.township_a, into=world.township_b, on=ON, reason="并镇"
        )


def test_divisions_are_seen_inside_the_area_only(world, cast):
    li = actor(cast.li)
    assert set(division_list(li)) == {world.township_a, world.village_a1, world.village_a2}
    assert set(division_children(li, world.township_a.code)) == {world.village_a1, world.village_a2}
    assert set(division_choices(li, "village", "households.edit")) == {world.village_a1, world.village_a2}
    with pytest.raises(NotFound):
        division_get(actor(cast.zhao), world.village_a1.code)
    assert division_get(actor(cast.wang), world.village_a1.code) == world.village_a1


def test_a_code_that_only_begins_alike_is_not_inside(world, cast):
    neighbour = make_division("4110811", "不合规代码", "township", world.county)
    assert neighbour not in division_list(actor(cast.li))
    assert neighbour in division_list(actor(cast.officer))


def test_yearly_facts_keep_unknown_apart_from_zero(world, cast):
    facts = {"registered_population": 1200, "poor_persons": 0, "collective_income_fen": None}
    services.village_year_save(actor=actor(cast.officer), division=world.village_a1, year=2020, facts=facts)
    row = VillageYear.objects.get()
    assert (row.poor_persons, row.collective_income_fen, row.registered_households) == (0, None, None)
    with pytest.raises(Invalid):
        services.village_year_save(
            actor=operator(), division=world.village_a1, year=2020,
            facts={"registered_population": 10, "poor_persons": 11},
        )  # fmt: skip
    with pytest.raises(NotPermitted):
        services.village_year_save(actor=actor(cast.li), division=world.village_a1, year=2020, facts=facts)
