"""The shape of a village's yearly facts."""

from typing import Any

from django import forms

from common.money import to_fen
from villages.models import Division, VillageYear

YES_NO = (("", "未采集"), ("1", "是"), ("0", "否"))


class VillageYearForm(forms.Form):
    """Blank is unknown (未采集), never 0."""

    village_class = forms.ChoiceField(
        label="村类型", choices=[("", "未采集"), *VillageYear.VillageClass.choices], required=False
    )
    registered_population = forms.IntegerField(
        label="户籍人口（人）", min_value=0, max_value=10_000_000, required=False
    )
    registered_households = forms.IntegerField(
        label="户籍户数（户）", min_value=0, max_value=10_000_000, required=False
    )
    poor_persons = forms.IntegerField(
        label="未脱贫人口（人）", min_value=0, max_value=10_000_000, required=False
    )
    collective_income_yuan = forms.DecimalField(
        label="集体经济收入（元）", min_value=0, max_digits=14, decimal_places=2, required=False
    )
    has_relief_task = forms.TypedChoiceField(
        label="承担扶贫任务",
        choices=YES_NO,
        coerce=lambda value: value == "1",
        empty_value=None,
        required=False,
    )
    source = forms.CharField(
        label="来源", max_length=40, required=False, help_text="例如：村级台账、统计年报"
    )

    def facts(self) -> dict[str, object]:
        """The model's fields: money in 分."""
        values = dict(self.cleaned_data)
        yuan = values.pop("collective_income_yuan")
        return values | {"collective_income_fen": None if yuan is None else to_fen(yuan)}


class AdjustForm(forms.Form):
    """One act on a division: a new name, a new code, or dissolving it into another of its level."""

    ACTS = (("rename", "更名"), ("recode", "变更代码"), ("merge", "并入其他区划"))
    act = forms.ChoiceField(label="调整方式", choices=ACTS, widget=forms.RadioSelect)
    new_name = forms.CharField(label="新名称", max_length=60, required=False, help_text="只在更名时填写。")
    new_code = forms.CharField(
        label="新代码", max_length=12, required=False, help_text="只在变更代码时填写；其下各级代码随之变更。"
    )
    into: "forms.ModelChoiceField[Division]" = forms.ModelChoiceField(
        label="并入",
        queryset=None,
        required=False,
        empty_label="不并入",
        help_text="只在并入时选择，须为同级区划。",
    )
    on = forms.DateField(label="生效日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label="事由（批准文号）", max_length=200)
    sure = forms.BooleanField(
        label="已核对，确认调整", error_messages={"required": "请核对后勾选确认，调整不能撤销。"}
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        wanted = {"rename": "new_name", "recode": "new_code", "merge": "into"}.get(given.get("act", ""))
        if wanted and wanted not in self.errors and not given.get(wanted):
            self.add_error(wanted, "请填写。")
        return given
