"""Special groups: who is in, who is out, of whom it is unknown; counts equal lists; fields decide who sees which."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import NotFound, NotPermitted
from exchange.registry import sheet_get
from exchange.services.exports import shown_rows
from exchange.sheet import ExportQuery
from households.groups import GROUPS, group_named, groups_for
from households.selectors import groups as selectors
from policies.metrics import Judged, source_of
from tests.cast import actor
from tests.factories.households import (
    make_household,
    make_living,
    make_measure,
    make_person,
    make_safety_net,
    make_situation,
)
from tests.factories.policies import publish
from tests.households.conftest import acting

pytestmark = pytest.mark.django_db
AS_OF = date(2020, 9, 20)
CODES = [group.code for group in GROUPS]
AWAY = {"work_place": "outside_province", "work_months": 6}
HOME = {"work_place": "", "work_months": 0}


@pytest.fixture
def packs(db):
    publish("county-default", "yuzhou-2020")


@pytest.fixture
def who(packs):
    return acting("county_officer", "411081")


def born(years: int, days: int = 0) -> date:
    """The birthday of somebody who turns `years` on the day, or `days` later."""
    return date(AS_OF.year - years, AS_OF.month, AS_OF.day + days)


def ids(who, code: str, *, unknown: bool = False, part: str = "") -> set[int]:
    group = group_named(code, who.scope("households.view").field_groups)
    state = selectors.UNKNOWN if unknown else selectors.BELONGS
    rows = selectors.group_members(actor=who, group=group, as_of=AS_OF, state=state, part=part)
    return {row.person_id if group.subject == "person" else row.pk for row in rows}


def family(village, **situations):
    """A head of 40, a spouse of 38, a child and an old father, each with the given situation (None: nothing collected)."""
    child_age = situations.pop("child_born", date(2010, 1, 1))
    home = make_household(village, head={"birth_date": date(1980, 1, 1)}, head_name="张父")
    people = {
        "head": home.memberships.get().person,
        "spouse": make_person(
            home, relation="spouse", gender="female", birth_date=date(1982, 1, 1), name="王母"
        ),
        "child": make_person(home, relation="son", birth_date=child_age, name="张小"),
        "old": make_person(home, relation="father", birth_date=date(1955, 1, 1), name="张老"),
    }
    for name, held in situations.items():
        if held is not None:
            make_situation(people[name], **held)
    return home, people


def test_a_child_whose_adults_are_away_is_left_behind_and_so_is_the_old_man(who, village):
    _, people = family(village, head=AWAY, spouse=AWAY)
    assert ids(who, "left-behind-children") == {people["child"].pk}
    assert ids(who, "left-behind-old") == {people["old"].pk}


@pytest.mark.parametrize(
    ("spouse", "belongs", "unknown"),
    [
        (AWAY, True, False),
        (AWAY | {"work_months": 5}, False, False),
        (AWAY | {"work_place": "in_county", "work_months": 9}, False, False),
        (HOME, False, False),
        (AWAY | {"work_months": None}, False, True),
        (None, False, True),
    ],
)
def test_who_stays_at_home_decides_and_nothing_collected_is_unknown(who, village, spouse, belongs, unknown):
    _, people = family(village, head=AWAY, spouse=spouse)
    assert (people["child"].pk in ids(who, "left-behind-children")) is belongs
    assert (people["child"].pk in ids(who, "left-behind-children", unknown=True)) is unknown


@pytest.mark.parametrize(("day", "belongs"), [(born(16, 1), True), (born(16), False)])
def test_a_child_is_one_until_the_day_of_the_birthday(who, village, day, belongs):
    _, people = family(village, head=AWAY, spouse=AWAY, child_born=day)
    assert (people["child"].pk in ids(who, "left-behind-children")) is belongs


def test_a_wife_at_home_whose_husband_is_away_is_left_behind(who, village):
    _, people = family(village, head=AWAY, spouse=HOME)
    assert ids(who, "left-behind-women") == {people["spouse"].pk}
    _, unsaid = family(village, head=None, spouse=HOME)
    assert ids(who, "left-behind-women") == {people["spouse"].pk}
    assert ids(who, "left-behind-women", unknown=True) == {unsaid["spouse"].pk}
    _, both = family(village, head=AWAY, spouse=None)
    assert both["spouse"].pk in ids(who, "left-behind-women", unknown=True)


def test_old_people_among_themselves_and_alone(who, village):
    alone = make_household(village, head={"birth_date": born(60)})
    pair = make_household(village, head={"birth_date": date(1950, 1, 1)})
    wife = make_person(pair, relation="spouse", birth_date=date(1955, 1, 1))
    with_son = make_household(village, head={"birth_date": date(1950, 1, 1)})
    make_person(with_son, relation="son", birth_date=born(60, 1))
    unsaid = make_household(village, head={"birth_date": date(1950, 1, 1)})
    make_person(unsaid, birth_date=None, id_number="")
    assert ids(who, "lonely-old") == {alone.memberships.get().person_id}
    assert ids(who, "empty-nest-old") == {pair.memberships.first().person_id, wife.pk}
    assert len(ids(who, "empty-nest-old", unknown=True)) == 2


@pytest.mark.parametrize(
    ("code", "held", "belongs", "unknown"),
    [
        ("disabled", {"is_disabled": True}, True, False),
        ("disabled", {"is_disabled": False}, False, False),
        ("disabled", {}, False, True),
        ("disabled", None, False, True),
        ("care-subsidy", {"is_disabled": True, "disability_grade": 2}, True, False),
        ("care-subsidy", {"is_disabled": True, "disability_grade": 3}, False, False),
        ("care-subsidy", {"is_disabled": True}, False, True),
        ("serious-illness", {"has_serious_illness": True}, True, False),
        ("serious-illness", {"has_serious_illness": False}, False, False),
        ("serious-illness", None, False, True),
        ("chronic-illness", {"has_chronic_illness": True}, True, False),
        ("chronic-illness", {}, False, True),
        ("deep-disabled", {"is_disabled": True, "disability_grade": 1}, True, False),
        ("deep-ill", {"has_serious_illness": True}, True, False),
        (
            "deep-mind",
            {"is_disabled": True, "disability_kind": "intellect", "disability_grade": 2},
            True,
            False,
        ),
        (
            "deep-mind",
            {"is_disabled": True, "disability_kind": "intellect", "disability_grade": 3},
            False,
            False,
        ),
        (
            "deep-mind",
            {"is_disabled": True, "disability_kind": "multiple", "disability_grade": 2},
            False,
            True,
        ),
        ("deep-mind", {"is_disabled": True, "disability_kind": "sight", "disability_grade": 1}, False, False),
        ("deep-any", {"has_serious_illness": True}, True, False),
        (
            "deep-any",
            {"has_serious_illness": False, "is_disabled": False, "labour_skill": "ordinary"},
            False,
            False,
        ),
    ],
)
def test_health_groups(who, village, code, held, belongs, unknown):
    person = make_household(village, poverty_status="unexited").memberships.get().person
    if held is not None:
        make_situation(person, **held)
    assert (person.pk in ids(who, code)) is belongs
    assert (person.pk in ids(who, code, unknown=True)) is unknown


def test_deep_poverty_speaks_of_registered_households(who, village):
    for status in ("ordinary", "exited_with_policy"):
        person = make_household(village, poverty_status=status).memberships.get().person
        make_situation(person, has_serious_illness=True)
    assert ids(who, "deep-ill") == {person.pk}


@pytest.mark.parametrize(
    ("skill", "birth", "belongs", "unknown"),
    [
        ("lost", born(60), True, False),
        ("none", date(1950, 1, 1), True, False),
        ("weak_or_half", date(1950, 1, 1), False, False),
        ("", date(1950, 1, 1), False, True),
        ("lost", born(60, 1), False, False),
    ],
)
def test_poor_old_people_who_cannot_work(who, village, skill, birth, belongs, unknown):
    household = make_household(village, poverty_status="unexited", head={"birth_date": birth})
    person = household.memberships.get().person
    make_situation(person, labour_skill=skill)
    assert (person.pk in ids(who, "deep-old")) is belongs
    assert (person.pk in ids(who, "deep-old", unknown=True)) is unknown


def test_subsidies_say_received_missing_or_not_known_which(who, village):
    people = []
    for _ in range(4):
        home = make_household(village)
        person = home.memberships.get().person
        make_situation(person, is_disabled=True, disability_grade=1)
        make_safety_net(home)
        people.append((home, person))
    (one, named), (two, general), (three, of_home), (_, without) = people
    make_measure(one, "social_security", person=named, item="困难残疾人生活补贴")
    make_measure(one, "social_security", person=named, item="重度残疾人护理补贴")
    make_measure(two, "social_security", person=general, item="残疾人补贴")
    make_measure(three, "social_security", item="困难残疾人生活补贴")
    for code in ("living-subsidy", "care-subsidy"):
        assert ids(who, code) == {person.pk for _, person in people}
        assert ids(who, code, part="received") == {named.pk}
    assert ids(who, "living-subsidy", part="vague") == {general.pk, of_home.pk}
    assert ids(who, "living-subsidy", part="missing") == {without.pk}
    assert ids(who, "care-subsidy", part="missing") == {of_home.pk, without.pk}


def test_a_subsidy_that_ended_is_not_received(who, village):
    home = make_household(village)
    person = home.memberships.get().person
    make_situation(person, is_disabled=True, disability_grade=1)
    make_safety_net(home)
    make_measure(
        home, "social_security", person=person, item="困难残疾人生活补贴", ended_on=date(2020, 9, 19)
    )
    assert ids(who, "living-subsidy", part="missing") == {person.pk}


@pytest.mark.parametrize(
    ("birth", "schooling", "belongs", "unknown"),
    [
        (born(6), "not_at_school", True, False),
        (born(6, 1), "not_at_school", False, False),
        (born(16, 1), "not_at_school", True, False),
        (born(16), "not_at_school", False, False),
        (born(6), "preschool_age", False, False),
        (born(7), "preschool_age", True, False),
        (born(10), "primary", False, False),
        (born(10), "", False, True),
    ],
)
def test_out_of_school_by_age(who, village, birth, schooling, belongs, unknown):
    person = make_person(make_household(village), relation="son", birth_date=birth)
    make_situation(person, schooling=schooling)
    assert (person.pk in ids(who, "out-of-school")) is belongs
    assert (person.pk in ids(who, "out-of-school", unknown=True)) is unknown


def test_aided_pupils_are_named_in_a_measure(who, village):
    home = make_household(village)
    named, other = (make_person(home, relation="son", birth_date=date(2010, 1, 1)) for _ in range(2))
    for person in (named, other):
        make_situation(person, schooling="primary")
    make_measure(home, "other_schooling", person=named, item="雨露计划")
    assert (ids(who, "aided-pupils"), ids(who, "aided-pupils", unknown=True)) == ({named.pk}, set())
    make_measure(home, "compulsory_schooling", item="营养餐")
    assert ids(who, "aided-pupils", unknown=True) == {other.pk}


def test_nets_of_the_household_and_of_one_person(who, village):
    whole, single, former = (make_household(village, members=2) for _ in range(3))
    one = single.memberships.first().person
    make_safety_net(whole)
    make_safety_net(single, person=one)
    make_safety_net(former, effective_to=date(2020, 9, 20))
    make_safety_net(former, kind="destitute_dispersed")
    assert ids(who, "allowance") == {row.person_id for row in whole.memberships.all()} | {one.pk}
    assert ids(who, "destitute") == {row.person_id for row in former.memberships.all()}


def test_houses_and_water(who, village):
    bad, good, unsaid, nothing = (make_household(village) for _ in range(4))
    make_living(bad, danger_grade="C", water_safe=False)
    make_living(good, danger_grade="B", water_safe=True)
    make_living(unsaid)
    assert ids(who, "dangerous-house") == ids(who, "unsafe-water") == {bad.pk}
    for code in ("dangerous-house", "unsafe-water"):
        assert ids(who, code, unknown=True) == {unsaid.pk, nothing.pk}


def test_households_without_labour_are_those_the_rules_see(who, village):
    """The same answer as the metric labour_members: 0, some, unknown."""
    for skills in (("none", "lost"), ("none", "weak_or_half"), ("none", ""), ("none", None)):
        home = make_household(village)
        people = [home.memberships.get().person, make_person(home, birth_date=date(1990, 1, 1))]
        for person, skill in zip(people, skills, strict=True):
            if skill is not None:
                make_situation(person, labour_skill=skill)
        make_person(home, relation="son", birth_date=date(2015, 1, 1))
    from households.metrics.household import labour  # noqa: PLC0415

    found = {row["subject_id"]: row["labour_members"] for row in labour(Judged(AS_OF))}
    assert len(list(source_of("household").rows(Judged(AS_OF)))) == 4
    assert ids(who, "no-labour") == {pk for pk, number in found.items() if number == 0}
    assert ids(who, "no-labour", unknown=True) == {pk for pk, number in found.items() if number is None}
    assert len(ids(who, "no-labour")) == 1


def test_former_members_and_closed_households_are_not_counted(who, village):
    closed = make_household(village, is_live=False)
    make_situation(closed.memberships.get().person, is_disabled=True)
    left = make_household(village)
    make_situation(left.memberships.get().person, is_disabled=True)
    left.memberships.update(effective_to=date(2020, 9, 20))
    assert ids(who, "disabled") == set()


# --- counts, areas, fields ------------------------------------------------------------------------------------------


def crowd(world):
    """Something of everything in three villages."""
    for village in world.villages:
        home, people = family(village, head=AWAY, spouse=AWAY)
        make_living(home, danger_grade="D", water_safe=False)
        make_situation(
            people["old"], is_disabled=True, disability_grade=1, has_serious_illness=True, labour_skill="lost"
        )
        make_situation(people["child"], schooling="not_at_school")
        make_safety_net(home)
        home.status_spells.filter(dimension="poverty").update(value="unexited")
        make_household(village, head={"birth_date": date(1940, 1, 1)})


@pytest.mark.parametrize("area", ["", "411081100", "411081100201"])
def test_every_count_equals_its_list(packs, world, cast, area):
    crowd(world)
    officer = actor(cast.officer)
    counts = selectors.group_counts(actor=officer, as_of=AS_OF, area=area)
    assert [count.group.code for count in counts] == CODES
    for count in counts:
        listed = {
            state: list(
                selectors.group_members(actor=officer, group=count.group, as_of=AS_OF, area=area, state=state)
            )
            for state in (selectors.BELONGS, selectors.UNKNOWN)
        }
        total = count.total
        belongs = total.persons if count.group.subject == "person" else total.households
        assert (belongs, total.unknown) == tuple(map(len, listed.values())), count.group.code
        assert sum(part.unknown for part in count.places.values()) == total.unknown
        assert not count.missing
    assert sum(count.total.persons + count.total.households for count in counts) > 10


def test_a_place_of_the_table_equals_the_list_of_that_place(packs, world, cast):
    crowd(world)
    officer = actor(cast.officer)
    count = next(
        one for one in selectors.group_counts(actor=officer, as_of=AS_OF) if one.group.code == "disabled"
    )
    assert {code: tally.persons for code, tally in count.places.items()} == {"411081100": 2, "411081101": 1}
    rows = selectors.group_members(actor=officer, group=count.group, as_of=AS_OF, area="411081100")
    assert rows.count() == 2


def test_a_township_counts_its_own_people(packs, world, cast):
    crowd(world)
    counts = {
        one.group.code: one.total for one in selectors.group_counts(actor=actor(cast.zhao), as_of=AS_OF)
    }
    assert counts["disabled"].persons == 1
    rows = selectors.group_members(
        actor=actor(cast.zhao),
        group=group_named("disabled", frozenset({"health"})),
        as_of=AS_OF,
        area="411081100",
    )
    assert list(rows) == []


def test_a_department_sees_only_the_groups_of_its_fields(packs, world, cast, login):
    """dept holds health: no schooling, housing, work; the ages of old people need no field."""
    crowd(world)
    held = {group.code for group in groups_for(frozenset({"health"}))}
    assert {"disabled", "serious-illness", "deep-mind", "lonely-old"} <= held
    assert not held & {
        "out-of-school",
        "dangerous-house",
        "left-behind-children",
        "living-subsidy",
        "deep-any",
    }
    client = login(cast.dept)
    assert client.get(reverse("households:group-members", args=["disabled"])).status_code == 200
    for code in set(CODES) - held:
        assert client.get(reverse("households:group-members", args=[code])).status_code == 404
    text = client.get(reverse("households:group-list"), {"heading": "全部"}).content.decode()
    assert "失学辍学" not in text
    assert "残疾人" in text
    with pytest.raises(NotFound):
        group_named("out-of-school", frozenset({"health"}))


def test_lists_mask_numbers_and_lead_to_the_household(packs, world, cast, login):
    home, people = family(
        world.village_a1, old={"is_disabled": True, "disability_grade": 2, "disability_kind": "limb"}
    )
    text = login(cast.li).get(reverse("households:group-members", args=["disabled"])).content.decode()
    assert people["old"].number("id_number") not in text
    assert people["old"].number_masked("id_number") in text
    assert reverse("households:household-detail", args=[home.pk]) in text
    assert "肢体" in text
    assert (
        people["old"].number_masked("id_number")
        not in login(cast.dept).get(reverse("households:group-members", args=["disabled"])).content.decode()
    )


def test_without_the_county_standards_the_page_says_what_is_missing(world, cast, login):
    text = login(cast.officer).get(reverse("households:group-list"), {"heading": "全部"}).content.decode()
    assert "标准未录入" in text


def test_pages_ask_as_much_for_30_people_as_for_3(packs, world, cast, login):
    client, counts = login(cast.li), []
    for more in (1, 9):
        for _ in range(more):
            crowd(world)
        row = []
        for url in (
            reverse("households:group-list") + "?heading=全部",
            reverse("households:group-members", args=["disabled"]),
            reverse("households:group-members", args=["dangerous-house"]),
        ):
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            row.append(len(queries))
        counts.append(row)
    assert counts[0] == counts[1]


# --- sheets ---------------------------------------------------------------------------------------------------------


def test_every_group_has_a_sheet_that_is_masked_by_default(packs, world, cast):
    crowd(world)
    scope = actor(cast.li).scope("households.view")
    for group in GROUPS:
        spec = sheet_get(f"GROUP_{group.code.upper().replace('-', '_')}")
        query = ExportQuery(scope, AS_OF)
        rows = list(spec.rows(query).rows)
        assert all(len(row) == len(spec.columns) for row in rows), group.code
        shown = list(shown_rows(spec, spec.seen_with(scope.field_groups), iter(rows), full=False))
        assert "4110811" not in "".join(str(cell) for row in shown for cell in row if "*" in str(cell))
    disabled = sheet_get("GROUP_DISABLED")
    rows = list(disabled.rows(ExportQuery(scope, AS_OF)).rows)
    assert [row[-1] for row in rows].count("属于") == 2
    number = [column.key for column in disabled.columns].index("id_number")
    masked = list(shown_rows(disabled, disabled.seen_with(scope.field_groups), iter(rows), full=False))
    assert all(len(row[number]) == 18 and not row[number].startswith("*******") for row in rows)
    assert all("*" in row[number] for row in masked)


def test_a_sheet_refuses_who_lacks_its_fields(packs, world, cast):
    scope = actor(cast.dept).scope("households.view")
    with pytest.raises(NotPermitted):
        sheet_get("GROUP_OUT_OF_SCHOOL").rows(ExportQuery(scope, AS_OF))
    assert list(sheet_get("GROUP_DISABLED").rows(ExportQuery(scope, AS_OF)).rows) == []
