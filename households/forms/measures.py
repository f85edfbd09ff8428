"""Acts on an aid measure: review, end, papers."""

from typing import Any

from django import forms

from exchange.forms import PaperField
from households import codes
from households.forms.fields import CodeField, DayField, text
from households.models import AidMeasure
from households.services.measures import EffectReview, MeasureEnd


class ReviewForm(forms.Form):
    page_note = "评定留在措施的变更记录里，再次评定不会抹去上一次。"
    effect_on = DayField(label="评定日期")
    effect_level = CodeField(codes.EffectLevel.choices, label="成效评定", empty="请选择")
    effect = text("成效", 200, required=True, help_text="例如：务工月收入 2,300 元；住房已改造验收")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def review(self) -> EffectReview:
        given: dict[str, Any] = self.cleaned_data
        return EffectReview(given["effect_on"], given["effect_level"], given["effect"])


class EndForm(forms.Form):
    ended_on = DayField(label="结束日期")
    state = CodeField(
        [(AidMeasure.State.DONE.value, "已完成"), (AidMeasure.State.STOPPED.value, "已停止（中途）")],
        label="结束方式", empty="请选择",
    )  # fmt: skip
    end_reason = text("结束原因", 100, help_text="中途停止必须写明")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def end(self) -> MeasureEnd:
        given: dict[str, Any] = self.cleaned_data
        return MeasureEnd(given["ended_on"], given["state"], given["end_reason"])


class MeasurePaperForm(forms.Form):
    file = PaperField(label="材料", kind="evidence", required=True)
