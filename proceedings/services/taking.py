"""Taking an application up: it is bound to a household, and a proceeding begins or goes on."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts import audit
from accounts.actor import Actor, require
from common import pii
from common.errors import Conflict, Invalid
from common.text import clean
from households.codes import CAUSE_OF_TROUBLE, Trouble
from households.inputs import HouseholdInput, PersonInput
from households.models import Household
from households.services import household_register
from households.services.rows import permit
from proceedings.inputs import OpenInput
from proceedings.models import Application, Kind, Proceeding, Source
from proceedings.services.applications import OPEN, settle
from proceedings.services.opening import proceeding_open
from proceedings.services.papers import require_here

SOURCES = {
    Application.Channel.CODE.value: Source.SELF.value,
    Application.Channel.PAPER.value: Source.SELF.value,
    Application.Channel.HOTLINE.value: Source.HOTLINE.value,
    Application.Channel.CADRE.value: Source.CADRE.value,
}


@dataclass(frozen=True)
class NewHead:
    """What is asked for the head of a household that is not in the case file yet."""

    gender: str = ""
    birth_date: date | None = None


def trouble_words(application: Application) -> str:
    labels = dict(Trouble.choices)
    return "、".join(labels.get(code, code) for code in application.troubles)


def risks_of(application: Application) -> tuple[str, ...]:
    """The risks of the case file behind the plain words, each once."""
    found = (CAUSE_OF_TROUBLE[code] for code in application.troubles if code in CAUSE_OF_TROUBLE)
    return tuple(dict.fromkeys(found))[:5]


@transaction.atomic
def application_take(*, actor: Actor, application: Application, household: Household, on: date) -> Proceeding:
    """Bind the application to a household and open its identification. Of two clerks at once one gets the Conflict.

    Refuses households outside the area, settled applications, a day before the application came, and a household with an
    open proceeding: that one takes the application in by application_merge.
    """
    require(actor, OPEN, at=application.scope_code)
    permit(actor, OPEN, household)
    if on < application.received_on:
        raise Invalid(
            f"受理日期不能早于收到日期（{application.received_on}）。", field="on", code="before_received"
        )
    settle(actor, application, Application.State.TAKEN, on, household=household)
    given = OpenInput(
        kind=Kind.IDENTIFICATION, source=SOURCES[application.channel], on=on, risks=risks_of(application),
        reason=f"{application.get_channel_display()}：{trouble_words(application)}"[:300], uuid=application.uuid,
    )  # fmt: skip
    proceeding = proceeding_open(actor=actor, given=given, household=household)
    _bound(actor, application, proceeding, "proceedings.application_take")
    return proceeding


@transaction.atomic
def application_take_new(*, actor: Actor, application: Application, head: NewHead, on: date) -> Proceeding:
    """Register the applicant as the head of a new household and take the application up, in one.

    Refuses what registering refuses (a number that is taken, an unknown gender), and what application_take refuses.
    """
    require(actor, OPEN, at=application.scope_code)
    number = application.number("id_number")
    person = PersonInput(
        name=application.name, relation="head", id_number=number, phone=application.number("phone"),
        gender=pii.gender_of(number) if number else head.gender,
        birth_date=pii.birth_date_of(number) if number else head.birth_date,
    )  # fmt: skip
    if not person.gender:
        raise Invalid("没有身份证号码的，请选择性别。", field="gender", code="gender_needed")
    entry = HouseholdInput(phone=application.number("phone"))
    household = household_register(actor=actor, village=application.village, entry=entry, head=person, on=on)
    return application_take(actor=actor, application=application, household=household, on=on)


@transaction.atomic
def application_merge(
    *, actor: Actor, application: Application, proceeding: Proceeding, on: date, note: str = ""
) -> Application:
    """The household's proceeding is open already: the application becomes part of it and starts nothing of its own."""
    require(actor, OPEN, at=application.scope_code)
    require_here(actor, OPEN, proceeding)
    if proceeding.closed_on is not None or proceeding.household is None:
        raise Conflict("这项程序已经办结，不能并入。", code="wrong_state")
    settle(
        actor,
        application,
        Application.State.MERGED,
        on,
        household=proceeding.household,
        reason=clean(note)[:200],
    )
    _bound(actor, application, proceeding, "proceedings.application_merge")
    return application


def _bound(actor: Actor, application: Application, proceeding: Proceeding, verb: str) -> None:
    Application.objects.filter(pk=application.pk).update(proceeding=proceeding)
    application.proceeding = proceeding
    audit.record(actor, verb, application, household=proceeding.household_id)
