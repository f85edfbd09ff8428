"""Forms of dated facts, events and aid measures."""

from types import MappingProxyType
from typing import Any

from django import forms

from accounts.models import User
from common.forms import choice_of, model_choice_of
from exchange.forms import PaperField
from households import codes
from households.forms.based import BasedForm, Explained, Sectioned
from households.forms.fields import CodeField, DayField, YesNoField, YuanField, text, whole
from households.inputs import EditNote, EventReport, MeasureInput
from households.models import AidMeasure
from households.paper_form import LIVING_SECTIONS, PERSON_SECTIONS


class SituationForm(Sectioned, BasedForm):
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
    work_place_name = text("务工地点", 60, help_text="县（市、区）和单位")
    employment_channel = CodeField(codes.EmploymentChannel.choices, label="就业渠道", required=False)
    post_months = whole("公益岗聘用（月）", 12)
    has_medical_insurance = YesNoField(label="参加基本医保")
    medical_kind = CodeField(codes.MedicalKind.choices, label="医保种类", required=False)
    has_serious_illness_insurance = YesNoField(label="参加大病保险")
    has_commercial_insurance = YesNoField(label="参加商业补充医疗保险")
    has_medical_help = YesNoField(label="接受医疗救助")
    has_pension_insurance = YesNoField(label="参加养老保险")
    pension_kind = CodeField(codes.PensionKind.choices, label="养老保险种类", required=False)
    is_relocated = YesNoField(label="易地扶贫搬迁人口")
    sections = PERSON_SECTIONS


def area(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_digits=9,
        decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class LivingForm(Sectioned, BasedForm):
    """House, road, water, land, relocation as on the paper form; empty is not collected."""

    address = text("家庭住址", 120)
    is_martyr_family = YesNoField(label="军烈属")
    house_area_m2 = area("住房面积（㎡）")
    house_structure = CodeField(codes.HouseStructure.choices, label="住房结构", required=False)
    danger_grade = CodeField(codes.DangerGrade.choices, label="住房危险等级", required=False)
    housing_evidence = text("住房鉴定依据", 200)
    road_kind = CodeField(codes.RoadKind.choices, label="入户路类型", required=False)
    road_km = area("与村主干路距离（公里）")
    fuel = CodeField(codes.FuelKind.choices, label="主要燃料类型", required=False)
    toilet = CodeField(codes.ToiletKind.choices, label="厕所类型", required=False)
    has_electricity = YesNoField(label="通生活用电")
    has_broadcast = YesNoField(label="通广播电视")
    has_broadband = YesNoField(label="通宽带")
    water_safe = YesNoField(label="饮水安全")
    water_source = CodeField(codes.WaterSource.choices, label="饮水来源", required=False)
    water_evidence = text("饮水依据", 200)
    arable_mu = area("耕地面积（亩）")
    grassland_mu = area("牧草地面积（亩）")
    water_mu = area("水面面积（亩）")
    forest_mu = area("林地面积（亩）")
    converted_mu = area("退耕还林面积（亩）")
    orchard_mu = area("林果面积（亩）")
    in_cooperative = YesNoField(label="加入农民专业合作组织")
    led_by_enterprise = YesNoField(label="有龙头企业带动")
    led_by_pioneer = YesNoField(label="有创业致富带头人带动")
    relocation_way = CodeField(codes.RelocationWay.choices, label="搬迁方式", required=False)
    resettlement_way = CodeField(codes.ResettlementWay.choices, label="安置方式", required=False)
    resettled_at = text("安置地", 80)
    relocated_on = DayField(label="搬迁日期", required=False)
    sections = LIVING_SECTIONS


class GuaranteeForm(BasedForm):
    state = CodeField(codes.GuaranteeState.choices, label="状态", empty="")
    evidence = text("依据", 200, help_text="例如：鉴定报告、参保凭证、水质检测")
    file = PaperField(label="佐证材料", kind="evidence")


class StatusForm(BasedForm):
    value = CodeField((), label="认定为", empty="")
    reason = text("认定原因", 200, required=True)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "value").choices = choices


class HelperForm(BasedForm):
    user: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        label="系统用户", queryset=None, required=False, empty_label="— 没有账号"
    )
    name = text("姓名", 40, help_text="选了系统用户可不填")
    unit = text("帮扶单位", 80)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_choice_of(self, "user").queryset = people


class SafetyNetForm(BasedForm):
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


def _items() -> list[tuple[str, list[tuple[str, str]]]]:
    labels = dict(codes.MeasureCategory.choices)
    return [
        (labels[key], [(f"{key}/{item}", item) for item in items])
        for key, items in codes.MEASURE_ITEMS.items()
    ]


class MeasureForm(Explained):
    what = forms.ChoiceField(label="帮扶措施", choices=_items)
    person = CodeField((), label="对象", required=False, empty="整户")
    started_on = DayField(label="开始日期")
    ended_on = DayField(label="结束日期", required=False)
    amount_fen = YuanField(label="金额（元）")
    provider = text("实施单位", 80)
    document = text("依据文件", 120)
    state = CodeField(AidMeasure.State.choices, label="状态", initial="active", empty="")
    effect = text("成效", 200)
    file = PaperField(label="依据材料", kind="evidence")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "person").choices = [("", "整户"), *members]

    # What the service calls by another name than the form.
    shown_as = MappingProxyType({"category": "what", "item": "what", "person_id": "person"})

    def edit(self) -> EditNote:
        given = self.cleaned_data
        return EditNote(given["version"], given["change_reason"], given.get("file"))

    def entry(self) -> MeasureInput:
        given = dict(self.cleaned_data)
        for name in ("version", "change_reason", "file"):
            given.pop(name)
        category, _, item = given.pop("what").partition("/")
        person = given.pop("person")
        return MeasureInput(category=category, item=item, person_id=int(person) if person else None, **given)
