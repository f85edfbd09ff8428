"""Refusals. A DomainError is a sentence the clerk can act on; any other exception is a bug."""

from typing import Any


class DomainError(Exception):
    """A refusal with a stable `code`, a Chinese sentence and parameters. `field` names the form field, when one is to blame."""

    code = "refused"
    status = 409

    def __init__(
        self, sentence: str, *, code: str | None = None, field: str | None = None, **params: Any
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or type(self).code
        self.field = field
        self.params = params


class Invalid(DomainError):
    """The input says something impossible; the sentence names it."""

    code = "invalid"
    status = 422


class NotPermitted(DomainError):
    code = "not_permitted"
    status = 403

    def __init__(self, sentence: str = "您没有进行此项操作的权限。", **params: Any) -> None:
        super().__init__(sentence, **params)


class PasswordNeeded(NotPermitted):
    """The act asks for the password again (reveal, export, payment confirmation)."""

    code = "password_needed"


class NotFound(DomainError):
    """Not there, or not in this person's area: both look the same."""

    code = "not_found"
    status = 404

    def __init__(self, sentence: str = "没有找到，或不在您的管辖范围内。", **params: Any) -> None:
        super().__init__(sentence, **params)


class Conflict(DomainError):
    code = "conflict"
    status = 409


class Stale(Conflict):
    """Somebody else saved first. `values` holds {field: (theirs, yours)}; `base` is what the next attempt is based on."""

    code = "stale"

    def __init__(
        self,
        sentence: str = "这条记录已被他人修改，请核对后再保存。",
        *,
        values: dict | None = None,
        base: int | str | None = None,
    ) -> None:
        super().__init__(sentence)
        self.values = values or {}
        self.base = base
