"""Doors of policies. Packs are public to everybody logged in who may view them: no area decides."""

from tests.access.matrix import Row, Scene
from tests.factories.policies import make_pack


def pack(scene: Scene) -> dict:
    return {"pk": make_pack().pk}


def waiting_pack(scene: Scene) -> dict:
    return {"pk": make_pack(state="submitted", submitted_by=scene.cast.admin).pk}


ROWS = [
    Row("policies:list", "policies.view"),
    Row("policies:detail", "policies.view", kwargs=pack, scoped=False),
    Row("policies:submit", "policies.submit_pack"),
    Row("policies:submit", "policies.submit_pack", method="post", data={"code": "no-such-pack"}),
    Row("policies:publish", "policies.approve_pack", method="post", kwargs=waiting_pack, scoped=False),
    Row("policies:withdraw", "policies.submit_pack", method="post", kwargs=waiting_pack, scoped=False),
    Row("api:policy-list", "policies.view"),
    Row("api:policy-detail", "policies.view", kwargs=pack, scoped=False),
]
