"""Aid measures of a household."""

from typing import Any

from django.http import HttpResponse

from accounts.doors import needs
from common.dates import business_today
from households import forms, selectors, services
from households.models import AidMeasure, Household
from households.views.acts import form_page, posted
from households.views.edit.frame import both, household_for, member_choices

MANAGE = "households.manage_measures"


def _measure_page(request: Any, household: Household, measure: AidMeasure | None) -> HttpResponse:
    initial: dict[str, Any] = {"started_on": business_today()}
    if measure is not None:
        names = ("started_on", "ended_on", "amount_fen", "provider", "document", "state", "effect", "version")
        initial = {name: getattr(measure, name) for name in names}
        initial |= {"what": f"{measure.category}/{measure.item}", "person": str(measure.person_id or "")}
    form = forms.MeasureForm(
        posted(request), request.FILES or None, members=member_choices(household), initial=initial
    )

    def save() -> Any:
        return services.measure_and_paper_save(
            actor=request.actor, household=household, entry=form.entry(), measure=measure, edit=form.edit()
        )

    title = "修改帮扶措施" if measure else "登记帮扶措施"
    return form_page(request, title=title, form=form, save=save, household=household, done="帮扶措施已保存。")


@both
@needs(MANAGE)
def measure_add(request: Any, pk: int) -> HttpResponse:
    return _measure_page(request, household_for(request, pk, MANAGE), None)


@both
@needs(MANAGE)
def measure_edit(request: Any, pk: int) -> HttpResponse:
    measure = selectors.measure_get(actor=request.actor, pk=pk, permission=MANAGE)
    return _measure_page(request, measure.household, measure)
