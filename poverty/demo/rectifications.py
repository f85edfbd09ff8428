"""A ledger of problems as the year's checks found them, in every state."""

from datetime import date, timedelta

from monitoring.models import Rectification, RectificationStep
from poverty.demo.accounts import Staff
from poverty.demo.plan import COUNTY, moment
from poverty.demo.writer import Counter, Writer
from villages.models import Division

_PATH = ("open", "claimed", "working", "submitted", "checked", "closed")
_ACTS = ("claim", "start", "submit", "pass", "close")
# source, unit, division, what, clause, found, due, state
PROBLEMS = (
    ("national_assessment", "市住建局", COUNTY, "部分农户危房改造档案缺少竣工验收资料。", "16", "2020-03-18", "2020-06-30", "closed"),
    ("national_assessment", "市教体局", COUNTY, "跨区域就读学生的教育补贴有漏发。", "14", "2020-03-18", "2020-06-30", "closed"),
    ("provincial_assessment", "顺店镇", "411081101", "帮扶手册收入记录与台账不一致。", "5", "2020-03-26", "2020-06-30", "closed"),
    ("provincial_assessment", "鸿畅镇", "411081104", "未脱贫户帮扶计划内容雷同。", "1", "2020-03-26", "2020-06-30", "closed"),
    ("audit", "市财政局", COUNTY, "部分项目资金拨付进度滞后。", "26", "2020-05-12", "2020-09-30", "working"),
    ("audit", "方山镇", "411081102", "已完工项目未及时组织验收。", "26", "2020-05-12", "2020-08-31", "submitted"),
    ("city_assessment", "张得镇", "411081117", "边缘户帮扶台账不完整。", "7", "2020-06-03", "2020-07-31", "checked"),
    ("look_back", "小吕乡", "411081119", "个别农户饮水水质检测报告过期。", "17", "2020-06-19", "2020-08-31", "reopened"),
    ("look_back", "市水利局", COUNTY, "集中供水工程管护责任未落实到人。", "17", "2020-06-19", "2020-09-25", "submitted"),
    ("inspection", "鸠山镇", "411081109", "公益岗位人员在岗情况与台账不符。", "9", "2020-07-08", "2020-08-15", "working"),
    ("inspection", "花石镇", "411081116", "扶贫车间吸纳贫困劳动力比例不足 30%。", "8", "2020-07-08", "2020-09-30", "claimed"),
    ("hotline", "顺店镇", "411081101", "群众反映低保申请未答复。", "18", "2020-08-24", "2020-09-08", "working"),
    ("hotline", "磨街乡", "411081204", "群众反映产业分红未到账。", "8", "2020-09-02", "2020-09-22", "open"),
    ("self_check", "市医疗保障局", COUNTY, "新增贫困人口参保信息未及时标识。", "15", "2020-09-10", "2020-10-15", "open"),
    ("self_check", "顺店镇", "411081101", "第三季度走访记录有缺漏。", "", "2020-09-14", "2020-09-28", "claimed"),
)  # fmt: skip
_MEASURES = "逐项核实，明确责任人和完成时限，补齐资料后复核。"


def write_problems(writer: Writer, staff: Staff) -> None:
    """Rows and the steps that led to their state; who submits and who checks are two people."""
    next_row, divisions = Counter(Rectification), dict(Division.objects.values_list("code", "pk"))
    rows, steps = [], []
    opener, checker = staff.ids["officer1"], staff.ids["officer2"]
    for number, (source, unit, code, what, clause, found, due, state) in enumerate(PROBLEMS, start=1):
        pk, found_on, due_on = next_row(), date.fromisoformat(found), date.fromisoformat(due)
        worker = staff.clerks.get(code, opener)
        reached = _PATH.index("closed" if state == "reopened" else state)
        closed_on = found_on + timedelta(days=8 * reached) if state == "closed" else None
        rows.append((
            pk, f"WT-2020-{number:04d}", source, unit, divisions[code], code, what, clause,
            _MEASURES if reached >= 2 else "", found_on, due_on, state, closed_on, opener,
            worker if reached >= 3 else None, checker if reached >= 4 else None, 1,
        ))  # fmt: skip
        steps.append((pk, "open", "", "open", opener, moment(found_on), ""))
        for place, act in enumerate(_ACTS[:reached], start=1):
            actor = worker if act in ("claim", "start", "submit") else checker
            opinion = {"submit": "已整改，附整改资料。", "pass": "复核通过。", "close": "同意销号。"}.get(
                act, ""
            )
            at = moment(found_on + timedelta(days=8 * place), 15)
            steps.append((pk, act, _PATH[place - 1], _PATH[place], actor, at, opinion))
        if state == "reopened":
            at = moment(date(2020, 9, 3), 15)
            steps.append(
                (pk, "reopen", "closed", "reopened", checker, at, "抽查发现问题反弹，退回重新整改。")
            )
    writer.tracked(
        Rectification,
        ("id", "number", "source", "unit", "division_id", "scope_code", "description", "clause", "measures", "found_on",
         "due_on", "state", "closed_on", "opened_by_id", "submitted_by_id", "checked_by_id", "version"),
        rows,
        lambda row: moment(row[9]),
    )  # fmt: skip
    writer.rows(
        RectificationStep,
        ("rectification_id", "act", "from_state", "to_state", "actor_id", "at", "opinion"),
        steps,
    )
