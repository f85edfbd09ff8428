"""What a list of a group shows of each row, for the screen and for the sheet."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from common.dates import age_on
from households.selectors.facts import situation_held

COLUMN_TITLES: Mapping[str, str] = {
    "relation": "与户主关系", "age": "年龄", "disability_kind": "残疾类别", "disability_grade": "残疾等级", "schooling": "在校生状况",
    "not_in_school_reason": "未上学原因", "labour_skill": "劳动技能", "danger_grade": "住房等级", "members": "家庭人口", "part": "领取情况",
}  # fmt: skip


def cell_of(name: str, row: Any, as_of: date, parts: Mapping[str, str]) -> str:
    """The text of a cell; empty where nothing was collected. `row`: a membership or a household of the list."""
    if name == "members":
        return f"{row.members_count} 人"
    if name == "danger_grade":
        return f"{row.living_grade} 级" if row.living_grade else ""
    if name == "relation":
        return str(row.get_relation_display())
    if name == "part":
        return parts.get(row.group_part, "")
    if name == "age":
        born = row.person.birth_date
        return f"{age_on(born, as_of)} 岁" if born else ""
    held = situation_held(row)
    if held is None:
        return ""
    if name == "disability_grade":
        return f"{held.disability_grade} 级" if held.disability_grade else ""
    return str(getattr(held, f"get_{name}_display")())
