"""What a list of a group shows of each row, for the screen and for the sheet."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from common.dates import age_on
from households.selectors.facts import situation_held

COLUMN_TITLES: Mapping[str, str] = {
    "relation": "与户主关系", "age": "年龄", "disability_kind": "残疾类别", "disability_grade": "残疾等级", "schooling": "在校生状况",
    "not_in_school_reason": "未上学原因", "labour_skill": "劳动技能", "danger_grade": "住房等级", "members": "家庭人口", "part": "领取情况",
}  # fmt: skip


def _held(name: str, row: Any) -> str:
    held = situation_held(row)
    if held is None:
        return ""
    if name == "disability_grade":
        return f"{held.disability_grade} 级" if held.disability_grade else ""
    return str(getattr(held, f"get_{name}_display")())


def _age(row: Any, as_of: date) -> str:
    born = row.person.birth_date
    return f"{age_on(born, as_of)} 岁" if born else ""


def cell_of(name: str, row: Any, as_of: date, parts: Mapping[str, str]) -> str:
    """The text of a cell; empty where nothing was collected. `row`: a membership or a household of the list."""
    own: dict[str, Callable[[], str]] = {
        "members": lambda: f"{row.members_count} 人",
        "danger_grade": lambda: f"{row.living_grade} 级" if row.living_grade else "",
        "relation": lambda: str(row.get_relation_display()),
        "part": lambda: parts.get(row.group_part, ""),
        "age": lambda: _age(row, as_of),
    }
    return own[name]() if name in own else _held(name, row)
