"""What the API reads and writes. Money is text in 元 with two decimals, numbers are masked, groups not seen are absent."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.api import first_fault
from common.errors import Invalid
from common.money import to_fen, yuan_text
from households import codes, field_groups
from households.inputs import EventReport, GuaranteeChange, IncomeInput, SituationChange, VisitInput
from households.models import Household, IncomeRecord, Membership, Visit, VisitPhoto
from households.selectors import guarantees_of, income_in_force, members_of, situation_held

AMOUNTS = ("wage", "business", "property", "transfer", "production_cost", "self_paid", "claims", "disposable")


@extend_schema_field({"type": "string", "format": "decimal", "example": "1234.50"})
class YuanOut(serializers.Field):
    """分 -> "1234.50"; unknown is null."""

    def to_representation(self, value: int | None) -> str | None:
        return yuan_text(value)


class HouseholdOut(serializers.ModelSerializer):
    village_code = serializers.CharField(source="scope_code")
    village_name = serializers.CharField(source="village.name")

    class Meta:
        model = Household
        fields: tuple[str, ...] = (
            "id", "household_no", "village_code", "village_name", "hamlet", "head_name", "members_count",
            "poverty_status", "monitor_class", "last_visit_on", "is_live", "version",
        )  # fmt: skip


class PersonOut(serializers.Serializer):
    """A member as this actor may see him; groups of fields he lacks are absent."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    relation = serializers.ChoiceField(codes.Relation.choices)
    gender = serializers.CharField()
    birth_date = serializers.DateField(required=False, allow_null=True)
    id_number = serializers.CharField(required=False, help_text="masked")
    phone = serializers.CharField(required=False, help_text="masked")
    schooling = serializers.CharField(required=False, allow_null=True)
    has_serious_illness = serializers.BooleanField(required=False, allow_null=True)
    has_chronic_illness = serializers.BooleanField(required=False, allow_null=True)
    is_disabled = serializers.BooleanField(required=False, allow_null=True)
    labour_skill = serializers.CharField(required=False, allow_null=True)
    work_months = serializers.IntegerField(required=False, allow_null=True)


PERSON_GROUPS = {
    "schooling": ("schooling",),
    "health": ("has_serious_illness", "has_chronic_illness", "is_disabled"),
    "work": ("labour_skill", "work_months"),
}


def person_out(row: Membership, groups: frozenset[str]) -> dict[str, Any]:
    person = row.person
    held = situation_held(row)
    found = {"id": person.pk, "name": person.name, "relation": row.relation, "gender": person.gender}
    if "identity" in groups:
        found |= {"birth_date": person.birth_date, "id_number": person.number_masked("id_number")}
        found["phone"] = person.number_masked("phone")
    for group, names in PERSON_GROUPS.items():
        if group in groups:
            values = {name: getattr(held, name, None) for name in names}
            found |= {name: None if value == "" else value for name, value in values.items()}
    # Not through PersonOut: a serializer gives absent fields that may be null as null.
    return found


class IncomeOut(serializers.ModelSerializer):
    net = YuanOut(source="net_fen")
    disposable = YuanOut(source="disposable_fen")

    class Meta:
        model = IncomeRecord
        fields = ("kind", "period_start", "period_end", "collected_on", "members", "net", "disposable")


class HouseholdDetailOut(HouseholdOut):
    """Members, guarantees and the income in force; needs `groups` and `today` in the context."""

    phone = serializers.SerializerMethodField(help_text="masked; absent without the group identity")
    persons = serializers.SerializerMethodField()
    guarantees = serializers.SerializerMethodField()
    income = serializers.SerializerMethodField()

    class Meta(HouseholdOut.Meta):
        fields: tuple[str, ...] = (*HouseholdOut.Meta.fields, "phone", "persons", "guarantees", "income")

    def get_phone(self, row: Household) -> str:
        return row.number_masked("phone")

    @extend_schema_field(PersonOut(many=True))
    def get_persons(self, row: Household) -> list[dict[str, Any]]:
        return [person_out(member, self.context["groups"]) for member in members_of(row)]

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_guarantees(self, row: Household) -> dict[str, str]:
        held = guarantees_of(row)
        seen = field_groups.visible_guarantees(self.context["groups"])
        return {
            kind: held[kind].state if kind in held else codes.GuaranteeState.UNKNOWN.value for kind in seen
        }

    @extend_schema_field(IncomeOut(allow_null=True))
    def get_income(self, row: Household) -> dict[str, Any] | None:
        found = income_in_force(row, self.context["today"])
        return dict(IncomeOut(found).data) if found else None

    def to_representation(self, instance: Household) -> dict[str, Any]:
        shown = super().to_representation(instance)
        groups = self.context["groups"]
        for group, name in (("identity", "phone"), ("income", "income")):
            if group not in groups:
                shown.pop(name)
        return shown


class VisitOut(serializers.ModelSerializer):
    class Meta:
        model = Visit
        fields = (
            "id", "uuid", "household", "visited_on", "kind", "visitor_name", "nothing_changed", "present",
            "difficulties", "wishes", "note", "recorded_at",
        )  # fmt: skip


class PhotoIn(serializers.Serializer):
    """One photo. `uuid` is made by the client: the same photo may be sent again and is kept once."""

    uuid = serializers.UUIDField()
    file = serializers.FileField(
        allow_empty_file=True
    )  # an empty one is refused by the service, in its words


class PhotoOut(serializers.ModelSerializer):
    visit_uuid = serializers.UUIDField(source="visit.uuid")

    class Meta:
        model = VisitPhoto
        fields = ("uuid", "visit_uuid", "width", "height", "added_at")


class VisitBriefOut(serializers.ModelSerializer):
    """For those who do not see every group of fields: no free texts."""

    class Meta:
        model = Visit
        fields = ("id", "uuid", "household", "visited_on", "kind", "visitor_name", "recorded_at")


class YuanIn(serializers.CharField):
    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, float):
            self.fail("invalid")
        try:
            return to_fen(super().to_internal_value(data))
        except Invalid as refusal:
            raise serializers.ValidationError(refusal.sentence) from refusal


class GuaranteeIn(serializers.Serializer):
    kind = serializers.ChoiceField(codes.GuaranteeKind.choices)
    state = serializers.ChoiceField(codes.GuaranteeState.choices)
    evidence = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class EventIn(serializers.Serializer):
    kind = serializers.ChoiceField(codes.EventKind.choices)
    happened_on = serializers.DateField()
    person_id = serializers.IntegerField(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class ChangesIn(serializers.Serializer):
    labour_skill = serializers.ChoiceField(codes.LabourSkill.choices, required=False, allow_blank=True)
    work_place = serializers.ChoiceField(codes.WorkPlace.choices, required=False, allow_blank=True)
    work_months = serializers.IntegerField(min_value=0, max_value=12, required=False, allow_null=True)
    schooling = serializers.ChoiceField(codes.Schooling.choices, required=False, allow_blank=True)
    not_in_school_reason = serializers.ChoiceField(
        codes.NotInSchoolReason.choices, required=False, allow_blank=True
    )
    is_healthy = serializers.BooleanField(required=False, allow_null=True)
    has_chronic_illness = serializers.BooleanField(required=False, allow_null=True)
    has_serious_illness = serializers.BooleanField(required=False, allow_null=True)
    is_disabled = serializers.BooleanField(required=False, allow_null=True)
    has_medical_insurance = serializers.BooleanField(required=False, allow_null=True)


class SituationIn(serializers.Serializer):
    person_id = serializers.IntegerField()
    changes = ChangesIn()


class LivingIn(serializers.Serializer):
    danger_grade = serializers.ChoiceField(codes.DangerGrade.choices, required=False, allow_blank=True)
    water_safe = serializers.BooleanField(required=False, allow_null=True)


class IncomeIn(serializers.Serializer):
    kind = serializers.ChoiceField(IncomeRecord.Kind.choices, default="quarter")
    period_end = serializers.DateField()
    collected_on = serializers.DateField()
    members = serializers.IntegerField(min_value=1, max_value=30, required=False, allow_null=True)
    wage = YuanIn(required=False, allow_null=True, default=None)
    business = YuanIn(required=False, allow_null=True, default=None)
    property = YuanIn(required=False, allow_null=True, default=None)
    transfer = YuanIn(required=False, allow_null=True, default=None)
    production_cost = YuanIn(required=False, allow_null=True, default=None)
    self_paid = YuanIn(required=False, allow_null=True, default=None)
    claims = YuanIn(required=False, allow_null=True, default=None)
    disposable = YuanIn(required=False, allow_null=True, default=None)


class PlaceIn(serializers.DecimalField):
    """Degrees with six decimals: a tenth of a metre, more than a phone knows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=9, decimal_places=6, **kwargs)


class VisitIn(serializers.Serializer):
    """One visit. `uuid` is made by the client: the same visit may be sent again and is recorded once."""

    uuid = serializers.UUIDField()
    household = serializers.IntegerField()
    visited_on = serializers.DateField()
    kind = serializers.ChoiceField(Visit.Kind.choices, default="home")
    nothing_changed = serializers.BooleanField(default=False)
    present = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    difficulties = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)
    wishes = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)
    note = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)
    guarantees = GuaranteeIn(many=True, required=False, default=())
    events = EventIn(many=True, required=False, default=())
    situations = SituationIn(many=True, required=False, default=())
    living = LivingIn(required=False, default=dict)
    income = IncomeIn(required=False, allow_null=True, default=None)
    position_consent = serializers.BooleanField(default=False)
    latitude = PlaceIn(required=False, allow_null=True, default=None)
    longitude = PlaceIn(required=False, allow_null=True, default=None)

    def entry(self) -> VisitInput:
        given = dict(self.validated_data)
        given.pop("household")
        given["guarantees"] = tuple(GuaranteeChange(**row) for row in given["guarantees"])
        given["events"] = tuple(EventReport(**row) for row in given["events"])
        given["situations"] = tuple(
            SituationChange(row["person_id"], dict(row["changes"])) for row in given["situations"]
        )
        given["living"] = dict(given["living"])
        if income := given["income"]:
            names = {name: f"{name}_fen" for name in AMOUNTS}
            given["income"] = IncomeInput(**{names.get(name, name): value for name, value in income.items()})
        return VisitInput(**given)


def visit_read(given: Mapping[str, Any]) -> tuple[int, VisitInput]:
    """(household's key, entry) of one visit of a handed-in file, read as a posted one; Invalid with the first fault."""
    body = VisitIn(data=given)
    if not body.is_valid():
        field, message = first_fault(body.errors)
        raise Invalid(f"{field or '内容'}：{message}", field=field)
    return body.validated_data["household"], body.entry()
