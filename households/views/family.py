"""家庭变动: the list of acts, and a page for each act on one member."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import needs
from common.errors import NotFound
from households import forms, selectors, services
from households.models import Household, Membership, Person
from households.views.acts import form_page, posted
from households.views.edit.frame import EDIT, both, household_for, today_initial
from households.views.page import VIEW, frame_of

LAST_MEMBER = "该户没有其他成员，办理后这户同日注销。"


def members_now(household: Household) -> list[Membership]:
    return list(selectors.members_of(household))


def effects_of(household: Household, person: Person | None = None) -> dict[str, Any]:
    """What the act would leave standing, for the form to offer."""
    return {
        "nets": list(selectors.nets_touched(household, person)),
        "measures": list(selectors.measures_touched(household, person)),
    }


def act_page(
    request: Any, household: Household, title: str, form: Any, save: Any, **more: Any
) -> HttpResponse:
    return form_page(
        request,
        title=title,
        form=form,
        save=save,
        household=household,
        done="已办理。",
        part="acts",
        extra=more,
    )


@require_safe
@needs(VIEW)
def acts_panel(request: Any, pk: int) -> HttpResponse:
    household = selectors.household_get(actor=request.actor, pk=pk)
    rows = list(selectors.acts_of(household)[:100])
    return render(request, "households/_acts.html", frame_of(request, household) | {"rows": rows})


@both
@needs(EDIT)
def member_add(request: Any, pk: int) -> HttpResponse:
    household = household_for(request, pk)
    form = forms.JoinForm(posted(request), request.FILES or None, initial=today_initial())

    def save() -> Any:
        on = form.cleaned_data["on"]
        return services.member_add(
            actor=request.actor, household=household, entry=form.entry(), on=on, note=form.note()
        )

    return act_page(request, household, "增加成员", form, save)


@both
@needs(EDIT)
def member_return(request: Any, pk: int) -> HttpResponse:
    household = household_for(request, pk)
    people = list(selectors.returnable_of(household))
    form = forms.ReturnForm(posted(request), request.FILES or None, people=people, initial=today_initial())

    def save() -> Any:
        given = form.cleaned_data
        person = selectors.member_get(household, int(given["person"]))
        return services.member_return(
            actor=request.actor, household=household, person=person, relation=given["relation"], on=given["on"],
            note=form.note(),
        )  # fmt: skip

    notes = [] if people else ["没有可以回户的人员：曾离开本户、在世、现在不属于任何一户的人才可回户。"]
    return act_page(request, household, "成员回户", form, save, notes=notes)


def _going(request: Any, household: Household, person: Person) -> tuple[dict[str, Any], list[str]]:
    """What the forms of leaving and of transfer need: those who stay, who may follow a head, what is left standing."""
    rows = members_now(household)
    mine = next((row for row in rows if row.person_id == person.pk), None)
    if mine is None:
        raise NotFound("该人员现不是这户的家庭成员。")
    stay = [row for row in rows if row.person_id != person.pk]
    options: dict[str, Any] = effects_of(household, person) | {"others": [], "initial": today_initial()}
    if not stay:
        return options, [LAST_MEMBER]
    if mine.relation != "head":
        return options, []
    asked = request.GET.get("successor", "")
    heir = next((row for row in stay if str(row.person_id) == asked), None)
    heir = heir or next((row for row in stay if row.relation == "spouse"), stay[0])
    options |= {
        "others": [(str(row.person_id), row.person.name) for row in stay],
        "members": [row for row in stay if row.person_id != heir.person_id],
        "proposed": forms.proposals(stay, heir),
        "initial": today_initial() | {"successor": str(heir.person_id)},
    }
    return options, [
        f"{person.name} 是户主：请指定新户主，并核对其余成员与新户主（{heir.person.name}）的关系。"
        "更换新户主人选请点上方姓名，系统据此重新推算。"
    ]


def _heirs(request: Any, options: dict[str, Any]) -> list[dict[str, Any]]:
    chosen = options["initial"].get("successor")
    return [
        {"label": f"新户主：{name}", "url": f"?successor={pk}", "active": pk == chosen}
        for pk, name in options["others"]
    ]


@both
@needs(EDIT)
def member_leave(request: Any, pk: int, person_pk: int) -> HttpResponse:
    household = household_for(request, pk)
    person = selectors.member_get(household, person_pk)
    options, notes = _going(request, household, person)
    links = _heirs(request, options)
    form = forms.LeaveForm(posted(request), request.FILES or None, **options)

    def save() -> Any:
        given = form.cleaned_data
        heir = selectors.member_get(household, form.successor_id) if form.successor_id else None
        return services.member_leave(
            actor=request.actor, household=household, person=person, on=given["on"], kind=given["kind"],
            successor=heir, note=form.note(),
        )  # fmt: skip

    return act_page(request, household, f"成员减少 {person.name}", form, save, notes=notes, links=links)


@both
@needs(EDIT)
def member_transfer(request: Any, pk: int, person_pk: int) -> HttpResponse:
    household = household_for(request, pk)
    person = selectors.member_get(household, person_pk)
    options, notes = _going(request, household, person)
    links = _heirs(request, options)
    form = forms.TransferForm(posted(request), request.FILES or None, **options)

    def save() -> Any:
        given = form.cleaned_data
        other = selectors.household_by_no(actor=request.actor, number=given["other_no"], permission=EDIT)
        heir = selectors.member_get(household, form.successor_id) if form.successor_id else None
        return services.member_transfer(
            actor=request.actor, household=household, other=other, person=person, relation=given["relation"],
            on=given["on"], note=form.note(), successor=heir,
        )  # fmt: skip

    return act_page(request, household, f"成员转户 {person.name}", form, save, notes=notes, links=links)


@both
@needs(EDIT)
def head_change(request: Any, pk: int, person_pk: int) -> HttpResponse:
    household = household_for(request, pk)
    person = selectors.member_get(household, person_pk)
    rows = members_now(household)
    heir = next((row for row in rows if row.person_id == person.pk), None)
    if heir is None:
        raise NotFound("该人员现不是这户的家庭成员。")
    others = [row for row in rows if row.person_id != person.pk]
    form = forms.ActForm(
        posted(request), request.FILES or None, members=others, proposed=forms.proposals(rows, heir),
        initial=today_initial(),
    )  # fmt: skip

    def save() -> Any:
        on = form.cleaned_data["on"]
        return services.head_change(
            actor=request.actor, household=household, head=person, on=on, note=form.note()
        )

    notes = ["以下关系由系统按现有关系推算，请逐一核对；推算不出的须自行选择。"]
    return act_page(request, household, f"更换户主为 {person.name}", form, save, notes=notes)
