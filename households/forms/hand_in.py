"""The file of a phone's queue."""

from typing import Any

from django import forms
from django.conf import settings


class HandInForm(forms.Form):
    file = forms.FileField(
        label="走访队列文件",
        help_text="手机“离线走访 → 待上传 → 保存为文件”得到的文件",
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > settings.UPLOAD_MAX_BYTES:
            limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
            raise forms.ValidationError(f"文件超过 {limit} MB，请在手机上分批保存。")
        return upload
