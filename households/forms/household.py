"""Forms of the household and its members. Shape only; services check the meaning."""

import dataclasses
from typing import Any

from django import forms

from common.forms import model_choice_of
from households import codes
from households.forms.acts import ActPart
from households.forms.based import Explained
from households.forms.fields import CodeField, DayField, text
from households.inputs import HouseholdInput, PersonInput
from villages.models import Division


class NumberForm(forms.Form):
    reason = text("查看事由", 200, required=True, help_text="将记入审计记录，例如：核对银行账号、联系本人")


class HouseholdForm(Explained):
    hamlet = text("自然村", 40)
    main_cause = CodeField(codes.Cause.choices, label="致贫原因", required=False, empty="—")
    risks = forms.MultipleChoiceField(
        label="致贫返贫风险（至多五项）",
        choices=codes.Cause.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    identified_on = DayField(label="首次识别时间", required=False)
    phone = text("联系电话", 20, help_text="留空表示不修改")
    bank_account = text("银行账号", 40, help_text="留空表示不修改")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def changes(self) -> tuple[dict[str, Any], dict[str, str]]:
        """(fields, numbers that were typed)."""
        given = self.cleaned_data
        fields = {name: given[name] for name in ("hamlet", "main_cause", "identified_on")} | {
            "risks": given["risks"]
        }
        return fields, {name: given[name] for name in ("phone", "bank_account") if given[name]}


class PersonForm(forms.Form):
    """A member; numbers left empty are not given (new) or not changed (edit)."""

    name = text("姓名", 60, required=True)
    relation = CodeField(codes.Relation.choices, label="与户主关系", empty="请选择")
    id_kind = CodeField(codes.IdKind.choices, label="证件类型", initial="id_card", empty="")
    id_number = text("证件号码", 30)
    gender = CodeField(codes.Gender.choices, label="性别", required=False, empty="按证件号码")
    birth_date = DayField(label="出生日期", required=False, help_text="填写身份证号码后自动得出")
    phone = text("联系电话", 20)
    political = CodeField(codes.Political.choices, label="政治面貌", required=False, empty="—")
    ethnicity = text("民族", 20, initial="汉族")
    join_kind = CodeField(codes.JoinKind.choices, label="增加原因", required=False, empty="—")
    on = DayField(label="生效日期")

    def entry(self) -> PersonInput:
        names = {field.name for field in dataclasses.fields(PersonInput)}
        return PersonInput(**{name: value for name, value in self.cleaned_data.items() if name in names})


class JoinForm(ActPart, PersonForm):
    """A new member, as an act."""

    page_note = "曾是本户成员的，请办理成员回户；现在是别户成员的，请在原户办理成员转户。"


class PersonEditForm(Explained, PersonForm):
    page_note = "证件号码、电话留空表示不修改。"
    version = forms.IntegerField(widget=forms.HiddenInput)
    relation = join_kind = on = None  # type: ignore[assignment]

    def changes(self) -> tuple[dict[str, Any], dict[str, str]]:
        given = self.cleaned_data
        numbers = {name: given[name] for name in ("id_number", "phone") if given[name]}
        names = ["name", "id_kind", "political", "ethnicity"]
        names += [name for name in ("gender", "birth_date") if given[name]]
        if "id_number" in numbers:
            names = [name for name in names if name not in ("gender", "birth_date")]
        return {name: given[name] for name in names}, numbers


class VillageField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Division) -> str:
        return f"{obj.parent.name if obj.parent else ''} {obj.short_name or obj.name}"


class RegisterForm(PersonForm):
    """A new household with its head."""

    village: "forms.ModelChoiceField[Division]" = VillageField(
        label="行政村", queryset=None, empty_label="请选择"
    )
    household_no = text("户编号", 30, help_text="留空由系统按村编号")
    hamlet = text("自然村", 40)
    poverty_status = CodeField(codes.PovertyStatus.choices, label="脱贫属性", initial="ordinary", empty="")
    household_phone = text("户联系电话", 20)
    relation = join_kind = None  # type: ignore[assignment]
    field_order = ("village", "household_no", "hamlet", "poverty_status", "household_phone", "on")

    def __init__(self, *args: Any, villages: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_choice_of(self, "village").queryset = villages
        self.fields["name"].label = "户主姓名"

    def parts(self) -> tuple[HouseholdInput, PersonInput]:
        given = dict(self.cleaned_data)
        house = HouseholdInput(
            household_no=given["household_no"], hamlet=given["hamlet"], poverty_status=given["poverty_status"],
            phone=given["household_phone"],
        )  # fmt: skip
        names = ("name", "id_kind", "id_number", "gender", "birth_date", "phone", "political", "ethnicity")
        return house, PersonInput(relation="head", **{name: given[name] for name in names})
