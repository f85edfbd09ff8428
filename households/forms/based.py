"""Forms that say what they were made from, and why they change it."""

from typing import Any

from django import forms

from households.forms.fields import DayField, text
from households.inputs import EditNote


class Explained(forms.Form):
    """An edit may say why; the words stand in the change history."""

    change_reason = text("更改说明", 100, help_text="可不填；将写入变更记录")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["change_reason"] = self.fields.pop("change_reason")  # the last one on the page


class Sectioned(forms.Form):
    """A long form under headings. `sections` names the fields of each; what they leave out comes last."""

    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def grouped(self) -> list[tuple[str, list[Any]]]:
        named = {name for _, names in self.sections for name in names}
        rest = [self[name] for name in self.fields if name not in named and not self[name].is_hidden]
        parts = [(title, [self[name] for name in names]) for title, names in self.sections]
        return [*parts, ("登记", rest)] if rest else parts


class OnForm(forms.Form):
    """A fact that holds from a day on."""

    on = DayField(label="生效日期")


class BasedForm(Explained, OnForm):
    """A dated fact; `base` is the key of the spell that was open when the form was made, 0 when none was."""

    base = forms.IntegerField(widget=forms.HiddenInput, required=False)
    beside = frozenset({"on", "base", "change_reason", "file"})

    def edit(self) -> EditNote:
        given = self.cleaned_data
        return EditNote(given["base"], given["change_reason"], given.get("file"))

    def given(self) -> dict[str, Any]:
        """What the form says beside the day and the basis."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.beside}

    def changes(self) -> dict[str, Any]:
        """Only what the clerk changed."""
        return {name: value for name, value in self.given().items() if name in self.changed_data}
