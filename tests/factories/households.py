"""Rows of the case file: one row and what it needs, written without services so that tests of services stand alone."""

import itertools
import uuid
from datetime import date, timedelta

from common.text import initials
from exchange import files
from exchange.models import StoredFile
from households import codes
from households.models import (
    AidMeasure,
    Guarantee,
    HelperAssignment,
    Household,
    HouseholdAct,
    HouseholdEvent,
    HouseholdFile,
    HouseholdSituation,
    IncomeRecord,
    Membership,
    Person,
    PersonSituation,
    PointEntry,
    Residence,
    SafetyNet,
    StatusSpell,
    Visit,
    VisitPhoto,
)
from tests.factories.pictures import make_picture
from villages.models import Division, Level

_count = itertools.count(1)
START = date(2019, 1, 1)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(born: date = date(1970, 5, 20), number: int | None = None, county: str = "411081") -> str:
    """A number with the right check digit, different at each call."""
    head = f"{county}{born:%Y%m%d}{(next(_count) if number is None else number) % 1000:03d}"
    return head + "10X98765432"[sum(int(d) * w for d, w in zip(head, WEIGHTS, strict=True)) % 11]


def make_village(code: str = "411081100201", name: str = "测试村村委会") -> Division:
    """The village `code` with county and township above it, made where missing."""
    county, _ = Division.objects.get_or_create(
        code=code[:6], defaults={"name": "禹州市", "short_name": "禹州", "level": Level.COUNTY}
    )
    township, _ = Division.objects.get_or_create(
        code=code[:9], defaults={"name": f"{code[6:9]}镇", "level": Level.TOWNSHIP, "parent": county}
    )
    defaults = {
        "name": name,
        "short_name": name.removesuffix("村委会"),
        "level": Level.VILLAGE,
        "parent": township,
    }
    return Division.objects.get_or_create(code=code, defaults=defaults)[0]


def make_person(
    household: Household | None = None, *, relation: str = "other", on: date = START, **kw
) -> Person:
    """A person, as a member of `household` when given. Keywords id_number, phone are sealed."""
    n = next(_count)
    born = kw.pop("birth_date", date(1970, 5, 20))
    numbers = {name: kw.pop(name) for name in ("id_number", "phone", "disability_card") if name in kw}
    name = kw.pop("name", "测试人员")
    defaults = {"person_no": f"P{n:09d}", "gender": "male", "birth_date": born, "initials": initials(name)}
    person = Person(name=name, **(defaults | kw))
    numbers.setdefault("id_number", id_number(born or date(1970, 5, 20), n))
    for field, plain in numbers.items():
        if plain:
            person.number_set(field, plain)
    person.save()
    if household is not None:
        Membership.objects.create(household=household, person=person, relation=relation, effective_from=on)
        household.members_count += 1
        if relation == codes.Relation.HEAD:
            household.head_name, household.head_initials = person.name, person.initials
        household.save()
    return person


def make_household(village: Division | None = None, *, members: int = 1, on: date = START, **kw) -> Household:
    """A living household with its head, `members` people, residence and both statuses open since `on`."""
    village = village or make_village()
    n = next(_count)
    head = kw.pop("head_name", f"张测{'甲乙丙丁戊己庚辛'[n % 8]}")
    phone = kw.pop("phone", "")
    head_kw = kw.pop("head", {})
    defaults = {"household_no": f"H{n:09d}", "village": village, "scope_code": village.code}
    household = Household(**(defaults | kw))
    if phone:
        household.number_set("phone", phone)
    household.save()
    Residence.objects.create(household=household, village=village, effective_from=on)
    for dimension, value in (("poverty", household.poverty_status), ("monitor", household.monitor_class)):
        StatusSpell.objects.create(household=household, dimension=dimension, value=value, effective_from=on)
    if members:
        make_person(household, relation="head", on=on, name=head, **head_kw)
    for _ in range(members - 1):
        make_person(household, on=on, name="张测童", birth_date=date(2008, 3, 1))
    return household


def make_status(household: Household, dimension: str, value: str, on: date) -> StatusSpell:
    """The next status from `on`, cached on the household too."""
    open_rows = StatusSpell.objects.filter(
        household=household, dimension=dimension, effective_to__isnull=True
    )
    for row in open_rows:
        row.end(on)
        row.save()
    column = "poverty_status" if dimension == "poverty" else "monitor_class"
    setattr(household, column, value)
    household.save()
    return StatusSpell.objects.create(
        household=household, dimension=dimension, value=value, effective_from=on
    )


def make_situation(person: Person, on: date = START, **kw) -> PersonSituation:
    return PersonSituation.objects.create(person=person, effective_from=on, **kw)


def make_living(household: Household, on: date = START, **kw) -> HouseholdSituation:
    return HouseholdSituation.objects.create(household=household, effective_from=on, **kw)


def make_guarantee(household: Household, kind: str, state: str = "met", on: date = START, **kw) -> Guarantee:
    return Guarantee.objects.create(household=household, kind=kind, state=state, effective_from=on, **kw)


def make_safety_net(household: Household, kind: str = "rural_allowance", on: date = START, **kw) -> SafetyNet:
    return SafetyNet.objects.create(household=household, kind=kind, effective_from=on, **kw)


def make_helper(household: Household, user=None, on: date = START, **kw) -> HelperAssignment:
    name = kw.pop("name", user.full_name if user else "王帮扶")
    return HelperAssignment.objects.create(household=household, user=user, name=name, effective_from=on, **kw)


def make_year_income(household: Household, year: int = 2019, **kw) -> IncomeRecord:
    """A whole year to 30 September `year`, collected a month later; net 30,000 元 unless told otherwise."""
    end = date(year, 9, 30)
    defaults = {
        "kind": "year", "period_start": date(year - 1, 10, 1), "period_end": end, "collected_on": end + timedelta(days=30),
        "members": household.members_count, "wage_fen": 3_000_000, "business_fen": 0, "property_fen": 0, "transfer_fen": 0,
        "production_cost_fen": 0, "self_paid_fen": 0, "net_fen": 3_000_000,
    }  # fmt: skip
    return IncomeRecord.objects.create(household=household, **(defaults | kw))


def make_quarter_income(household: Household, period_end: date, **kw) -> IncomeRecord:
    start = date(period_end.year, period_end.month - 2, 1)
    defaults = {
        "kind": "quarter",
        "period_start": start,
        "period_end": period_end,
        "collected_on": period_end,
    }
    return IncomeRecord.objects.create(household=household, **(defaults | {"wage_fen": 500_000} | kw))


def make_event(
    household: Household, kind: str = "serious_illness", on: date = date(2020, 6, 1), **kw
) -> HouseholdEvent:
    return HouseholdEvent.objects.create(household=household, kind=kind, happened_on=on, **kw)


def make_measure(household: Household, category: str = "industry", on: date = START, **kw) -> AidMeasure:
    item = kw.pop("item", codes.MEASURE_ITEMS[category][0])
    return AidMeasure.objects.create(household=household, category=category, item=item, started_on=on, **kw)


def make_points(household: Household, points: int = 10, on: date = date(2020, 9, 1), **kw) -> PointEntry:
    """The next line of the household's ledger: earned, or spent with kind="spend"."""
    last = PointEntry.objects.filter(household=household).order_by("-sequence").first()
    change = points if kw.get("kind", "earn") == "earn" else -points
    defaults = {
        "uuid": uuid.uuid4(), "kind": "earn", "reason": "志愿服务", "change": change,
        "sequence": last.sequence + 1 if last else 1, "balance_after": (last.balance_after if last else 0) + change,
    }  # fmt: skip
    return PointEntry.objects.create(household=household, points=points, on=on, **(defaults | kw))


def make_visit(household: Household, on: date = date(2020, 7, 10), visitor=None, **kw) -> Visit:
    """A visit, cached on the household as its last one when it is."""
    defaults = {
        "uuid": uuid.uuid4(),
        "visitor_name": "李走访",
        "content": {"kind": "home"},
        "content_hash": b"0" * 32,
    }
    visit = Visit.objects.create(household=household, visited_on=on, visitor=visitor, **(defaults | kw))
    if household.last_visit_on is None or household.last_visit_on < on:
        Household.objects.filter(pk=household.pk).update(last_visit_on=on)
        household.last_visit_on = on
    return visit


def make_act(household: Household, kind: str = "moved", on: date = date(2020, 6, 1), **kw) -> HouseholdAct:
    """An act on record that touched nothing."""
    return HouseholdAct.objects.create(household=household, kind=kind, on=on, **kw)


def make_paper(household: Household, kind: str = "register", **kw) -> HouseholdFile:
    stored = StoredFile.objects.create(
        name="户口簿.jpg", path=f"00/{next(_count)}.jpg", sha256="0" * 64, size=10, content_type="image/jpeg", kind="evidence",
        scope_code=household.scope_code,
    )  # fmt: skip
    return HouseholdFile.objects.create(
        household=household, **({"kind": kind, "title": "户口簿首页", "file": stored} | kw)
    )


def make_photo(visit: Visit, **kw) -> VisitPhoto:
    """A photo of a visit with its file on the disk."""
    source = make_picture()
    written = files.write([source], ".jpg")
    file = StoredFile.objects.create(
        name="走访照片.jpg", path=written.path, sha256=written.sha256, size=written.size, content_type=files.JPEG,
        kind="visit", scope_code=visit.household.scope_code, owner=visit.visitor,
    )  # fmt: skip
    defaults = {"uuid": uuid.uuid4(), "content_hash": b"0" * 32, "width": 40, "height": 30}
    return VisitPhoto.objects.create(visit=visit, file=file, **(defaults | kw))
