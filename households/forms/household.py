"""Forms of household, members and their dated facts. Shape only; services check the meaning."""

from typing import Any

from django import forms

from accounts.models import User
from common.forms import choice_of, model_choice_of
from households import codes
from households.forms.fields import CodeField, DayField, YesNoField, YuanField, text, whole
from households.inputs import EventReport, HouseholdInput, IncomeInput, MeasureInput, PersonInput
from households.models import AidMeasure, IncomeRecord
from villages.models import Division


class OnForm(forms.Form):
    """A fact that holds from a day on."""

    on = DayField(label="生效日期")


class NumberForm(forms.Form):
    reason = text("查看事由", 200, required=True, help_text="将记入审计记录，例如：核对银行账号、联系本人")


class HouseholdForm(forms.Form):
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
        given = dict(self.cleaned_data)
        given.pop("on")
        return PersonInput(**given)


class PersonEditForm(PersonForm):
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


class LeaveForm(OnForm):
    kind = CodeField(codes.LeaveKind.choices, label="减少原因", empty="请选择")
    successor = CodeField((), label="新户主", required=False, empty="—", help_text="户主离开时必填")

    def __init__(self, *args: Any, others: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "successor").choices = [("", "—"), *others]


class SituationForm(OnForm):
    """A member's situation; prefilled with what holds now, only what changed is recorded."""

    education = CodeField(codes.Education.choices, label="文化程度", required=False)
    schooling = CodeField(codes.Schooling.choices, label="在校生状况", required=False)
    not_in_school_reason = CodeField(
        codes.NotInSchoolReason.choices, label="未上学原因", required=False, empty="—"
    )
    is_healthy = YesNoField(label="健康")
    has_chronic_illness = YesNoField(label="长期慢性病")
    has_serious_illness = YesNoField(label="患有大病")
    is_disabled = YesNoField(label="残疾")
    disability_kind = CodeField(codes.DisabilityKind.choices, label="残疾类别", required=False, empty="—")
    disability_grade = whole("残疾等级", 4)
    labour_skill = CodeField(codes.LabourSkill.choices, label="劳动技能", required=False)
    work_place = CodeField(codes.WorkPlace.choices, label="务工区域", required=False, empty="—")
    work_months = whole("务工时间（月）", 12)
    has_medical_insurance = YesNoField(label="参加基本医保")
    has_serious_illness_insurance = YesNoField(label="参加大病保险")
    has_pension_insurance = YesNoField(label="参加养老保险")

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "on"}


class LivingForm(OnForm):
    danger_grade = CodeField(codes.DangerGrade.choices, label="住房危险等级", required=False)
    housing_evidence = text("住房鉴定依据", 200)
    house_area_m2 = forms.DecimalField(
        label="住房面积（㎡）", min_value=0, max_digits=7, decimal_places=2, required=False
    )
    water_safe = YesNoField(label="饮水安全")
    water_evidence = text("饮水依据", 200)

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "on"}


class GuaranteeForm(OnForm):
    state = CodeField(codes.GuaranteeState.choices, label="状态", empty="")
    evidence = text("依据", 200, help_text="例如：鉴定报告、参保凭证、水质检测")


class StatusForm(OnForm):
    value = CodeField((), label="认定为", empty="")
    reason = text("认定原因", 200, required=True)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "value").choices = choices


class HelperForm(OnForm):
    user: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        label="系统用户", queryset=None, required=False, empty_label="— 没有账号"
    )
    name = text("姓名", 40, help_text="选了系统用户可不填")
    unit = text("帮扶单位", 80)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_choice_of(self, "user").queryset = people


class SafetyNetForm(OnForm):
    kind = CodeField(codes.SafetyNetKind.choices, label="类别", empty="请选择")
    person = CodeField((), label="对象", required=False, empty="整户")
    monthly_fen = YuanField(label="月发放额（元）")

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "person").choices = [("", "整户"), *members]


class EventForm(forms.Form):
    kind = CodeField(codes.EventKind.choices, label="事件", empty="请选择")
    person = CodeField((), label="涉及成员", required=False, empty="全户")
    happened_on = DayField(label="发生日期")
    note = text("说明", 200)

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "person").choices = [("", "全户"), *members]

    def report(self) -> EventReport:
        given = self.cleaned_data
        person = int(given["person"]) if given["person"] else None
        return EventReport(given["kind"], given["happened_on"], person, given["note"])


class AmountsForm(forms.Form):
    """The parts of income and spending in 元; empty is unknown, 0 is none."""

    wage_fen = YuanField(label="工资性收入")
    business_fen = YuanField(label="生产经营性收入")
    property_fen = YuanField(label="财产性收入")
    transfer_fen = YuanField(label="转移性收入")
    production_cost_fen = YuanField(label="生产经营性支出")
    self_paid_fen = YuanField(label="合规自付支出")


class IncomeForm(AmountsForm):
    page_note = "不清楚的留空，表示未采集；没有收入填 0。同一期间再次保存即为更正，原记录保留。"
    kind = CodeField(IncomeRecord.Kind.choices, label="周期", empty="")
    period_end = DayField(label="期间截止", help_text="年度为 9 月 30 日，季度为季末日")
    collected_on = DayField(label="采集日期")
    members = whole("核算人口（人）", 30)
    claims_fen = YuanField(label="理赔收入")
    disposable_fen = YuanField(label="可支配收入（录入）")
    field_order = ("kind", "period_end", "collected_on", "members")

    def entry(self) -> IncomeInput:
        return IncomeInput(**self.cleaned_data)


def _items() -> list[tuple[str, list[tuple[str, str]]]]:
    labels = dict(codes.MeasureCategory.choices)
    return [
        (labels[key], [(f"{key}/{item}", item) for item in items])
        for key, items in codes.MEASURE_ITEMS.items()
    ]


class MeasureForm(forms.Form):
    what = forms.ChoiceField(label="帮扶措施", choices=_items)
    person = CodeField((), label="对象", required=False, empty="整户")
    started_on = DayField(label="开始日期")
    ended_on = DayField(label="结束日期", required=False)
    amount_fen = YuanField(label="金额（元）")
    provider = text("实施单位", 80)
    document = text("依据文件", 120)
    state = CodeField(AidMeasure.State.choices, label="状态", initial="active", empty="")
    effect = text("成效", 200)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "person").choices = [("", "整户"), *members]

    def entry(self) -> MeasureInput:
        given = dict(self.cleaned_data)
        given.pop("version")
        category, _, item = given.pop("what").partition("/")
        person = given.pop("person")
        return MeasureInput(category=category, item=item, person_id=int(person) if person else None, **given)
