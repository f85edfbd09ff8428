"""The shape of a village's yearly facts."""

from django import forms

from common.money import to_fen
from villages.models import VillageYear

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
