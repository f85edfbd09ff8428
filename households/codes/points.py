"""爱心超市积分."""

from django.db.models import TextChoices


class PointKind(TextChoices):
    EARN = "earn", "奖励积分"
    SPEND = "spend", "兑换物品"
    CORRECTION = "correction", "更正"


# An entry whose reason is in no list: free text, points as typed.
OTHER_REASON = "other"
