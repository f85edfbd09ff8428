"""Two editors of one field: their values side by side, and the second one's choice per field."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest, QueryDict

from common.errors import Stale
from common.money import yuan_text
from households.forms.fields import YuanField

UNKNOWN = "— 未采集"
THEIRS = "theirs"


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, with the others' values where the editor chose them; None when nothing was sent."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    for key in list(data):
        if key.startswith("choose_") and data[key] == THEIRS:
            name = key.removeprefix("choose_")
            data.setlist(name, data.getlist(f"theirs_{name}"))
    return data


def _labels(field: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for value, label in (
        getattr(field, "choices", ()) if not isinstance(field, forms.ModelChoiceField) else ()
    ):
        group = label if isinstance(label, (list, tuple)) else [(value, label)]
        found |= {str(code): str(word) for code, word in group}
    return found


def words(field: forms.Field, value: Any) -> str:
    """A value as a person reads it: codes, yes and no, money and lists in Chinese words."""
    if value in (None, "", []):
        return UNKNOWN
    if isinstance(field, YuanField):
        return f"{yuan_text(value)} 元"
    if isinstance(value, bool):
        return "是" if value else "否"
    labels = {} if isinstance(value, models.Model) else _labels(field)
    many = value if isinstance(value, (list, tuple)) else [value]
    return "、".join(labels.get(str(one), str(one)) for one in many)


def _raw(field: forms.Field, value: Any) -> list[str]:
    """The value as the form would send it."""
    plain = value.pk if isinstance(value, models.Model) else field.prepare_value(value)
    if plain in (None, ""):
        return [] if isinstance(plain, list) else [""]
    return [str(one) for one in plain] if isinstance(plain, (list, tuple)) else [str(plain)]


def _pair(form: Any, name: str, given: tuple[Any, Any]) -> tuple[str, Any, Any]:
    """(field of the form, theirs, yours): a service may know a field by another name."""
    shown: Mapping[str, str] = getattr(form, "shown_as", {})
    if name in shown and shown[name] in form.fields:
        field = shown[name]
        return field, form.initial.get(field, ""), form.cleaned_data.get(field, "")
    return name, *given


def stale_rows(form: forms.Form, refusal: Stale) -> list[dict[str, Any]]:
    """One row per field that both changed: label, both values in words, and what is sent when theirs is chosen."""
    rows: dict[str, dict[str, Any]] = {}
    for name, given in refusal.values.items():
        field_name, theirs, yours = _pair(form, name, given)
        if (field := form.fields.get(field_name)) is None:
            continue
        # Numbers are shown masked and never sent back: taking theirs means leaving the field empty.
        number = isinstance(theirs, str) and "*" in theirs
        rows[field_name] = {
            "name": field_name,
            "label": field.label,
            "theirs": words(field, theirs),
            "yours": words(field, yours),
            "raw": [""] if number else _raw(field, theirs),
        }
    return list(rows.values())


def rebased(form: Any, refusal: Stale) -> None:
    """The form is now based on what the others saved: the next attempt is held against that."""
    form.data = form.data.copy()
    for name in ("base", "version"):
        if name in form.fields:
            form.data[form.add_prefix(name)] = "" if refusal.base is None else str(refusal.base)
