"""Doors of accounts, villages and the frame."""

from accounts.models import ApiToken, Posting
from accounts.services import token_create
from tests.access.matrix import LOGIN, PUBLIC, Row, Scene
from tests.cast import actor


def li(scene: Scene) -> dict:
    return {"pk": scene.cast.li.pk}


def posting_of_li(scene: Scene) -> dict:
    return {"pk": Posting.objects.get(user=scene.cast.li).pk}


def token_of_li(scene: Scene) -> dict:
    token, _ = token_create(actor=actor(scene.cast.li), name="取数", days=3)
    assert isinstance(token, ApiToken)
    return {"pk": token.pk}


def village(scene: Scene) -> dict:
    return {"code": scene.world.village_a1.code}


ROWS = [
    Row("home", LOGIN),
    Row("healthz", PUBLIC),
    Row("readyz", PUBLIC),
    Row("api:schema", LOGIN),
    Row("accounts:login", PUBLIC),
    Row("accounts:logout", LOGIN, method="post", scoped=False),
    Row("accounts:password-change", LOGIN),
    Row("accounts:password-recheck", LOGIN),
    Row("accounts:me", LOGIN),
    Row("api:session", LOGIN),
    Row("accounts:token-list", LOGIN),
    Row("accounts:token-revoke", LOGIN, method="post", kwargs=token_of_li),
    Row("accounts:user-list", "accounts.manage"),
    Row("accounts:user-create", "accounts.manage"),
    Row("accounts:user-create", "accounts.manage", method="post", data={"username": "x"}),
    Row("accounts:user-detail", "accounts.manage", kwargs=li),
    Row("accounts:user-password-reset", "accounts.manage", method="post", kwargs=li),
    Row("accounts:user-activate", "accounts.manage", method="post", kwargs=li, data={"active": "0"}),
    Row("accounts:posting-open", "accounts.manage", method="post", kwargs=li, data={"role": "auditor"}),
    Row(
        "accounts:posting-close",
        "accounts.manage",
        method="post",
        kwargs=posting_of_li,
        data={"effective_to": "2030-01-01"},
    ),
    Row("accounts:role-list", "accounts.manage"),
    Row("accounts:audit-list", "accounts.view_audit"),
    Row("villages:division-list", "villages.view"),
    Row("villages:division-detail", "villages.view", kwargs=village),
    Row("villages:division-adjust", "villages.recode", kwargs=village),
    Row("villages:division-adjust", "villages.recode", method="post", kwargs=village),
    Row("villages:village-year-edit", "villages.edit", kwargs=lambda s: village(s) | {"year": 2020}),
    Row(
        "villages:village-year-edit",
        "villages.edit",
        method="post",
        kwargs=lambda s: village(s) | {"year": 2020},
    ),
]
