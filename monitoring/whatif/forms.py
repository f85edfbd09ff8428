"""The question as it is typed, and as it stands in a URL that can be kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from accounts.actor import Actor
from common.forms import choice_of
from monitoring.selectors import whatif as selectors
from monitoring.whatif.moves import Movable
from policies.pack import Rule

TYPED = "v."  # of an input: "v.yuzhou-2020/border_income_line"
LOOKS = (("changed", "只看有变化的规则"), ("case", "全部需核查的规则"), ("all", "全部规则"))


class WhatifForm(forms.Form):
    area = forms.ChoiceField(label="范围")
    as_of = forms.DateField(
        label="截至日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    look = forms.ChoiceField(label="统计口径", choices=LOOKS)
    a = forms.ChoiceField(label="政策包甲", required=False)
    b = forms.ChoiceField(
        label="政策包乙（与甲比较）",
        required=False,
        help_text="选了甲，乙代替甲；没选甲，乙并入现行政策，代替同一代码的政策包。",
    )

    def __init__(self, data: Any, *, actor: Actor, today: date) -> None:
        places = list(selectors.areas(actor=actor).values_list("code", "name"))
        first = places[0][0] if places else ""
        given = {"area": data.get("area") or first, "as_of": data.get("as_of") or today.isoformat(),
                 "look": data.get("look") or "changed", "a": data.get("a", ""), "b": data.get("b", "")}  # fmt: skip
        super().__init__(given)
        self.today = today
        choice_of(self, "area").choices = places
        area = given["area"] if given["area"] in {code for code, _ in places} else first
        packs = selectors.packs_to_pick(actor=actor, area=area) if area else []
        named = [(str(row.pk), f"{row.title}（{row.get_state_display()}）") for row in packs]
        self.titles = dict(named)
        choice_of(self, "a").choices = [("", "现行政策"), *named]
        choice_of(self, "b").choices = [("", "与甲相同"), *named]

    def clean_as_of(self) -> date:
        day: date = self.cleaned_data["as_of"]
        if day > self.today:
            raise forms.ValidationError("测算日期不能晚于今天：以后的情况还没有登记。")
        return day

    def compared(self) -> str:
        """The two packs in words; empty where none was picked."""
        picked = {word: str(self.data.get(name) or "") for name, word in (("a", "甲"), ("b", "乙"))}
        return "，".join(f"{word}：{self.titles.get(code, code)}" for word, code in picked.items() if code)

    def pack(self, name: str) -> int | None:
        text = self.cleaned_data.get(name)
        return int(text) if text else None


@dataclass(frozen=True)
class Line:
    """One parameter on the page: what holds, what is typed instead."""

    movable: Movable
    typed: str

    @property
    def name(self) -> str:
        return f"{TYPED}{self.movable.ref}"

    @property
    def titles(self) -> str:
        return "；".join(dict.fromkeys(rule.title for rule in self.movable.rules))


def typed_values(data: QueryDict) -> dict[str, str]:
    """ "pack/key" -> text: from set=pack/key=value of a kept address, or from the inputs of the page."""
    pairs = [text.partition("=") for text in data.getlist("set")]
    found = {ref[:130]: value for ref, equals, value in pairs if equals}
    for name in data:
        if name.startswith(TYPED):
            found[name.removeprefix(TYPED)[:130]] = str(data[name])
    return {ref: value for ref, value in found.items() if value.strip()}


def is_long(data: QueryDict) -> bool:
    """True for what the page's form sends without scripts: it names every input, empty ones too."""
    return any(name.startswith(TYPED) for name in data)


def address(data: QueryDict, values: Mapping[str, str], off: Sequence[str]) -> str:
    """The short address of the same question, to be kept and sent."""
    query = QueryDict(mutable=True)
    for name in ("area", "as_of", "look", "a", "b", "list", "after"):
        if data.get(name):
            query[name] = str(data[name])
    query.setlist("set", [f"{ref}={value.strip()}" for ref, value in sorted(values.items())])
    query.setlist("off", sorted(off))
    return query.urlencode(safe="/")


def lines_by_pack(
    movable: Mapping[str, Movable], values: Mapping[str, str]
) -> list[tuple[str, list[Line], int]]:
    """Title of the pack, its lines, how many of them are moved."""
    found: dict[str, list[Line]] = {}
    for ref, one in movable.items():
        found.setdefault(one.pack.title, []).append(Line(one, values.get(ref, "")))
    return [(title, lines, sum(bool(line.typed) for line in lines)) for title, lines in found.items()]


def switches(rules: Sequence[Rule], off: frozenset[str]) -> list[tuple[Rule, bool]]:
    return [(rule, rule.key in off) for rule in rules]
