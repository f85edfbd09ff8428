"""What waits for a person in this room."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from accounts.actor import Actor
from accounts.home import HomeCounter, HomeItem, Part
from proceedings.flow import COUNTY, OPEN, TOWNSHIP, VIEW, VILLAGE
from proceedings.selectors import counts, waiting_for

SHOWN = 40


def home_parts(actor: Actor, today: date) -> Iterator[Part]:
    """Counters for whoever works in this room, matters for whose turn it is."""
    if not actor.may(VIEW) or not any(actor.may(need) for need in (OPEN, VILLAGE, TOWNSHIP, COUNTY)):
        return
    found, page = counts(actor=actor, today=today), reverse("proceedings:proceeding-list")
    yield HomeCounter(
        "认定程序待我办理", found["mine"], f"{page}?state=mine", "blue" if found["mine"] else "grey"
    )
    yield HomeCounter(
        "认定程序将超期", found["soon"], f"{page}?due=soon", "amber" if found["soon"] else "grey"
    )
    yield HomeCounter(
        "认定程序已超期", found["overdue"], f"{page}?due=overdue", "red" if found["overdue"] else "grey"
    )
    if found["measures"]:
        yield HomeCounter("纳入后未落实措施", found["measures"], f"{page}?state=all&due=measures", "red")
    rows = waiting_for(actor=actor).select_related("household__village__parent", "village__parent")
    for row in rows.order_by("due_on", "pk")[:SHOWN]:
        place = row.village
        yield HomeItem(
            "认定程序", row.subject, f"{place.parent.name if place.parent else ''} {place.name}".strip(),
            f"{row.get_kind_display()}：{row.get_state_display()}", row.due_on,
            reverse("proceedings:proceeding-detail", args=[row.pk]), "去办理",
        )  # fmt: skip
