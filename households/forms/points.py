"""Points earned, spent and corrected. Every form carries a number of its own, so that sending it twice counts once."""

import uuid
from typing import Any

from django import forms

from common.forms import choice_of
from common.text import clean
from households.codes import OTHER_REASON, PointKind
from households.forms.fields import CodeField, DayField, text, whole
from households.pack_tables import PointsTable
from households.services.points import POINTS_MAX, PointInput


class EarnForm(forms.Form):
    uuid = forms.UUIDField(widget=forms.HiddenInput)
    on = DayField(label="日期")
    reason_code = CodeField((), label="奖励事由", empty="请选择")
    points = whole("积分", POINTS_MAX, help_text="按标准的不用填；选“其他事由”时填写")
    reason = text("说明", 80)
    store = text("爱心超市", 60)

    def __init__(self, *args: Any, table: PointsTable, **kwargs: Any) -> None:
        kwargs["initial"] = {"uuid": uuid.uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        listed = [(row.code, f"{row.label}（{row.points} 分）") for row in table.earn.values()]
        choice_of(self, "reason_code").choices = [("", "请选择"), *listed, (OTHER_REASON, "其他事由")]

    def entry(self) -> PointInput:
        return PointInput(kind=PointKind.EARN.value, **self.cleaned_data)


class SpendForm(forms.Form):
    uuid = forms.UUIDField(widget=forms.HiddenInput)
    on = DayField(label="日期")
    reason = text("兑换物品", 80, required=True, help_text="例如：洗衣液 1 瓶")
    points = whole("积分", POINTS_MAX, required=True)
    store = text("爱心超市", 60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"uuid": uuid.uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    def entry(self) -> PointInput:
        return PointInput(kind=PointKind.SPEND.value, **self.cleaned_data)


class VillagePick:
    """Which village and which name are looked at, read from the address or the sent form; anything else is nothing."""

    def __init__(self, given: Any, *, villages: Any) -> None:
        self.choices = [(one.code, one.short_name or one.name) for one in villages]
        self.code = given.get("village", "") or (self.choices[0][0] if len(self.choices) == 1 else "")
        self.given, self.villages = given, villages

    def village(self) -> Any:
        return self.villages.filter(code=self.code).first() if self.code else None

    def text(self) -> str:
        return clean(self.given.get("q", ""))[:20]


class CorrectForm(forms.Form):
    uuid = forms.UUIDField(widget=forms.HiddenInput)
    reason = text("更正原因", 80, required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"uuid": uuid.uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
