"""Shapes of input; what it means is checked in services."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.db.models import QuerySet

from accounts.models import Role, User
from accounts.permissions import FIELD_GROUPS


class LoginForm(forms.Form):
    username = forms.CharField(
        label="用户名",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label="密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class PasswordRecheckForm(forms.Form):
    password = forms.CharField(
        label="登录密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


class PasswordChangeForm(forms.Form):
    old_password = forms.CharField(
        label="原密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new_password = forms.CharField(
        label="新密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    repeated = forms.CharField(
        label="再输一次新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["new_password"].help_text = "".join(
            f"{text} " for text in password_validators_help_texts()
        )

    def clean_old_password(self) -> str:
        old: str = self.cleaned_data["old_password"]
        if not self.user.check_password(old):
            raise forms.ValidationError("原密码不正确。")
        return old

    def clean_new_password(self) -> str:
        new: str = self.cleaned_data["new_password"]
        validate_password(new, self.user)
        if new == self.cleaned_data.get("old_password"):
            raise forms.ValidationError("新密码不能与原密码相同。")
        return new

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("new_password") and values["new_password"] != values.get("repeated"):
            self.add_error("repeated", "两次输入的新密码不一致。")
        return values


class UserForm(forms.Form):
    username = forms.RegexField(
        r"^[a-z0-9_.-]{3,40}$",
        label="用户名",
        help_text="3 至 40 位小写字母、数字、点、横线；一人一号，不得共用。",
        error_messages={"invalid": "用户名只能用小写字母、数字、点、横线，3 至 40 位。"},
    )
    full_name = forms.CharField(label="姓名", max_length=40)
    unit = forms.CharField(label="单位", max_length=80, required=False)


class PostingForm(forms.Form):
    """Choices come with the acting person's area."""

    role: Any = forms.ModelChoiceField(
        queryset=None, label="角色", to_field_name="code", empty_label="请选择"
    )
    division = forms.CharField(
        label="任职区划代码", max_length=12, help_text="县 6 位、乡镇 9 位、村 12 位；可在“村情”中查到。"
    )
    field_groups = forms.MultipleChoiceField(
        label="可见字段组",
        choices=list(FIELD_GROUPS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="只用于部门人员：不选为全部可见。",
    )
    effective_from = forms.DateField(label="起始日期", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, roles: QuerySet[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = roles  # type: ignore[attr-defined]


class PostingCloseForm(forms.Form):
    effective_to = forms.DateField(label="截止日期", widget=forms.DateInput(attrs={"type": "date"}))


class TokenForm(forms.Form):
    name = forms.CharField(label="用途", max_length=60, help_text="例如：县大数据平台每日取数")
    days = forms.IntegerField(label="有效期（天）", min_value=1, max_value=366, initial=90)


class AuditFilterForm(forms.Form):
    who = forms.CharField(label="操作人", required=False, max_length=40)
    verb = forms.CharField(label="操作", required=False, max_length=60)
    target = forms.CharField(label="对象类型", required=False, max_length=40)
    reference = forms.CharField(label="请求编号", required=False, max_length=16)
    since = forms.DateField(label="从", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="到", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def values(self) -> dict[str, str | date]:
        """The filters that are filled in; a wrong date filters nothing and is shown as wrong."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
