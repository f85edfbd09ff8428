"""Shapes of what people choose and type about doubtful data."""

from datetime import date
from typing import Any

from django import forms

from accounts.actor import Actor
from common.dates import business_today
from common.forms import choice_of
from monitoring.forms import day_input
from monitoring.quality.catalogue import SEVERITIES
from monitoring.selectors import place_choices, quality
from monitoring.services.handover import HandoverInput
from monitoring.services.quality import RUN, ExemptionInput


class FaultFilterForm(forms.Form):
    area = forms.ChoiceField(label="乡镇", required=False)
    topic = forms.ChoiceField(label="类别", required=False)
    severity = forms.ChoiceField(
        label="程度", required=False, choices=[("", "全部程度"), *SEVERITIES.items()]
    )
    rule = forms.ChoiceField(label="规则", required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        catalogue = quality.catalogue_for(actor, business_today())
        checks = quality.checks_seen(actor, catalogue)
        places = quality.townships_of(actor).values_list("code", "name")
        choice_of(self, "area").choices = [("", "全部乡镇"), *places]
        topics = dict.fromkeys(check.topic for check in checks)
        choice_of(self, "topic").choices = [("", "全部类别"), *((one, one) for one in topics)]
        rules = [(check.number, f"{check.number} {check.title}") for check in checks]
        choice_of(self, "rule").choices = [("", "全部规则"), *rules]

    def given(self) -> quality.FaultFilters:
        """What was chosen; a hand-written query string falls back to everything."""
        self.is_valid()
        got = self.cleaned_data
        state = str(self.data.get("state", ""))
        known = {code for code, _ in quality.STATES}
        return quality.FaultFilters(
            state if state in known else "open", str(got.get("area") or ""), str(got.get("rule") or ""),
            str(got.get("topic") or ""), str(got.get("severity") or ""),
        )  # fmt: skip


class QualityRunForm(forms.Form):
    area = forms.ChoiceField(label="范围", help_text="只核查一个乡镇时，跨乡镇的重复登记不核查")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = place_choices(actor=actor, permission=RUN, levels=("county", "township"))
        choice_of(self, "area").choices = list(places.values_list("code", "name"))


class ExemptionForm(forms.Form):
    reason = forms.CharField(label="豁免原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
    until = forms.DateField(label="有效期至", widget=day_input(), help_text="到期后自动恢复为待改正")
    area = forms.ChoiceField(label="豁免范围", required=False)

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "area").choices = [("", "只豁免这一条"), *places]

    def entry(self) -> ExemptionInput:
        got = self.cleaned_data
        return ExemptionInput(got["reason"], got["until"], got["area"])


class HandoverForm(forms.Form):
    areas = forms.MultipleChoiceField(
        label="发给哪些乡镇",
        widget=forms.CheckboxSelectMultiple,
        help_text="括号内是待改正的条数；没有疑点或已发过的不列出",
    )
    due_on = forms.DateField(label="改正期限", widget=day_input(), help_text="乡镇首页按这一天提醒")
    note = forms.CharField(
        label="要求",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="可不填，显示在乡镇的清单上",
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], due_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "areas").choices = places
        self.fields["areas"].initial = [code for code, _ in places]
        self.fields["due_on"].initial = due_on

    def entry(self) -> HandoverInput:
        got = self.cleaned_data
        return HandoverInput(got["areas"], got["due_on"], got["note"])
