"""Shapes of what people choose and type about departments' lists."""

from typing import Any

from django import forms

from accounts.actor import Actor
from common.dates import business_today
from common.errors import DomainError
from common.forms import choice_of
from monitoring.departments.models import DepartmentDifference
from monitoring.forms import day_input
from monitoring.selectors import departments, quality
from monitoring.selectors.departments import DifferenceFilters, MappingPage
from monitoring.services.departments import UploadInput
from monitoring.services.differences import ENDS, SettleInput, mends

State = DepartmentDifference.State


class BatchUploadForm(forms.Form):
    listing = forms.ChoiceField(label="名单")
    period = forms.ChoiceField(label="报送期")
    file = forms.FileField(
        label="文件",
        help_text="Excel（.xlsx、.xls）或 CSV，须含完整身份证号，身份证号列须为文本；脱敏文件不能使用",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = business_today()
        _, lists = departments.listings_seen(actor=actor, day=today, permission=departments.UPLOAD)
        choice_of(self, "listing").choices = [(one.code, f"{one.department}：{one.title}") for one in lists]
        periods = dict.fromkeys((period.code, period.label) for one in lists for period in one.periods(today))
        choice_of(self, "period").choices = sorted(periods, key=lambda pair: pair[0], reverse=True)

    def entry(self) -> UploadInput:
        got = self.cleaned_data
        return UploadInput(got["listing"], got["period"], got["file"], got["file"].name)


class MappingForm(forms.Form):
    """One drop-down per wanted column, with the headers of the file."""

    def __init__(self, *args: Any, page: MappingPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "文件中没有"), *((head, head) for head in dict.fromkeys(page.headers))]
        for key, label in page.columns:
            self.fields[key] = forms.ChoiceField(
                label=label, required=False, choices=choices, initial=page.initial.get(key, "")
            )

    def entry(self) -> dict[str, str]:
        return dict(self.cleaned_data)


class DifferenceFilterForm(forms.Form):
    kind = forms.ChoiceField(
        label="类型", required=False, choices=[("", "全部类型"), *DepartmentDifference.Kind.choices]
    )
    area = forms.ChoiceField(label="乡镇", required=False)
    listing = forms.ChoiceField(label="名单", required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = quality.townships_of(actor).values_list("code", "name")
        choice_of(self, "area").choices = [("", "全部乡镇"), *places]
        try:
            _, lists = departments.listings_seen(actor=actor, day=business_today())
        except DomainError:
            lists = []
        choice_of(self, "listing").choices = [
            ("", "全部名单"), *((one.code, f"{one.department}：{one.title}") for one in lists)
        ]  # fmt: skip

    def given(self) -> DifferenceFilters:
        """What was chosen; a hand-written query string falls back to everything."""
        self.is_valid()
        got = self.cleaned_data
        state, batch = str(self.data.get("state", "")), str(self.data.get("batch", ""))
        known = {code for code, _ in departments.TABS}
        return DifferenceFilters(
            state if state in known else "unfinished", got.get("kind") or "", got.get("area") or "", got.get("listing") or "",
            int(batch) if batch.isascii() and batch.isdigit() and len(batch) < 19 else 0,
        )  # fmt: skip


class SettleForm(forms.Form):
    outcome = forms.ChoiceField(label="核对结论", widget=forms.RadioSelect)
    on = forms.DateField(
        label="更正日期", required=False, widget=day_input(), help_text="我方记录从这一天起按对方数据更正"
    )
    reason = forms.CharField(
        label="说明", required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, row: DepartmentDifference, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            State.CONFIRMED: _confirm_word(row),
            State.THEIRS_WRONG: "对方有误，列入反馈表",
            State.EXPLAINED: "双方都无误，说明情况",
        }
        choice_of(self, "outcome").choices = [(code, words[code]) for code in ENDS]
        if mends(row):
            self.fields["on"].initial = row.batch.as_of.replace(day=1)
        else:
            del self.fields["on"]

    def entry(self) -> SettleInput:
        got = self.cleaned_data
        return SettleInput(got["outcome"], got["reason"], got.get("on"))


def _confirm_word(row: DepartmentDifference) -> str:
    if row.kind == DepartmentDifference.Kind.CLUE:
        return "线索属实，已转入核查"
    if row.household_id is None:
        return "对方数据属实，另行登记"
    if row.kind == DepartmentDifference.Kind.OURS_ONLY:
        return "对方属实，停发我方记录"
    if row.kind == DepartmentDifference.Kind.VALUE:
        return "对方属实，更正我方金额"
    return "对方属实，补登我方记录"
