"""The facts an exit standard is judged by, and the verdict for one proceeding."""

from datetime import date
from decimal import Decimal
from typing import Any

from common.dates import business_today
from common.errors import NotFound
from common.money import to_yuan
from households.codes import DangerGrade, GuaranteeKind, GuaranteeState
from households.models import Household
from households.selectors import guarantees_of, income_in_force, situation_of
from policies.pack import CheckItem, Checklist, Param
from policies.packset import PackSet
from policies.selectors import packs_in_force
from proceedings.exit_check import Finding, Mark, Measured, Verdict, judge
from proceedings.models import CheckMark, Kind, Proceeding, Step

INCOME = "income_over_line"
FROZEN = "exit_check"  # in the details of the steps that were decided by it
USUAL_LINE = "exit_income_line"
GUARANTEES = {
    "food_clothing": GuaranteeKind.FOOD_CLOTHING, "schooling": GuaranteeKind.SCHOOLING, "medical": GuaranteeKind.MEDICAL,
    "housing": GuaranteeKind.HOUSING, "water": GuaranteeKind.WATER,
}  # fmt: skip
SUBJECT_OF = {Kind.HOUSEHOLD_EXIT.value: "household", Kind.VILLAGE_EXIT.value: "village"}


def _line_of(item: CheckItem, checklist: Checklist, packs: PackSet) -> Param | None:
    """The income line the list names, else the exit line of a document in force; None where none says it."""
    if item.param:
        return packs.params(checklist.pack).get(item.param)
    try:
        return packs.param(USUAL_LINE)
    except NotFound:
        return None


def _income(household: Household, on: date, line: Param | None) -> Measured:
    record = income_in_force(household, on)
    if line is None or not isinstance(line.value, Decimal):
        return Measured(Finding.UNKNOWN, "文件没有写明收入线，由县级录入")
    limit = int(line.value * 100)
    word = f"{line.label} {to_yuan(limit):,.2f} 元"
    if record is None:
        return Measured(Finding.UNKNOWN, f"没有年度收入记录；{word}")
    inferred = record.disposable_fen is None
    total = record.net_fen if inferred else record.disposable_fen
    if total is None or not record.members:
        return Measured(Finding.UNKNOWN, f"{record.period_end.year} 年度收入或核算人口未采集；{word}")
    # Multiplied, not divided: a cent below the line stays below it.
    over = total > limit * record.members if line.strict else total >= limit * record.members
    each = to_yuan(total // record.members)
    kind = "人均可支配收入（按纯收入推断）" if inferred else "人均可支配收入"
    words = f"{record.period_end.year} 年度{kind} {each:,.2f} 元；{word}"
    return Measured(Finding.MET if over else Finding.NOT_MET, words)


def _guarantees(household: Household) -> dict[str, Measured]:
    held = guarantees_of(household)
    found = {}
    for name, kind in GUARANTEES.items():
        row = held.get(kind.value)
        state = row.state if row else GuaranteeState.UNKNOWN
        words = GuaranteeState(state).label + (f"（{row.evidence}）" if row and row.evidence else "")
        finding = {"met": Finding.MET, "not_met": Finding.NOT_MET}.get(str(state), Finding.UNKNOWN)
        found[name] = Measured(finding, words)
    living = situation_of(household)
    if living is not None and living.danger_grade in (DangerGrade.C, DangerGrade.D):
        found["housing"] = Measured(Finding.NOT_MET, f"住房鉴定为 {living.get_danger_grade_display()}")
    if living is not None and living.water_safe is False:
        found["water"] = Measured(Finding.NOT_MET, "现住处饮水未达到安全标准")
    return found


def measured_of(
    household: Household, checklist: Checklist | None, packs: PackSet, on: date
) -> dict[str, Measured]:
    """What the file of a household says on the day about every measure the code knows."""
    found = _guarantees(household)
    if checklist is not None:
        item = next((one for one in checklist.items if one.judged_by == INCOME), None)
        if item is not None:
            found[INCOME] = _income(household, on, _line_of(item, checklist, packs))
    return found


def marks_of(proceeding: Proceeding, pack: str) -> dict[str, Mark]:
    """The latest mark of each line, of those made under this pack."""
    rows = (
        CheckMark.objects.filter(proceeding=proceeding, pack=pack).select_related("marked_by").order_by("pk")
    )
    return {
        row.item: Mark(
            row.met, row.explanation, row.marked_by.full_name if row.marked_by else "", row.on.isoformat()
        )
        for row in rows
    }


def verdict_of(proceeding: Proceeding, on: date | None = None) -> Verdict:
    """The exit standard in force at the place, held against the file and the marks on the day."""
    day = on or business_today()
    packs = packs_in_force(day, proceeding.scope_code)
    checklist = packs.checklist(SUBJECT_OF[proceeding.kind])
    measured = {}
    if proceeding.household is not None:
        measured = measured_of(proceeding.household, checklist, packs, day)
    marks = marks_of(proceeding, checklist.pack) if checklist is not None else {}
    checksum = packs.checksums.get(checklist.pack, "") if checklist is not None else ""
    return judge(checklist, measured, marks, {"on": day.isoformat(), "checksum": checksum})


def exit_findings(proceeding: Proceeding) -> list[str]:
    """What stands in the way of the exit, for the flow."""
    return verdict_of(proceeding).findings


def exit_frozen(proceeding: Proceeding) -> dict[str, Any]:
    """The verdict as plain values, for the step it is about to decide."""
    return {FROZEN: verdict_of(proceeding).frozen()}


def frozen_of(proceeding: Proceeding) -> dict[str, Any] | None:
    """The result as it was when the exit was decided; None where no step kept one."""
    rows = Step.objects.filter(proceeding=proceeding).order_by("-pk").values_list("details", flat=True)
    return next((details[FROZEN] for details in rows if FROZEN in details), None)
