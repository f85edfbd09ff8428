"""The household's and its members' own fields, and a member's situation."""

from typing import Any

from django.http import HttpResponse

from accounts.doors import needs
from households import forms, selectors, services
from households.models import Household
from households.views.acts import form_page, posted
from households.views.edit.frame import EDIT, based_on, both, household_for, today_initial
from villages.models import Level
from villages.selectors import division_choices


@both
@needs(EDIT)
def household_register(request: Any) -> HttpResponse:
    villages = division_choices(request.actor, Level.VILLAGE, EDIT)
    form = forms.RegisterForm(request.POST or None, villages=villages, initial=today_initial())

    def save() -> Household:
        entry, head = form.parts()
        given = form.cleaned_data
        return services.household_register(
            actor=request.actor, village=given["village"], entry=entry, head=head, on=given["on"]
        )

    return form_page(request, title="登记农户", form=form, save=save, done="农户已登记。")


@both
@needs(EDIT)
def household_edit(request: Any, pk: int) -> HttpResponse:
    household = household_for(request, pk)
    names = ("hamlet", "main_cause", "risks", "identified_on", "version")
    form = forms.HouseholdForm(posted(request), initial={name: getattr(household, name) for name in names})

    def save() -> Household:
        changes, numbers = form.changes()
        given = form.cleaned_data
        return services.household_edit(
            actor=request.actor, household=household, changes=changes, numbers=numbers,
            version=given["version"], reason=given["change_reason"],
        )  # fmt: skip

    return form_page(request, title="修改农户信息", form=form, save=save, household=household)


@both
@needs(EDIT)
def person_edit(request: Any, pk: int, person_pk: int) -> HttpResponse:
    household = household_for(request, pk)
    person = selectors.member_get(household, person_pk)
    names = ("name", "id_kind", "gender", "birth_date", "political", "ethnicity", "version")
    form = forms.PersonEditForm(posted(request), initial={name: getattr(person, name) for name in names})

    def save() -> Any:
        changes, numbers = form.changes()
        given = form.cleaned_data
        return services.person_edit(
            actor=request.actor, person=person, changes=changes, numbers=numbers,
            version=given["version"], reason=given["change_reason"],
        )  # fmt: skip

    return form_page(request, title=f"修改成员 {person.name}", form=form, save=save, household=household)


@both
@needs(EDIT)
def situation_record(request: Any, pk: int, person_pk: int) -> HttpResponse:
    household = household_for(request, pk)
    person = selectors.member_get(household, person_pk)
    held = selectors.person_situation_based(person, request.POST.get("base", ""))
    initial = based_on(held, list(forms.SituationForm.base_fields))
    form = forms.SituationForm(posted(request), initial=initial)

    def save() -> Any:
        on, changes = form.cleaned_data["on"], form.changes()
        return services.person_situation_record(
            actor=request.actor, person=person, on=on, changes=changes, edit=form.edit()
        )

    return form_page(request, title=f"{person.name} 的情况", form=form, save=save, household=household)
