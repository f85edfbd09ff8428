"""Bringing every sealed column under the newest key, in chunks, while people go on working."""

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.db import models, transaction

from common import vault

CHUNK = 500


def sealed_models() -> Iterator[tuple[type[models.Model], list[str], str]]:
    """(model, its sealed columns, the table its values are bound to); change history is bound to the original's table."""
    for model in apps.get_models():
        names = [field.name for field in model._meta.concrete_fields if field.name.endswith("_sealed")]
        if names and any(field.name == "uuid" for field in model._meta.concrete_fields):
            origin = getattr(model, "instance_type", model)
            yield model, names, origin._meta.db_table


def rotate(chunk: int = CHUNK) -> dict[str, int]:
    """Re-encrypt what is not under the newest key. Returns {table: values rewritten}; a second run rewrites none."""
    return {
        model._meta.db_table: _rotate_model(model, names, table, chunk)
        for model, names, table in sealed_models()
    }


def _rotate_model(model: type[models.Model], names: list[str], table: str, chunk: int) -> int:
    done, after = 0, 0
    while True:
        rows = list(
            model._base_manager.filter(pk__gt=after).order_by("pk").values("pk", "uuid", *names)[:chunk]
        )
        if not rows:
            return done
        after = rows[-1]["pk"]
        with transaction.atomic():
            done += sum(_rotate_value(model, row, name, table) for row in rows for name in names)


def _rotate_value(model: type[models.Model], row: dict, name: str, table: str) -> int:
    """1 when rewritten. Somebody who saved in between has used the newest key already: the condition leaves his value."""
    old = bytes(row[name] or b"")
    if not old or vault.is_newest(old):
        return 0
    place = {"table": table, "column": name, "row": row["uuid"]}
    new = vault.seal(vault.unseal(old, **place), **place)
    return model._base_manager.filter(pk=row["pk"], **{name: old}).update(**{name: new})


def keys_fit() -> bool | None:
    """Do the keys of this installation open a stored value? None when nothing is stored yet."""

    for model, names, table in sealed_models():
        for name in names:
            row = model._base_manager.exclude(**{name: b""}).values("uuid", name).first()
            if row is None:
                continue
            try:
                vault.unseal(row[name], table=table, column=name, row=row["uuid"])
            except (InvalidTag, KeyError):
                return False
            return True
    return None
