"""A dozen formal proceedings of one township, each at another step, with applications, a QR code and notices.

Everything is done by the services, in the name of the people of the demonstration. No proceeding gets as far as a
decision: the figures of the document stay what they are.
"""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts.actor import Actor, actor_for
from accounts.models import User
from common.errors import DomainError
from households.codes import EXITED, UNEXITED, MonitorClass
from households.models import Household
from poverty.demo.plan import BUSINESS_DAY
from poverty.demo.writer import Say
from proceedings.applying import ApplicationInput
from proceedings.flow import FLOWS, LADDERS, PAPERS, TOWNSHIP, forward_act
from proceedings.models import Application, Kind, PaperKind, Proceeding, State
from proceedings.services import ActInput, OpenInput, proceeding_advance, proceeding_open
from proceedings.services.applications import application_decline, application_enter, application_send
from proceedings.services.codes import local_number_set, village_code_renew
from proceedings.services.notices import NoticeInput, notice_make, notice_photo_add
from proceedings.services.objections import ObjectionInput, objection_record
from proceedings.services.taking import application_take
from villages.models import Division

TOWN = "411081101"  # 顺店镇
SPACE = UUID("5b0f7d5c-2c1e-4f0e-9a3b-1d2e3f405162")
LAST = BUSINESS_DAY - timedelta(days=1)
# How many days after its beginning a proceeding does each act.
DAY_OF = {
    "accept": 1,
    "visit": 2,
    "authorise": 2,
    "compare": 5,
    "evaluate": 6,
    "publish": 7,
    "close_notice": 12,
    "review": 14,
}
STATES = (
    State.VISITING, State.AUTHORISING, State.COMPARING, State.EVALUATING, State.EVALUATED, State.NOTICED,
    State.TOWNSHIP_REVIEW, State.COUNTY_DECISION,
)  # fmt: skip
RISKS = (
    "illness",
    "schooling",
    "job_unstable",
    "accident",
    "disaster",
    "illness",
    "disability",
    "industry_failed",
)
CLEAR = dict.fromkeys(("finance", "vehicle", "business", "housing", "pension"), "clear")
DETAILS: dict[str, dict[str, Any]] = {
    "compare": CLEAR, "evaluate": {"attended": 23, "agreed": 22, "opposed": 1},
}  # fmt: skip


class Township:
    """The people of the township at work."""

    def __init__(self) -> None:
        people = {
            one.username: actor_for(one)
            for one in User.objects.filter(username__in=("shundian", "shundian-reviewer"))
        }
        self.clerk: Actor = people["shundian"]
        self.reviewer: Actor = people["shundian-reviewer"]

    def of(self, need: str) -> Actor:
        return self.reviewer if need == TOWNSHIP else self.clerk


def _number(name: str) -> UUID:
    """The same seed gives the same numbers."""
    return uuid5(SPACE, name)


def _paper(label: str) -> SimpleUploadedFile:
    """An image that says, when scanned, that it is no real paper."""
    out = io.BytesIO()
    segno.make(f"演示材料：{label}", error="m").save(out, kind="png", scale=6)
    return SimpleUploadedFile(f"{label}.png", out.getvalue(), content_type="image/png")


def _households(**wanted: Any) -> Iterator[Household]:
    rows = Household.objects.filter(scope_code__startswith=TOWN, is_live=True, proceedings=None, **wanted)
    return rows.select_related("village__parent").order_by("pk").iterator()


def _given(row: Proceeding, act: str, on: date, risk: str) -> ActInput:
    details = dict(DETAILS.get(act, {}))
    if act == "visit":
        details = {
            "visitors": "村支书、驻村队员",
            "proposed_class": MonitorClass.UNSTABLE_EXITED.value,
            "risks": [risk],
        }
    papers = [(kind, _paper(str(PaperKind(kind).label))) for kind in PAPERS.get((row.kind, act), ())]
    return ActInput(
        on=on, opinion="情况属实", details=details, files=papers, uuid=_number(f"{row.uuid}{act}")
    )


def _lead(town: Township, row: Proceeding, to: str, risk: str) -> Proceeding:
    """Along the way until `to`; what is posted is posted by a notice."""
    while row.state != to:
        act = forward_act(row.kind, row.state)
        if act is None:
            break
        on = row.opened_on + timedelta(days=DAY_OF[act])
        if act == "publish":
            _posted(town, row, on)
        else:
            need = FLOWS[row.kind][(row.state, act)].need
            row = proceeding_advance(
                actor=town.of(need), proceeding=row, act=act, given=_given(row, act, on, risk)
            )
        row.refresh_from_db()
    return row


def _posted(town: Township, row: Proceeding, on: date) -> None:
    given = NoticeInput(_number(f"notice{row.uuid}"), "notice", row.kind, on, "村委会公示栏")
    notice = notice_make(actor=town.clerk, village=row.village, given=given, proceedings=[row])
    notice_photo_add(actor=town.clerk, notice=notice, moment="start", upload=_paper("张贴照片"), on=on)


def _identifications(town: Township) -> None:
    found = islice(
        _households(poverty_status__in=EXITED, monitor_class=MonitorClass.NONE), 1, 1 + len(STATES) + 1
    )
    for place, household in enumerate(list(found)):
        state = STATES[place] if place < len(STATES) else State.NOT_ELIGIBLE
        done = LADDERS[Kind.IDENTIFICATION].index(state) if state in LADDERS[Kind.IDENTIFICATION] else 1
        acts = [forward_act(Kind.IDENTIFICATION, one) for one in LADDERS[Kind.IDENTIFICATION][:done]]
        start = LAST - timedelta(days=max((DAY_OF[act] for act in acts if act), default=0))
        risk = RISKS[place % len(RISKS)]
        given = OpenInput(
            kind=Kind.IDENTIFICATION, source="cadre", on=start, reason="干部排查发现家庭支出骤增", risks=(risk,),
            uuid=_number(f"proceeding{place}"),
        )  # fmt: skip
        row = proceeding_open(actor=town.clerk, given=given, household=household)
        if state == State.NOT_ELIGIBLE:
            row = _lead(town, row, State.VISITING, risk)
            found_not = "支出已由亲属分担，收入稳定，不符合纳入条件"
            asked = replace(_given(row, "not_eligible", LAST, risk), opinion=found_not)
            proceeding_advance(actor=town.clerk, proceeding=row, act="not_eligible", given=asked)
            continue
        row = _lead(town, row, state, risk)
        if state == State.NOTICED:
            said = ObjectionInput(_number("objection"), "该户在镇上有门面房出租，建议再核实收入。", LAST)
            objection_record(actor=town.clerk, proceeding=row, given=said)


def _others(town: Township) -> None:
    """One removal and one exit, each where the first household is that may have one."""
    wanted: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
        (Kind.REMOVAL, {"monitor_class": MonitorClass.UNSTABLE_EXITED}, {"removal_way": "helped"}),
        (Kind.HOUSEHOLD_EXIT, {"poverty_status__in": UNEXITED}, {}),
    )
    for kind, which, more in wanted:
        for household in list(islice(_households(**which), 20)):
            given = OpenInput(
                kind=kind,
                source="cadre",
                on=LAST,
                reason="收入和保障已稳定，提请研究",
                uuid=_number(kind),
                **more,
            )
            try:
                with transaction.atomic():
                    proceeding_open(actor=town.clerk, given=given, household=household)
            except DomainError:
                continue  # too early, or nobody able to work: the next household
            break


def _entry(number: int, name: str, troubles: tuple[str, ...], text: str) -> ApplicationInput:
    return ApplicationInput(
        uuid=_number(f"application{number}"),
        name=name,
        phone=f"1299000{number:04d}",
        troubles=troubles,
        text=text,
        consent=True,
    )


def _applications(town: Township) -> None:
    household = next(_households(poverty_status__in=EXITED, monitor_class=MonitorClass.NONE), None)
    if household is None:
        return
    code = village_code_renew(actor=town.clerk, village=household.village)
    day = LAST - timedelta(days=1)
    mine = _entry(1, household.head_name, ("illness",), "住院动手术，自己掏了三万多。")
    taken, _ = application_send(token=code.token, entry=mine, today=day)
    application_take(actor=town.clerk, application=taken, household=household, on=LAST)
    twin = next(_households(scope_code=household.scope_code, monitor_class=MonitorClass.NONE), household)
    application_send(
        token=code.token,
        entry=_entry(2, twin.head_name, ("job", "schooling"), "在外打工的厂子关了，两个孩子上学。"),
        today=LAST,
    )
    application_send(
        token=code.token, entry=_entry(3, "示范甲", ("disaster",), "大棚被大风刮倒。"), today=BUSINESS_DAY
    )
    entered: dict[str, Any] = {"actor": town.clerk, "village": household.village, "today": BUSINESS_DAY}
    application_enter(
        channel=Application.Channel.HOTLINE,
        entry=_entry(4, "示范乙", ("water",), "井水发浑半个月。"),
        received_on=LAST,
        **entered,
    )
    paper, _ = application_enter(
        channel=Application.Channel.PAPER,
        entry=_entry(5, "示范丙", ("other",), "想要一套新家具。"),
        received_on=day,
        **entered,
    )
    application_decline(
        actor=town.clerk, application=paper, reason="不属于防止返贫监测的情形，已当面解释", on=LAST
    )


@transaction.atomic
def walk_paths(say: Say) -> None:
    """Make them once; where the database holds proceedings already nothing happens."""
    town = Division.objects.filter(code=TOWN).first()
    if town is None or Proceeding.objects.exists():
        return
    say("认定程序、申报和公示")
    people = Township()
    local_number_set(actor=people.clerk, division=town, phone="0374-5550100")
    _applications(people)
    _identifications(people)
    _others(people)
