"""What a notice may say: a closed list of columns. Anything that is not built here cannot be posted.

No number of a person, a telephone, an account; nothing about health. Risks that tell of it are given other words.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from households.codes import Cause, MeasureCategory
from proceedings.models import Kind, Proceeding

VEILED = "家庭变故等"  # written for a risk that would tell of somebody's health
ALWAYS_VEILED = ("illness", "disability")
# Measures that tell of illness or of an allowance are posted under one word.
VEILED_MEASURES = (
    MeasureCategory.HEALTH.value,
    MeasureCategory.SOCIAL_SECURITY.value,
    MeasureCategory.SOCIAL_HELP.value,
)
VEILED_MEASURE = "综合帮扶"


@dataclass(frozen=True)
class Facts:
    """What the columns are made from besides the proceeding itself, read once for the whole notice."""

    hidden_risks: frozenset[str] = frozenset(ALWAYS_VEILED)
    measures: dict[int, Sequence[str]] = field(default_factory=dict)  # household -> categories


def risk_words(risks: Iterable[str], hidden: frozenset[str]) -> str:
    """The main risk in words that may hang on a wall; at first place what the household is in danger by."""
    main = next(iter(risks), "")
    if not main:
        return "—"
    return VEILED if main in hidden else str(dict(Cause.choices).get(main, VEILED))


def measure_words(categories: Iterable[str]) -> str:
    labels = dict(MeasureCategory.choices)
    words = [VEILED_MEASURE if one in VEILED_MEASURES else labels.get(one, "") for one in categories]
    return "、".join(dict.fromkeys(word for word in words if word)) or "—"


def _township(row: Proceeding, facts: Facts) -> str:
    return row.village.parent.name if row.village.parent else "—"


def _village(row: Proceeding, facts: Facts) -> str:
    return row.village.short_name or row.village.name


def _hamlet(row: Proceeding, facts: Facts) -> str:
    return (row.household.hamlet if row.household else "") or "—"


def _head(row: Proceeding, facts: Facts) -> str:
    return (row.household.head_name if row.household else "") or "—"


def _size(row: Proceeding, facts: Facts) -> str:
    return str(row.household.members_count) if row.household else "—"


def _class(row: Proceeding, facts: Facts) -> str:
    return row.get_proposed_class_display() or "—"


def _risk(row: Proceeding, facts: Facts) -> str:
    return risk_words(row.risks or (row.household.risks if row.household else []), facts.hidden_risks)


def _identified(row: Proceeding, facts: Facts) -> str:
    day = row.household.risk_identified_on if row.household else None
    return day.isoformat() if day else "—"


def _measures(row: Proceeding, facts: Facts) -> str:
    return measure_words(facts.measures.get(row.household_id or 0, ()))


def _remark(row: Proceeding, facts: Facts) -> str:
    return ""


Column = tuple[str, Callable[[Proceeding, Facts], str]]
PLACE: tuple[Column, ...] = (("乡(镇)", _township), ("行政村", _village))
WHO: tuple[Column, ...] = (*PLACE, ("村民小组", _hamlet), ("户主姓名", _head), ("家庭人口数", _size))
COLUMNS: dict[str, tuple[Column, ...]] = {
    Kind.IDENTIFICATION.value: (*WHO, ("拟纳入类别", _class), ("主要风险类型", _risk), ("备注", _remark)),
    Kind.REMOVAL.value: (
        *WHO, ("监测对象类别", _class), ("识别时间", _identified), ("已落实帮扶措施", _measures), ("备注", _remark),
    ),
    Kind.HOUSEHOLD_EXIT.value: (*WHO, ("备注", _remark)),
    Kind.VILLAGE_EXIT.value: (*PLACE, ("备注", _remark)),
}  # fmt: skip
ANNOUNCED = {"拟纳入类别": "纳入类别"}
TITLES: dict[str, tuple[str, str]] = {
    Kind.IDENTIFICATION.value: ("拟纳入防止返贫监测对象公示", "纳入防止返贫监测对象公告"),
    Kind.REMOVAL.value: ("拟消除风险监测对象公示", "消除风险监测对象公告"),
    Kind.HOUSEHOLD_EXIT.value: ("拟脱贫退出户公示", "脱贫退出户公告"),
    Kind.VILLAGE_EXIT.value: ("拟出列贫困村公示", "贫困村出列公告"),
}


def columns_of(row: Proceeding, facts: Facts, *, announced: bool = False) -> list[list[str]]:
    """[[heading, text], ...] of one line, in the order of the layout."""
    return [
        [ANNOUNCED.get(heading, heading) if announced else heading, text(row, facts)]
        for heading, text in COLUMNS[row.kind]
    ]
