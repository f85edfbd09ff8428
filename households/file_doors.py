"""Who may fetch a stored file of a household: whom a page shows it to, and nobody else."""

from django.db.models import Q

from accounts.actor import Actor
from exchange.doors import register_door
from exchange.models import StoredFile
from households import field_groups
from households.models import Guarantee, Household, HouseholdAct, HouseholdFile, VisitPhoto
from villages.scope import DivisionScope

VIEW = "households.view"


def _paper_seen(scope: DivisionScope, row: StoredFile) -> bool:
    """A paper of the file by its kind; the paper a measure rests on also beside that measure."""
    kinds = Q(kind__in=field_groups.visible_papers(scope.field_groups))
    measures = Q(
        superseded_by__isnull=True,
        measure__category__in=field_groups.visible_measures(scope.field_groups),
    )
    return HouseholdFile.objects.within(scope).filter(kinds | measures, file=row).exists()


def _guarantee_seen(scope: DivisionScope, row: StoredFile) -> bool:
    kinds = field_groups.visible_guarantees(scope.field_groups)
    return Guarantee.objects.within(scope).filter(kind__in=kinds, file=row).exists()


def _act_seen(scope: DivisionScope, row: StoredFile) -> bool:
    """An act stands in the file of both households it touched; its papers may speak of anything."""
    if not field_groups.sees_all(scope.field_groups):
        return False
    acts = HouseholdAct.objects.filter(evidence=row).values_list("household_id", "other_id")
    touched = {pk for pair in acts for pk in pair if pk is not None}
    return bool(touched) and Household.objects.within(scope).filter(pk__in=touched).exists()


def evidence_open(actor: Actor, row: StoredFile) -> bool:
    scope = actor.scope(VIEW)
    return any(seen(scope, row) for seen in (_paper_seen, _guarantee_seen, _act_seen))


def visit_open(actor: Actor, row: StoredFile) -> bool:
    scope = actor.scope(VIEW)
    return field_groups.sees_all(scope.field_groups) and (
        VisitPhoto.objects.within(scope).filter(file=row).exists()
    )


def register() -> None:
    register_door("evidence", evidence_open)
    register_door("visit", visit_open)
