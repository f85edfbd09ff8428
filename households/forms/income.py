"""Forms of income and spending: totals only, or item by item."""

from typing import Any

from django import forms

from households import codes
from households.forms.based import Explained, Sectioned
from households.forms.fields import CodeField, DayField, YuanField, whole
from households.inputs import EditNote, IncomeInput
from households.models import IncomeRecord


class AmountsForm(forms.Form):
    """The parts of income and spending in 元; empty is unknown, 0 is none."""

    wage_fen = YuanField(label="工资性收入")
    business_fen = YuanField(label="生产经营性收入")
    property_fen = YuanField(label="财产性收入")
    transfer_fen = YuanField(label="转移性收入")
    production_cost_fen = YuanField(label="生产经营性支出")
    self_paid_fen = YuanField(label="合规自付支出")


class PeriodPart(Explained):
    """The period, who was counted, what the form was made from."""

    kind = CodeField(IncomeRecord.Kind.choices, label="周期", empty="")
    period_start = DayField(
        label="期间开始", required=False, help_text="留空按周期推算：年度自上年 10 月 1 日"
    )
    period_end = DayField(label="期间截止", help_text="年度为 9 月 30 日，季度为季末日")
    collected_on = DayField(label="采集日期")
    members = whole("核算人口（人）", 30)
    base = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def edit(self) -> EditNote:
        return EditNote(self.cleaned_data["base"], self.cleaned_data["change_reason"])

    def entry(self) -> IncomeInput:
        beside = {"base", "change_reason", *codes.ITEM_LABELS}
        return IncomeInput(**{key: value for key, value in self.cleaned_data.items() if key not in beside})


class OutsidePart(forms.Form):
    claims_fen = YuanField(label="理赔收入")
    disposable_fen = YuanField(label="可支配收入（录入）")


class IncomeForm(OutsidePart, AmountsForm, PeriodPart):
    page_note = "单位：元。不清楚的留空，表示未采集；没有收入填 0。同一期间再次保存即为更正，原记录保留。"
    field_order = (
        "kind", "period_start", "period_end", "collected_on", "members", *AmountsForm.base_fields, "claims_fen", "disposable_fen",
    )  # fmt: skip

    def items(self) -> dict[str, int | None] | None:
        return None


class IncomeItemsForm(Sectioned, OutsidePart, AmountsForm, PeriodPart):
    """Every item of every component. Totals may stay empty: they follow from the items when all are filled."""

    page_note = (
        "单位：元。逐项填写：没有填 0，没有问到的留空。合计可留空，由分项相加得出（有分项留空的，合计为未知）；"
        "填写了合计的，须与分项之和一致。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for items in codes.INCOME_ITEMS.values():
            for item, label in items.items():
                self.fields[item] = YuanField(label=label)
        for component in codes.Component:
            self.fields[f"{component.value}_fen"].label = f"{component.label}合计"
        self.sections = (
            ("期间", ("kind", "period_start", "period_end", "collected_on", "members")),
            *(
                (component.label, (*codes.INCOME_ITEMS[component.value], f"{component.value}_fen"))
                for component in codes.Component
            ),
            ("其他", ("claims_fen", "disposable_fen")),
        )

    def items(self) -> dict[str, int | None]:
        return {item: self.cleaned_data[item] for item in codes.ITEM_LABELS}
