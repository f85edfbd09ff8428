"""When seeding refuses, and that the same seed gives the same county."""

import hashlib
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import AuditEntry, User
from funds.models import Payment
from households.models import AidMeasure, Household, IncomeRecord, Person, PersonSituation, StatusSpell, Visit
from projects.models import Project
from tests.demo.conftest import seeded
from tests.factories.households import make_household
from villages.models import Division, VillageYear

# Sealed bytes carry a random nonce; keys of divisions and users are the database's own.
LEFT_OUT = ("_sealed", "_hash", "village_id", "division_id", "_by_id", "visitor_id")
MODELS = (
    Household,
    Person,
    PersonSituation,
    StatusSpell,
    IncomeRecord,
    AidMeasure,
    Visit,
    Project,
    Payment,
    VillageYear,
)


def checksum() -> dict[str, str]:
    found = {}
    for model in MODELS:
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if field.attname != "id" and not field.attname.endswith(LEFT_OUT)
        ]
        rows = sorted(json.dumps(row, cls=DjangoJSONEncoder) for row in model.objects.values_list(*names))
        found[model.__name__] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def test_the_same_seed_gives_the_same_county_and_another_seed_another(db, tmp_path):
    found = []
    for seed in (1, 1, 2):
        with seeded(tmp_path, seed=seed, scale=0.01):
            found.append(checksum())
    assert found[0] == found[1]
    assert all(found[0][name] != found[2][name] for name in found[0])


def test_a_database_with_its_own_people_is_left_alone(world, run_json, settings):
    settings.DEMO = True
    make_household(world.villages[0])
    before = Household.objects.count()
    code, body = run_json("seed_demo", "--scale", 0.02)
    assert (code, body["error"]) == (1, "refused")
    assert "不是演示数据" in body["detail"]
    assert Household.objects.count() == before


def test_a_database_with_its_own_users_is_left_alone(db, run_json, settings):
    settings.DEMO = True
    User.objects.create(username="someone", full_name="某人")
    code, _ = run_json("seed_demo", "--scale", 0.02)
    assert code == 1
    assert not Household.objects.exists()
    code, body = run_json("seed_demo", "--if-empty")
    assert (code, body) == (0, {"seeded": False})


def test_a_real_database_gets_no_demonstration(db, run_json, settings):
    settings.EMBEDDED = settings.DEMO = False
    code, body = run_json("seed_demo", "--scale", 0.02)
    assert (code, body["error"]) == (1, "refused")
    assert not Division.objects.exists()


def test_only_the_yuzhou_pack_has_a_county(db):
    with pytest.raises(CommandError):
        call_command("seed_demo", "--pack", "xuchang-2023")


def test_init_county_makes_divisions_and_two_people_who_must_change_their_password(db, run_json):
    code, body = run_json("init_county", "--code", "411081", "--admin", "wang", "--officer", "li")
    assert code == 0
    assert body["name"] == "禹州市"
    assert Division.objects.filter(code__startswith="411081").count() == 705
    by_name = {one["username"]: one for one in body["accounts"]}
    assert {name: one["role"] for name, one in by_name.items()} == {
        "wang": "administrator",
        "li": "county_officer",
    }
    for name, one in by_name.items():
        user = User.objects.get(username=name)
        assert user.check_password(one["password"])
        assert user.must_change_password
        assert user.postings.get().division.code == "411081"
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"county.initialised", "accounts.user_created", "accounts.posting_opened"} <= verbs
    again, body = run_json("init_county", "--code", "411081", "--admin", "wang", "--officer", "li")
    assert (again, body["error"]) == (1, "username_taken")


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (("--code", "4110"), "bad_code"),
        (("--code", "999999"), "unknown_county"),
        (("--code", "411081", "--officer", "WANG"), "same_person"),
        (("--code", "411081", "--file", "nowhere.csv"), "no_file"),
    ],
)
def test_init_county_refuses_and_leaves_nothing(db, run_json, options, error):
    code, body = run_json("init_county", "--admin", "wang", *options)
    assert (code, body["error"]) == (1, error)
    assert not Division.objects.exists()
    assert not User.objects.filter(is_system=False).exists()


def test_init_county_knows_the_counties_of_the_lists_that_come_along(db, run_json):
    code, body = run_json("init_county", "--code", "411221", "--admin", "wang")
    assert (code, body["name"]) == (0, "渑池县")
    assert not Division.objects.filter(code__startswith="411081").exists()
