"""Income and spending: the totals form and the one item by item."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from accounts.doors import needs
from common.dates import Quarter, business_today
from households import forms, selectors, services
from households.models import Household, IncomeRecord
from households.views.acts import form_page, posted
from households.views.edit.frame import EDIT, both, household_for

TOTALS = (
    "kind", "period_start", "period_end", "collected_on", "members", "wage_fen", "business_fen", "property_fen",
    "transfer_fen", "production_cost_fen", "self_paid_fen", "claims_fen", "disposable_fen",
)  # fmt: skip


def _initial(household: Household, corrected: IncomeRecord | None) -> dict[str, Any]:
    if corrected is None:
        today = business_today()
        return {
            "kind": IncomeRecord.Kind.QUARTER, "period_end": Quarter.of(today).previous.last_day, "collected_on": today,
            "members": household.members_count, "base": 0,
        }  # fmt: skip
    return {name: getattr(corrected, name) for name in TOTALS} | {"base": corrected.pk}


@both
@needs(EDIT)
def income_save(request: Any, pk: int) -> HttpResponse:
    household = household_for(request, pk)
    corrected = selectors.income_get(household, request.GET.get("corrects", ""))
    items = selectors.items_of([corrected]).get(corrected.pk, {}) if corrected else {}
    by_item = request.GET.get("form", "items" if items else "totals") == "items"
    kind = forms.IncomeItemsForm if by_item else forms.IncomeForm
    form = kind(posted(request), initial=_initial(household, corrected) | items)

    def save() -> Any:
        return services.income_save(
            actor=request.actor, household=household, entry=form.entry(), items=form.items(), edit=form.edit()
        )

    query = f"corrects={corrected.pk}" if corrected else ""
    here = reverse("households:income-save", args=[household.pk])
    links = [
        {"label": "只填合计", "url": f"{here}?form=totals&{query}".rstrip("&"), "active": not by_item},
        {"label": "逐项填写", "url": f"{here}?form=items&{query}".rstrip("&"), "active": by_item},
    ]
    return form_page(
        request, title="更正收支" if corrected else "登记收支", form=form, save=save, household=household, part="incomes",
        extra={"links": links},
    )  # fmt: skip
