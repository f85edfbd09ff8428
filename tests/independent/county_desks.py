"""Departments' lists, doubts, exits of the random county: of some periods and places only, so that much is not known."""

import uuid
from datetime import date, timedelta

from django.utils import timezone

from exchange.models import StoredFile
from households.models import Household, HouseholdSituation, Membership, PersonSituation
from monitoring.models import (
    DataFault,
    DepartmentBatch,
    DepartmentRow,
    FaultExemption,
    QualityRun,
)
from policies.models import PolicyPack
from policies.pack.canonical import checksum_of
from proceedings.models import CheckMark, Proceeding, Step
from tests.factories.policies import make_pack
from tests.independent.desks import VILLAGE_LINES, own_pack
from tests.independent.dice import Dice, moment
from villages.models import Division

# "medical_cost" comes by month, the others by quarter.
LISTS = ("safety_net", "loan_overdue", "student_aid", "premium_aid", "chronic_pending", "disability_needs", "medical_cost")  # fmt: skip
MATCHES = ("id", "id", "confirmed", "proposed", "none")


def add(seed: int, place: str, day: date) -> None:
    """Put it beside what `county.build` made of the place."""
    dice = Dice(seed + 1000, day)
    homes = list(Household.objects.filter(scope_code__startswith=place).order_by("pk"))
    _more_situation(dice, homes)
    _lists(dice, place, homes)
    _doubts(dice, place, homes)
    _own_standard(place)
    _exits(dice, place, homes)
    _village_exits(dice, place)


def _more_situation(dice: Dice, homes: list[Household]) -> None:
    kinds = ("resident", "resident", "employee", "")
    ways = ("whole_village", "single", "single", "not_relocated", "")
    for model, column, values, path in (
        (PersonSituation, "medical_kind", kinds, "person__memberships__household__in"),
        (HouseholdSituation, "relocation_way", ways, "household__in"),
    ):
        keys = sorted(set(model.objects.filter(**{path: homes}).values_list("pk", flat=True)))
        piles: dict[str, list[int]] = {}
        for key in keys:
            piles.setdefault(dice.one(values), []).append(key)
        for value, pile in piles.items():
            model.objects.filter(pk__in=pile).update(**{column: value})


# --- lists


def _periods(listing: str, day: date) -> list[tuple[str, date]]:
    """Code and last day of the running period and the two before it, oldest first."""
    size = 1 if listing == "medical_cost" else 3
    found = []
    for back in (2, 1, 0):
        month = day.year * 12 + (day.month - 1) // size * size - back * size
        year, first = month // 12, month % 12 + 1
        after = date((month + size) // 12, (month + size) % 12 + 1, 1)
        code = f"{year}-{first:02d}" if size == 1 else f"{year}Q{(first + 2) // 3}"
        found.append((code, after - timedelta(days=1)))
    return found


def _lists(dice: Dice, place: str, homes: list[Household]) -> None:
    """Each list came for the period before; of the running one some, one by one, also too late or never compared."""
    members = list(
        Membership.objects.filter(household__in=homes).order_by("pk").values_list("person_id", "household_id")
    )
    file = StoredFile.objects.create(
        name="名单.xlsx",
        path=f"{place}-list",
        sha256="0" * 64,
        size=1,
        content_type="x",
        kind="x",
        scope_code=place,
    )
    for listing in LISTS:
        old, before, running = _periods(listing, dice.day)
        arrivals = [(old, -100), (before, -31), (before, -30), (running, dice.one((-1, 0, 1, 1)))]
        for number, (period, days) in enumerate(arrivals):
            _batch(dice, (place, listing, number), file, (period, days), members)


def _batch(
    dice: Dice, key: tuple[str, str, int], file: StoredFile, when: tuple[tuple[str, date], int],
    members: list[tuple[int, int]],
) -> None:  # fmt: skip
    (place, listing, number), (period, days) = key, when
    arrived = dice.day + timedelta(days=days)
    left = dice.chance(20) and (listing, number) != (
        "premium_aid",
        2,
    )  # few have what its rule asks; one list must count
    compared = None if left else moment(arrived)
    told = dice.one((None, -25, -25, 0, 1)) if listing != "medical_cost" else -1
    batch = DepartmentBatch.objects.create(
        key=f"{place}{listing}{number}", listing=listing, title="名单", department="部门", group="identity",
        scope_code=place, period=period[0], period_end=period[1], as_of=arrived, file=file, sha256=f"{number:064d}",
        state="done", stage="compare" if compared else "read", compared_at=compared,
        fed_back_on=None if told is None else dice.day + timedelta(days=told),
    )  # fmt: skip
    rows = []
    for person, household in members:
        match = dice.one(MATCHES)
        if dice.chance(65 if listing in ("student_aid", "premium_aid") else 80):
            continue
        who = {} if match == "none" else {"person_id": person, "household_id": household}
        rows.append(DepartmentRow(batch=batch, number=len(rows) + 1, name="某人", match=match, **who))
    DepartmentRow.objects.bulk_create(rows)


# --- doubts


def _doubts(dice: Dice, place: str, homes: list[Household]) -> None:
    """Two townships were checked, a third one never; the county as a whole only tomorrow, and once without success."""
    tomorrow = dice.day + timedelta(days=1)
    runs = [
        QualityRun.objects.create(key=code, scope_code=code, as_of=day, state=state, finished_at=timezone.now())
        for code, day, state in (
            (f"{place}100", dice.day, "done"), (f"{place}101", dice.day - timedelta(days=90), "done"),
            (place, tomorrow, "done"), (place, dice.day, "failed"),
        )
    ]  # fmt: skip
    pardons = [
        FaultExemption.objects.create(
            rule_key=f"DQ-{number}", scope_code=place, reason="属实", until=dice.day + timedelta(days=number - 1),
            created_at=moment(dice.day - timedelta(days=500)),
        )
        for number in range(3)
    ]  # fmt: skip
    rows = []
    for home in homes:
        for number in range(dice.one((0, 0, 1, 3))):
            found = dice.day - timedelta(days=dice.one((-1, 0, 1, 29, 30, 31, 200)))
            closed = max(found, dice.edge(-30, 2)) if dice.chance(25) else None
            rows.append(
                DataFault(
                    rule_key=f"DQ-{number}", severity="doubt", subject_kind="household", subject_id=home.pk,
                    subject_key=f"household:{home.pk}", household=home, scope_code=home.scope_code, found_on=found,
                    found_run=runs[0], closed_on=closed, exemption=dice.one((None, None, None, *pardons)),
                )
            )  # fmt: skip
    DataFault.objects.bulk_create(rows)


# --- exits


def _own_standard(place: str) -> None:
    """The county enters its own exit standards, the one of villages in the place of the empty 1+7+2."""
    lines = [{"key": key, "title": key, "basis": "county"} for key in VILLAGE_LINES]
    lists = [
        {
            "key": f"{subject}_exit", "subject": subject, "name": "县级标准", "basis": "county",
            "group": [{"name": "各项", "expected": len(lines), "item": lines}],
            **({"replaces": ["yuzhou-2020/village_exit"]} if subject == "village" else {}),
        }
        for subject in ("household", "village")
    ]  # fmt: skip
    if place in ("411081", "411221"):
        lists = lists[1:]  # there the document itself says when a household may leave
    document = {
        "code": own_pack(place), "title": "县级标准", "place": place, "effective_from": "2013-01-01", "is_document": False,
    }  # fmt: skip
    content = {"document": document, "parameters": {}, "checklist": {"checklist": lists}}
    make_pack(
        own_pack(place), place=place, effective_from="2013-01-01", is_document=False, content=content,
        checksum=checksum_of(content),
    )  # fmt: skip


def _exits(dice: Dice, place: str, homes: list[Household]) -> None:
    """One exit that is past, and one that came after it and may be open, in every state of being judged."""
    present = PolicyPack.objects.get(code=own_pack(place)).checksum
    rows: list[Proceeding] = []
    for home in homes:
        if dice.chance(30):
            opened = dice.day - timedelta(days=dice.one((400, 500)))
            closed = dice.day - timedelta(days=200)
            state = dice.one(("exited", "not_exited"))
            rows.append(_exit(home, state, (opened, closed, closed)))
        if dice.chance(60):
            opened = dice.day - timedelta(days=dice.one((-1, 0, 30, 100)))
            state = dice.one(
                ("checking", "county_decision", "announcing", "announcing", "exited", "not_exited")
            )
            decided = max(opened, dice.edge(-30, 2)) if state in ("announcing", "exited") else None
            closed = max(decided or opened, dice.edge(-15, 2)) if state.endswith("exited") else None
            rows.append(_exit(home, state, (opened, decided, closed)))
    Proceeding.objects.bulk_create(rows)
    steps = []
    for row in rows:
        for _ in range(dice.one((0, 1, 2))):
            check = {"pack": own_pack(place), "checksum": present}
            if dice.chance(40):
                check = {"pack": dice.one((own_pack(place), "another-pack")), "checksum": "0" * 64}
            details = {} if dice.chance(25) else {"exit_check": check}
            steps.append(
                Step(proceeding=row, act="evaluate", to_state="checking", on=row.opened_on + timedelta(days=dice.one((0, 1))),
                     details=details)
            )  # fmt: skip
    Step.objects.bulk_create(steps)


def _exit(home: Household, state: str, days: tuple[date, date | None, date | None]) -> Proceeding:
    opened, decided, closed = days
    return Proceeding(
        kind="household_exit", household=home, village=home.village, scope_code=home.scope_code, state=state, source="cadre",
        reason="达到退出条件", opened_on=opened, state_since=opened, decided_on=decided, closed_on=closed,
    )  # fmt: skip


def _village_exits(dice: Dice, place: str) -> None:
    villages = Division.objects.filter(level="village", code__startswith=place).order_by("code")
    for number, village in enumerate(villages):
        if number % 3 and dice.chance(25):
            continue
        opened = dice.day - timedelta(days=dice.one((-1, 10, 90)) if number % 3 else 10)
        row = Proceeding.objects.create(
            kind="village_exit", village=village, scope_code=village.code, state="checking", source="cadre",
            reason="达到出列条件", opened_on=opened, state_since=opened,
        )  # fmt: skip
        if number % 3 == 0:  # looked at line by line, and all is well
            for item in VILLAGE_LINES:
                CheckMark.objects.create(
                    uuid=uuid.uuid4(), proceeding=row, pack=own_pack(place), item=item, met=True, explanation="现场查看",
                    on=dice.day - timedelta(days=5),
                )  # fmt: skip
            continue
        for _ in range(dice.randrange(6)):
            CheckMark.objects.create(
                uuid=uuid.uuid4(), proceeding=row, pack=own_pack(place) if dice.chance(90) else "yuzhou-2020",
                item=dice.one(VILLAGE_LINES), met=dice.chance(75), explanation="现场查看",
                on=dice.day + timedelta(days=dice.one((-5, -1, 0, 0, 1))),
            )  # fmt: skip
