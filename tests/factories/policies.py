"""Packs for the tests of every app: `publish("yuzhou-2020")` publishes an installed pack; `make_pack()` a bare row."""

from datetime import date

from django.utils import timezone

from accounts.actor import Actor, Grant
from accounts.permissions import PERMISSIONS
from policies.models import PolicyPack
from policies.pack.canonical import checksum_of
from policies.services import pack_submit_and_publish
from tests.cast import make_user


def _somebody() -> Actor:
    """A user outside the cast with the permissions of publishing."""
    user = make_user(full_name="政策员")
    grant = Grant("tests", "测试", "41", "河南省", frozenset(PERMISSIONS))
    return Actor(user.pk, user.username, user.full_name, (grant,))


def publish(*codes: str) -> list[PolicyPack]:
    """Publish pack folders of the installation by two people."""
    first, second = _somebody(), _somebody()
    return [pack_submit_and_publish(submitter=first, approver=second, code=code).pack for code in codes]


def make_pack(
    code: str = "made-pack", *, state: str = "published", place: str = "411081", **fields
) -> PolicyPack:
    """A row with an empty but readable content."""
    content = {
        "document": {"code": code, "title": "测试文件", "place": place, "effective_from": "2020-01-01"},
        "parameters": {},
    }
    values = {
        "checksum": checksum_of(content),
        "title": "测试文件",
        "place": place,
        "effective_from": date(2020, 1, 1),
        "state": state,
        "content": content,
        "submitted_at": timezone.now(),
        **fields,
    }
    return PolicyPack.objects.create(code=code, **values)
