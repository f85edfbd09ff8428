"""Fields of a form by what they are, for forms whose choices are known only when they are made; and where a refusal stands."""

from typing import Any

from django import forms

from common.errors import DomainError


def choice_of(form: forms.Form, name: str) -> forms.ChoiceField:
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} offers no choices")
    return field


def model_choice_of(form: forms.Form, name: str) -> "forms.ModelChoiceField[Any]":
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"{name} offers no rows")
    return field


def refused(form: forms.Form, refusal: DomainError, *, field: str | None = None, sentence: str = "") -> None:
    """A service's refusal stands beside the field that is to blame where the form has it, else above the form.

    `field`: where the form calls it otherwise than the service; `sentence`: where the form has more to say.
    """
    named = field or refusal.field
    form.add_error(named if named in form.fields else None, sentence or refusal.sentence)
