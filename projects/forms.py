"""Shapes of input; what it means is checked in services. Choices come with the acting person's area."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.actor import Actor
from common.errors import DomainError, Invalid, Stale
from common.forms import refused as forms_refused
from common.money import WAN, to_fen, to_yuan
from exchange.forms import PaperField
from projects import selectors
from projects.models import Beneficiary, Project
from projects.rules import STAGE_NAMES, STAGES
from projects.selectors import NOT_BEGUN, ProjectFilter
from projects.services import MilestoneInput, ProjectInput
from villages.models import Division, Level
from villages.selectors import division_choices


def date_field(label: str, **kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs
    )


class MoneyField(forms.CharField):
    """An amount in 元 or 万元 as typed, cleaned to whole 分; never through a float."""

    def __init__(self, *, unit: Decimal = Decimal(1), **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(max_length=24, widget=forms.TextInput(attrs=attrs), **kwargs)
        self.unit = unit

    def clean(self, value: str | None) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return to_fen(text, unit=self.unit)
        except Invalid as wrong:
            raise forms.ValidationError(wrong.sentence) from wrong

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        amount = (to_yuan(value) or Decimal(0)) / self.unit
        return f"{amount.normalize():f}"


class PlaceChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        above = f"{obj.parent.name} " if obj.level == Level.VILLAGE and obj.parent else ""
        return f"{above}{obj.name}"


def refused(form: forms.Form, refusal: DomainError) -> None:
    """Put a refusal beside its field, or above the form; of a stale form say what the other person saved."""
    sentence = refusal.sentence
    if isinstance(refusal, Stale) and refusal.values:
        names = "、".join(str(form.fields[name].label) for name in refusal.values if name in form.fields)
        sentence += f"他人改动的内容：{names}。" if names else ""
    forms_refused(form, refusal, sentence=sentence)


class ProjectForm(forms.Form):
    code = forms.CharField(label="项目编号", max_length=40)
    name = forms.CharField(label="项目名称", max_length=120)
    kind = forms.ChoiceField(label="项目类别", choices=Project.Kind.choices)
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    village = PlaceChoice(queryset=None, label="实施地点", to_field_name="code", empty_label="请选择")
    planned_fen = MoneyField(label="计划投资（万元）", unit=WAN)
    unit = forms.CharField(label="实施单位", max_length=80, required=False)
    contractor = forms.CharField(label="承建单位", max_length=80, required=False)
    summary = forms.CharField(
        label="建设内容", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    performance_target = forms.CharField(
        label="绩效目标", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, project: Project | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        self.fields["village"].queryset = selectors.place_choices(actor=actor, permission="projects.edit")  # type: ignore[attr-defined]
        if project is not None:  # money hangs on the code and the place: they stay
            del self.fields["code"], self.fields["village"]
        for kind in STAGES:
            self.fields[f"has_{kind}"] = forms.BooleanField(
                label=f"有{STAGE_NAMES[kind]}阶段", required=False, initial=True
            )
            self.fields[f"planned_{kind}"] = date_field(f"计划{STAGE_NAMES[kind]}日期", required=False)

    @staticmethod
    def initial_of(project: Project) -> dict[str, Any]:
        stages = selectors.stages_of(project)
        plain = {name: getattr(project, name) for name in ("name", "kind", "year", "planned_fen", "unit", "contractor",
                                                           "summary", "performance_target", "version")}  # fmt: skip
        for kind in STAGES:
            plain[f"has_{kind}"] = kind in stages
            plain[f"planned_{kind}"] = stages[kind].planned_on if kind in stages else None
        return plain

    def stage_fields(self) -> list[tuple[Any, Any]]:
        return [(self[f"has_{kind}"], self[f"planned_{kind}"]) for kind in STAGES]

    def given(self) -> ProjectInput:
        values = self.cleaned_data
        planned = {kind: values[f"planned_{kind}"] for kind in STAGES if values[f"has_{kind}"]}
        names = ("name", "kind", "year", "planned_fen", "unit", "contractor", "summary", "performance_target")
        place: Division = self.project.village if self.project else values["village"]
        return ProjectInput(
            code=self.project.code if self.project else values["code"],
            village=place,
            planned=planned,
            **{name: values[name] for name in names},
        )


class MilestoneForm(forms.Form):
    """Offers the stages the project has."""

    kind = forms.ChoiceField(label="阶段")
    done_on = date_field("完成日期")
    evidence = forms.CharField(
        label="依据", max_length=200, required=False, help_text="如中标通知书、验收报告文号"
    )

    file = PaperField(label="佐证材料", kind="project")

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, STAGE_NAMES[kind]) for kind in kinds]  # type: ignore[attr-defined]

    def given(self) -> MilestoneInput:
        values = self.cleaned_data
        return MilestoneInput(values["kind"], values["done_on"], values["evidence"], values["file"])


class BeneficiaryForm(forms.Form):
    household_no = forms.CharField(label="户编号", max_length=30)
    linkage = forms.ChoiceField(label="利益联结", choices=Beneficiary.Linkage.choices)
    effective_from = date_field("起始日期")


class EndForm(forms.Form):
    on = date_field("截止日期")


class FailForm(forms.Form):
    on = date_field("停产、失败日期")
    reason = forms.CharField(label="原因", max_length=200)


def _any(label: str) -> list[tuple[str, str]]:
    return [("", label)]


class ProjectFilterForm(forms.Form):
    """The filters of the list; a value that is none of the choices filters nothing and is shown as wrong."""

    q = forms.CharField(label="名称或编号", required=False, max_length=60)
    area: Any = forms.ModelChoiceField(
        queryset=None, label="乡镇", required=False, to_field_name="code", empty_label="全部乡镇"
    )
    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label="类别", required=False, choices=_any("全部类别") + Project.Kind.choices)
    stage = forms.ChoiceField(
        label="进度",
        required=False,
        choices=[
            *_any("全部进度"),
            (NOT_BEGUN, "未招标、未开工"),
            *((kind, f"已{STAGE_NAMES[kind]}") for kind in STAGES),
        ],
    )
    late = forms.ChoiceField(
        label="逾期",
        required=False,
        choices=[*_any("不限"), ("any", "有逾期"), *((kind, f"{STAGE_NAMES[kind]}逾期") for kind in STAGES)],
    )
    failed = forms.BooleanField(label="已停产", required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        townships: QuerySet[Division] = division_choices(actor, Level.TOWNSHIP, "projects.view")
        self.fields["area"].queryset = townships  # type: ignore[attr-defined]
        years = selectors.project_years(actor=actor)
        self.fields["year"].choices = [*_any("全部年度"), *((year, f"{year} 年") for year in years)]  # type: ignore[attr-defined]

    def given(self) -> ProjectFilter:
        self.is_valid()
        values = self.cleaned_data
        area: Any = values.get("area")
        return ProjectFilter(
            kind=values.get("kind", ""),
            area=area.code if area else "",
            year=values.get("year"),
            stage=values.get("stage", ""),
            late=values.get("late", ""),
            failed=values.get("failed", False),
            text=values.get("q", ""),
        )
