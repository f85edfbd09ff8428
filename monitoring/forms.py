"""Shapes of what people type here; what it means is judged by the services."""

from datetime import date
from typing import Any

from django import forms

from accounts.actor import Actor
from common.dates import Quarter
from common.forms import choice_of
from monitoring.limits import PROBLEM, DaysInForce
from monitoring.models import Decision, Rectification, ScreeningRun
from monitoring.selectors import place_choices, rectifications, signs
from monitoring.services.cases import classes_for
from villages.models import Division

PAPERS = ".jpg,.jpeg,.png,.pdf,.xlsx"


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files of one input, as a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=ManyFilesInput(attrs={"multiple": True, "accept": PAPERS}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        single = super().clean
        return (
            [single(part, initial) for part in data]
            if data
            else ([] if not self.required else [single(None)])
        )


def _areas(actor: Actor) -> list[tuple[str, str]]:
    return [("", "全部乡镇"), *signs.area_choices(actor=actor).values_list("code", "name")]


RISK_STATES = (
    ("open", "待核查"), ("proposed", "待审定"), ("notes", "提示与缺口"), ("muted", "已判无风险"), ("closed", "已关闭"),
)  # fmt: skip


class RiskFilterForm(forms.Form):
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=RISK_STATES,
    )
    topic = forms.ChoiceField(label="风险类型", required=False)
    area = forms.ChoiceField(label="乡镇", required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "topic").choices = [("", "全部类型"), *signs.topic_choices()]
        choice_of(self, "area").choices = _areas(actor)

    def chosen(self, name: str, usual: str = "") -> str:
        """The value when it is one of the choices; a hand-written query string falls back to the usual."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or usual)

    def given(self) -> signs.SignFilters:
        state = self.chosen("state", "open")
        rule = str(self.data.get("rule", ""))[:60]
        return signs.SignFilters(state, self.chosen("topic"), rule, self.chosen("area"))


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(label="核查结论", choices=Decision.Outcome.choices, widget=forms.RadioSelect)
    proposed_class = forms.ChoiceField(
        label="建议类别", required=False, help_text="仅在“建议纳入监测”时填写。"
    )
    reason = forms.CharField(label="核查情况和理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    visit = forms.ChoiceField(label="依据的走访", required=False)

    def __init__(
        self, *args: Any, poverty_status: str, visits: list[Any], may_propose: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "proposed_class").choices = [("", "请选择"), *classes_for(poverty_status).items()]
        choice_of(self, "visit").choices = [
            ("", "不关联走访"),
            *(
                (row.pk, f"{row.visited_on:%Y-%m-%d} {row.get_kind_display()} {row.visitor_name}")
                for row in visits
            ),
        ]
        if not may_propose:
            choice_of(self, "outcome").choices = [(Decision.Outcome.NO_RISK, Decision.Outcome.NO_RISK.label)]
            del self.fields["proposed_class"]


class SettleForm(forms.Form):
    """The county's no; its yes stands at the end of the formal path."""

    reason = forms.CharField(label="不予纳入的理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ProblemFilterForm(forms.Form):
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[
            ("unfinished", "未销号"),
            ("mine", "待我办理"),
            ("all", "全部"),
            *Rectification.State.choices,
        ],
    )
    source = forms.ChoiceField(
        label="来源", required=False, choices=[("", "全部来源"), *Rectification.Source.choices]
    )
    due = forms.ChoiceField(
        label="期限", required=False, choices=[("", "不限"), ("overdue", "已超期"), ("soon", "即将到期")]
    )
    area = forms.ChoiceField(label="乡镇", required=False)
    text = forms.CharField(label="问题描述含", required=False, max_length=40)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "area").choices = _areas(actor)

    def given(self) -> rectifications.ProblemFilters:
        self.is_valid()
        got = self.cleaned_data
        state = got.get("state") or "unfinished"
        return rectifications.ProblemFilters(
            "" if state == "all" else state, got.get("source", ""), got.get("area", ""), got.get("due", ""),
            got.get("text", ""),
        )  # fmt: skip


class ProblemForm(forms.Form):
    source = forms.ChoiceField(label="问题来源", choices=Rectification.Source.choices)
    division = forms.ChoiceField(label="所在区划")
    unit = forms.CharField(label="责任单位", max_length=80)
    description = forms.CharField(label="问题描述", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    clause = forms.CharField(label="依据条款", max_length=120, required=False)
    found_on = forms.DateField(label="发现日期", widget=day_input())
    due_on = forms.DateField(label="整改期限", widget=day_input())

    def __init__(self, *args: Any, actor: Actor, from_finding: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if from_finding:
            for name in ("source", "division", "found_on"):
                del self.fields[name]
            return
        rows = place_choices(actor=actor, permission="monitoring.open_rectification")
        self.places = {place.code: place for place in rows}
        choice_of(self, "division").choices = [
            ("", "请选择"),
            *((code, str(place)) for code, place in self.places.items()),
        ]

    def clean_division(self) -> Division:
        return self.places[self.cleaned_data["division"]]


class ActForm(forms.Form):
    measures = forms.CharField(
        label="整改措施", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    opinion = forms.CharField(
        label="意见", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    papers = FilesField(label="佐证材料", required=False, help_text="照片、PDF 或表格，可多选。")

    def __init__(self, *args: Any, working: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not working:
            del self.fields["measures"]


def quarter_choices(today: date) -> list[tuple[str, str]]:
    """This quarter and the five before it."""
    quarter, found = Quarter.of(today), []
    for _ in range(6):
        found.append((str(quarter), f"{quarter.year}年{'一二三四'[quarter.number - 1]}季度"))
        quarter = quarter.previous
    return found


class RunForm(forms.Form):
    kind = forms.ChoiceField(label="类型", choices=ScreeningRun.Kind.choices)
    area = forms.ChoiceField(label="范围")
    quarter = forms.ChoiceField(
        label="季度", required=False, help_text="风险筛查按季度判断；资金核查不用填。"
    )
    as_of = forms.DateField(
        label="截至日期",
        required=False,
        widget=day_input(),
        help_text="不填：筛查取季度末与今天中较早的一天，资金核查取今天。",
    )

    def __init__(self, *args: Any, actor: Actor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = {"households": "monitoring.run_screening", "funds": "monitoring.check_funds"}
        choice_of(self, "kind").choices = [
            pair for pair in ScreeningRun.Kind.choices if pair[0] in kinds and actor.may(kinds[pair[0]])
        ]
        places = place_choices(
            actor=actor,
            permission="monitoring.run_screening",
            levels=("province", "prefecture", "county", "township"),
        )
        choice_of(self, "area").choices = list(places.values_list("code", "name"))
        choice_of(self, "quarter").choices = quarter_choices(today)


def due_by_default(today: date, code: str) -> date:
    """The day from which the form starts; the person sets the deadline."""
    return today + DaysInForce(today).at(PROBLEM, code)
