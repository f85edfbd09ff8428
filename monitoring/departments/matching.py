"""Whom a row means: by the hash of the ID number, else proposed by name, birth date and village; a proposal that was confirmed
in an earlier file of the same list is not asked again. One query per chunk and way."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from common.dated import holding_q
from households.models import Membership
from monitoring.departments.models import DepartmentRow
from villages.names import name_forms

Match = DepartmentRow.Match


def _members(county: str, day: date) -> Any:
    return Membership.objects.filter(
        holding_q(day),
        household__scope_code__startswith=county,
        person__is_live=True,
        household__is_live=True,
    )


def match_rows(rows: list[DepartmentRow], *, county: str, day: date) -> None:
    """Write person, household and the way of matching on the rows (not saved here)."""
    hashes = [row.id_number_hash for row in rows if row.id_number_hash]
    known = {
        bytes(found): (person, household)
        for found, person, household in _members(county, day)
        .filter(person__id_number_hash__in=hashes)
        .values_list("person__id_number_hash", "person_id", "household_id")
    }
    left = []
    for row in rows:
        hit = known.get(bytes(row.id_number_hash)) if row.id_number_hash else None
        if hit is not None:
            row.person_id, row.household_id, row.match = hit[0], hit[1], Match.BY_ID
        elif row.birth_date is not None and row.place:
            left.append(row)
    _propose(left, county, day)


def _propose(rows: list[DepartmentRow], county: str, day: date) -> None:
    """Namesakes born on the same day in the same village; two of them are no proposal."""
    if not rows:
        return
    found = (
        _members(county, day)
        .filter(
            person__name__in={row.name for row in rows},
            person__birth_date__in={row.birth_date for row in rows},
        )
        .values_list(
            "person__name", "person__birth_date", "person_id", "household_id", "household__village__name"
        )
    )
    namesakes: dict[tuple[str, date], list[tuple[int, int, str]]] = {}
    for name, born, person, household, village in found:
        namesakes.setdefault((name, born), []).append((person, household, village))
    for row in rows:
        near = [one for one in namesakes.get((row.name, row.birth_date), []) if in_place(row.place, one[2])]  # type: ignore[arg-type]
        if len(near) == 1:
            row.person_id, row.household_id, row.match = near[0][0], near[0][1], Match.PROPOSED
    _remember([row for row in rows if row.match == Match.PROPOSED], county)


def _identity(
    person: int | None, name: str, born: date | None, place: str, number: Any
) -> tuple[object, ...]:
    return person, name, born, place, bytes(number) if number else b""


def _remember(rows: list[DepartmentRow], county: str) -> None:
    """The very same words about the very same person were confirmed before: that answer holds."""
    if not rows:
        return
    said = DepartmentRow.objects.filter(
        batch__listing=rows[0].batch.listing, batch__scope_code=county, match=Match.CONFIRMED,
        person_id__in=[row.person_id for row in rows],
    ).values_list("person_id", "name", "birth_date", "place", "id_number_hash")  # fmt: skip
    known = {_identity(*one) for one in said}
    for row in rows:
        if _identity(row.person_id, row.name, row.birth_date, row.place, row.id_number_hash) in known:
            row.match = Match.CONFIRMED


def in_place(place: str, village: str) -> bool:
    """Does the text name this village, in any of the forms of its name?"""
    forms: Iterable[str] = {form for form in name_forms(village) if len(form) >= 2}
    return any(form in place for form in forms)
