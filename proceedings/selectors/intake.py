"""Reading codes and applications: for the open pages what anybody may know, for staff what lies in their area."""

import hmac
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from accounts.actor import Actor
from common.errors import NotFound
from common.text import clean
from households.models import Household, Membership
from policies.selectors import packs_in_force
from proceedings.limits import TOTAL, Limit, LimitsInForce
from proceedings.models import Application, LocalNumber, VillageCode
from villages.models import Division, Level
from villages.selectors import division_choices

OPEN, MANAGE = "proceedings.open", "proceedings.manage_codes"
CLUE_DAYS = "proceeding_clue_days"
CANDIDATES = 20


def village_of_token(token: str) -> Division:
    """The village behind a code in use; NotFound for a revoked, unknown or misspelt one alike."""
    code = (
        VillageCode.objects.filter(token=token, revoked_at__isnull=True)
        .select_related("village__parent__parent")
        .first()
    )
    if code is None:
        raise NotFound("没有这个申报页面，二维码可能已经更换。请联系村委会，或拨打 12317。")
    return code.village


def pack_value(key: str, day: date, code: str) -> Any:
    """The value of a parameter in force there; None where no pack gives it."""
    try:
        return packs_in_force(day, code).param(key).value
    except NotFound:
        return None


def waiting_words(day: date, code: str) -> dict[str, str]:
    """How long until somebody takes it up, and until the answer, as a page says it: "2 天", "20 个工作日"."""
    limits = LimitsInForce(day, code)
    return {"take_within": _words(limits.of(CLUE_DAYS)), "answer_within": _words(limits.of(TOTAL))}


def _words(limit: Limit) -> str:
    return f"{limit.days} 个工作日" if limit.working else f"{limit.days} 天"


def hotline(day: date, code: str) -> str:
    """The supervision hotline the county's pack names."""
    return str(pack_value("supervision_hotline", day, code) or "12317")


def local_number(division: Division) -> str:
    """The telephone of the township, else of the county; empty where neither has registered one."""
    above = [division.code[:9], division.code[:6]]
    found = dict(LocalNumber.objects.filter(division__code__in=above).values_list("division__code", "phone"))
    return next((found[code] for code in above if code in found), "")


def application_answer(receipt: str, tail: str) -> Application | None:
    """The application with this receipt and these last four digits; None alike for either being wrong."""
    row = Application.objects.select_related("proceeding", "village__parent").filter(receipt=receipt).first()
    right = row.phone_last4 if row is not None else "----"
    same = hmac.compare_digest(right.encode(), tail.encode("utf-8", "replace"))
    return row if row is not None and same else None


def code_rows(*, actor: Actor, area: str = "") -> list[tuple[Division, VillageCode | None]]:
    """Every village where the actor may manage codes, with its code in use."""
    villages = division_choices(actor, Level.VILLAGE, MANAGE)
    if area:
        villages = villages.filter(code__startswith=area)
    codes = VillageCode.objects.within(actor.scope(MANAGE)).filter(revoked_at__isnull=True)
    by_village = {code.village_id: code for code in codes}
    return [(village, by_village.get(village.pk)) for village in villages.order_by("code")]


def code_get(*, actor: Actor, pk: int, permission: str = MANAGE) -> VillageCode:
    rows = VillageCode.objects.within(actor.scope(permission)).select_related("village__parent__parent")
    found: VillageCode | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def numbered_places(actor: Actor) -> list[tuple[Division, LocalNumber | None]]:
    """Townships and counties whose telephone the actor may set."""
    scope = actor.scope(MANAGE)
    places = Division.objects.within(scope).filter(
        level__in=(Level.TOWNSHIP, Level.COUNTY), valid_to__isnull=True
    )
    held = {row.division_id: row for row in LocalNumber.objects.within(scope)}
    return [(place, held.get(place.pk)) for place in places.order_by("code")]


def place_get(actor: Actor, code: str, permission: str = MANAGE) -> Division:
    """A division in the area where the permission holds, or NotFound."""
    found: Division | None = (
        Division.objects.within(actor.scope(permission))
        .filter(code=code, valid_to__isnull=True)
        .select_related("parent")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def application_list(
    *, actor: Actor, area: str = "", state: str = "", channel: str = ""
) -> QuerySet[Application]:
    """Applications of the actor's area."""
    rows: QuerySet[Application] = Application.objects.within(actor.scope(OPEN).narrowed(area or None))
    if state:
        rows = rows.filter(state=state)
    if channel:
        rows = rows.filter(channel=channel)
    return rows.select_related("village__parent", "household")


def application_get(*, actor: Actor, pk: int) -> Application:
    found = application_list(actor=actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


class TakeBy:
    """Until when an application should have been taken up, by the limits in force today; read once per county."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.limits: dict[str, Limit] = {}

    def of(self, application: Application) -> date:
        county = application.scope_code[:6]
        if county not in self.limits:
            self.limits[county] = LimitsInForce(self.today, county).of(CLUE_DAYS)
        return self.limits[county].end(application.received_on)


def households_like(*, actor: Actor, application: Application, text: str = "") -> list[Household]:
    """Households of the area this application may speak of: by ID number, telephone or name; or those searched for."""
    mine = Household.objects.within(actor.scope(OPEN)).filter(is_live=True)
    text = clean(text).replace(" ", "")
    member = Membership.objects.filter(effective_to__isnull=True)
    if text:
        named = member.filter(person__name__startswith=text).values("household_id")
        found = mine.filter(
            Q(pk__in=named) | Q(household_no=text), scope_code__startswith=application.scope_code[:9]
        )
    else:
        by = Q(person__name=application.name, household__scope_code=application.scope_code)
        number, phone = application.id_number_hash, application.phone_hash
        if number:
            by |= Q(person__id_number_hash=bytes(number))
        if phone:
            by |= Q(person__phone_hash=bytes(phone)) | Q(household__phone_hash=bytes(phone))
        found = mine.filter(pk__in=member.filter(by).values("household_id"))
    heads = Membership.objects.filter(effective_to__isnull=True).select_related("person")
    rows = found.select_related("village__parent").prefetch_related(
        Prefetch("memberships", heads, to_attr="now")
    )
    return list(rows.order_by("scope_code", "pk")[:CANDIDATES])


def others_of(application: Application, actor: Actor) -> list[Application]:
    """Earlier and later applications with the same telephone or ID number, in the actor's area."""
    same = Q(phone_hash=bytes(application.phone_hash)) if application.phone_hash else Q(pk__in=())
    if application.id_number_hash:
        same |= Q(id_number_hash=bytes(application.id_number_hash))
    rows = Application.objects.within(actor.scope(OPEN)).filter(same).exclude(pk=application.pk)
    return list(rows.order_by("-pk")[:CANDIDATES])


def application_of_uuid(text: str) -> Application:
    """The application of a signed address that has been checked by the caller."""
    found = Application.objects.select_related("village__parent__parent").filter(uuid=text).first()
    if found is None:
        raise NotFound
    return found
