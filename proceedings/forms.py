"""Shapes of what people type here; what it means is judged by the services."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms

from accounts.actor import Actor
from common.errors import DomainError
from common.forms import choice_of
from common.forms import refused as forms_refused
from exchange.forms import PaperField
from households.codes import Cause
from households.models import Household
from monitoring.services.cases import classes_for
from proceedings.details import CHOICE, DAY, INT, MANY, YES_NO, Detail, details_of
from proceedings.flow import FLOWS, PAPERS
from proceedings.inputs import ActInput, OpenInput
from proceedings.models import Kind, PaperKind, Proceeding, RemovalWay, Source, State
from proceedings.selectors import Filters, area_choices, village_choices
from proceedings.services.papers import papers_lacking
from villages.models import Division

MAIN, OTHERS = "risks_main", "risks_other"
EMPTY = ("", "请选择")


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def refused(form: forms.Form, refusal: DomainError) -> None:
    """A refusal stands beside the field that is to blame, or above the form."""
    field = MAIN if refusal.field == "risks" else refusal.field
    forms_refused(form, refusal, field=field)


def paper_field(kind: str, *, required: bool = False) -> forms.FileField:
    label = PaperKind(kind).label
    words = {"required": f"请先上传：{label}。"}
    return PaperField(label=label, kind="proceeding", required=required, error_messages=words)


def risk_fields(chosen: list[str]) -> dict[str, forms.Field]:
    """The main risk and up to four others: which one is the first matters."""
    return {
        MAIN: forms.ChoiceField(
            label="主要风险", required=False, choices=[EMPTY, *Cause.choices], initial=chosen[0] if chosen else ""
        ),
        OTHERS: forms.MultipleChoiceField(
            label="其他风险", required=False, choices=Cause.choices, initial=chosen[1:], help_text="至多再选四项。",
            widget=forms.CheckboxSelectMultiple,
        ),
    }  # fmt: skip


def risks_given(got: dict[str, Any]) -> list[str]:
    others = [risk for risk in got.get(OTHERS, []) if risk != got.get(MAIN)]
    return [got[MAIN], *others] if got.get(MAIN) else others


class FilterForm(forms.Form):
    kind = forms.ChoiceField(label="程序", required=False, choices=[("", "全部程序"), *Kind.choices])
    state = forms.ChoiceField(
        label="状态", required=False,
        choices=[("open", "办理中"), ("mine", "待我办理"), ("closed", "已办结"), ("all", "全部"), *State.choices],
    )  # fmt: skip
    due = forms.ChoiceField(
        label="期限", required=False,
        choices=[("", "不限"), ("overdue", "已超期"), ("soon", "将超期"), ("measures", "未落实措施")],
    )  # fmt: skip
    area = forms.ChoiceField(label="乡镇", required=False)
    text = forms.CharField(label="户主或户编号", required=False, max_length=40)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = area_choices(actor=actor).values_list("code", "name")
        choice_of(self, "area").choices = [("", "全部乡镇"), *rows]

    def given(self) -> Filters:
        """What was chosen; a hand-written query string falls back to the usual."""
        self.is_valid()
        got = self.cleaned_data
        return Filters(
            got.get("kind", ""), got.get("state") or "open", got.get("area", ""), got.get("due", ""),
            got.get("text", ""),
        )  # fmt: skip


def _detail_field(field: Detail, row: Proceeding) -> dict[str, forms.Field]:
    if field.kind == MANY:
        return risk_fields(list(row.risks))
    common: dict[str, Any] = {
        "label": field.label, "required": field.required, "help_text": field.hint,
        "error_messages": {"required": f"请填写{field.label}。"},
    }  # fmt: skip
    if field.kind == INT:
        return {field.name: forms.IntegerField(min_value=0, max_value=99_999, **common)}
    if field.kind == DAY:
        return {field.name: forms.DateField(widget=day_input(), **common)}
    if field.kind == YES_NO:
        return {field.name: forms.ChoiceField(choices=[EMPTY, ("yes", "是"), ("no", "否")], **common)}
    if field.kind != CHOICE:
        return {field.name: forms.CharField(max_length=200, **common)}
    choices, start = list(field.choices), ""
    if field.name == "proposed_class" and row.household is not None:
        choices, start = list(classes_for(row.household.poverty_status).items()), row.proposed_class
    return {field.name: forms.ChoiceField(choices=[EMPTY, *choices], initial=start, **common)}


class ActForm(forms.Form):
    """The form of one act: its day, its opinion, its details, its papers, as the tables name them."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    on = forms.DateField(label="办理日期", widget=day_input())

    def __init__(self, *args: Any, row: Proceeding, act: str, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"id_{act}_%s")
        kwargs.setdefault("initial", {"uuid": uuid4(), "version": row.version, "on": today})
        super().__init__(*args, **kwargs)
        self.row, self.act = row, act
        for field in details_of(row.kind, act):
            self.fields.update(_detail_field(field, row))
        lacking = [] if row.green_channel else papers_lacking(row, act)
        for kind in PAPERS.get((row.kind, act), ()):
            self.fields[f"paper_{kind}"] = paper_field(kind, required=kind in lacking)
        needs_reason = "opinion_given" in FLOWS[row.kind][(row.state, act)].also
        self.fields["opinion"] = forms.CharField(
            label="意见" if not needs_reason else "意见或理由", max_length=300, required=needs_reason,
            widget=forms.Textarea(attrs={"rows": 2}),
        )  # fmt: skip

    def given(self) -> ActInput:
        got = self.cleaned_data
        details = {
            field.name: risks_given(got) if field.kind == MANY else got.get(field.name)
            for field in details_of(self.row.kind, self.act)
        }
        papers = [
            (name.removeprefix("paper_"), value)
            for name, value in got.items()
            if name.startswith("paper_") and value
        ]
        return ActInput(
            on=got["on"], opinion=got["opinion"], details=details, files=papers, version=got["version"], uuid=got["uuid"],
        )  # fmt: skip


class PaperForm(forms.Form):
    kind = forms.ChoiceField(label="材料种类", choices=PaperKind.choices)
    file = PaperField(label="文件", kind="proceeding", required=True)


class OpenForm(forms.Form):
    """A new proceeding of one household; which fields it has depends on the kind."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    source = forms.ChoiceField(label="线索来源", choices=[EMPTY, *Source.choices])
    on = forms.DateField(label="发起日期", widget=day_input())
    reason = forms.CharField(label="事由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self, *args: Any, kind: str, household: Household | None, today: date, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", {"uuid": uuid4(), "on": today})
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind == Kind.IDENTIFICATION and household is not None:
            self.fields.update(self._identification(household))
        if kind == Kind.REMOVAL:
            self.fields["removal_way"] = forms.ChoiceField(
                label="消除方式", choices=RemovalWay.choices, widget=forms.RadioSelect
            )
        if kind in (Kind.REMOVAL, Kind.HOUSEHOLD_EXIT, Kind.VILLAGE_EXIT):
            del self.fields["source"]
        elif kind == Kind.IDENTIFICATION:
            self.fields[f"paper_{PaperKind.APPLICATION}"] = paper_field(PaperKind.APPLICATION)

    @staticmethod
    def _identification(household: Household) -> dict[str, forms.Field]:
        return {
            "proposed_class": forms.ChoiceField(
                label="建议类别", required=False, choices=[("", "核实后再定"), *classes_for(household.poverty_status).items()]
            ),
            **risk_fields([]),
            "green_channel": forms.BooleanField(
                label="走绿色通道（先帮扶，后补材料）", required=False, help_text="只用于自然灾害和意外事故；缺的材料会一直列出，直到补齐。",
            ),
            "green_reason": forms.CharField(label="灾害或事故情况", required=False, max_length=300),
        }  # fmt: skip

    def given(self) -> OpenInput:
        got = self.cleaned_data
        papers = [
            (name.removeprefix("paper_"), value)
            for name, value in got.items()
            if name.startswith("paper_") and value
        ]
        return OpenInput(
            kind=self.kind, source=got.get("source") or Source.CADRE, on=got["on"], reason=got["reason"],
            proposed_class=got.get("proposed_class", ""), risks=risks_given(got), removal_way=got.get("removal_way", ""),
            green_channel=got.get("green_channel", False), green_reason=got.get("green_reason", ""), uuid=got["uuid"],
            files=papers,
        )  # fmt: skip


class VillageExitForm(OpenForm):
    village = forms.ChoiceField(label="行政村")

    def __init__(self, *args: Any, actor: Actor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, kind=Kind.VILLAGE_EXIT, household=None, today=today, **kwargs)
        self.places = {place.code: place for place in village_choices(actor=actor)}
        choice_of(self, "village").choices = [
            EMPTY,
            *(
                (code, f"{place.parent.name if place.parent else ''} {place.name}")
                for code, place in self.places.items()
            ),
        ]
        self.order_fields(["village"])

    def place(self) -> Division:
        return self.places[self.cleaned_data["village"]]


class RollbackForm(forms.Form):
    uuid = forms.UUIDField(widget=forms.HiddenInput)
    on = forms.DateField(label="回退日期", widget=day_input())
    reason = forms.CharField(label="重新认定的理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
