"""The forms of the open pages. Shape only; services check the meaning."""

import uuid
from typing import Any

from django import forms
from django.http import QueryDict

from households.codes import Trouble
from proceedings.applying import ApplicationInput
from proceedings.receipts import receipt_digits


def needed(what: str) -> dict[str, str]:
    return {"required": f"请填写{what}。"}


class ApplyForm(forms.Form):
    """One application. `website` is a trap for programs: people do not see it."""

    error_css_class = "wrong"
    name = forms.CharField(
        label="您的姓名",
        max_length=40,
        error_messages=needed("姓名"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label="您的电话", max_length=20, error_messages=needed("电话"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text="手机或座机，工作人员会打这个电话联系您。",
    )  # fmt: skip
    troubles = forms.MultipleChoiceField(
        label="遇到了什么困难（可选几项）", choices=Trouble.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一项。", "invalid_choice": "请从列出的困难中选择。"},
    )  # fmt: skip
    text = forms.CharField(
        label="说说具体情况（可不填）", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="例如什么时候发生的、花了多少钱。最多 500 字。",
    )  # fmt: skip
    id_number = forms.CharField(
        label="身份证号码（可不填）", max_length=20, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="填了核实更快。号码加密保存，不会公开。",
    )  # fmt: skip
    consent = forms.BooleanField(
        label="我同意村里和乡镇为核实情况使用以上信息，并入户了解",
        error_messages={"required": "同意后才能提交。"},
    )
    website = forms.CharField(label="网址（请不要填写）", required=False, widget=forms.TextInput(
        attrs={"autocomplete": "off", "tabindex": "-1"}))  # fmt: skip
    uuid = forms.UUIDField(
        widget=forms.HiddenInput, initial=uuid.uuid4, error_messages={"invalid": "页面已过期，请重新提交。"}
    )

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("请把“网址”一栏清空后再提交。")
        return ""

    def clean_text(self) -> str:
        """Line breaks count once, as the person counts them."""
        return self.cleaned_data["text"].replace("\r\n", "\n")

    def entry(self) -> ApplicationInput:
        given = dict(self.cleaned_data)
        given.pop("website")
        return ApplicationInput(**given | {"troubles": tuple(given["troubles"])})

    def renewed(self, sent: QueryDict) -> None:
        """A fresh number for the page: what is sent next is a new application."""
        again = sent.copy()
        again["uuid"] = str(uuid.uuid4())
        self.data = again


class StatusForm(forms.Form):
    receipt = forms.CharField(
        label="回执号（12 位数字）", max_length=20, error_messages=needed("回执号"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    tail = forms.CharField(
        label="电话号码的最后 4 位", max_length=8, error_messages=needed("电话号码的最后 4 位"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    def clean_receipt(self) -> str:
        digits = receipt_digits(self.cleaned_data["receipt"])
        if not digits:
            raise forms.ValidationError("回执号是 12 位数字，请对照回执再输一次。")
        return digits

    def clean_tail(self) -> str:
        tail: str = self.cleaned_data["tail"].strip()
        if not (tail.isascii() and tail.isdigit() and len(tail) == 4):
            raise forms.ValidationError("请填写电话号码的最后 4 位数字。")
        return tail


def errors_in_order(form: forms.Form) -> list[tuple[str, str]]:
    """(anchor, sentence) of everything that is wrong, for the list at the top of the page."""
    found: list[tuple[str, str]] = []
    for name, sentences in form.errors.items():
        bound: Any = form[name] if name in form.fields else None
        anchor = f"f-{name}" if bound is not None else ""
        found += [(anchor, str(sentence)) for sentence in sentences]
    return found
