"""The file as the paper form lays it out: headings, and under each the columns in words. Unknown says 未采集, never 否 or 0.

A column shows only to those whose groups of fields hold it (households/field_groups.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from households.field_groups import COLUMN_GROUP
from households.models import HouseholdSituation, Membership, PersonSituation, SafetyNet

UNKNOWN = "— 未采集"
PERSON_SECTIONS = (
    ("教育", ("education", "schooling", "not_in_school_reason")),
    ("健康", ("is_healthy", "has_chronic_illness", "has_serious_illness", "is_disabled", "disability_kind", "disability_grade")),
    ("劳动与就业", ("labour_skill", "work_place", "work_place_name", "work_months", "employment_channel", "post_months")),
    ("保险与救助", (
        "has_medical_insurance", "medical_kind", "has_serious_illness_insurance", "has_commercial_insurance", "has_medical_help",
        "has_pension_insurance", "pension_kind", "is_relocated",
    )),
)  # fmt: skip
LIVING_SECTIONS = (
    ("基本情况", ("address", "is_martyr_family")),
    ("住房", ("house_area_m2", "house_structure", "danger_grade", "housing_evidence")),
    ("道路与生活设施", ("road_kind", "road_km", "fuel", "toilet", "has_electricity", "has_broadcast", "has_broadband")),
    ("饮水", ("water_safe", "water_source", "water_evidence")),
    ("土地与生产", (
        "arable_mu", "grassland_mu", "water_mu", "forest_mu", "converted_mu", "orchard_mu", "in_cooperative",
        "led_by_enterprise", "led_by_pioneer",
    )),
    ("易地搬迁", ("relocation_way", "resettlement_way", "resettled_at", "relocated_on")),
)  # fmt: skip


@dataclass(frozen=True)
class Fact:
    label: str
    words: str
    unknown: bool = False


@dataclass(frozen=True)
class Section:
    title: str
    facts: tuple[Fact, ...]


def value_words(row: Any, name: str) -> str:
    """A column in words; empty text when it is unknown."""
    value = getattr(row, name, None)
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    choices = dict(row._meta.get_field(name).flatchoices)
    if choices:
        return str(choices.get(value, value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def fact(label: str, words: str) -> Fact:
    return Fact(label, words or UNKNOWN, not words)


def _sections(
    model: Any, row: Any, layout: Iterable[tuple[str, Sequence[str]]], groups: frozenset[str]
) -> list[Section]:
    found = []
    for title, names in layout:
        facts = tuple(
            fact(str(model._meta.get_field(name).verbose_name), value_words(row, name) if row else "")
            for name in names
            if COLUMN_GROUP[name] in groups
        )
        if facts:
            found.append(Section(title, facts))
    return found


def living_sections(held: HouseholdSituation | None, groups: frozenset[str]) -> list[Section]:
    return _sections(HouseholdSituation, held, LIVING_SECTIONS, groups)


def net_facts(nets: Iterable[SafetyNet], person_id: int) -> tuple[Fact, ...]:
    """低保 and 特困 of one person: his own, or the household's. No open spell is a known no."""
    mine = [net for net in nets if net.effective_to is None and net.person_id in (None, person_id)]
    found = []
    for label, start in (("享受低保", ("rural_allowance", "urban_allowance")), ("特困供养", ("destitute_",))):
        names = [
            f"{net.get_kind_display()}{'' if net.person_id else '（整户）'}"
            for net in mine
            if net.kind.startswith(start)
        ]
        found.append(Fact(label, "、".join(names) or "未享受"))
    return tuple(found)


def person_sections(
    row: Membership, held: PersonSituation | None, nets: Iterable[SafetyNet], groups: frozenset[str]
) -> list[Section]:
    """One member: own fields, then the dated ones by heading, then 低保 and 特困."""
    person, own = row.person, []
    own += [
        fact("性别", person.get_gender_display() if person.gender else ""),
        fact("民族", person.ethnicity),
    ]
    own += [fact("政治面貌", value_words(person, "political"))]
    if "identity" in groups:
        own += [
            fact("出生日期", value_words(person, "birth_date")),
            fact("证件类型", value_words(person, "id_kind")),
            fact("证件号码", person.number_masked("id_number")),
            fact("联系电话", person.number_masked("phone")),
        ]
    if "health" in groups:
        own.append(fact("残疾证号", person.number_masked("disability_card")))
    own.append(Fact("加入本户", row.effective_from.isoformat()))
    found = [Section("基本信息", tuple(own)), *_sections(PersonSituation, held, PERSON_SECTIONS, groups)]
    if "safety_net" in groups:
        found.append(Section("兜底保障", net_facts(nets, person.pk)))
    return found
