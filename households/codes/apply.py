"""What people say happened to them, in their own words; each word leads to a risk of the case file."""

from django.db.models import TextChoices

from households.codes.risks import Cause


class Trouble(TextChoices):
    """The list of the self-application page: plain words, no terms of the office."""

    ILLNESS = "illness", "家里有人生病，花钱多"
    DISABILITY = "disability", "家里有人残疾、干不了活"
    SCHOOLING = "schooling", "孩子上学花钱多，或者没学上"
    DISASTER = "disaster", "遭了灾（水、旱、火、冰雹等）"
    ACCIDENT = "accident", "出了意外事故"
    WORKER_DEATH = "worker_death", "家里的顶梁柱去世了"
    JOB = "job", "没活干，或者工资拿不到"
    BUSINESS = "business", "种地、养殖、做买卖亏了"
    FOOD = "food", "吃穿有困难"
    HOUSING = "housing", "房子不安全"
    WATER = "water", "吃水有困难"
    NO_LABOUR = "no_labour", "家里没有能干活的人"
    OTHER = "other", "其他困难"


CAUSE_OF_TROUBLE: dict[str, str] = {
    Trouble.ILLNESS.value: Cause.ILLNESS.value,
    Trouble.DISABILITY.value: Cause.DISABILITY.value,
    Trouble.SCHOOLING.value: Cause.SCHOOLING.value,
    Trouble.DISASTER.value: Cause.DISASTER.value,
    Trouble.ACCIDENT.value: Cause.ACCIDENT.value,
    Trouble.WORKER_DEATH.value: Cause.NO_LABOUR.value,
    Trouble.JOB.value: Cause.JOB_UNSTABLE.value,
    Trouble.BUSINESS.value: Cause.INDUSTRY_FAILED.value,
    Trouble.FOOD.value: Cause.OTHER.value,
    Trouble.HOUSING.value: Cause.HOUSING.value,
    Trouble.WATER.value: Cause.WATER.value,
    Trouble.NO_LABOUR.value: Cause.NO_LABOUR.value,
    Trouble.OTHER.value: Cause.OTHER.value,
}
