"""Photos of visits: append-only, each with the UUID the phone gave it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import AppendOnly
from exchange.models import StoredFile
from households.models.visits import Visit
from villages.scope import ScopedQuerySet


class VisitPhotoQuerySet(ScopedQuerySet):
    scope_path = "visit__household__scope_code"
    assigned_path = "visit__household_id"

    def update(self, **kwargs: object) -> int:
        raise TypeError("photos of visits are append-only")

    def delete(self):
        raise TypeError("photos of visits are append-only")


class VisitPhoto(AppendOnly):
    """走访照片. `content_hash` is of what the phone sent; the stored file is the server's own clean copy of it."""

    uuid = models.UUIDField(unique=True)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="photos", verbose_name="走访记录")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    content_hash = models.BinaryField(max_length=32, editable=False)
    width = models.PositiveIntegerField("宽")
    height = models.PositiveIntegerField("高")
    added_at = models.DateTimeField("上传时间", default=timezone.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="上传人"
    )

    objects = VisitPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "走访照片"

    def __str__(self) -> str:
        return str(self.uuid)
