"""What an edit was based on. Two people who change one field see each other's value; nothing is overwritten unseen."""

from typing import Any

from django.db import models

from common import pii
from common.dated import Dated
from common.errors import Stale

Values = dict[str, Any]


def _same(one: Any, other: Any) -> bool:
    """Blank and unknown are one value to the reader of a form."""
    return one == other or (one in (None, "") and other in (None, ""))


def differing(current: Any, base: Any | None, changes: Values) -> dict[str, tuple[Any, Any]]:
    """{field: (theirs, yours)} where somebody else changed a field and left something else in it than `changes` says.

    `base` is the row the form was made from; without it every difference counts.
    """
    found = {}
    for name, yours in changes.items():
        theirs = getattr(current, name, None)
        touched = base is None or not _same(getattr(base, name, None), theirs)
        if touched and not _same(theirs, yours):
            found[name] = (theirs, yours)
    return found


def _numbers_differing(row: Any, base: Any | None, numbers: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Numbers typed while somebody else changed them; both masked."""
    found = {}
    for name, yours in numbers.items():
        now, before = (bytes(getattr(one, f"{name}_hash", None) or b"") for one in (row, base))
        if now != before:
            mask = pii.mask_account if name == "bank_account" else pii.mask
            found[name] = (row.number_masked(name), mask(yours) or "")
    return found


def check_version(
    row: Any, version: int | None, changes: Values, numbers: dict[str, str] | None = None
) -> None:
    """Raise Stale when somebody saved since this form was opened and both speak of the same fields."""
    if version is None or row.version == version:
        return
    past = type(row).history.filter(id=row.pk, version=version).order_by("-history_id").first()
    values = differing(row, past, changes) | _numbers_differing(row, past, numbers or {})
    if values:
        raise Stale(values=values, base=row.version)


def check_base(model: type[Dated], key: Values, base: int | None, changes: Values) -> None:
    """The same for dated rows: `base` is the key of the spell that was open when the form was made, 0 when none was."""
    if base is None:
        return
    rows: models.QuerySet[Any] = model._default_manager.filter(**key)
    current = rows.filter(effective_to__isnull=True).first()
    if (current.pk if current else 0) == base:
        return
    past = rows.filter(pk=base).first() if base else None
    # A form that was based on nothing showed every field empty.
    values = differing(current, past if base else model(), changes)
    if values:
        raise Stale(values=values, base=current.pk if current else 0)


def explained(row: models.Model, reason: str) -> None:
    """Keep why this row was made, on a row that has just been written."""
    if reason:
        type(row)._default_manager.filter(pk=row.pk).update(change_reason=reason[:100])
        row.change_reason = reason[:100]  # type: ignore[attr-defined]
