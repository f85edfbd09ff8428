"""A small county with fake metrics, so that the engine is tried without any room's own definitions.

A household's one year record and its living conditions serve as the store of facts: every column may be null.
"""

from datetime import date
from itertools import count

from django.db.models import BooleanField, Case, CharField, F, Q, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from common.dates import Quarter
from households.models import Household, HouseholdSituation, IncomeRecord, Membership, Person
from monitoring.models import ScreeningRun
from monitoring.screening.plan import Plan, RunRule
from policies import metrics
from policies.metrics import Judged, Metric, MetricGroup, SubjectSource
from villages.models import Division

DAY = date(2020, 9, 20)
CHECKSUM = "c" * 64
_numbers = count(1)


def county() -> dict[str, Division]:
    made = {}
    for code, name, level, parent in (
        ("411081", "禹州市", "county", ""),
        ("411081100", "火龙镇", "township", "411081"),
        ("411081101", "顺店镇", "township", "411081"),
        ("411081100001", "张庄村", "village", "411081100"),
        ("411081100002", "李庄村", "village", "411081100"),
        ("411081101001", "王庄村", "village", "411081101"),
    ):
        made[code], _ = Division.objects.get_or_create(
            code=code, defaults={"name": name, "level": level, "parent": made.get(parent)}
        )
    return made


def household(
    village: Division, *, net=None, members=4, paid=None, water=None, born=date(2012, 5, 1)
) -> Household:
    """One household with a head and a child; `net`, `members`, `paid` and `water` may be unknown."""
    number = next(_numbers)
    row = Household.objects.create(
        household_no=f"H{number:06d}",
        village=village,
        scope_code=village.code,
        head_name="王某",
        members_count=2,
    )
    for relation, birth in (("head", date(1970, 1, 1)), ("son", born)):
        person = Person.objects.create(
            person_no=f"P{number}{relation}", name="某", gender="male", birth_date=birth
        )
        Membership.objects.create(
            household=row, person=person, relation=relation, effective_from=date(2015, 1, 1)
        )
    facts_set(row, net=net, members=members, paid=paid, water=water)
    return row


def facts_set(row: Household, *, net=None, members=4, paid=None, water=None) -> None:
    IncomeRecord.objects.update_or_create(
        household=row, kind="year", period_end=date(2019, 9, 30),
        defaults={
            "period_start": date(2018, 10, 1), "collected_on": date(2019, 10, 10), "net_fen": net,
            "members": members, "self_paid_fen": paid,
        },
    )  # fmt: skip
    HouseholdSituation.objects.update_or_create(
        household=row, effective_to=None, defaults={"effective_from": date(2019, 1, 1), "water_safe": water}
    )


def _key(kind: str, column: str = "pk"):
    return Concat(Value(f"{kind}:"), Cast(column, CharField()), output_field=CharField())


def _households(judged: Judged):
    return Household.objects.filter(is_live=True).values(
        "scope_code", subject_id=F("pk"), subject_key=_key("household"), household_id=F("pk")
    )


def _persons(judged: Judged):
    return Membership.objects.holding(judged.as_of, judged.known_at).filter(household__is_live=True).values(
        "household_id", subject_id=F("person_id"), subject_key=_key("person", "person_id"),
        scope_code=F("household__scope_code"),
    )  # fmt: skip


def _incomes(judged: Judged):
    return IncomeRecord.objects.filter(kind="year").values(
        "self_paid_fen",
        subject_id=F("household_id"),
        net_income_fen=F("net_fen"),
        income_members=F("members"),
    )


def _situations(judged: Judged):
    return HouseholdSituation.objects.filter(effective_to=None).values(
        "water_safe", subject_id=F("household_id")
    )


def _ages(judged: Judged):
    year = judged.as_of.year
    return Person.objects.filter(birth_date__isnull=False).values(
        subject_id=F("pk"), age=Value(year) - F("birth_date__year")
    )


def fakes(monkeypatch) -> None:
    """Only these metrics are registered for the length of a test."""
    monkeypatch.setattr(metrics, "_groups", {})
    monkeypatch.setattr(metrics, "_sources", {})
    metrics.register_subject(SubjectSource("household", rows=_households))
    metrics.register_subject(SubjectSource("person", rows=_persons))
    for name, subject, columns, rows in (
        ("incomes", "household", ("net_income_fen", "income_members", "self_paid_fen"), _incomes),
        ("situations", "household", ("water_safe",), _situations),
        ("ages", "person", ("age",), _ages),
    ):
        metrics.register_group(
            MetricGroup(name, subject, tuple(Metric(column, column, "count") for column in columns), rows)
        )


def evidence(*names: str):
    parts = []
    for number, name in enumerate(names):
        shown = Coalesce(Cast(name, TextField()), Value(""), output_field=TextField())
        parts += [Value(f"{';' if number else ''}{name}="), shown]
    return Concat(*parts, output_field=TextField())


def low_income(line: int = 500000, **changes) -> RunRule:
    """Net income below the line for each member; unknown when either is unknown."""
    per_head = F("income_members") * Value(line)
    known = Q(net_income_fen__isnull=False, income_members__isnull=False)
    values = {
        "key": "T-1", "topic": "income_low", "effect": "case", "subject": "household",
        "hit": known & Q(net_income_fen__lt=per_head), "clear": known & Q(net_income_fen__gte=per_head), "out": None,
        "evidence": evidence("net_income_fen", "income_members"), "limits": f"line={line}", "pack_code": "test",
        "pack_checksum": CHECKSUM, "asks": True, "band": {"net_income_fen": 10000},
    }  # fmt: skip
    return RunRule(**(values | changes))


def unsafe_water(**changes) -> RunRule:
    flag = Case(
        When(water_safe=True, then=Value("true")),
        When(water_safe=False, then=Value("false")),
        default=Value(""),
    )
    values = {
        "key": "T-2", "topic": "water", "effect": "case", "subject": "household", "hit": Q(water_safe=False),
        "clear": Q(water_safe=True), "out": None,
        "evidence": Concat(Value("water_safe="), flag, output_field=TextField()), "limits": "", "pack_code": "test",
        "pack_checksum": CHECKSUM,
    }  # fmt: skip
    return RunRule(**(values | changes))


def school_age(**changes) -> RunRule:
    """A person rule: everybody of 6 to 16 years, others are not spoken about."""
    values = {
        "key": "T-3", "topic": "schooling", "effect": "case", "subject": "person", "hit": Q(age__range=(6, 16)),
        "clear": Q(pk__in=()), "out": ~Q(age__range=(6, 16)), "evidence": evidence("age"), "limits": "",
        "pack_code": "test", "pack_checksum": CHECKSUM, "time_driven": True,
    }  # fmt: skip
    return RunRule(**(values | changes))


def plan(*rules: RunRule, as_of: date = DAY, kind: str = "households") -> Plan:
    return Plan(
        kind, Judged(as_of, None, Quarter.of(as_of)), rules or (low_income(), unsafe_water(), school_age()),
        {"test": CHECKSUM}, "test", {"case": 15, "duty": 30},
    )  # fmt: skip


def claimed(scope: str = "411081", as_of: date = DAY, **values) -> ScreeningRun:
    run = ScreeningRun.objects.create(key=f"t{next(_numbers)}", scope_code=scope, as_of=as_of, **values)
    taken = ScreeningRun.claim(run.pk)
    assert taken is not None
    return taken


FLAG = BooleanField(null=True)
