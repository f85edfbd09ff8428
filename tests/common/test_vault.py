"""Encryption bound to its place, search hashes, rotation."""

import uuid

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import ImproperlyConfigured

from common import rotation, vault
from households.models import Household
from tests.factories.households import make_household

PLACE = {"table": "t", "column": "c_sealed", "row": uuid.UUID(int=7)}
OLD, NEW, HASH = "11" * 32, "22" * 32, "33" * 32


@pytest.fixture
def keys(settings):
    def use(text: str) -> None:
        settings.DATA_KEYS = text

    use(f"k1:{OLD};hash:{HASH}")
    return use


def test_what_is_sealed_opens_in_its_place(keys):
    sealed = vault.seal("411081198001011234", **PLACE)
    assert b"4110811980" not in sealed
    assert vault.unseal(sealed, **PLACE) == "411081198001011234"
    assert vault.unseal(memoryview(sealed), **PLACE) == "411081198001011234"


@pytest.mark.parametrize("other", [{"table": "u"}, {"column": "d_sealed"}, {"row": uuid.UUID(int=8)}])
def test_it_opens_nowhere_else(keys, other):
    with pytest.raises(InvalidTag):
        vault.unseal(vault.seal("13800001111", **PLACE), **PLACE | other)


def test_a_changed_byte_does_not_open(keys):
    sealed = bytearray(vault.seal("13800001111", **PLACE))
    sealed[-1] ^= 1
    with pytest.raises(InvalidTag):
        vault.unseal(bytes(sealed), **PLACE)


def test_nothing_stays_nothing(keys):
    assert vault.seal("", **PLACE) == b""
    assert vault.unseal(b"", **PLACE) == ""
    assert vault.unseal(None, **PLACE) == ""
    assert vault.search_hash("  ") is None


def test_the_same_number_seals_differently_and_hashes_alike(keys):
    assert vault.seal("1", **PLACE) != vault.seal("1", **PLACE)
    first = vault.search_hash("41108119800101123x")
    assert first == vault.search_hash(" 41108119800101123X ")
    assert len(first) == 32
    keys(f"k1:{OLD};hash:{'44' * 32}")
    assert vault.search_hash("41108119800101123x") != first


def test_an_old_key_still_opens_and_the_newest_seals(keys):
    sealed = vault.seal("1", **PLACE)
    keys(f"k2:{NEW},k1:{OLD};hash:{HASH}")
    assert vault.unseal(sealed, **PLACE) == "1"
    assert not vault.is_newest(sealed)
    assert vault.is_newest(vault.seal("1", **PLACE))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "k1:zz;hash:" + HASH,
        f"k1:{OLD}",
        f"k1:{OLD};hash:11",
        f"k1:{OLD},k1:{NEW};hash:{HASH}",
        f"k-1:{OLD};hash:{HASH}",
    ],
)
def test_malformed_keys_stop_the_start_without_being_shown(keys, text):
    keys(text)
    with pytest.raises(ImproperlyConfigured) as wrong:
        vault.seal("1", **PLACE)
    assert OLD not in str(wrong.value)


@pytest.fixture
def household(keys, world):
    row = make_household(world.village_a1)
    row.number_set("phone", "13800001111")
    row.number_set("bank_account", "6228480000000001234")
    row.save()
    return row


def test_rotation_brings_rows_and_their_history_under_the_newest_key(keys, household):
    keys(f"k2:{NEW},k1:{OLD};hash:{HASH}")
    counts = rotation.rotate(chunk=1)
    assert counts["households_household"] == 2
    assert counts["households_historicalhousehold"] >= 2
    keys(f"k2:{NEW};hash:{HASH}")
    again = Household.objects.get(pk=household.pk)
    assert again.number("phone") == "13800001111"
    assert again.number("bank_account") == "6228480000000001234"
    assert set(rotation.rotate().values()) == {0}
    assert rotation.keys_fit() is True


def test_wrong_keys_are_noticed(keys, household):
    keys(f"k1:{NEW};hash:{HASH}")
    assert rotation.keys_fit() is False
    keys(f"k9:{NEW};hash:{HASH}")
    assert rotation.keys_fit() is False


def test_without_numbers_nobody_can_say_whether_keys_fit(keys, db):
    assert rotation.keys_fit() is None


def test_the_command_counts_and_the_second_run_has_nothing_to_do(keys, household, run_json):
    keys(f"k2:{NEW},k1:{OLD};hash:{HASH}")
    code, body = run_json("rotate_keys")
    assert code == 0
    assert body["values"] >= 4
    assert run_json("rotate_keys")[1]["values"] == 0
