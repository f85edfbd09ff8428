"""Names of subjects by their keys, as they are now: household:1, person:7, project:3, village:411081100201, level:county@411081."""

from collections.abc import Iterable

from funds.figures import level_of
from funds.models import FundLevel
from projects.models import Project
from villages.models import Division

PLACES = ("division", "village", "township")  # kinds of keys that name a division


def subject_names(keys: Iterable[str]) -> dict[str, str]:
    """Divisions, source levels and projects by name; in two statements."""
    asked: dict[str, set[str]] = {}
    for key in keys:
        kind, _, rest = key.partition(":")
        asked.setdefault(kind, set()).add(rest)
    labels = dict(FundLevel.choices)
    levels = (f"level:{rest}" for rest in asked.get("level", ()))
    names = {key: f"{labels[level_of(key)]}资金" for key in levels if level_of(key) in labels}
    codes = set().union(*(asked.get(kind, set()) for kind in PLACES))
    places = dict(Division.objects.filter(code__in=codes).values_list("code", "name"))
    names |= {
        f"{kind}:{code}": places[code] for kind in PLACES for code in asked.get(kind, ()) if code in places
    }
    projects = Project.objects.filter(pk__in=asked.get("project", ())).values_list("pk", "name")
    return names | {f"project:{pk}": name for pk, name in projects}
