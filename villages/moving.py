"""What follows a division when its code changes or it is dissolved: every row of every room that carries its code."""

from collections.abc import Callable, Iterator
from datetime import date

from django.apps import apps
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from villages.models import Division

Follower = Callable[[Division, Division, date], None]
_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """A room above that must do more than swap the division of its rows says so here; called before the rows move."""
    if follower not in _followers:
        _followers.append(follower)


def followers_move(division: Division, into: Division, on: date) -> None:
    for follower in _followers:
        follower(division, into, on)


def has_field(model: type[models.Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)


def scoped_models() -> Iterator[type[models.Model]]:
    """Every stored model with a `scope_code` of its own, its change history included."""
    for model in apps.get_models():
        if not model._meta.proxy and model._meta.managed and has_field(model, "scope_code"):
            yield model


def scope_codes_rewrite(old: str, new: str, *, subtree: bool) -> int:
    """Swap the code (or the beginning, for a whole subtree) in every scoped row; how many rows.

    Through _base_manager: rows that refuse every other change, such as payments and the audit trail, follow too, because
    scope_code says who may see a row today, not what happened.
    """
    rows = 0
    for model in scoped_models():
        found = model._base_manager.filter(**{"scope_code__startswith" if subtree else "scope_code": old})
        rows += found.update(scope_code=Concat(Value(new), Substr(F("scope_code"), len(old) + 1)))
    return rows


def references_rewrite(division: Division, into: Division) -> int:
    """Point current rows at the surviving division: scoped rows, and dated rows that are still open.

    Ended dated rows and change history go on naming the place of their time.
    """
    rows = 0
    for model in apps.get_models():
        if model._meta.app_label == Division._meta.app_label or (model._meta.model_name or "").startswith(
            "historical"
        ):
            continue
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.ForeignKey) or field.related_model is not Division:
                continue
            found = model._base_manager.filter(**{field.name: division})
            if has_field(model, "effective_to"):
                rows += found.filter(effective_to__isnull=True).update(**{field.name: into})
            elif has_field(model, "scope_code"):
                rows += found.update(**{field.name: into})
    return rows
