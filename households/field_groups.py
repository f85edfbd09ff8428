"""Which facts belong to which group of fields. Who lacks a group does not see its facts at all, masked or not."""

from accounts.permissions import ALL_FIELD_GROUPS
from households.codes import GuaranteeKind, MeasureCategory, PaperKind

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
# Columns of the dated situations; a test holds the names against the models: a new column must be thought of.
PERSON_COLUMNS: dict[str, tuple[str, ...]] = {
    "schooling": ("education", "schooling", "not_in_school_reason"),
    "health": (
        "is_healthy", "has_chronic_illness", "has_serious_illness", "is_disabled", "disability_kind", "disability_grade",
        "has_medical_insurance", "medical_kind", "has_serious_illness_insurance", "has_commercial_insurance", "has_medical_help",
    ),
    "work": (
        "labour_skill", "work_place", "work_place_name", "work_months", "employment_channel", "post_months",
    ),
    "safety_net": ("has_pension_insurance", "pension_kind"),
    "housing": ("is_relocated",),
}  # fmt: skip
LIVING_COLUMNS: dict[str, tuple[str, ...]] = {
    "identity": ("address", "is_martyr_family"),
    "housing": (
        "house_area_m2", "house_structure", "danger_grade", "housing_evidence", "road_kind", "road_km", "fuel", "toilet",
        "has_electricity", "has_broadcast", "has_broadband", "relocation_way", "resettlement_way", "resettled_at", "relocated_on",
    ),
    "water": ("water_safe", "water_source", "water_evidence"),
    "income": (
        "arable_mu", "grassland_mu", "water_mu", "forest_mu", "converted_mu", "orchard_mu", "in_cooperative",
        "led_by_enterprise", "led_by_pioneer",
    ),
}  # fmt: skip
COLUMN_GROUP = {
    name: group
    for groups in (PERSON_COLUMNS, LIVING_COLUMNS)
    for group, names in groups.items()
    for name in names
}
# A paper that may speak of anything ("" here) is for those who see every group.
PAPER_GROUP: dict[str, str] = dict.fromkeys(PaperKind.values, "") | {
    "register": "identity", "id_card": "identity", "disability_card": "health", "medical": "health", "schooling": "schooling",
    "housing": "housing", "water": "water", "income": "income", "work": "work", "safety_net": "safety_net",
}  # fmt: skip
# What a rule reads and its sentence tells. A test holds the names against the registry: a new metric must be thought of.
METRIC_GROUPS: dict[str, tuple[str, ...]] = {
    "": (
        "members", "poverty_status", "monitor_class", "is_registered", "is_exited", "is_unexited", "is_monitored", "last_visit_on",
        "visits_in_quarter", "quarter_days_left", "has_helper", "age", "household_registered", "household_exited",
        "household_monitored", "disaster_hit", "disaster_on", "risk_disaster", "household_unexited", "risk_open_on",
        "exit_line_fen", "allowance_standard_fen", "unexited_persons", "unexited_households", "facts_year", "village_kind",
        "registered_population", "poor_persons", "previous_population", "previous_poor_persons", "collective_income_fen",
        "has_relief_task", "monitored_since", "household_last_visit_on",
    ),
    "income": (
        "net_income_fen", "disposable_income_fen", "disposable_or_net_fen", "disposable_inferred", "income_members",
        "gross_income_fen", "income_year_end", "income_collected_on", "previous_net_income_fen", "previous_income_members",
        "self_paid_fen", "allowance_income_recorded", "quarter_income_collected", "income_measures", "food_clothing_ok",
        "project_failed_hit", "project_failed_on", "risk_industry", "risk_other", "above_allowance_since",
        "allowance_above_months", "after_paid_fen", "quarter_net_fen", "quarter_members", "quarter_end",
        "quarter_before_net_fen", "quarter_before_members", "running_measures", "industry_measures", "own_measures",
        "household_income_measures", "household_below_allowance", "previous_disposable_or_net_fen", "claims_on", "loan_measures",
        "household_disposable_or_net_fen", "household_income_members", "household_allowance_standard_fen",
    ),
    "health": (
        "medical_ok", "has_serious_illness", "has_chronic_illness", "is_disabled", "disability_grade", "has_medical_insurance",
        "has_serious_illness_insurance", "serious_illness_hit", "serious_illness_on", "disability_hit", "disability_on",
        "worker_death_hit", "worker_death_on", "accident_hit", "accident_on", "risk_illness", "risk_disability",
        "risk_accident", "disability_kind", "household_health_aid", "health_aid", "medical_kind", "premium_aid",
        "household_premium_aid",
    ),
    "schooling": (
        "schooling_ok", "in_school", "schooling_code", "not_in_school_reason", "dropout_hit", "dropout_on", "risk_schooling",
        "student_aid", "household_student_aid",
    ),
    "housing": ("housing_ok", "danger_grade", "is_relocated"),
    "water": ("water_ok", "water_safe"),
    "safety_net": (
        "on_allowance", "on_destitute_support", "allowance_since", "allowance_measure", "temporary_aid_on",
        "has_pension_insurance", "household_safety_net", "household_allowance", "household_subsidy", "disability_subsidy",
    ),
    "work": (
        "labour_skill", "work_months", "labour_members", "job_lost_hit", "job_lost_on", "risk_job", "job_measures", "job_measure",
        "trained_on",
    ),
}  # fmt: skip
_GROUP_OF_METRIC = {name: group for group, names in METRIC_GROUPS.items() for name in names}


def metric_group(name: str) -> str:
    """The group of a metric of households and persons; a name nobody has placed stops the start."""
    return _GROUP_OF_METRIC[name]


def sees_all(groups: frozenset[str]) -> bool:
    """Free texts may speak of anything: they are for those who may see every group."""
    return groups >= ALL_FIELD_GROUPS


def visible_measures(groups: frozenset[str]) -> list[str]:
    return [category for category, group in MEASURE_GROUP.items() if group in groups]


def visible_guarantees(groups: frozenset[str]) -> list[str]:
    return [kind for kind, group in GUARANTEE_GROUP.items() if group in groups]


def visible_papers(groups: frozenset[str]) -> list[str]:
    full = sees_all(groups)
    return [kind for kind, group in PAPER_GROUP.items() if (group in groups if group else full)]
