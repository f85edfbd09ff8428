"""Doors of reporting. The area of a figure stands in the query."""

from tests.access.matrix import Row, Scene


def township(scene: Scene) -> dict:
    return {"area": scene.world.township_a.code}


IN_TOWNSHIP_A = "?area=411081100"
ROWS = [
    Row("reporting:dashboard", "reporting.view"),
    Row("reporting:dashboard", "reporting.view", query=IN_TOWNSHIP_A, scoped=True),
    Row("reporting:dashboard-refresh", "reporting.view", method="post", data=township, scoped=True),
    Row(
        "reporting:figure-list", "reporting.view", kwargs=lambda _: {"name": "live_households"}, query=IN_TOWNSHIP_A,
    ),
]  # fmt: skip
