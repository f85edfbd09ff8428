"""Filling the sheets of one area: a few set statements over the rows as they stand now."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    Max,
    Min,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Length, NullIf, Replace
from django.db.models.lookups import LessThan

from households.codes import ALLOWANCE, UNEXITED
from households.models import AidMeasure, Household, IncomeRecord, Membership, SafetyNet
from monitoring.quality.sheets import (
    HouseholdSheet,
    IncomeSheet,
    MeasureSheet,
    PersonSheet,
    VillageSheet,
)
from monitoring.quality.tables import sheet_fill, sheet_ready, sheets_make
from villages.models import Level, VillageYear

OPEN = "effective_to__isnull"


def word(text: str) -> Value:
    return Value(text, TextField())


def blank(path: str) -> Any:
    """A text with its blank as null. Compared, not NULLIF: SQLite calls a function for every row of that."""
    return Case(When(**{f"{path}__gt": ""}, then=F(path)), output_field=CharField())


def given(path: str) -> Any:
    return Case(
        When(**{f"{path}__isnull": False}, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def ymd(path: str) -> Any:
    """20200920: whole numbers are compared and subtracted alike by both databases."""
    return Cast(Replace(Cast(F(path), TextField()), word("-"), word("")), IntegerField())


def age(path: str, day: date) -> Any:
    return (Value(int(f"{day:%Y%m%d}"), IntegerField()) - ymd(path)) / Value(10_000)


def months(first: str, last: str) -> Any:
    """Whole months from one day to the other."""
    begun, ended = ymd(first), ymd(last)
    whole = (ended / 10_000 * 12 + ended / 100 % 100) - (begun / 10_000 * 12 + begun / 100 % 100)
    short = Case(
        When(Q(**{f"{last}__isnull": False}) & _day_before(begun, ended), then=Value(1)), default=Value(0)
    )
    return whole - short


def _day_before(begun: Any, ended: Any) -> Any:
    return Q(LessThan(ended % 100, begun % 100))


def write(model: type[Model], rows: QuerySet, columns: Mapping[str, Any]) -> None:
    """One statement: `columns` are the fields of the sheet with their expressions."""
    names = {name: f"c_{name}" for name in columns}
    picked = rows.order_by().annotate(**{names[name]: said for name, said in columns.items()})
    sheet_fill(model, picked.values_list(*names.values()), list(columns))


def sheets_fill(scope_code: str, day: date) -> None:
    """Everything inside the area, as it stands now; `day` is the day ages are counted to. They are the run's own and outlive its transactions."""
    sheets_make()
    for model, rows in (
        (PersonSheet, _persons(scope_code, day)), (HouseholdSheet, _households(scope_code, day)),
        (IncomeSheet, _incomes(scope_code)), (MeasureSheet, _measures(scope_code)), (VillageSheet, _villages(scope_code)),
    ):  # fmt: skip
        write(model, *rows)
        sheet_ready(model)  # households count their persons, villages their households


def _net(path: str, **more: Any) -> Case:
    """Is there a spell of it? As one list of those who have one: they are few, and few are found faster than each is asked."""
    own = "person_id" if path == "person_id" else "household_id"
    spells = SafetyNet.objects.filter(**{f"{own}__isnull": False}, effective_to__isnull=True, **more)
    has = When(**{f"{path}__in": spells.order_by().values(own)}, then=Value(True))
    return Case(has, default=Value(False), output_field=BooleanField())


def _persons(scope_code: str, day: date) -> tuple[QuerySet, dict[str, Any]]:
    rows = Membership.objects.filter(
        effective_to__isnull=True, person__is_live=True, person__died_on__isnull=True, household__is_live=True,
        household__scope_code__startswith=scope_code,
    ).annotate(
        now=FilteredRelation("person__situations", condition=Q(**{f"person__situations__{OPEN}": True}))
    )  # fmt: skip
    born = Cast(F("person__birth_date"), TextField())
    texts = {
        "name": "person__name", "gender": "person__gender", "id_kind": "person__id_kind", "ethnicity": "person__ethnicity",
        "political": "person__political", "relation": "relation", "join_kind": "change_kind", "education": "now__education",
        "schooling": "now__schooling", "no_school_reason": "now__not_in_school_reason",
        "disability_kind": "now__disability_kind", "labour": "now__labour_skill", "work_place": "now__work_place",
    }  # fmt: skip
    plain = {
        "birth_date": "person__birth_date", "id_hash": "person__id_number_hash", "phone_hash": "person__phone_hash",
        "card_hash": "person__disability_card_hash", "identified_on": "person__identified_on", "joined_on": "effective_from",
        "healthy": "now__is_healthy", "chronic": "now__has_chronic_illness", "serious": "now__has_serious_illness",
        "disabled": "now__is_disabled", "disability_grade": "now__disability_grade", "work_months": "now__work_months",
        "medical_insured": "now__has_medical_insurance", "serious_insured": "now__has_serious_illness_insurance",
        "pension_insured": "now__has_pension_insurance", "situation_since": "now__effective_from",
    }  # fmt: skip
    return rows, {
        "subject_id": F("person_id"), "household": F("household_id"), "scope_code": F("household__scope_code"),
        **{name: blank(path) for name, path in texts.items()}, **{name: F(path) for name, path in plain.items()},
        "name_birth": Case(
            When(person__birth_date__isnull=False, then=Concat(F("person__name"), Value(" "), born, output_field=CharField())),
            output_field=CharField(),
        ),
        "age": age("person__birth_date", day), "has_id": given("person__id_number_hash"),
        "has_phone": given("person__phone_hash"), "has_card": given("person__disability_card_hash"),
        "allowance": _net("person_id", kind__in=ALLOWANCE),
        "destitute": _net("person_id", kind__startswith="destitute"),
    }  # fmt: skip


def _one(name: str, alias: str, **more: Any) -> dict[str, FilteredRelation]:
    """The one open row of a dated relation."""
    fixed = {f"{name}__{key}": value for key, value in more.items()}
    return {alias: FilteredRelation(name, condition=Q(**{f"{name}__{OPEN}": True}, **fixed))}


KINDS = {
    "food": ("food_clothing", "food_evidence"), "schooling": ("schooling", "schooling_evidence"),
    "medical": ("medical", "medical_evidence"), "housing": ("housing", "housing_proof"), "water": ("water", "water_proof"),
}  # fmt: skip


def _households(scope_code: str, day: date) -> tuple[QuerySet, dict[str, Any]]:
    joined: dict[str, FilteredRelation] = {}
    for part in (
        _one("situations", "lives"), _one("residences", "stays"), _one("helpers", "helped"),
        _one("memberships", "headed", relation="head"),
        _one("status_spells", "poverty", dimension="poverty"), _one("status_spells", "monitor", dimension="monitor"),
        *(_one("guarantees", f"g_{name}", kind=kind) for name, (kind, _) in KINDS.items()),
    ):  # fmt: skip
        joined |= part
    rows = Household.objects.filter(is_live=True, scope_code__startswith=scope_code).annotate(**joined)
    texts = {
        "poverty_status": "poverty_status", "monitor_class": "monitor_class", "main_cause": "main_cause",
        "poverty_spell": "poverty__value", "monitor_spell": "monitor__value", "helper": "helped__name",
        "helper_unit": "helped__unit", "danger_grade": "lives__danger_grade", "housing_evidence": "lives__housing_evidence",
        "water_evidence": "lives__water_evidence", "head_gender": "headed__person__gender",
        **{evidence: f"g_{name}__evidence" for name, (_, evidence) in KINDS.items()},
    }  # fmt: skip
    plain = {
        "subject_id": "pk", "scope_code": "scope_code", "members_recorded": "members_count", "identified_on": "identified_on",
        "risk_identified_on": "risk_identified_on", "risk_removed_on": "risk_removed_on", "phone_hash": "phone_hash",
        "account_hash": "bank_account_hash", "last_visit_on": "last_visit_on", "residence_code": "stays__village__code",
        "village_code": "village__code", "helper_since": "helped__effective_from", "house_area_m2": "lives__house_area_m2",
        "water_safe": "lives__water_safe", "living_since": "lives__effective_from",
    }  # fmt: skip
    return rows, {
        **{name: blank(path) for name, path in texts.items()}, **{name: F(path) for name, path in plain.items()},
        # "Not collected" is a state of a guarantee; to a check it is what it says: unknown.
        **{f"{name}_state": NullIf(F(f"g_{name}__state"), Value("unknown")) for name in KINDS},
        **_risks(), **_nets(), "has_phone": given("phone_hash"), "has_account": given("bank_account_hash"),
        "removal_months": months("risk_identified_on", "risk_removed_on"),
        "head_age": age("headed__person__birth_date", day), "spouse_age": _counted(PersonSheet, "household", relation="spouse", what="age"),
        "members_living": Coalesce(_counted(PersonSheet, "household"), 0),
        "year_records": Coalesce(_counted(IncomeRecord, "household", kind="year", superseded_at__isnull=True), 0),
    }  # fmt: skip


def _counted(model: type[Model], link: str, what: str = "", **more: Any) -> Subquery:
    """How many rows of a household, or the largest value of one column of theirs."""
    rows = model._default_manager.filter(**{link: OuterRef("pk")}, **more).order_by()
    number = Max(what) if what else Count("pk")
    return Subquery(rows.values(link).annotate(n=number).values("n"), output_field=IntegerField())


def _risks() -> dict[str, Any]:
    named = NullIf(Cast(F("risks"), TextField()), word("[]"))
    marks = Length(named) - Length(Replace(named, word('"'), word("")))
    return {
        "risks": named,
        "risk_count": Coalesce(marks / 2, 0),
        "first_risk": NullIf(Replace(Cast(F("risks__0"), TextField()), word('"'), word("")), word("")),
    }


def _nets() -> dict[str, Any]:
    mine = SafetyNet.objects.filter(household=OuterRef("pk"), effective_to__isnull=True).order_by()
    begun = mine.filter(kind__in=ALLOWANCE).values("household").annotate(n=Min("effective_from")).values("n")
    return {
        "allowance": _net("pk", kind__in=ALLOWANCE), "destitute": _net("pk", kind__startswith="destitute"),
        "allowance_since": _of_holders(Subquery(begun)),
        "net_monthly_fen": _of_holders(Subquery(mine.values("household").annotate(n=Sum("monthly_fen")).values("n"))),
        "net_spells": Coalesce(_of_holders(_counted(SafetyNet, "household", effective_to__isnull=True)), 0),
    }  # fmt: skip


def _of_holders(asked: Subquery) -> Case:
    """Looked up for those households only that hold any spell."""
    holders = SafetyNet.objects.filter(household_id__isnull=False, effective_to__isnull=True).order_by()
    return Case(When(pk__in=holders.values("household_id"), then=asked))


def _incomes(scope_code: str) -> tuple[QuerySet, dict[str, Any]]:
    years = IncomeRecord.objects.filter(kind=IncomeRecord.Kind.YEAR, superseded_at__isnull=True)
    later = years.filter(household=OuterRef("household"), period_end__gt=OuterRef("period_end"))
    earlier = years.filter(household=OuterRef("household"), period_end__lt=OuterRef("period_end")).order_by(
        "-period_end"
    )
    rows = years.filter(~Exists(later), household__is_live=True, household__scope_code__startswith=scope_code)
    plain = {
        "subject_id": "pk", "household": "household_id", "scope_code": "household__scope_code", "cost_fen": "production_cost_fen",
        **{name: name for name in (
            "period_start", "period_end", "collected_on", "members", "wage_fen", "business_fen", "property_fen", "transfer_fen",
            "self_paid_fen", "claims_fen", "net_fen", "disposable_fen",
        )},
    }  # fmt: skip
    gross = F("wage_fen") + F("business_fen") + F("property_fen") + F("transfer_fen")
    begun, ended = ymd("period_start"), ymd("period_end")
    return rows, {
        **{name: F(path) for name, path in plain.items()},
        "period_months": (ended / 10_000 * 12 + ended / 100 % 100) - (begun / 10_000 * 12 + begun / 100 % 100) + 1,
        "start_month": begun / 100 % 100,
        "gross_fen": gross, "computed_net_fen": gross - F("production_cost_fen"),
        "previous_net_fen": Subquery(earlier.values("net_fen")[:1]),
        "previous_members": Subquery(earlier.values("members")[:1]),
    }  # fmt: skip


def _measures(scope_code: str) -> tuple[QuerySet, dict[str, Any]]:
    rows = AidMeasure.objects.filter(household__is_live=True, household__scope_code__startswith=scope_code)
    texts = ("category", "item", "provider", "document", "state", "effect")
    key = Concat(
        Cast(F("household_id"), TextField()), Value(" "), Coalesce(Cast(F("person_id"), TextField()), word("")), Value(" "),
        F("item"), Value(" "), Cast(F("started_on"), TextField()), output_field=CharField(),
    )  # fmt: skip
    return rows, {
        "subject_id": F("pk"), "household": F("household_id"), "person": F("person_id"), "scope_code": F("household__scope_code"),
        **{name: blank(name) for name in texts}, "item_key": key, "has_person": given("person"),
        **{name: F(name) for name in ("started_on", "ended_on", "amount_fen")},
    }  # fmt: skip


def _villages(scope_code: str) -> tuple[QuerySet, dict[str, Any]]:
    years = VillageYear.objects.filter(division__level=Level.VILLAGE, division__code__startswith=scope_code)
    later = VillageYear.objects.filter(division=OuterRef("division"), year__gt=OuterRef("year"))

    def kept(counted: Any, **more: Any) -> Any:
        rows = HouseholdSheet.objects.filter(scope_code=OuterRef("division__code"), **more).order_by()
        number = rows.values("scope_code").annotate(n=counted).values("n")
        return Coalesce(Subquery(number, output_field=IntegerField()), 0)

    persons = Sum("members_living")  # a person stands on the sheet where the household does

    plain = (
        "year", "registered_population", "registered_households", "poor_persons", "collective_income_fen", "has_relief_task",
    )  # fmt: skip
    return years.filter(~Exists(later)), {
        "subject_id": F("pk"), "scope_code": F("division__code"), "village_class": blank("village_class"),
        "source": blank("source"), **{name: F(name) for name in plain},
        "kept_households": kept(Count("pk")), "kept_persons": kept(persons),
        "unexited_persons": kept(persons, poverty_status__in=UNEXITED),
    }  # fmt: skip
