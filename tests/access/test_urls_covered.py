"""A URL without a row in the access matrix is a URL nobody has decided about."""

from tests.access.matrix import all_rows, named_urls


def test_every_url_has_a_row():
    missing = sorted(set(named_urls()) - {row.name for row in all_rows()})
    assert not missing, "add rows in tests/access/rows/<app>.py for: " + ", ".join(missing)


def test_every_row_has_a_url():
    gone = sorted({row.name for row in all_rows()} - set(named_urls()))
    assert not gone, "these rows name no URL: " + ", ".join(gone)


def test_the_walk_finds_pages_and_api():
    names = set(named_urls())
    assert {"home", "healthz", "accounts:login", "villages:division-detail", "api:schema"} <= names
    assert not any(name.startswith("admin:") for name in names)
