"""Fields of this app's forms: money in 元, yes / no / unknown, choices with an empty first line, days."""

from collections.abc import Iterable
from typing import Any

from django import forms

from common.errors import Invalid
from common.money import to_fen, to_yuan

YES_NO = (("", "— 未采集"), ("true", "是"), ("false", "否"))


class YuanField(forms.CharField):
    """Money typed in 元; cleaned to whole 分. Empty is unknown."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), max_length=20, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{to_yuan(value):f}" if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return to_fen(text)
        except Invalid as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class YesNoField(forms.TypedChoiceField):
    """是 / 否 / 未采集; cleaned to True, False or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=YES_NO, coerce=lambda text: text == "true", empty_value=None, required=False, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "true", False: "false", None: ""}.get(value, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.prepare_value(initial) or "") != (data or "")


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"], **kwargs)


class CodeField(forms.ChoiceField):
    """One of a code list; where it is not required, with an empty line for unknown."""

    def __init__(self, codes: Iterable[tuple[str, str]], *, empty: str = "— 未采集", **kwargs: Any) -> None:
        choices = list(codes)
        super().__init__(
            choices=choices if kwargs.get("required", True) and not empty else [("", empty), *choices],
            **kwargs,
        )


def whole(label: str, top: int, **kwargs: Any) -> forms.IntegerField:
    """A whole number with the number pad; empty is unknown."""
    kwargs.setdefault("required", False)
    attrs = {"inputmode": "numeric", "autocomplete": "off"}
    return forms.IntegerField(
        label=label, min_value=0, max_value=top, widget=forms.TextInput(attrs=attrs), **kwargs
    )


def text(label: str, length: int, **kwargs: Any) -> forms.CharField:
    kwargs.setdefault("required", False)
    return forms.CharField(
        label=label, max_length=length, widget=forms.TextInput(attrs={"autocomplete": "off"}), **kwargs
    )


def long_text(label: str, **kwargs: Any) -> forms.CharField:
    kwargs.setdefault("required", False)
    return forms.CharField(label=label, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), **kwargs)
