"""The items of income and of spending, by component, as the county's income sheet lists them."""

from django.db.models import TextChoices


class Component(TextChoices):
    """A component is a total of IncomeRecord (`<value>_fen`)."""

    WAGE = "wage", "工资性收入"
    BUSINESS = "business", "生产经营性收入"
    PROPERTY = "property", "财产性收入"
    TRANSFER = "transfer", "转移性收入"
    PRODUCTION_COST = "production_cost", "生产经营性支出"
    SELF_PAID = "self_paid", "合规自付支出"


INCOME_ITEMS: dict[str, dict[str, str]] = {
    "wage": {
        "wage_labour": "务工",
        "wage_post_department": "公益岗（行业部门）",
        "wage_post_township": "公益岗（乡镇）",
        "wage_post_village": "公益岗（村级）",
        "wage_other": "其他工资性收入",
    },
    "business": {
        "business_planting": "种植",
        "business_livestock": "养殖",
        "business_forestry": "林果",
        "business_other": "其他经营收入",
    },
    "property": {
        "property_dividend": "资产收益分红",
        "property_land": "土地流转",
        "property_entrusted": "代种代养",
        "property_other": "其他财产性收入",
    },
    "transfer": {
        "transfer_allowance": "低保金",
        "transfer_destitute": "特困供养金",
        "transfer_pension": "养老金",
        "transfer_family_planning": "计划生育金",
        "transfer_farmland_to_forest": "退耕还林补贴",
        "transfer_public_forest": "公益林补贴",
        "transfer_grassland": "草原生态奖补",
        "transfer_resettlement": "移民补助",
        "transfer_soil": "地力补贴",
        "transfer_old_age": "高龄补贴",
        "transfer_veterans": "优抚金",
        "transfer_disability": "残疾补贴",
        "transfer_schooling": "教育扶持",
        "transfer_support": "赡养费",
        "transfer_other": "其他转移性收入",
    },
    "production_cost": {
        "cost_planting": "种植支出",
        "cost_livestock": "养殖支出",
        "cost_forestry": "林果支出",
        "cost_other": "其他经营支出",
    },
    "self_paid": {
        "self_paid_medical": "医疗",
        "self_paid_schooling": "教育",
        "self_paid_other": "其他合规自付",
    },
}
COMPONENT_OF = {item: component for component, items in INCOME_ITEMS.items() for item in items}
ITEM_LABELS = {item: label for items in INCOME_ITEMS.values() for item, label in items.items()}
