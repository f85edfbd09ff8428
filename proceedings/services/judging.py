"""Judgements that need rows: may this household leave monitoring, and why not, with figures."""

from datetime import date

from common.dates import age_on
from common.errors import Conflict
from households.codes import ABLE
from households.models import Household
from households.selectors import members_of, situation_held
from proceedings.limits import LimitsInForce
from proceedings.models import RemovalWay

WORKING_AGE = 16


def waiting_refused(household: Household, on: date, way: str) -> None:
    """Refuse a removal before the months of observation have passed, naming the days."""
    since = household.risk_identified_on
    if since is None:
        raise Conflict("该户的风险识别时间未采集，不能计算观察期，请先补录。", code="identified_unknown")
    earliest = LimitsInForce(on, household.scope_code).removal_from(since, natural=way == RemovalWay.NATURAL)
    if on < earliest:
        raise Conflict(
            f"该户 {since} 识别，观察期至 {earliest} 期满，还差 {(earliest - on).days} 天，暂不能消除。",
            code="waiting", field="on",
        )  # fmt: skip


def labour_of(household: Household, on: date) -> tuple[int, int, int]:
    """(members able to work, members of 16 or more whose labour is not collected, all members)."""
    able = unknown = everybody = 0
    for row in members_of(household):
        everybody += 1
        held = situation_held(row)
        skill = held.labour_skill if held is not None else ""
        able += skill in ABLE
        born = row.person.birth_date
        is_child = born is not None and age_on(born, on) < WORKING_AGE
        unknown += not skill and not is_child
    return able, unknown, everybody


def no_labour_refused(household: Household, on: date) -> None:
    """A household without any labour stays monitored; unknown labour is collected first."""
    able, unknown, everybody = labour_of(household, on)
    if able:
        return
    if unknown:
        raise Conflict(
            f"该户 {everybody} 人中有 {unknown} 人的劳动技能未采集，不能判断是否整户无劳动力，请先补采。",
            code="labour_unknown",
        )
    raise Conflict(
        f"该户 {everybody} 人均无劳动能力，属整户无劳动力，落实综合保障后继续监测，不作消除。",
        code="no_labour",
    )
