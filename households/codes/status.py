"""脱贫属性 and 监测对象类别."""

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
