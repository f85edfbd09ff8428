"""The visit form: several small forms on one page, read together into one VisitInput. Unchanged facts are not sent on."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms

from common.dates import Quarter
from common.forms import choice_of
from households import codes
from households.forms.fields import CodeField, DayField, YesNoField, long_text, text, whole
from households.forms.income import AmountsForm
from households.inputs import EventReport, GuaranteeChange, IncomeInput, SituationChange, VisitInput
from households.models import Visit
from households.selectors import situation_held

EVENT_ROWS = 2


def place() -> forms.DecimalField:
    """Degrees, filled in by the browser once the consent is ticked."""
    return forms.DecimalField(max_digits=9, decimal_places=6, required=False, widget=forms.HiddenInput)


class VisitForm(forms.Form):
    uuid = forms.UUIDField(widget=forms.HiddenInput)
    visited_on = DayField(label="走访日期")
    kind = forms.ChoiceField(
        label="方式", choices=Visit.Kind.choices, widget=forms.RadioSelect, initial="home"
    )
    present = forms.MultipleChoiceField(label="在家人员", required=False, widget=forms.CheckboxSelectMultiple)
    difficulties = long_text("困难")
    wishes = long_text("诉求")
    note = long_text("走访情况")
    position_consent = forms.BooleanField(label="户主同意记录本次走访的位置", required=False)
    latitude = place()
    longitude = place()

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "present").choices = [(name, name) for name in dict.fromkeys(names)]


class GuaranteeChangeForm(forms.Form):
    state = forms.ChoiceField(
        label="状态",
        choices=[("", "不变"), *codes.GuaranteeState.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    evidence = text("依据", 200)


class EventRowForm(forms.Form):
    kind = CodeField(codes.EventKind.choices, label="发生了什么", required=False, empty="—")
    person = CodeField((), label="涉及成员", required=False, empty="全户")
    happened_on = DayField(label="发生日期", required=False)
    note = text("说明", 200)

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "person").choices = [("", "全户"), *members]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") and not given.get("happened_on"):
            self.add_error("happened_on", "请填写发生日期。")
        if not given.get("kind") and (given.get("happened_on") or given.get("note")):
            self.add_error("kind", "请选择发生了什么。")
        return given


class PrefilledForm(forms.Form):
    """Prefilled with what holds now; only what was changed is sent on. What was prefilled travels with the form, so that
    the same form sent twice says the same, whatever has been saved in between."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            one.show_hidden_initial = True


class MemberChangeForm(PrefilledForm):
    labour_skill = CodeField(codes.LabourSkill.choices, label="劳动技能", required=False)
    work_place = CodeField(codes.WorkPlace.choices, label="务工区域", required=False, empty="—")
    work_months = whole("本年务工（月）", 12)
    schooling = CodeField(codes.Schooling.choices, label="在校生状况", required=False)
    not_in_school_reason = CodeField(
        codes.NotInSchoolReason.choices, label="未上学原因", required=False, empty="—"
    )
    is_healthy = YesNoField(label="健康")
    has_serious_illness = YesNoField(label="患有大病")
    has_medical_insurance = YesNoField(label="参加基本医保")


class LivingChangeForm(PrefilledForm):
    danger_grade = CodeField(codes.DangerGrade.choices, label="住房危险等级", required=False)
    water_safe = YesNoField(label="饮水安全")


class QuarterIncomeForm(AmountsForm):
    quarter = forms.ChoiceField(label="所属季度")
    field_order = ("quarter",)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = Quarter.of(today)
        choice_of(self, "quarter").choices = [
            (str(one), f"{one.year}年{'一二三四'[one.number - 1]}季度") for one in (now, now.previous)
        ]


@dataclass(frozen=True)
class VisitContext:
    """What the form is built from: today, members with their situation, guarantees, living conditions, income asked."""

    today: date
    members: list[Any]  # memberships with person.open_situations
    guarantees: dict[str, Any]
    living: Any
    income_asked: bool
    last_quarter: Any = None
    last_visit: Any = None

    @property
    def prefilled(self) -> dict[str, Any]:
        """As last time: the same kind of visit, the same people at home; of those only who still belong here."""
        last = self.last_visit
        if last is None:
            return {}
        names = {row.person.name for row in self.members}
        return {"kind": last.kind, "present": [name for name in last.present.split("、") if name in names]}


@dataclass
class VisitSheet:
    """All forms of one visit. Bound when `posted` is given."""

    context: VisitContext
    posted: Any = None
    visit: VisitForm = field(init=False)

    def __post_init__(self) -> None:
        known = self.context
        choices = [(str(row.person_id), row.person.name) for row in known.members]
        bound = self.posted
        self.visit = VisitForm(
            bound,
            names=[name for _, name in choices],
            initial={"uuid": uuid.uuid4(), "visited_on": known.today, **known.prefilled},
        )
        self.guarantees = [
            (kind, known.guarantees.get(kind.value), GuaranteeChangeForm(bound, prefix=f"g-{kind.value}"))
            for kind in codes.GuaranteeKind
        ]
        self.events = [EventRowForm(bound, prefix=f"e{row}", members=choices) for row in range(EVENT_ROWS)]
        self.members = [(row, self._member_form(row, bound)) for row in known.members]
        self.living = LivingChangeForm(
            bound, prefix="living", initial=_values(known.living, LivingChangeForm)
        )
        self.income = QuarterIncomeForm(bound, prefix="q", today=known.today) if known.income_asked else None

    @staticmethod
    def _member_form(row: Any, bound: Any) -> MemberChangeForm:
        held = situation_held(row)
        return MemberChangeForm(bound, prefix=f"m{row.person_id}", initial=_values(held, MemberChangeForm))

    @property
    def forms(self) -> list[forms.Form]:
        parts = [self.visit, *(form for *_, form in self.guarantees), *self.events]
        parts += [form for _, form in self.members] + [self.living]
        return parts + ([self.income] if self.income else [])

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms])

    @property
    def error_count(self) -> int:
        return sum(len(form.errors) for form in self.forms) if self.posted is not None else 0

    def refuse(self, field_name: str | None, sentence: str) -> None:
        """Put a refusal of the service beside its field, or at the top."""
        for form in (self.visit, *([self.income] if self.income else [])):
            if field_name in form.fields:
                form.add_error(field_name, sentence)
                return
        self.visit.add_error(None, sentence)

    def entry(self) -> VisitInput:
        given = self.visit.cleaned_data
        return VisitInput(
            uuid=given["uuid"], visited_on=given["visited_on"], kind=given["kind"],
            nothing_changed="nothing_changed" in self.posted, present="、".join(given["present"])[:100],
            difficulties=given["difficulties"], wishes=given["wishes"], note=given["note"],
            guarantees=self._guarantees(), events=self._events(), situations=self._situations(),
            position_consent=given["position_consent"], latitude=given["latitude"], longitude=given["longitude"],
            living={name: self.living.cleaned_data[name] for name in self.living.changed_data}, income=self._income(),
        )  # fmt: skip

    def _guarantees(self) -> tuple[GuaranteeChange, ...]:
        read = [(kind.value, form.cleaned_data) for kind, _, form in self.guarantees]
        return tuple(
            GuaranteeChange(kind, got["state"], got["evidence"]) for kind, got in read if got["state"]
        )

    def _events(self) -> tuple[EventReport, ...]:
        read = [form.cleaned_data for form in self.events if form.cleaned_data.get("kind")]
        return tuple(
            EventReport(
                got["kind"], got["happened_on"], int(got["person"]) if got["person"] else None, got["note"]
            )
            for got in read
        )

    def _situations(self) -> tuple[SituationChange, ...]:
        return tuple(
            SituationChange(row.person_id, {name: form.cleaned_data[name] for name in form.changed_data})
            for row, form in self.members
            if form.changed_data
        )

    def _income(self) -> IncomeInput | None:
        if self.income is None:
            return None
        given = dict(self.income.cleaned_data)
        end = Quarter.parse(given.pop("quarter")).last_day
        if all(value is None for value in given.values()):
            return None
        return IncomeInput("quarter", end, self.visit.cleaned_data["visited_on"], **given)


def _values(row: Any, form: type[forms.Form]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in form.base_fields} if row is not None else {}
