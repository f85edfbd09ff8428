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


SUBSIDY = ("age", "disability_kind", "disability_grade", "part")
LEFT, DISABLED, PUPILS, NET, HOME, ILL, DEEP = (
    "留守和孤寡", "残疾人", "教育", "兜底保障", "住房、饮水、劳动力", "患病", "四类深度贫困群体",
)  # fmt: skip

GROUPS: tuple[Group, ...] = (
    Group("left-behind-children", "留守儿童", LEFT, "person",
          "未满规定年龄；户内有成年劳动年龄成员在县外务工达到规定月数，且没有其他劳动年龄成员在家。",
          YUZHOU_18, frozenset({"work"}), people.left_behind_children, columns=("relation", "age")),
    Group("left-behind-women", "留守妇女", LEFT, "person", "劳动年龄的妇女在家，户内对应关系的丈夫在县外务工达到规定月数。",
          YUZHOU_18, frozenset({"work"}), people.left_behind_women, columns=("relation", "age")),
    Group("left-behind-old", "留守老人", LEFT, "person", "达到老年年龄；户内劳动年龄成员在县外务工，且没有其他劳动年龄成员在家。",
          YUZHOU_18, frozenset({"work"}), people.left_behind_old, columns=("relation", "age")),
    Group("empty-nest-old", "空巢老人", LEFT, "person", "达到老年年龄；全户都是老年人且不止一人。户外子女情况未登记。",
          COUNTY, frozenset(), people.empty_nest_old, columns=("relation", "age")),
    Group("lonely-old", "孤寡（独居）老人", LEFT, "person", "达到老年年龄；户内只有本人一人。有无户外子女未登记，须入户核实。",
          COUNTY, frozenset(), people.lonely_old, columns=("age",)),
    Group("disabled", "残疾人", DISABLED, "person", "登记为残疾的成员。",
          "禹州2020 第18条", frozenset({"health"}), people.disabled, columns=("age", "disability_kind", "disability_grade")),
    Group("living-subsidy", "困难残疾人生活补贴", DISABLED, "person", "应享：本人或全户享受低保的残疾人。按本年实施中的措施判断是否领取。",
          YUZHOU_18, frozenset({"health", "safety_net"}), people.on_living_subsidy,
          columns=SUBSIDY, parts=lambda frame: people.subsidy_parts(frame, "group_living_subsidy_words")),
    Group("care-subsidy", "重度残疾人护理补贴", DISABLED, "person", "应享：一级、二级残疾人。按实施中的措施判断是否领取。",
          YUZHOU_18, frozenset({"health", "safety_net"}), people.severely_disabled,
          columns=SUBSIDY, parts=lambda frame: people.subsidy_parts(frame, "group_care_subsidy_words")),
    Group("out-of-school", "失学辍学", PUPILS, "person", "义务教育年龄而不在校。",
          "禹州2020 0.2、2；年龄为县级自定", frozenset({"schooling"}), people.out_of_school, columns=("age", "schooling", "not_in_school_reason")),
    Group("aided-pupils", "受助学生", PUPILS, "person", "本人有实施中的义务教育保障或其他教育帮扶措施。",
          COUNTY, frozenset({"schooling"}), people.aided_pupils, columns=("age", "schooling")),
    Group("allowance", "低保对象", NET, "person", "正在享受农村或城市低保的成员（整户或单人保）。",
          "禹州2020 第18条", frozenset({"safety_net"}), people.on_allowance, columns=("relation", "age")),
    Group("destitute", "特困供养对象", NET, "person", "正在享受集中或分散特困供养的成员。",
          "禹州2020 第18条", frozenset({"safety_net"}), people.destitute, columns=("relation", "age")),
    Group("dangerous-house", "危房户", HOME, "household", "住房等级为规定的危房等级（C、D）。",
          "禹州2020 第16条；等级为系统假定", frozenset({"housing"}), homes.dangerous_houses, columns=("danger_grade", "members")),
    Group("unsafe-water", "饮水不安全户", HOME, "household", "饮水安全登记为否。",
          "禹州2020 第17条", frozenset({"water"}), homes.unsafe_water, columns=("members",)),
    Group("no-labour", "整户无劳动力户", HOME, "household", "没有普通、技能、弱或半劳动力；劳动年龄成员都已采集。",
          COUNTY, frozenset({"work"}), homes.without_labour, columns=("members",)),
    Group("serious-illness", "患大病人员", ILL, "person", "登记为患有大病的成员。",
          COUNTY, frozenset({"health"}), people.seriously_ill, columns=("relation", "age")),
    Group("chronic-illness", "长期慢性病人员", ILL, "person", "登记为有长期慢性病的成员。",
          COUNTY, frozenset({"health"}), people.chronically_ill, columns=("relation", "age")),
    Group("deep-old", "丧失劳动能力的贫困老年人", DEEP, "person", "建档立卡户中达到老年年龄、丧失或无劳动力的成员。",
          MIANCHI, frozenset({"work"}), people.deep_old, columns=("age", "labour_skill")),
    Group("deep-disabled", "重度残疾人", DEEP, "person", "建档立卡户中的一级、二级残疾人。",
          MIANCHI, frozenset({"health"}), people.deep_disabled, columns=("age", "disability_kind", "disability_grade")),
    Group("deep-ill", "重特大病人", DEEP, "person", "建档立卡户中患有大病的成员。",
          MIANCHI, frozenset({"health"}), people.deep_ill, columns=("age",)),
    Group("deep-mind", "重度智障", DEEP, "person", "建档立卡户中的一级、二级智力残疾人；多重残疾是否含智力不明。",
          MIANCHI, frozenset({"health"}), people.deep_mind, columns=("age", "disability_kind", "disability_grade")),
    Group("deep-any", "四类合计（不重复）", DEEP, "person", "属于上面四类中任何一类的成员。",
          MIANCHI, frozenset({"work", "health"}), people.deep_any, columns=("age", "labour_skill", "disability_grade")),
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
