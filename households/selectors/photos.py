"""Photos of visits: of a visit on its page, one for the door that shows it, a visit by the UUID of a phone."""

from typing import BinaryIO
from uuid import UUID

from django.db.models import QuerySet

from accounts.actor import Actor
from common.errors import NotFound
from exchange.files import full_path
from households import field_groups
from households.models import Visit, VisitPhoto


def photos_of(visit: Visit) -> QuerySet[VisitPhoto]:
    """In the order in which they came."""
    return VisitPhoto.objects.filter(visit=visit).order_by("pk")


def visit_by_uuid(*, actor: Actor, uuid: UUID, permission: str) -> Visit:
    """The visit a phone knows by its UUID, in the area of the permission, or NotFound."""
    rows = Visit.objects.within(actor.scope(permission)).select_related("household")
    found: Visit | None = rows.filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def visit_photo_open(*, actor: Actor, uuid: UUID) -> tuple[VisitPhoto, BinaryIO]:
    """A photo and its opened content, for who sees the household and every group of fields: a picture may show anything."""
    scope = actor.scope("households.view")
    rows = VisitPhoto.objects.within(scope).select_related("file")
    found: VisitPhoto | None = rows.filter(uuid=uuid).first()
    if found is None or not field_groups.sees_all(scope.field_groups):
        raise NotFound
    path = full_path(found.file.path)
    if not path.is_file():
        raise NotFound("照片不在存储中，请联系系统管理员。", code="file_missing")
    return found, path.open("rb")
