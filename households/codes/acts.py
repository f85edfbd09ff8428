"""What may happen to the shape of a household, and the papers kept in its file."""

from django.db.models import TextChoices


class ActKind(TextChoices):
    """家庭变动. Every one has a day, a recorder, and can be undone by its counter-act."""

    JOINED = "joined", "成员增加"
    LEFT = "left", "成员减少"
    RETURNED = "returned", "成员回户"
    TRANSFERRED = "transferred", "成员转户"
    SPLIT = "split", "分户"
    MERGED = "merged", "并户"
    HEAD_CHANGED = "head_changed", "更换户主"
    MOVED = "moved", "整户迁移"
    CLOSED = "closed", "注销"
    REOPENED = "reopened", "恢复"
    REVERSED = "reversed", "撤销"


class Inherited(TextChoices):
    """What a household made by a split may take over from the one it comes from."""

    PHONE = "phone", "联系电话"
    BANK_ACCOUNT = "bank_account", "银行账号"
    HAMLET = "hamlet", "自然村"
    POVERTY = "poverty", "脱贫属性"
    MONITOR = "monitor", "监测对象类别"
    CAUSES = "causes", "致贫原因与风险"
    HELPER = "helper", "帮扶责任人"


class PaperKind(TextChoices):
    """附件种类."""

    REGISTER = "register", "户口簿"
    ID_CARD = "id_card", "身份证件"
    DISABILITY_CARD = "disability_card", "残疾人证"
    MEDICAL = "medical", "诊断证明与医疗票据"
    SCHOOLING = "schooling", "学籍证明"
    HOUSING = "housing", "住房鉴定与产权"
    WATER = "water", "水质检测报告"
    INCOME = "income", "收入与支出凭证"
    WORK = "work", "务工与就业证明"
    SAFETY_NET = "safety_net", "低保与特困证明"
    APPLICATION = "application", "申请书"
    AUTHORISATION = "authorisation", "授权书"
    ACT = "act", "家庭变动材料"
    PHOTO = "photo", "照片"
    OTHER = "other", "其他"
