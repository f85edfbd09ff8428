"""Reading notices and objections, always inside somebody's area."""

from typing import Any

from django.db.models import Count, QuerySet

from accounts.actor import Actor
from common.errors import NotFound
from proceedings.models import Kind, Notice, NoticeItem, Objection, Proceeding, State
from villages.models import Division

VIEW, VILLAGE = "proceedings.view", "proceedings.village_step"


def notice_list(*, actor: Actor, area: str = "", state: str = "") -> QuerySet[Notice]:
    rows: QuerySet[Notice] = Notice.objects.within(actor.scope(VIEW).narrowed(area or None))
    if state:
        rows = rows.filter(state=state)
    return rows.select_related("village__parent", "made_by").annotate(size=Count("items"))


def notice_get(*, actor: Actor, pk: int, permission: str = VIEW) -> Notice:
    rows = Notice.objects.within(actor.scope(permission)).select_related("village__parent", "made_by")
    found: Notice | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def items_of(notice: Notice) -> list[NoticeItem]:
    """The lines of a notice the caller has obtained by notice_get."""
    return list(NoticeItem.objects.filter(notice=notice).order_by("number"))


def stopped_of(notice: Notice) -> list[Proceeding]:
    """Proceedings that were sent back while the sheet still hangs: the sheet is wrong and should be withdrawn."""
    if notice.is_announcement or notice.state != Notice.State.POSTED:
        return []
    rows = Proceeding.objects.filter(notice_items__notice=notice).exclude(noticed_on=notice.starts_on)
    return list(rows.select_related("household", "village"))


def headings_of(items: list[NoticeItem]) -> list[str]:
    return [heading for heading, _ in items[0].columns] if items else []


def photos_of(notice: Notice) -> list[Any]:
    return list(notice.photos.select_related("file", "added_by"))


def waiting(*, actor: Actor, village: Division | None = None) -> QuerySet[Proceeding]:
    """Proceedings that wait for a notice or an announcement."""
    rows: QuerySet[Proceeding] = Proceeding.objects.within(actor.scope(VILLAGE)).filter(
        state__in=(State.EVALUATED, State.ANNOUNCING)
    )
    if village is not None:
        rows = rows.filter(village=village)
    # What has been announced already waits for its photo only.
    announced = NoticeItem.objects.filter(
        notice__form=Notice.Form.ANNOUNCEMENT, notice__state=Notice.State.POSTED
    )
    rows = rows.exclude(state=State.ANNOUNCING, pk__in=announced.values("proceeding_id"))
    return rows.select_related("household", "village__parent").order_by("scope_code", "kind", "state", "pk")


def waiting_groups(*, actor: Actor) -> list[dict[str, Any]]:
    """What waits, by village, form and kind: one notice each."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in waiting(actor=actor):
        form = form_of(row)
        group = found.setdefault(
            (row.scope_code, form, row.kind),
            {"village": row.village, "form": form, "form_zh": Notice.Form(form).label, "kind": row.kind,
             "kind_zh": Kind(row.kind).label, "size": 0},
        )  # fmt: skip
        group["size"] += 1
    return list(found.values())


def form_of(row: Proceeding) -> str:
    return Notice.Form.ANNOUNCEMENT.value if row.state == State.ANNOUNCING else Notice.Form.NOTICE.value


def objections_of(proceeding: Proceeding) -> list[Objection]:
    """The objections against a proceeding the caller has obtained."""
    rows = Objection.objects.filter(proceeding=proceeding).select_related(
        "recorded_by", "settled_by", "item__notice"
    )
    return list(rows.order_by("pk"))


def notices_of(proceeding: Proceeding) -> list[Notice]:
    return list(Notice.objects.filter(items__proceeding=proceeding).order_by("pk"))


def objection_get(*, actor: Actor, pk: int, permission: str = VIEW) -> Objection:
    rows = Objection.objects.within(actor.scope(permission)).select_related("proceeding", "recorded_by")
    found: Objection | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
