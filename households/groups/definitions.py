"""The list of groups: what each is called, whom it means, where that stands, and which fields one must hold to see it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q

from common.errors import NotFound
from households.groups import homes, people
from households.groups.frame import Frame

Part = tuple[str, str, Q]
COUNTY = "县级自定"
YUZHOU_18 = "禹州2020 第18条列出，范围为县级自定"
MIANCHI = "渑池2018-2020 二(一)2 列名，界限为县级自定"


@dataclass(frozen=True)
class Group:
    """`build` gives (belongs, unknown); `parts` splits those who belong; `columns` are shown in the list beside name and place."""

    code: str
    title: str
    heading: str
    subject: Literal["person", "household"]
    definition: str
    source: str
    field_groups: frozenset[str]
    build: Callable[[Frame], tuple[Q, Q]]
    columns: tuple[str, ...] = ()
    parts: Callable[[Frame], tuple[Part, ...]] | None = None

    def seen_with(self, groups: frozenset[str]) -> bool:
        return self.field_groups <= groups


def _group(
    code: str, title: str, heading: str, definition: str, source: str, needs: str, build, **more
) -> Group:  # type: ignore[no-untyped-def]
    subject = more.pop("subject", "person")
    return Group(code, title, heading, subject, definition, source, frozenset(needs.split()), build, **more)


LEFT, DISABLED, PUPILS, NET, HOME, ILL, DEEP = (
    "留守和孤寡", "残疾人", "教育", "兜底保障", "住房、饮水、劳动力", "患病", "四类深度贫困群体",
)  # fmt: skip

GROUPS: tuple[Group, ...] = (
    _group("left-behind-children", "留守儿童", LEFT,
           "未满规定年龄；户内有成年劳动年龄成员在县外务工达到规定月数，且没有其他劳动年龄成员在家。", YUZHOU_18, "work",
           people.left_behind_children, columns=("relation", "age")),
    _group("left-behind-women", "留守妇女", LEFT, "劳动年龄的妇女在家，户内对应关系的丈夫在县外务工达到规定月数。", YUZHOU_18, "work",
           people.left_behind_women, columns=("relation", "age")),
    _group("left-behind-old", "留守老人", LEFT, "达到老年年龄；户内劳动年龄成员在县外务工，且没有其他劳动年龄成员在家。", YUZHOU_18, "work",
           people.left_behind_old, columns=("relation", "age")),
    _group("empty-nest-old", "空巢老人", LEFT, "达到老年年龄；全户都是老年人且不止一人。户外子女情况未登记。", COUNTY, "",
           people.empty_nest_old, columns=("relation", "age")),
    _group("lonely-old", "孤寡（独居）老人", LEFT, "达到老年年龄；户内只有本人一人。有无户外子女未登记，须入户核实。", COUNTY, "",
           people.lonely_old, columns=("age",)),
    _group("disabled", "残疾人", DISABLED, "登记为残疾的成员。", "禹州2020 第18条", "health",
           people.disabled, columns=("age", "disability_kind", "disability_grade")),
    _group("living-subsidy", "困难残疾人生活补贴", DISABLED, "应享：本人或全户享受低保的残疾人。按本年实施中的措施判断是否领取。",
           YUZHOU_18, "health safety_net", people.on_living_subsidy, columns=("age", "disability_kind", "disability_grade", "part"),
           parts=lambda frame: people.subsidy_parts(frame, "group_living_subsidy_words")),
    _group("care-subsidy", "重度残疾人护理补贴", DISABLED, "应享：一级、二级残疾人。按实施中的措施判断是否领取。",
           YUZHOU_18, "health safety_net", people.severely_disabled, columns=("age", "disability_kind", "disability_grade", "part"),
           parts=lambda frame: people.subsidy_parts(frame, "group_care_subsidy_words")),
    _group("out-of-school", "失学辍学", PUPILS, "义务教育年龄而不在校。", "禹州2020 0.2、2；年龄为县级自定", "schooling",
           people.out_of_school, columns=("age", "schooling", "not_in_school_reason")),
    _group("aided-pupils", "受助学生", PUPILS, "本人有实施中的义务教育保障或其他教育帮扶措施。", COUNTY, "schooling",
           people.aided_pupils, columns=("age", "schooling")),
    _group("allowance", "低保对象", NET, "正在享受农村或城市低保的成员（整户或单人保）。", "禹州2020 第18条", "safety_net",
           people.on_allowance, columns=("relation", "age")),
    _group("destitute", "特困供养对象", NET, "正在享受集中或分散特困供养的成员。", "禹州2020 第18条", "safety_net",
           people.destitute, columns=("relation", "age")),
    _group("dangerous-house", "危房户", HOME, "住房等级为规定的危房等级（C、D）。", "禹州2020 第16条；等级为系统假定", "housing",
           homes.dangerous_houses, subject="household", columns=("danger_grade", "members")),
    _group("unsafe-water", "饮水不安全户", HOME, "饮水安全登记为否。", "禹州2020 第17条", "water",
           homes.unsafe_water, subject="household", columns=("members",)),
    _group("no-labour", "整户无劳动力户", HOME, "没有普通、技能、弱或半劳动力；劳动年龄成员都已采集。", COUNTY, "work",
           homes.without_labour, subject="household", columns=("members",)),
    _group("serious-illness", "患大病人员", ILL, "登记为患有大病的成员。", COUNTY, "health", people.seriously_ill, columns=("relation", "age")),
    _group("chronic-illness", "长期慢性病人员", ILL, "登记为有长期慢性病的成员。", COUNTY, "health",
           people.chronically_ill, columns=("relation", "age")),
    _group("deep-old", "丧失劳动能力的贫困老年人", DEEP, "建档立卡户中达到老年年龄、丧失或无劳动力的成员。", MIANCHI, "work",
           people.deep_old, columns=("age", "labour_skill")),
    _group("deep-disabled", "重度残疾人", DEEP, "建档立卡户中的一级、二级残疾人。", MIANCHI, "health",
           people.deep_disabled, columns=("age", "disability_kind", "disability_grade")),
    _group("deep-ill", "重特大病人", DEEP, "建档立卡户中患有大病的成员。", MIANCHI, "health", people.deep_ill, columns=("age",)),
    _group("deep-mind", "重度智障", DEEP, "建档立卡户中的一级、二级智力残疾人；多重残疾是否含智力不明。", MIANCHI, "health",
           people.deep_mind, columns=("age", "disability_kind", "disability_grade")),
    _group("deep-any", "四类合计（不重复）", DEEP, "属于上面四类中任何一类的成员。", MIANCHI, "work health",
           people.deep_any, columns=("age", "labour_skill", "disability_grade")),
)  # fmt: skip
_BY_CODE = {group.code: group for group in GROUPS}


def groups_for(field_groups: frozenset[str]) -> tuple[Group, ...]:
    """The groups a person with these groups of fields may see; one that needs none shows ages only, so it is for all."""
    return tuple(group for group in GROUPS if group.seen_with(field_groups))


def group_named(code: str, field_groups: frozenset[str]) -> Group:
    """The group, or NotFound: one the person may not see does not exist for him."""
    found = _BY_CODE.get(code)
    if found is None or not found.seen_with(field_groups):
        raise NotFound
    return found
