"""Form pages: household, members, dated facts, income, measures, helper, status."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.doors import needs
from common.dates import Quarter, business_today
from common.errors import NotFound
from households import codes, forms, selectors, services
from households.models import AidMeasure, Household, IncomeRecord
from households.views.acts import form_page
from villages.models import Level
from villages.selectors import division_choices

EDIT = "households.edit"
both = require_http_methods(["GET", "POST"])


def _household(request: Any, pk: int, permission: str = EDIT) -> Household:
    return selectors.household_get(actor=request.actor, pk=pk, permission=permission)


def _choices(household: Household) -> list[tuple[str, str]]:
    return [(str(row.person_id), row.person.name) for row in selectors.members_of(household)]


def _today() -> dict[str, Any]:
    return {"on": business_today()}


@both
@needs(EDIT)
def household_register(request: Any) -> HttpResponse:
    villages = division_choices(request.actor, Level.VILLAGE, EDIT)
    form = forms.RegisterForm(request.POST or None, villages=villages, initial=_today())

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
    household = _household(request, pk)
    names = ("hamlet", "main_cause", "risks", "identified_on", "version")
    form = forms.HouseholdForm(
        request.POST or None, initial={name: getattr(household, name) for name in names}
    )

    def save() -> Household:
        changes, numbers = form.changes()
        return services.household_edit(
            actor=request.actor,
            household=household,
            changes=changes,
            numbers=numbers,
            version=form.cleaned_data["version"],
        )

    return form_page(request, title="修改农户信息", form=form, save=save, household=household)


@both
@needs(EDIT)
def member_add(request: Any, pk: int) -> HttpResponse:
    household = _household(request, pk)
    form = forms.PersonForm(request.POST or None, initial=_today())

    def save() -> Any:
        return services.member_add(
            actor=request.actor, household=household, entry=form.entry(), on=form.cleaned_data["on"]
        )

    return form_page(
        request, title="增加成员", form=form, save=save, household=household, done="成员已增加。"
    )


@both
@needs(EDIT)
def person_edit(request: Any, pk: int, person_pk: int) -> HttpResponse:
    household = _household(request, pk)
    person = selectors.member_get(household, person_pk)
    names = ("name", "id_kind", "gender", "birth_date", "political", "ethnicity", "version")
    form = forms.PersonEditForm(request.POST or None, initial={name: getattr(person, name) for name in names})

    def save() -> Any:
        changes, numbers = form.changes()
        version = form.cleaned_data["version"]
        return services.person_edit(
            actor=request.actor, person=person, changes=changes, numbers=numbers, version=version
        )

    return form_page(request, title=f"修改成员 {person.name}", form=form, save=save, household=household)


@both
@needs(EDIT)
def member_leave(request: Any, pk: int, person_pk: int) -> HttpResponse:
    household = _household(request, pk)
    person = selectors.member_get(household, person_pk)
    others = [choice for choice in _choices(household) if choice[0] != str(person.pk)]
    form = forms.LeaveForm(request.POST or None, others=others, initial=_today())

    def save() -> Any:
        given = form.cleaned_data
        successor = selectors.member_get(household, int(given["successor"])) if given["successor"] else None
        return services.member_leave(
            actor=request.actor,
            household=household,
            person=person,
            on=given["on"],
            kind=given["kind"],
            successor=successor,
        )

    return form_page(request, title=f"成员减少 {person.name}", form=form, save=save, household=household)


@both
@needs(EDIT)
def situation_record(request: Any, pk: int, person_pk: int) -> HttpResponse:
    household = _household(request, pk)
    person = selectors.member_get(household, person_pk)
    held = selectors.person_situation_of(person)
    names = [name for name in forms.SituationForm.base_fields if name != "on"]
    initial = _today() | ({name: getattr(held, name) for name in names} if held else {})
    form = forms.SituationForm(request.POST or None, initial=initial)

    def save() -> Any:
        return services.person_situation_record(
            actor=request.actor, person=person, on=form.cleaned_data["on"], changes=form.changes()
        )

    return form_page(request, title=f"{person.name} 的情况", form=form, save=save, household=household)


@both
@needs(EDIT)
def living_record(request: Any, pk: int) -> HttpResponse:
    household = _household(request, pk)
    held = selectors.situation_of(household)
    names = [name for name in forms.LivingForm.base_fields if name != "on"]
    initial = _today() | ({name: getattr(held, name) for name in names} if held else {})
    form = forms.LivingForm(request.POST or None, initial=initial)

    def save() -> Any:
        return services.household_situation_record(
            actor=request.actor, household=household, on=form.cleaned_data["on"], changes=form.changes()
        )

    return form_page(request, title="生活条件", form=form, save=save, household=household)


@both
@needs(EDIT)
def guarantee_record(request: Any, pk: int, kind: str) -> HttpResponse:
    household = _household(request, pk)
    if kind not in codes.GuaranteeKind.values:
        raise NotFound()
    held = selectors.guarantees_of(household).get(kind)
    initial = _today() | ({"state": held.state, "evidence": held.evidence} if held else {"state": "unknown"})
    form = forms.GuaranteeForm(request.POST or None, initial=initial)

    def save() -> Any:
        return services.guarantee_record(
            actor=request.actor, household=household, kind=kind, **form.cleaned_data
        )

    return form_page(
        request, title=codes.GuaranteeKind(kind).label, form=form, save=save, household=household
    )


@both
@needs("households.set_status")
def status_set(request: Any, pk: int, dimension: str) -> HttpResponse:
    household = _household(request, pk, "households.set_status")
    if dimension not in codes.StatusDimension.values:
        raise NotFound()
    poverty = dimension == codes.StatusDimension.POVERTY
    choices = list(codes.PovertyStatus.choices if poverty else codes.MonitorClass.choices)
    held = household.poverty_status if poverty else household.monitor_class
    form = forms.StatusForm(request.POST or None, choices=choices, initial=_today() | {"value": held})

    def save() -> Any:
        return services.status_set(
            actor=request.actor, household=household, dimension=dimension, **form.cleaned_data
        )

    label = codes.StatusDimension(dimension).label
    return form_page(
        request, title=f"认定{label}", form=form, save=save, household=household, done="状态已认定。"
    )


@both
@needs("households.assign_helper")
def helper_assign(request: Any, pk: int) -> HttpResponse:
    household = _household(request, pk, "households.assign_helper")
    people = selectors.possible_helpers(household)
    form = forms.HelperForm(request.POST or None, people=people, initial=_today())

    def save() -> Any:
        return services.helper_assign(actor=request.actor, household=household, **form.cleaned_data)

    return form_page(request, title="安排帮扶责任人", form=form, save=save, household=household)


@both
@needs(EDIT)
def safety_net_open(request: Any, pk: int) -> HttpResponse:
    household = _household(request, pk)
    form = forms.SafetyNetForm(request.POST or None, members=_choices(household), initial=_today())

    def save() -> Any:
        given = dict(form.cleaned_data)
        person = selectors.member_get(household, int(given["person"])) if given["person"] else None
        return services.safety_net_open(
            actor=request.actor, household=household, **given | {"person": person}
        )

    return form_page(request, title="登记低保或特困", form=form, save=save, household=household)


@both
@needs(EDIT)
def safety_net_close(request: Any, pk: int, spell_pk: int) -> HttpResponse:
    household = _household(request, pk)
    spell = selectors.safety_net_get(household, spell_pk)
    form = forms.OnForm(request.POST or None, initial=_today())

    def save() -> Any:
        return services.safety_net_close(actor=request.actor, spell=spell, on=form.cleaned_data["on"])

    return form_page(
        request, title=f"停发 {spell.get_kind_display()}", form=form, save=save, household=household
    )


@both
@needs(EDIT)
def event_record(request: Any, pk: int) -> HttpResponse:
    household = _household(request, pk)
    initial = {"happened_on": business_today()}
    form = forms.EventForm(request.POST or None, members=_choices(household), initial=initial)

    def save() -> Any:
        return services.event_record(actor=request.actor, household=household, report=form.report())

    return form_page(request, title="登记家庭事件", form=form, save=save, household=household)


@both
@needs(EDIT)
def event_resolve(request: Any, pk: int, event_pk: int) -> HttpResponse:
    household = _household(request, pk)
    event = selectors.event_get(household, event_pk)
    form = forms.OnForm(request.POST or None, initial=_today())

    def save() -> Any:
        return services.event_resolve(actor=request.actor, event=event, on=form.cleaned_data["on"])

    return form_page(
        request, title=f"{event.get_kind_display()}：已解决", form=form, save=save, household=household
    )


@both
@needs(EDIT)
def income_save(request: Any, pk: int) -> HttpResponse:
    household, today = _household(request, pk), business_today()
    initial = {
        "kind": IncomeRecord.Kind.QUARTER, "period_end": Quarter.of(today).previous.last_day, "collected_on": today,
        "members": household.members_count,
    }  # fmt: skip
    if corrected := selectors.income_get(household, request.GET.get("corrects", "")):
        initial = {name: getattr(corrected, name) for name in forms.IncomeForm.base_fields}
    form = forms.IncomeForm(request.POST or None, initial=initial)

    def save() -> Any:
        return services.income_save(actor=request.actor, household=household, entry=form.entry())

    return form_page(request, title="登记收支", form=form, save=save, household=household)


def _measure_page(request: Any, household: Household, measure: AidMeasure | None) -> HttpResponse:
    initial: dict[str, Any] = {"started_on": business_today()}
    if measure is not None:
        names = ("started_on", "ended_on", "amount_fen", "provider", "document", "state", "effect", "version")
        initial = {name: getattr(measure, name) for name in names}
        initial |= {"what": f"{measure.category}/{measure.item}", "person": str(measure.person_id or "")}
    form = forms.MeasureForm(request.POST or None, members=_choices(household), initial=initial)

    def save() -> Any:
        return services.measure_save(
            actor=request.actor, household=household, entry=form.entry(), measure=measure,
            version=form.cleaned_data["version"],
        )  # fmt: skip

    title = "修改帮扶措施" if measure else "登记帮扶措施"
    return form_page(request, title=title, form=form, save=save, household=household, done="帮扶措施已保存。")


@both
@needs("households.manage_measures")
def measure_add(request: Any, pk: int) -> HttpResponse:
    return _measure_page(request, _household(request, pk, "households.manage_measures"), None)


@both
@needs("households.manage_measures")
def measure_edit(request: Any, pk: int) -> HttpResponse:
    measure = selectors.measure_get(actor=request.actor, pk=pk, permission="households.manage_measures")
    return _measure_page(request, measure.household, measure)
