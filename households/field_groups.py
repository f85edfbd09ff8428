"""Which facts belong to which group of fields. Who lacks a group does not see its facts at all, masked or not."""

from accounts.permissions import ALL_FIELD_GROUPS
from households.codes import GuaranteeKind, MeasureCategory

GUARANTEE_GROUP: dict[str, str] = {
    GuaranteeKind.FOOD_CLOTHING.value: "income",
    GuaranteeKind.SCHOOLING.value: "schooling",
    GuaranteeKind.MEDICAL.value: "health",
    GuaranteeKind.HOUSING.value: "housing",
    GuaranteeKind.WATER.value: "water",
}
MEASURE_GROUP: dict[str, str] = dict.fromkeys(MeasureCategory.values, "income") | {
    "employment": "work", "public_post": "work", "health": "health", "compulsory_schooling": "schooling",
    "other_schooling": "schooling", "social_security": "safety_net", "social_help": "safety_net", "housing": "housing",
    "relocation": "housing", "water": "water",
}  # fmt: skip


def sees_all(groups: frozenset[str]) -> bool:
    """Free texts may speak of anything: they are for those who may see every group."""
    return groups >= ALL_FIELD_GROUPS


def visible_measures(groups: frozenset[str]) -> list[str]:
    return [category for category, group in MEASURE_GROUP.items() if group in groups]


def visible_guarantees(groups: frozenset[str]) -> list[str]:
    return [kind for kind, group in GUARANTEE_GROUP.items() if group in groups]
