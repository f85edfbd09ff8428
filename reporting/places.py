"""The places a table is broken down by."""

from datetime import date

from policies.services import packs_in_force
from villages.models import Division, Level


def township_roster(*, county_code: str, as_of: date) -> list[tuple[str, str]]:
    """(code, name) of the townships a county's figures are broken down by.

    The roster of the pack in force, where a document counts its townships (Yuzhou 2020: 22 of today's 26); else all that
    stand on the day. Names are those of the roster. A township asked about itself has no townships below.
    """
    if len(county_code) != len("411081"):
        return []
    packs = packs_in_force(as_of, county_code)
    for pack in packs.packs:
        entries = pack.extra.get("roster", {}).get("townships", []) if pack.place == county_code else []
        if entries:
            return [(str(entry["code"]), str(entry["name"])) for entry in entries]
    rows = Division.objects.filter(
        level=Level.TOWNSHIP, code__startswith=county_code, merged_into__isnull=True
    )
    return list(rows.order_by("code").values_list("code", "name"))


def township_codes(county_code: str) -> list[str]:
    """Every township of the county that stands, whether or not a document counts it."""
    rows = Division.objects.filter(
        level=Level.TOWNSHIP, code__startswith=county_code, merged_into__isnull=True
    )
    return list(rows.values_list("code", flat=True))


def place_names(codes: set[str]) -> dict[str, str]:
    """{code: "郭连镇 张涧村"} for the rows of a list."""
    rows = Division.objects.filter(code__in=codes).select_related("parent")
    return {
        row.code: f"{row.parent.name} {row.name}" if row.parent and row.level == Level.VILLAGE else row.name
        for row in rows
    }
