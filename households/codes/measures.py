"""Aid measures: categories and their items."""

from django.db.models import TextChoices


class MeasureCategory(TextChoices):
    INDUSTRY = "industry", "产业帮扶"
    EMPLOYMENT = "employment", "就业帮扶"
    FINANCE = "finance", "金融帮扶"
    PUBLIC_POST = "public_post", "公益岗位帮扶"
    HEALTH = "health", "健康帮扶"
    COMPULSORY_SCHOOLING = "compulsory_schooling", "义务教育保障"
    OTHER_SCHOOLING = "other_schooling", "其他教育帮扶"
    SOCIAL_SECURITY = "social_security", "综合保障"
    SOCIAL_HELP = "social_help", "社会帮扶"
    HOUSING = "housing", "住房安全保障"
    WATER = "water", "饮水安全保障"
    RELOCATION = "relocation", "搬迁"
    LIVING_CONDITIONS = "living_conditions", "生产生活条件改善"
    INFRASTRUCTURE = "infrastructure", "基础设施建设"


class EffectLevel(TextChoices):
    """成效评定: what a review found."""

    GOOD = "good", "成效明显"
    SOME = "some", "有一定成效"
    NONE = "none", "成效不明显"


# 增收措施 / 开发式帮扶: industry, employment, finance, public-welfare posts.
INCOME_MEASURES = ("industry", "employment", "finance", "public_post")

JOB_MEASURES = ("employment", "public_post")
TEMPORARY_AID, DISABILITY_SUBSIDY, SKILL_TRAINING = "临时救助", "残疾人补贴", "技能培训"
MICRO_LOAN, PREMIUM_AID = "小额信贷", "居民医保个人缴费补贴"
# Money for a student. Meals for everybody and being talked back to school are none.
STUDENT_AID = ("寄宿生生活补贴", "雨露计划", "助学贷款", "助学金", "免保教费")

MEASURE_ITEMS: dict[str, tuple[str, ...]] = {
    "industry": (
        "种苗、化肥等物资",
        "产业奖补",
        "致富带头人/合作社/龙头企业带动",
        "乡村旅游",
        "入股分红",
        "消费帮扶",
        "其他",
    ),
    "employment": ("劳务输出", "外出务工补贴", "技能培训", "其他"),
    "finance": ("小额信贷", "其他"),
    "public_post": ("护林", "保洁", "护路", "其他"),
    "health": ("居民医保个人缴费补贴", "医疗救助", "慢性病卡", "家庭医生签约", "住院报销", "其他"),
    "compulsory_schooling": ("劝返", "送教上门", "寄宿生生活补贴", "营养餐", "其他"),
    "other_schooling": ("雨露计划", "助学贷款", "助学金", "免保教费", "其他"),
    "social_security": ("低保", "特困供养", "养老金", "临时救助", "残疾人补贴", "其他"),
    "social_help": ("社会捐助", "其他"),
    "housing": ("危房改造", "其他"),
    "water": ("饮水入户", "水质改善", "其他"),
    "relocation": ("集中安置", "分散安置"),
    "living_conditions": ("户厕改造", "庭院整治", "其他"),
    "infrastructure": ("通路", "通电", "通网", "其他"),
}
