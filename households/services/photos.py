"""Photos of a visit: taken in once per UUID, kept as a clean copy without what the camera wrote into the file."""

import hashlib
import io
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts import audit
from accounts.actor import Actor
from common.errors import Conflict, Invalid
from exchange.services import file_store
from households.models import Visit, VisitPhoto
from households.services.rows import locked, permit

# Limits of the machine, not of a policy: what one picture may take of memory and disk.
MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2000
QUALITY = 85
FORMATS = ("JPEG", "PNG")
UNREADABLE = "照片打不开，请重新拍摄或选择 JPG、PNG 格式的照片。"


def _opened(source: bytes) -> Image.Image:
    """The picture's head only; the pixels are read after their number has been looked at."""
    try:
        picture = Image.open(io.BytesIO(source), formats=FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as wrong:
        raise Invalid(UNREADABLE, field="file", code="photo_unreadable") from wrong
    if picture.width * picture.height > MOST_PIXELS:
        raise Invalid("照片的像素太多，请用手机自带相机重新拍摄。", field="file", code="photo_too_large")
    return picture


def clean_copy(source: bytes) -> tuple[bytes, int, int]:
    """(JPEG, width, height): turned upright, at most LONGEST_SIDE long, nothing in it but the picture."""
    if not source:
        raise Invalid("照片是空的，请重新选择。", field="file", code="photo_empty")
    if len(source) > MOST_BYTES:
        raise Invalid("照片超过 12 MB，请压缩后再上传。", field="file", code="photo_too_large")
    picture = _opened(source)
    try:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        # A new picture made of the pixels alone: whatever else stood in the file (position, device, owner) stays behind.
        plain = Image.new("RGB", upright.size)
        plain.paste(upright)
        out = io.BytesIO()
        plain.save(out, "JPEG", quality=QUALITY, optimize=True)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as wrong:
        raise Invalid(UNREADABLE, field="file", code="photo_unreadable") from wrong
    return out.getvalue(), plain.width, plain.height


def _recorded(uuid: UUID) -> VisitPhoto | None:
    return VisitPhoto.objects.filter(uuid=uuid).select_related("visit", "file").first()


def _same_or_conflict(existing: VisitPhoto, visit: Visit, digest: bytes) -> tuple[VisitPhoto, bool]:
    if existing.visit_id == visit.pk and bytes(existing.content_hash) == digest:
        return existing, False
    raise Conflict("这张照片的编号已用于另一张照片，请重新选择照片。", code="photo_uuid_reused", field="uuid")


def _room_for_one(visit: Visit) -> None:
    most = settings.VISIT_PHOTOS_MOST
    if VisitPhoto.objects.filter(visit=visit).count() >= most:
        raise Invalid(
            f"这次走访已有 {most} 张照片，每次走访最多 {most} 张，这张没有保存。请只留最能说明情况的几张。",
            field="file", code="photos_full",
        )  # fmt: skip


def visit_photo_add(*, actor: Actor, visit: Visit, uuid: UUID, source: bytes) -> tuple[VisitPhoto, bool]:
    """(photo, created). The same UUID and content again gives the existing photo; other content is a Conflict.

    Refuses what is no picture, too large, one more than a visit may have, or of a household where the actor may record no
    visit. The picture is worked on before the transaction begins: nobody else's writing waits for it.
    """
    permit(actor, "households.record_visit", visit.household)
    digest = hashlib.sha256(source).digest()
    if existing := _recorded(uuid):
        return _same_or_conflict(existing, visit, digest)
    _room_for_one(visit)
    copy = clean_copy(source)
    try:
        return _keep(actor, visit, uuid, digest, copy)
    except IntegrityError:
        if winner := _recorded(uuid):
            return _same_or_conflict(winner, visit, digest)
        raise


@transaction.atomic
def _keep(
    actor: Actor, visit: Visit, uuid: UUID, digest: bytes, copy: tuple[bytes, int, int]
) -> tuple[VisitPhoto, bool]:
    """Under the household's lock the same photo sent twice at once is seen before its file is written."""
    household = locked(visit.household)
    if existing := _recorded(uuid):
        return _same_or_conflict(existing, visit, digest)
    _room_for_one(visit)
    content, width, height = copy
    name = f"走访照片-{visit.visited_on}"
    file = file_store(actor=actor, source=content, name=name, kind="visit", scope_code=household.scope_code)
    photo = VisitPhoto.objects.create(
        uuid=uuid,
        visit=visit,
        file=file,
        content_hash=digest,
        width=width,
        height=height,
        added_by_id=actor.user_id,
    )
    audit.record(actor, "households.visit_photo_add", household, visit=visit.pk, size=file.size)
    return photo, True
