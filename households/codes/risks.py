"""Causes and risks, guarantees, safety nets, events, housing danger."""

from django.db.models import TextChoices


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
