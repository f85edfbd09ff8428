"""Signs, check tasks and duties follow a household that has moved; a sign is not closed because its subject is elsewhere.

Two runs that judge neighbouring areas read at different moments. A household that moves in between stands in both sheets
or in none. In both, the unique index keeps one sign. In none, what was open must stay open: the next run judges it.
"""

from collections.abc import Iterator

from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery

from households.models import Household
from monitoring.models import CollectionDuty, RiskCase, RiskSign, ScreeningRun
from monitoring.screening.hold import writing
from policies.metrics import Judged, source_of
from villages.scope import below

MOVING = ("household", "person")
CHUNK = 500


def follow_moves(run: ScreeningRun) -> None:
    """Bring what is open of a household that moved into or out of the run's area to where it lives now."""
    home = Household.objects.filter(pk=OuterRef("household"), is_live=True)
    with writing(run):
        for rows in _open_rows():
            elsewhere = rows.filter(household__is_live=True).exclude(scope_code=F("household__scope_code"))
            # Two questions, since no index answers "left or came".
            left, came = (
                _free(elsewhere.filter(below(path, run.scope_code)))
                for path in ("scope_code", "household__scope_code")
            )
            for keys in _chunks(sorted({*left, *came})):
                # Asked again, since the household may have moved on before the lock was ours.
                rows.filter(pk__in=keys, household__is_live=True).update(
                    scope_code=Subquery(home.values("scope_code")[:1])
                )


def _open_rows() -> tuple[QuerySet, ...]:
    return (
        RiskSign.objects.filter(closed_on__isnull=True),
        RiskCase.objects.exclude(state=RiskCase.State.CLOSED),
        CollectionDuty.objects.filter(closed_on__isnull=True),
    )


def _free(rows: QuerySet) -> list[int]:
    """Rows nobody else is writing: what a sibling holds is left alone, so that two runs never wait for each other."""
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _chunks(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


def departed(missing: QuerySet, subject: str, judged: Judged) -> QuerySet:
    """Of open signs whose subject is not in the run's sheet, those whose subject is nowhere any more.

    Whoever lives elsewhere by now keeps the sign, which goes there.
    """
    if subject not in MOVING:
        return missing
    signs = list(missing.values_list("pk", "subject_key"))
    rows = source_of(subject).rows
    gone: list[int] = []
    for start in range(0, len(signs), CHUNK):
        part = signs[start : start + CHUNK]
        gone += _gone(part, rows(judged)) if rows is not None else [pk for pk, _ in part]
    return RiskSign.objects.filter(pk__in=gone) if gone else RiskSign.objects.none()


def _gone(signs: list[tuple[int, str]], population: QuerySet) -> list[int]:
    ids = [int(key.rpartition(":")[2]) for _, key in signs]
    there = {
        row["subject_key"]: (row["scope_code"], row["household_id"])
        for row in population.filter(subject_id__in=ids).values("subject_key", "scope_code", "household_id")
    }
    for pk, key in signs:
        if key in there:
            scope_code, household = there[key]
            RiskSign.objects.filter(pk=pk, closed_on__isnull=True).exclude(
                scope_code=scope_code, household_id=household
            ).update(scope_code=scope_code, household_id=household)
    return [pk for pk, key in signs if key not in there]
