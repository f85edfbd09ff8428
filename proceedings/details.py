"""What is written down with an act, as data: typed fields, so that a form, a service and a page agree on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.errors import Invalid
from common.text import clean
from households.codes import Cause, MonitorClass
from households.services import risks_checked
from proceedings.models import Kind

INT, DAY, TEXT, CHOICE, YES_NO, MANY = "int", "day", "text", "choice", "yes_no", "many"
YES, NO = "yes", "no"
LONGEST = 200


@dataclass(frozen=True)
class Detail:
    """One field of an act."""

    name: str
    label: str
    kind: str
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""


COMPARED = (("clear", "无异常"), ("found", "有异常"), ("not_compared", "未比对"))
CLASSES = tuple((code, label) for code, label in MonitorClass.choices if code != MonitorClass.NONE)
RISKS = Detail(
    "risks",
    "致贫返贫风险",
    MANY,
    required=False,
    choices=tuple(Cause.choices),
    hint="至多五项，第一项为主要风险",
)
CLASS = Detail("proposed_class", "监测类别", CHOICE, required=False, choices=CLASSES)
VISITORS = Detail("visitors", "入户人员", TEXT, hint="多人用顿号隔开")
VOTES = (
    Detail("attended", "参会人数", INT),
    Detail("agreed", "同意人数", INT),
    Detail("opposed", "不同意人数", INT),
)
FIRM = (
    Detail("income_stable", "收入持续稳定，高于监测线", YES_NO),
    Detail("guarantees_firm", "“三保障”和饮水安全稳固", YES_NO),
    Detail("risk_gone", "识别时的风险已消除", YES_NO),
    Detail("no_new_risk", "没有新增风险", YES_NO),
)
BUREAUS = tuple(
    Detail(name, label, CHOICE, choices=COMPARED)
    for name, label in (
        ("finance", "财政供养人员"), ("vehicle", "车辆"), ("business", "工商登记"), ("housing", "商品房"), ("pension", "养老金"),
    )
)  # fmt: skip
PUBLISH = (
    Detail("starts_on", "公示起始日期", DAY, required=False, hint="不填：办理当天"),
    Detail("place", "张贴地点", TEXT, required=False),
    Detail("notice", "公示编号", TEXT, required=False),
)
ANNOUNCE = (
    Detail("place", "公告地点", TEXT, required=False), Detail("notice", "公告编号", TEXT, required=False),
)  # fmt: skip
CHECK = (VISITORS, Detail("finding", "核查情况", TEXT, required=False))

DETAILS: Mapping[tuple[str, str], tuple[Detail, ...]] = {
    (Kind.IDENTIFICATION, "visit"): (VISITORS, CLASS, RISKS),
    (Kind.IDENTIFICATION, "compare"): (*BUREAUS, Detail("finding", "异常情况说明", TEXT, required=False)),
    (Kind.IDENTIFICATION, "decide"): (CLASS, RISKS),
    (Kind.REMOVAL, "visit"): (VISITORS, *FIRM),
    (Kind.HOUSEHOLD_EXIT, "check"): CHECK,
    (Kind.VILLAGE_EXIT, "check"): CHECK,
    **{(kind, act): VOTES for kind in (Kind.IDENTIFICATION, Kind.REMOVAL, Kind.HOUSEHOLD_EXIT) for act in ("evaluate", "vote_down")},
    **{(kind, "publish"): PUBLISH for kind in Kind if kind != Kind.ROLLBACK},
    **{(kind, "announce"): ANNOUNCE for kind in Kind if kind != Kind.ROLLBACK},
}  # fmt: skip


def details_of(kind: str, act: str) -> tuple[Detail, ...]:
    return DETAILS.get((kind, act), ())


def _as_int(field: Detail, value: object) -> int:
    try:
        number = int(str(value))
    except ValueError:
        raise Invalid(f"{field.label}应为整数。", field=field.name, code="detail_wrong") from None
    if not 0 <= number <= 99_999:
        raise Invalid(f"{field.label}不在合理范围内。", field=field.name, code="detail_wrong")
    return number


def _as_day(field: Detail, value: object) -> str:
    try:
        return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()
    except ValueError:
        raise Invalid(
            f"{field.label}应写作 2020-09-20 的形式。", field=field.name, code="detail_wrong"
        ) from None


def _as_choice(field: Detail, value: object) -> str:
    allowed = (YES, NO) if field.kind == YES_NO else tuple(code for code, _ in field.choices)
    if value not in allowed:
        raise Invalid(f"请选择{field.label}。", field=field.name, code="detail_wrong")
    return str(value)


def _value(field: Detail, value: Any) -> Any:
    if field.kind == INT:
        return _as_int(field, value)
    if field.kind == DAY:
        return _as_day(field, value)
    if field.kind == MANY:
        return risks_checked(list(value))
    if field.kind == TEXT:
        return clean(str(value))[:LONGEST]
    return _as_choice(field, value)


def details_clean(kind: str, act: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The typed details of an act; blanks are left out. Refuses what no field of this act is called, and wrong values."""
    fields = {field.name: field for field in details_of(kind, act)}
    if stray := sorted(set(given) - set(fields)):
        raise Invalid(f"这一步没有这些内容：{'、'.join(stray)}。", field=stray[0], code="detail_unknown")
    filled = {name: value for name, value in given.items() if value not in (None, "", [], ())}
    return {name: _value(fields[name], value) for name, value in filled.items()}


def details_missing(kind: str, act: str, details: Mapping[str, Any]) -> Detail | None:
    """The first field that must be filled and is not."""
    return next(
        (
            field
            for field in details_of(kind, act)
            if field.required and details.get(field.name) in (None, "")
        ),
        None,
    )


def details_shown(kind: str, act: str, details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, words) of what was written down, in the order of the fields."""
    found = []
    for field in details_of(kind, act):
        if field.name in details:
            found.append((field.label, _words(field, details[field.name])))
    return found


def _words(field: Detail, value: Any) -> str:
    if field.kind == YES_NO:
        return "是" if value == YES else "否"
    labels = dict(field.choices)
    if field.kind == MANY:
        return "、".join(labels.get(code, code) for code in value)
    return labels.get(value, str(value)) if field.kind == CHOICE else str(value)
