"""A proceeding led along its way by the people who may, for tests that begin somewhere on it."""

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from households.codes import LabourSkill
from proceedings import checks, services
from proceedings.flow import COUNTY, FLOWS, LADDERS, PAPERS, TOWNSHIP, VILLAGE, forward_act
from proceedings.models import Kind, Proceeding
from proceedings.services import ActInput, OpenInput
from tests.cast import actor
from tests.factories.households import make_helper, make_household, make_situation

DAY = date(2020, 3, 2)
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)
VOTES = {"attended": 21, "agreed": 20, "opposed": 1}
DETAILS = {
    "compare": dict.fromkeys(("finance", "vehicle", "business", "housing", "pension"), "clear"),
    "evaluate": VOTES,
    "vote_down": {"attended": 21, "agreed": 1, "opposed": 20},
    "check": {"visitors": "刘支书、王队员"},
}
VISIT = {
    Kind.IDENTIFICATION: {"visitors": "刘支书", "proposed_class": "borderline", "risks": ["illness", "schooling"]},
    Kind.REMOVAL: {
        "visitors": "刘支书、王队员", "income_stable": "yes", "guarantees_firm": "yes", "risk_gone": "yes",
        "no_new_risk": "yes",
    },
}  # fmt: skip
PERSON = {VILLAGE: "li", TOWNSHIP: "rev", COUNTY: "officer"}


def paper(kind: str = "minutes") -> tuple[str, SimpleUploadedFile]:
    return kind, SimpleUploadedFile(f"{kind}.png", PNG, content_type="image/png")


def home(world, cast, **kw):
    """A household of village A1 with one member able to work; wang is its helper."""
    row = make_household(world.village_a1, **kw)
    make_helper(row, cast.wang)
    make_situation(row.memberships.get().person, labour_skill=LabourSkill.ORDINARY)
    return row


def details_for(kind: str, act: str) -> dict:
    return dict(VISIT[kind]) if act == "visit" else dict(DETAILS.get(act, {}))


def given(row: Proceeding, act: str, on: date, **changes) -> ActInput:
    """Everything the act needs."""
    values = {
        "on": on, "opinion": "情况属实", "details": details_for(row.kind, act),
        "files": [paper(kind) for kind in PAPERS.get((row.kind, act), ())],
    }  # fmt: skip
    return ActInput(**(values | changes))


def do(row: Proceeding, act: str, cast, on: date | None = None, who: str = "", **changes) -> Proceeding:
    need = FLOWS[row.kind][(row.state, act)].need
    person = actor(getattr(cast, who or PERSON[need]))
    day = on or max(row.state_since, row.notice_until or row.state_since)
    found = services.proceeding_advance(
        actor=person, proceeding=row, act=act, given=given(row, act, day, **changes)
    )
    row.refresh_from_db()
    return found


def opened(
    household, cast, kind: str = Kind.IDENTIFICATION, on: date = DAY, who: str = "wang", **kw
) -> Proceeding:
    values = {"kind": kind, "source": "self_application", "on": on, "reason": "家中有人大病住院"}
    return services.proceeding_open(
        actor=actor(getattr(cast, who)), given=OpenInput(**(values | kw)), household=household
    )


def lead(row: Proceeding, cast, to: str) -> Proceeding:
    """Along the way until `to`, each step by the right person; days pass as the notice asks."""
    ladder = LADDERS[row.kind]
    while row.state != to:
        assert ladder.index(row.state) < ladder.index(to)
        do(row, forward_act(row.kind, row.state), cast)
    return row


def monitored(household, cast, on: date = DAY) -> Proceeding:
    return lead(opened(household, cast, on=on), cast, "monitored")


def removal(household, cast, on: date | None = None, **kw) -> Proceeding:
    household.refresh_from_db()
    day = on or household.risk_identified_on + timedelta(days=190)
    return opened(household, cast, Kind.REMOVAL, on=day, who="li", **{"removal_way": "helped"} | kw)


def standards_met() -> None:
    for name in checks.STANDARDS:
        checks.register_check(name, lambda row: [])
