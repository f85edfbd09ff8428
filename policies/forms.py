"""Choosing a pack folder to submit."""

from collections.abc import Sequence
from typing import Any

from django import forms

from policies.selectors import FolderState


class PackSubmitForm(forms.Form):
    code = forms.ChoiceField(label="政策包", help_text="按系统安装的政策包原样提交，不能在此修改内容。")

    def __init__(self, *args: Any, states: Sequence[FolderState], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ready = [(state.code, f"{state.title}（{state.code}）") for state in states if state.state == ""]
        self.fields["code"].choices = ready  # type: ignore[attr-defined]
        self.has_choices = bool(ready)
