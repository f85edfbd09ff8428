"""Code lists of a person."""

from django.db.models import TextChoices


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
