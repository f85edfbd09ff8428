"""The shape of what is asked for: an export, an upload."""

from typing import Any

from django import forms
from django.conf import settings

from accounts.actor import Actor
from common.dates import business_today
from common.forms import choice_of
from exchange.files import KINDS, WORDS
from exchange.registry import sheets_in, sheets_out
from exchange.services.exports import ExportInput
from villages.selectors import division_choices

LAYOUT_HELP = "表式与全国系统交换用表一致"


class PaperField(forms.FileField):
    """A file of a kind (exchange.files.KINDS), which says what it may be. What it really is, the service finds out by its
    content. Optional unless `required`."""

    def __init__(self, *, kind: str, **kwargs: Any) -> None:
        types = sorted(KINDS[kind].types)
        words = "、".join(WORDS[one] for one in types)
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", f"{words}，不超过 {settings.UPLOAD_MAX_BYTES // (1024 * 1024)} MB")
        super().__init__(widget=forms.FileInput(attrs={"accept": ",".join(types)}), **kwargs)


class ExportForm(forms.Form):
    layout = forms.ChoiceField(label="表式", help_text=LAYOUT_HELP)
    scope_code = forms.ChoiceField(label="范围", required=False)
    as_of = forms.DateField(
        label="数据日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="按这一天的情况列出",
    )
    full = forms.BooleanField(
        label="不脱敏（含完整证件号码和电话）",
        required=False,
        help_text="须再次输入密码，并写明用途；每次导出都记入审计",
    )
    reason = forms.CharField(label="用途", required=False, max_length=200)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "layout").choices = [(spec.code, spec.title) for spec in sheets_out(actor)]
        townships = division_choices(actor, "township", "exchange.export")
        choice_of(self, "scope_code").choices = [
            ("", "我的全部管辖范围"), *((one.code, one.name) for one in townships)
        ]  # fmt: skip
        self.fields["as_of"].initial = business_today()
        if not actor.may("exchange.export_full"):
            del self.fields["full"], self.fields["reason"]

    def clean_as_of(self) -> Any:
        day = self.cleaned_data["as_of"]
        if day > business_today():
            raise forms.ValidationError("数据日期不能晚于今天。")
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("full") and len(values.get("reason", "").strip()) < 4:
            self.add_error("reason", "导出未脱敏表格须填写用途（不少于 4 个字）。")
        return values

    def entry(self) -> ExportInput:
        values = self.cleaned_data
        return ExportInput(
            layout=values["layout"],
            as_of=values["as_of"],
            scope_code=values["scope_code"],
            full=values.get("full", False),
            reason=values.get("reason", ""),
        )


class UploadForm(forms.Form):
    layout = forms.ChoiceField(label="表式")
    file = forms.FileField(
        label="文件",
        help_text="Excel（.xlsx、.xls）或 CSV，不超过 30 MB；须含完整号码，脱敏文件不能导入",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )
    again = forms.BooleanField(label="同一文件已导入过时，仍重新核对", required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "layout").choices = [
            (spec.code, f"{spec.title}（{spec.code}）") for spec in sheets_in(actor)
        ]
