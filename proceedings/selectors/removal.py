"""What is known of the conditions for taking a household out of monitoring: shown beside the form, judged by people."""

from dataclasses import dataclass
from datetime import date

from accounts.actor import Actor
from common.money import to_yuan
from households.codes import GuaranteeKind, GuaranteeState
from households.models import Household
from households.rules import per_head
from households.selectors import guarantees_of, income_in_force
from monitoring.selectors import signs
from policies.standards import standard_fen
from proceedings.limits import LimitsInForce
from proceedings.models import Proceeding, RemovalWay
from proceedings.services.judging import labour_of

LINE = "monitor_income_line"
MET, NOT_MET, UNKNOWN = "green", "red", "grey"


@dataclass(frozen=True)
class Fact:
    """One condition: met, not met or unknown, with the figures it is read from."""

    label: str
    words: str
    tone: str


def removal_facts(row: Proceeding, *, actor: Actor, today: date) -> list[Fact]:
    """Income against the line, the guarantees, open signs, labour, the months of observation. Unknown stays unknown."""
    household = row.household
    if household is None:
        return []
    return [
        _income(household, today), *_guarantees(household), _signs(household, actor), _labour(household, today),
        _waiting(row, household, today),
    ]  # fmt: skip


def _income(household: Household, today: date) -> Fact:
    label, record = "人均纯收入", income_in_force(household, today)
    line = standard_fen(LINE, today, household.scope_code)
    head = per_head(record.net_fen, record.members) if record else None
    if record is None or record.net_fen is None or head is None or line is None or not record.members:
        return Fact(label, "未采集或没有监测收入线", UNKNOWN)
    is_above = record.net_fen >= line * record.members
    words = f"{to_yuan(head):,.2f} 元（{record.period_end.year} 年），{'不低于' if is_above else '低于'}监测线 {to_yuan(line):,.2f} 元"
    return Fact(label, words, MET if is_above else NOT_MET)


def _guarantees(household: Household) -> list[Fact]:
    held = guarantees_of(household)
    tones = {GuaranteeState.MET.value: MET, GuaranteeState.NOT_MET.value: NOT_MET}
    found = []
    for kind in GuaranteeKind:
        state = held[kind.value].state if kind.value in held else GuaranteeState.UNKNOWN.value
        found.append(Fact(str(kind.label), str(GuaranteeState(state).label), tones.get(state, UNKNOWN)))
    return found


def _signs(household: Household, actor: Actor) -> Fact:
    rows = signs.household_history(household.pk, actor=actor)
    count = rows.filter(closed_on__isnull=True, muted_by__isnull=True).count()
    return Fact("未处理的风险信号", f"{count} 条", NOT_MET if count else MET)


def _labour(household: Household, today: date) -> Fact:
    able, unknown, everybody = labour_of(household, today)
    words = f"{everybody} 人中 {able} 人有劳动能力" + (f"，{unknown} 人未采集" if unknown else "")
    return Fact("劳动力", words, MET if able else UNKNOWN if unknown else NOT_MET)


def _waiting(row: Proceeding, household: Household, today: date) -> Fact:
    if household.risk_identified_on is None:
        return Fact("观察期", "风险识别时间未采集", UNKNOWN)
    limits = LimitsInForce(today, household.scope_code)
    first = limits.removal_from(household.risk_identified_on, natural=row.removal_way == RemovalWay.NATURAL)
    words = f"{household.risk_identified_on} 识别，{first} 期满"
    return Fact("观察期", words, MET if today >= first else NOT_MET)
