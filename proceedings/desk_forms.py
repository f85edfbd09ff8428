"""Forms of staff: applications, codes, notices, objections, exit checks. Shape only; services check the meaning."""

import uuid
from typing import Any

from django import forms

from common.forms import choice_of, model_choice_of
from households import codes
from households.forms.fields import CodeField, DayField
from households.forms.fields import text as line
from households.forms.household import VillageField
from proceedings.applying import ApplicationInput
from proceedings.models import Application, NoticePhoto, Objection
from villages.models import Division


def form_number() -> forms.UUIDField:
    """The number of a form: sent twice it is one act."""
    return forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid.uuid4,
        error_messages={"invalid": "页面已过期，请刷新后重新填写。"},
    )


def long(label: str, length: int, *, required: bool = True, rows: int = 4, **kwargs: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=length, required=required, widget=area, **kwargs)


class EnterForm(forms.Form):
    """A paper, a call or a cadre's report, entered at the desk."""

    village: "forms.ModelChoiceField[Division]" = VillageField(
        label="行政村", queryset=None, empty_label="请选择"
    )
    channel = CodeField(
        [one for one in Application.Channel.choices if one[0] != Application.Channel.CODE],
        label="渠道",
        empty="请选择",
    )
    received_on = DayField(label="收到日期")
    name = line("申报人姓名", 40, required=True)
    phone = line("联系电话", 20, required=True)
    id_number = line("身份证号码", 20, help_text="没有的可不填")
    troubles = forms.MultipleChoiceField(
        label="遇到的困难（至多五项）", choices=codes.Trouble.choices, widget=forms.CheckboxSelectMultiple
    )
    text = long("情况说明", 500, required=False)
    consent = forms.BooleanField(label="本人已同意为核实情况使用以上信息")
    uuid = form_number()

    def __init__(self, *args: Any, villages: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_choice_of(self, "village").queryset = villages

    def entry(self) -> ApplicationInput:
        given = self.cleaned_data
        return ApplicationInput(
            uuid=given["uuid"], name=given["name"], phone=given["phone"], troubles=tuple(given["troubles"]),
            text=given["text"], id_number=given["id_number"], consent=given["consent"],
        )  # fmt: skip


class TakeForm(forms.Form):
    """Which household, and from when."""

    household = forms.ChoiceField(
        label="农户", widget=forms.RadioSelect, error_messages={"required": "请选择农户。"}
    )
    on = DayField(label="受理日期")

    def __init__(self, *args: Any, households: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "household").choices = households


class TakeNewForm(forms.Form):
    gender = CodeField(codes.Gender.choices, label="性别", required=False, empty="按身份证号码")
    birth_date = DayField(label="出生日期", required=False, help_text="有身份证号码的自动得出")
    on = DayField(label="建户和受理日期")


class DeclineForm(forms.Form):
    reason = long("不予受理的理由", 200, rows=2, help_text="答复本人时按此说明")


class ReasonForm(forms.Form):
    reason = line("查看事由", 200, required=True, help_text="将记入审计记录，例如：电话联系申报人")


class PhoneForm(forms.Form):
    phone = line("监督电话", 20, required=True)


class NoticeForm(forms.Form):
    """What waits in one village for one kind of notice."""

    proceedings = forms.MultipleChoiceField(
        label="列入名单", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请至少选一项。"}
    )
    on = DayField(label="张贴日期")
    place = line("张贴地点", 60, help_text="例如：村委会公示栏")
    uuid = form_number()

    def __init__(self, *args: Any, rows: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "proceedings").choices = rows


class PhotoForm(forms.Form):
    moment = CodeField(NoticePhoto.Moment.choices, label="时点", empty="")
    on = DayField(label="拍摄日期")
    file = forms.FileField(label="照片", widget=forms.ClearableFileInput(attrs={"accept": "image/*,.pdf"}))


class DownForm(forms.Form):
    on = DayField(label="撤下日期")


class WithdrawForm(forms.Form):
    reason = long("撤回原因", 200, rows=2)
    on = DayField(label="撤回日期")


class ObjectionForm(forms.Form):
    content = long("异议内容", 1000, help_text="按提出人的原意写")
    name = line("提出人姓名", 40, help_text="不愿留名的不填")
    contact = line("联系电话", 20, help_text="加密保存，用于答复；可不填")
    received_on = DayField(label="收到日期")
    uuid = form_number()


class SettleForm(forms.Form):
    result = CodeField(Objection.Result.choices, label="处理结果", empty="请选择")
    reason = long("核实情况和理由", 300)
    on = DayField(label="处理日期")


class MarkForm(forms.Form):
    item = forms.CharField(widget=forms.HiddenInput, max_length=60)
    met = forms.TypedChoiceField(
        label="核查结果", choices=[("yes", "达标"), ("no", "未达标")], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect, error_messages={"required": "请选择达标或未达标。"},
    )  # fmt: skip
    explanation = line("怎样核查、看到什么", 300, required=True)
    on = DayField(label="核查日期")
    uuid = form_number()
