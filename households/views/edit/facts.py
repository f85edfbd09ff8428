"""Dated facts of the household: living conditions, guarantees, statuses, helper, safety net, events."""

from typing import Any

from django.http import HttpResponse

from accounts.doors import needs
from common.dates import business_today
from common.errors import Conflict, NotFound
from households import codes, forms, selectors, services
from households.views.acts import form_page, posted
from households.views.edit.frame import (
    EDIT,
    based_on,
    both,
    household_for,
    member_choices,
    today_initial,
)


@both
@needs(EDIT)
def living_record(request: Any, pk: int) -> HttpResponse:
    household = household_for(request, pk)
    held = selectors.situation_based(household, request.POST.get("base", ""))
    form = forms.LivingForm(posted(request), initial=based_on(held, list(forms.LivingForm.base_fields)))

    def save() -> Any:
        on, changes = form.cleaned_data["on"], form.changes()
        return services.household_situation_record(
            actor=request.actor, household=household, on=on, changes=changes, edit=form.edit()
        )

    return form_page(request, title="生产生活条件", form=form, save=save, household=household, part="members")


@both
@needs(EDIT)
def guarantee_record(request: Any, pk: int, kind: str) -> HttpResponse:
    household = household_for(request, pk)
    if kind not in codes.GuaranteeKind.values:
        raise NotFound()
    held = selectors.guarantees_of(household).get(kind)
    initial = based_on(held, ["state", "evidence"])
    form = forms.GuaranteeForm(posted(request), request.FILES or None, initial={"state": "unknown"} | initial)

    def save() -> Any:
        return services.guarantee_record(
            actor=request.actor, household=household, kind=kind, on=form.cleaned_data["on"], edit=form.edit(),
            **form.given(),
        )  # fmt: skip

    return form_page(
        request, title=codes.GuaranteeKind(kind).label, form=form, save=save, household=household
    )


@both
@needs("households.set_status")
def status_set(request: Any, pk: int, dimension: str) -> HttpResponse:
    """脱贫属性. 监测对象类别 has no form: it is decided at the end of a formal proceeding and nowhere else."""
    household = household_for(request, pk, "households.set_status")
    if dimension == codes.StatusDimension.MONITOR:
        raise Conflict("监测对象类别须经认定程序审定，请从“监测过程”发起。", code="proceeding_needed")
    if dimension != codes.StatusDimension.POVERTY:
        raise NotFound()
    spell = selectors.status_open(household, dimension)
    initial = today_initial() | {"value": household.poverty_status, "base": spell.pk if spell else 0}
    form = forms.StatusForm(posted(request), choices=list(codes.PovertyStatus.choices), initial=initial)

    def save() -> Any:
        return services.status_set(
            actor=request.actor, household=household, dimension=dimension, on=form.cleaned_data["on"],
            edit=form.edit(), **form.given(),
        )  # fmt: skip

    label = codes.StatusDimension(dimension).label
    return form_page(
        request, title=f"认定{label}", form=form, save=save, household=household, done="状态已认定。"
    )


@both
@needs("households.assign_helper")
def helper_assign(request: Any, pk: int) -> HttpResponse:
    household = household_for(request, pk, "households.assign_helper")
    people, held = selectors.possible_helpers(household), selectors.helper_of(household)
    initial = today_initial() | {"base": held.pk if held else 0}
    form = forms.HelperForm(posted(request), people=people, initial=initial)

    def save() -> Any:
        on, given = form.cleaned_data["on"], form.given()
        return services.helper_assign(
            actor=request.actor, household=household, on=on, edit=form.edit(), **given
        )

    return form_page(request, title="安排帮扶责任人", form=form, save=save, household=household)


@both
@needs(EDIT)
def safety_net_open(request: Any, pk: int) -> HttpResponse:
    household = household_for(request, pk)
    initial = today_initial() | {"base": selectors.newest_net(household)}
    form = forms.SafetyNetForm(posted(request), members=member_choices(household), initial=initial)

    def save() -> Any:
        given = form.given()
        person = selectors.member_get(household, int(given["person"])) if given["person"] else None
        given |= {"person": person, "on": form.cleaned_data["on"]}
        return services.safety_net_open(actor=request.actor, household=household, edit=form.edit(), **given)

    return form_page(
        request, title="登记低保或特困", form=form, save=save, household=household, part="members"
    )


@both
@needs(EDIT)
def safety_net_close(request: Any, pk: int, spell_pk: int) -> HttpResponse:
    household = household_for(request, pk)
    spell = selectors.safety_net_get(household, spell_pk)
    form = forms.OnForm(request.POST or None, initial=today_initial())

    def save() -> Any:
        return services.safety_net_close(actor=request.actor, spell=spell, on=form.cleaned_data["on"])

    title = f"停发 {spell.get_kind_display()}"
    return form_page(request, title=title, form=form, save=save, household=household, part="members")


@both
@needs(EDIT)
def event_record(request: Any, pk: int) -> HttpResponse:
    household = household_for(request, pk)
    initial = {"happened_on": business_today()}
    form = forms.EventForm(request.POST or None, members=member_choices(household), initial=initial)

    def save() -> Any:
        return services.event_record(actor=request.actor, household=household, report=form.report())

    return form_page(request, title="登记家庭事件", form=form, save=save, household=household, part="members")


@both
@needs(EDIT)
def event_resolve(request: Any, pk: int, event_pk: int) -> HttpResponse:
    household = household_for(request, pk)
    event = selectors.event_get(household, event_pk)
    form = forms.OnForm(request.POST or None, initial=today_initial())

    def save() -> Any:
        return services.event_resolve(actor=request.actor, event=event, on=form.cleaned_data["on"])

    title = f"{event.get_kind_display()}：已解决"
    return form_page(request, title=title, form=form, save=save, household=household, part="members")
