"""Shapes of input; what it means is checked in services. Choices come with the acting person's area."""

import uuid
from typing import Any

from django import forms

from accounts.actor import Actor
from common.money import WAN
from exchange.forms import PaperField
from funds import selectors
from funds.models import FundDocument, FundLevel, Payment
from funds.selectors import MoneyFilter
from funds.services import DocumentInput, PaymentInput, ReversalInput
from projects.forms import MoneyField, date_field
from projects.selectors import project_choices
from villages.models import Level
from villages.selectors import division_choices

BASES = [("text", "文件载明"), ("assumed", "假定（文件未规定）")]


class ProjectChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.code}，{obj.village.name}）"


class DocumentForm(forms.Form):
    county: Any = forms.ModelChoiceField(queryset=None, label="县", to_field_name="code", empty_label=None)
    doc_number = forms.CharField(label="文号", max_length=80, help_text="如 豫财农〔2020〕12号")
    title = forms.CharField(label="名称", max_length=160)
    level = forms.ChoiceField(label="资金级次", choices=FundLevel.choices)
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    issued_on = date_field("下达日期")
    amount_fen = MoneyField(label="金额（万元）", unit=WAN)
    is_special = forms.BooleanField(
        label="财政专项扶贫资金", required=False, initial=True, help_text="支出进度和产业占比只统计专项资金"
    )
    basis = forms.ChoiceField(label="依据", choices=BASES)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, document: FundDocument | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document = document
        self.fields["county"].queryset = selectors.county_choices(actor=actor)  # type: ignore[attr-defined]
        if document is not None:
            del self.fields["county"]

    @staticmethod
    def initial_of(document: FundDocument) -> dict[str, Any]:
        names = (
            "doc_number",
            "title",
            "level",
            "year",
            "issued_on",
            "amount_fen",
            "is_special",
            "basis",
            "version",
        )
        return {name: getattr(document, name) for name in names}

    def given(self) -> DocumentInput:
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        county: Any = self.document.county if self.document else values.pop("county")
        return DocumentInput(county=county, **values)


class AllocationForm(forms.Form):
    project = ProjectChoice(queryset=None, label="项目", to_field_name="code", empty_label="请选择")
    amount_fen = MoneyField(label="分配金额（万元）", unit=WAN)
    allocated_on = date_field("分配日期")

    def __init__(self, *args: Any, actor: Actor, document: FundDocument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = project_choices(actor=actor, permission="funds.edit", area=document.scope_code)
        without = rows.exclude(allocations__document=document).filter(failed_on__isnull=True)
        self.fields["project"].queryset = without.select_related("village")  # type: ignore[attr-defined]


class ChangeForm(forms.Form):
    """The correction of an allocation."""

    amount_fen = MoneyField(label="分配金额（万元）", unit=WAN)
    reason = forms.CharField(label="更正原因", max_length=100)


class PaymentForm(forms.Form):
    """`uuid` is made with the form: sending the same form twice is one payment."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    amount_fen = MoneyField(label="拨付金额（元）")
    paid_on = date_field("拨付日期")
    payee = forms.CharField(label="收款单位", max_length=120)
    voucher = forms.CharField(label="凭证号", max_length=60, required=False)
    file = PaperField(label="凭证扫描件", kind="voucher")

    @staticmethod
    def fresh(**initial: Any) -> "PaymentForm":
        return PaymentForm(initial={"uuid": uuid.uuid4(), **initial})

    def given(self) -> PaymentInput:
        return PaymentInput(**self.cleaned_data)


class RefuseForm(forms.Form):
    reason = forms.CharField(label="退回原因", max_length=200)


class ReverseForm(forms.Form):
    uuid = forms.UUIDField(widget=forms.HiddenInput)
    reversed_on = date_field("冲销日期")
    reason = forms.CharField(label="冲销原因", max_length=200)

    @staticmethod
    def fresh(**initial: Any) -> "ReverseForm":
        return ReverseForm(initial={"uuid": uuid.uuid4(), **initial})

    def given(self) -> ReversalInput:
        return ReversalInput(**self.cleaned_data)


class MoneyFilterForm(forms.Form):
    """The filters that every list of money has; what is none of the choices filters nothing and is shown as wrong."""

    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)
    area: Any = forms.ModelChoiceField(
        queryset=None, label="乡镇", required=False, to_field_name="code", empty_label="全部乡镇"
    )
    level = forms.ChoiceField(
        label="资金级次", required=False, choices=[("", "全部级次"), *FundLevel.choices]
    )
    special = forms.BooleanField(label="只看专项资金", required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = [(year, f"{year} 年") for year in selectors.document_years(actor=actor)]
        self.fields["year"].choices = [("", "全部年度"), *years]  # type: ignore[attr-defined]
        self.fields["area"].queryset = division_choices(actor, Level.TOWNSHIP, "funds.view")  # type: ignore[attr-defined]

    def given(self) -> MoneyFilter:
        self.is_valid()
        values = {name: value for name, value in self.cleaned_data.items() if value}
        area: Any = values.pop("area", None)
        return MoneyFilter(area=area.code if area else "", **values)


class LedgerForm(MoneyFilterForm):
    since = date_field("拨付日期从", required=False)
    until = date_field("到", required=False)


class PaymentFilterForm(MoneyFilterForm):
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部状态"), *Payment.State.choices]
    )
    mine = forms.BooleanField(label="只看我提交的", required=False)
