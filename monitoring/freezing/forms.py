"""The forms of freezing a quarter and lifting a freeze, and the choice of a list of names."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from accounts.actor import Actor
from common.dates import Quarter
from common.forms import choice_of
from monitoring.selectors import freezing


class FreezeForm(forms.Form):
    division = forms.ChoiceField(label="县")
    quarter = forms.ChoiceField(label="季度", help_text="已经结束的季度；按季度最后一天判断。")
    note = forms.CharField(label="说明", required=False, max_length=200, help_text="如：三季度报省表")

    def __init__(self, *args: Any, actor: Actor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counties = freezing.counties_to_freeze(actor=actor).values_list("code", "name")
        choice_of(self, "division").choices = list(counties)
        quarters = freezing.quarters_to_freeze(today)
        choice_of(self, "quarter").choices = [(str(one), quarter_zh(one)) for one in quarters]


class LiftForm(forms.Form):
    reason = forms.CharField(
        label="解封原因", max_length=200, help_text="不少于 4 个字，记入审计；解封的记录和数字仍然保留。"
    )


def quarter_zh(quarter: Quarter) -> str:
    return f"{quarter.year}年第{'一二三四'[quarter.number - 1]}季度"


class NamesForm(forms.Form):
    """What the list of names is made of. A value that is not on offer falls back to the first choice."""

    source = forms.ChoiceField(label="事实取自")
    rule = forms.ChoiceField(label="规则")
    area = forms.ChoiceField(label="范围")

    def __init__(
        self, given: Any, *, sources: Sequence[tuple[str, str]], rules: Any, areas: Sequence[tuple[str, str]]
    ) -> None:
        offered = {"source": list(sources), "rule": list(rules), "area": list(areas)}
        super().__init__({name: _one_of(given.get(name, ""), choices) for name, choices in offered.items()})
        for name, choices in offered.items():
            choice_of(self, name).choices = choices


def _flat(choices: Sequence[Any]) -> list[str]:
    found: list[str] = []
    for code, label in choices:
        found += _flat(label) if isinstance(label, (list, tuple)) else [code]
    return found


def _one_of(value: str, choices: Sequence[Any]) -> str:
    codes = _flat(choices)
    return value if value in codes else codes[0] if codes else ""
