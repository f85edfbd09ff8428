"""Code lists of the field (docs/glossary.md): stable English codes, Chinese labels as the ledgers write them."""

from django.db.models import TextChoices


class PovertyStatus(TextChoices):
    """脱贫属性."""

    UNEXITED = "unexited", "未脱贫"
    PRE_EXIT = "pre_exit", "预脱贫"
    EXITED_WITH_POLICY = "exited_with_policy", "脱贫享受政策"
    EXITED_WITHOUT_POLICY = "exited_without_policy", "脱贫不享受政策"
    RETURNED = "returned", "返贫"
    ORDINARY = "ordinary", "一般农户"


REGISTERED = tuple(status.value for status in PovertyStatus if status != PovertyStatus.ORDINARY)
EXITED = (PovertyStatus.EXITED_WITH_POLICY.value, PovertyStatus.EXITED_WITHOUT_POLICY.value)
UNEXITED = (PovertyStatus.UNEXITED.value, PovertyStatus.PRE_EXIT.value, PovertyStatus.RETURNED.value)


class MonitorClass(TextChoices):
    """监测对象类别."""

    NONE = "none", "非监测对象"
    UNSTABLE_EXITED = "unstable_exited", "脱贫不稳定户"
    BORDERLINE = "borderline", "边缘易致贫户"
    SUDDEN_HARDSHIP = "sudden_hardship", "突发严重困难户"


class StatusDimension(TextChoices):
    POVERTY = "poverty", "脱贫属性"
    MONITOR = "monitor", "监测对象类别"


class Relation(TextChoices):
    """与户主关系, 28 values."""

    HEAD = "head", "户主"
    SPOUSE = "spouse", "配偶"
    SON = "son", "之子"
    DAUGHTER = "daughter", "之女"
    DAUGHTER_IN_LAW = "daughter_in_law", "之儿媳"
    SON_IN_LAW = "son_in_law", "之女婿"
    SONS_SON = "sons_son", "之孙子"
    SONS_DAUGHTER = "sons_daughter", "之孙女"
    DAUGHTERS_SON = "daughters_son", "之外孙子"
    DAUGHTERS_DAUGHTER = "daughters_daughter", "之外孙女"
    FATHER = "father", "之父"
    MOTHER = "mother", "之母"
    WIFES_FATHER = "wifes_father", "之岳父"
    WIFES_MOTHER = "wifes_mother", "之岳母"
    HUSBANDS_FATHER = "husbands_father", "之公公"
    HUSBANDS_MOTHER = "husbands_mother", "之婆婆"
    FATHERS_FATHER = "fathers_father", "之祖父"
    FATHERS_MOTHER = "fathers_mother", "之祖母"
    MOTHERS_FATHER = "mothers_father", "之外祖父"
    MOTHERS_MOTHER = "mothers_mother", "之外祖母"
    SIBLING = "sibling", "之兄弟姐妹"
    GREAT_GRANDSON = "great_grandson", "之曾孙子"
    GREAT_GRANDDAUGHTER = "great_granddaughter", "之曾孙女"
    NEPHEW = "nephew", "之侄儿"
    NIECE = "niece", "之侄女"
    SIBLINGS_WIFE = "siblings_wife", "之兄弟媳妇"
    UNCLE = "uncle", "之叔伯"
    OTHER = "other", "其他"


class JoinKind(TextChoices):
    MARRIAGE = "marriage_in", "嫁入"
    NEWBORN = "newborn", "新生儿"
    MOVED = "moved_in", "其他转入"


class LeaveKind(TextChoices):
    DEATH = "death", "死亡"
    MARRIAGE = "marriage_out", "嫁出"
    EMIGRATED = "emigrated", "出国定居"
    IMPRISONED = "imprisoned", "判刑收监"
    MOVED = "moved_out", "其他转出"


class Gender(TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"


class IdKind(TextChoices):
    ID_CARD = "id_card", "居民身份证"
    DISABILITY = "disability", "残疾人证"
    MILITARY = "military", "军官证"


class Education(TextChoices):
    """文化程度; blank while at school."""

    ILLITERATE = "illiterate", "文盲或半文盲"
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    SENIOR = "senior", "高中"
    COLLEGE = "college", "大专"
    BACHELOR = "bachelor", "本科及以上"


class Schooling(TextChoices):
    """在校生状况; NOT_AT_SCHOOL is what a blank cell means in the ledgers, unknown is an empty value."""

    NOT_AT_SCHOOL = "not_at_school", "非在校生"
    PRESCHOOL_AGE = "preschool_age", "学龄前儿童"
    KINDERGARTEN = "kindergarten", "学前教育"
    PRIMARY = "primary", "小学"
    JUNIOR_1 = "junior_1", "七年级"
    JUNIOR_2 = "junior_2", "八年级"
    JUNIOR_3 = "junior_3", "九年级"
    SENIOR_1 = "senior_1", "普通高中一年级"
    SENIOR_2 = "senior_2", "普通高中二年级"
    SENIOR_3 = "senior_3", "普通高中三年级"
    VOCATIONAL_1 = "vocational_1", "中职一年级"
    VOCATIONAL_2 = "vocational_2", "中职二年级"
    VOCATIONAL_3 = "vocational_3", "中职三年级"
    HIGHER_VOCATIONAL_1 = "higher_vocational_1", "高职高专一年级"
    HIGHER_VOCATIONAL_2 = "higher_vocational_2", "高职高专二年级"
    HIGHER_VOCATIONAL_3 = "higher_vocational_3", "高职高专三年级"
    TECHNICIAN_1 = "technician_1", "技师学院一年级"
    TECHNICIAN_2 = "technician_2", "技师学院二年级"
    TECHNICIAN_3 = "technician_3", "技师学院三年级"
    TECHNICIAN_4 = "technician_4", "技师学院四年级"
    BACHELOR_1 = "bachelor_1", "本科一年级"
    BACHELOR_2 = "bachelor_2", "本科二年级"
    BACHELOR_3 = "bachelor_3", "本科三年级"
    BACHELOR_4 = "bachelor_4", "本科四年级"
    BACHELOR_5 = "bachelor_5", "本科五年级"
    MASTER = "master", "硕士研究生及以上"


NOT_IN_CLASS = (Schooling.NOT_AT_SCHOOL.value, Schooling.PRESCHOOL_AGE.value)


class NotInSchoolReason(TextChoices):
    ILLNESS = "illness", "因病"
    DISABILITY = "disability", "因残"
    UNWILLING = "unwilling", "厌学"
    OTHER = "other", "其他"


class LabourSkill(TextChoices):
    """劳动技能."""

    ORDINARY = "ordinary", "普通劳动力"
    SKILLED = "skilled", "技能劳动力"
    WEAK_OR_HALF = "weak_or_half", "弱劳动力或半劳动力"
    LOST = "lost", "丧失劳动力"
    NONE = "none", "无劳动力"


ABLE = (LabourSkill.ORDINARY.value, LabourSkill.SKILLED.value, LabourSkill.WEAK_OR_HALF.value)


class DisabilityKind(TextChoices):
    SIGHT = "sight", "视力"
    HEARING = "hearing", "听力"
    SPEECH = "speech", "言语"
    LIMB = "limb", "肢体"
    INTELLECT = "intellect", "智力"
    MIND = "mind", "精神"
    MULTIPLE = "multiple", "多重"


class WorkPlace(TextChoices):
    IN_TOWNSHIP = "in_township", "乡（镇）内"
    IN_COUNTY = "in_county", "乡（镇）外县内"
    IN_PROVINCE = "in_province", "县外省内"
    OUTSIDE_PROVINCE = "outside_province", "省外"
    OTHER = "other", "其他"


class Political(TextChoices):
    MEMBER = "member", "中共党员"
    PROBATIONARY = "probationary", "中共预备党员"
    YOUTH_LEAGUE = "youth_league", "共青团员"
    MASSES = "masses", "群众"
    OTHER = "other", "其他"


class Cause(TextChoices):
    """致贫原因 and 致贫/返贫风险 in one list."""

    ILLNESS = "illness", "因病"
    DISABILITY = "disability", "因残"
    SCHOOLING = "schooling", "因学"
    DISASTER = "disaster", "因灾"
    ACCIDENT = "accident", "因意外事故"
    INDUSTRY_FAILED = "industry_failed", "因产业失败"
    JOB_UNSTABLE = "job_unstable", "因务工就业不稳"
    HOUSING = "housing", "因安全住房"
    WATER = "water", "因安全饮水"
    NO_LABOUR = "no_labour", "缺劳动力"
    NO_LAND = "no_land", "缺土地"
    NO_WATER = "no_water", "缺水"
    NO_SKILL = "no_skill", "缺技术"
    NO_MONEY = "no_money", "缺资金"
    ROADS = "roads", "交通条件落后"
    MOTIVATION = "motivation", "自身发展动力不足"
    MARRIAGE = "marriage", "因婚"
    FUNERAL = "funeral", "因丧"
    OTHER = "other", "其他"


class GuaranteeKind(TextChoices):
    FOOD_CLOTHING = "food_clothing", "吃穿不愁"
    SCHOOLING = "schooling", "义务教育"
    MEDICAL = "medical", "基本医疗"
    HOUSING = "housing", "住房安全"
    WATER = "water", "饮水安全"


class GuaranteeState(TextChoices):
    MET = "met", "有保障"
    NOT_MET = "not_met", "未保障"
    UNKNOWN = "unknown", "未采集"


class SafetyNetKind(TextChoices):
    RURAL_ALLOWANCE = "rural_allowance", "农村低保"
    URBAN_ALLOWANCE = "urban_allowance", "城市低保"
    DESTITUTE_CENTRAL = "destitute_central", "特困集中供养"
    DESTITUTE_DISPERSED = "destitute_dispersed", "特困分散供养"


ALLOWANCE = (SafetyNetKind.RURAL_ALLOWANCE.value, SafetyNetKind.URBAN_ALLOWANCE.value)


class EventKind(TextChoices):
    """Things that happen. Visits write them, rules read them."""

    SERIOUS_ILLNESS = "serious_illness", "突发重大疾病"
    DISABILITY = "disability", "新致残"
    WORKER_DEATH = "worker_death", "主要劳动力死亡"
    JOB_LOST = "job_lost", "失业"
    PROJECT_FAILED = "project_failed", "产业项目失败"
    DISASTER = "disaster", "自然灾害"
    ACCIDENT = "accident", "意外事故"
    DROPPED_OUT = "dropped_out", "学生失学辍学"


class DangerGrade(TextChoices):
    A = "A", "A 级（安全）"
    B = "B", "B 级（基本安全）"
    C = "C", "C 级（局部危险）"
    D = "D", "D 级（整栋危险）"


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


# 增收措施 / 开发式帮扶: industry, employment, finance, public-welfare posts.
INCOME_MEASURES = ("industry", "employment", "finance", "public_post")

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
