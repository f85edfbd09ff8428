"""Who may fetch a paper of a proceeding or a photo of a notice: who sees the proceeding or the notice."""

from accounts.actor import Actor
from exchange.doors import register_door
from exchange.models import StoredFile
from proceedings.models import Notice, StepFile

VIEW = "proceedings.view"


def proceeding_open(actor: Actor, row: StoredFile) -> bool:
    scope = actor.scope(VIEW)
    return (
        StepFile.objects.within(scope).filter(file=row).exists()
        or Notice.objects.within(scope).filter(photos__file=row).exists()
    )


def register() -> None:
    register_door("proceeding", proceeding_open)
