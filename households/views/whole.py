"""家庭变动: a page for each act on the whole household, and taking an act back."""

from typing import Any

from django.http import HttpResponse

from accounts.doors import needs
from common.errors import NotFound
from households import forms, selectors, services
from households.views.acts import form_page, posted
from households.views.edit.frame import EDIT, both, household_for, today_initial
from households.views.family import act_page, effects_of, members_now
from villages.models import Level
from villages.selectors import division_choices


@both
@needs(EDIT)
def household_split(request: Any, pk: int) -> HttpResponse:
    household = household_for(request, pk)
    form = forms.SplitForm(
        posted(request),
        request.FILES or None,
        people=members_now(household),
        initial=today_initial(),
        **effects_of(household),
    )

    def save() -> Any:
        on = form.cleaned_data["on"]
        return services.household_split(
            actor=request.actor, household=household, entry=form.entry(), on=on, note=form.note()
        )

    return act_page(request, household, "分户", form, save)


@both
@needs(EDIT)
def household_merge(request: Any, pk: int) -> HttpResponse:
    """First which household, then how its members stand to the head of this one."""
    household = household_for(request, pk)
    number = request.GET.get("other_no", "")
    ask, other = forms.OtherForm(request.GET if number else None), None
    try:
        if ask.is_valid():
            other = selectors.household_by_no(actor=request.actor, number=number, permission=EDIT)
    except NotFound as refusal:
        ask.add_error("other_no", refusal.sentence)
    if other is None:
        extra = {"method": "get", "submit": "下一步"}
        return form_page(request, title="并户", form=ask, save=lambda: None, household=household, extra=extra)
    form = forms.ReasonedForm(
        posted(request),
        request.FILES or None,
        members=members_now(other),
        initial=today_initial(),
        **effects_of(other),
    )

    def save() -> Any:
        on = form.cleaned_data["on"]
        return services.household_merge(
            actor=request.actor, household=household, other=other, on=on, note=form.note()
        )

    notes = [
        f"{other.head_name}（{other.household_no}）的 {other.members_count} 名成员并入本户，该户同日注销。"
    ]
    return act_page(request, household, "并户", form, save, notes=notes)


@both
@needs(EDIT)
def household_move(request: Any, pk: int) -> HttpResponse:
    household = household_for(request, pk)
    villages = division_choices(request.actor, Level.VILLAGE, EDIT)
    form = forms.MoveForm(posted(request), request.FILES or None, villages=villages, initial=today_initial())

    def save() -> Any:
        given = form.cleaned_data
        return services.household_move(
            actor=request.actor,
            household=household,
            village=given["village"],
            on=given["on"],
            note=form.note(),
        )

    notes = ["须同时具有迁出地、迁入地的权限；跨乡镇迁移由县级办理。帮扶责任人、低保等不变，请另行核对。"]
    return act_page(request, household, "整户迁移", form, save, notes=notes)


@both
@needs(EDIT)
def household_close(request: Any, pk: int) -> HttpResponse:
    household = household_for(request, pk)
    form = forms.ReasonedForm(
        posted(request), request.FILES or None, initial=today_initial(), **effects_of(household)
    )

    def save() -> Any:
        given, note = form.cleaned_data, form.note()
        return services.household_close(
            actor=request.actor, household=household, on=given["on"], reason=note.reason, note=note
        )

    helper = selectors.helper_of(household)
    notes = [f"这户 {household.members_count} 名成员的家庭关系和居住登记随注销结束。"]
    notes += [f"帮扶责任人 {helper.name} 的安排随注销结束。"] if helper else []
    return act_page(request, household, "注销农户", form, save, notes=notes)


@both
@needs(EDIT)
def household_reopen(request: Any, pk: int) -> HttpResponse:
    household = household_for(request, pk)
    people = list(selectors.returnable_of(household))
    form = forms.ReopenForm(posted(request), request.FILES or None, people=people, initial=today_initial())

    def save() -> Any:
        on = form.cleaned_data["on"]
        return services.household_reopen(
            actor=request.actor, household=household, relations=form.parts(), on=on, note=form.note()
        )

    notes = ["选择恢复为成员的人员及其与户主关系；注销登记有误的，也可以在“家庭变动”中撤销注销。"]
    return act_page(request, household, "恢复农户", form, save, notes=notes)


@both
@needs(EDIT)
def act_reverse(request: Any, pk: int, act_pk: int) -> HttpResponse:
    household = household_for(request, pk)
    act = selectors.act_get(household, act_pk)
    form = forms.ReverseForm(posted(request))

    def save() -> Any:
        given = form.cleaned_data
        return services.act_reverse(actor=request.actor, act=act, reason=given["reason"], uuid=given["uuid"])

    whose = f" {act.person.name}" if act.person else ""
    notes = [
        f"{act.on} {act.what}{whose}",
        f"办理原因：{act.reason}" if act.reason else "办理时没有填写说明。",
    ]
    back = {"notes": notes, "submit": "撤销这项变动"}
    return act_page(request, household, f"撤销：{act.what}", form, save, **back)
