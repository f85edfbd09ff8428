"""Evidence as canonical text: "members=4;net_income_fen=1999999;in_school=;is_exited=true", the same on both databases."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Case, CharField, F, Func, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from policies.metrics import Metric


class _IsoDay(Func):
    """A day as 2020-09-30, whatever the server's date style is. SQLite keeps days as that text already."""

    function = "to_char"
    template = "%(function)s(%(expressions)s, 'YYYY-MM-DD')"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s", **context)


class _Joined(Func):
    """Texts one after the other in a flat chain. Django's Concat nests, and SQLite's parser gives up at eight parts."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = TextField()


def _shown(name: str, kind: str) -> Combinable:
    if kind == "flag":
        return Case(
            When(**{name: True}, then=Value("true")),
            When(**{name: False}, then=Value("false")),
            default=Value(""),
            output_field=CharField(),
        )
    if kind == "date":
        return Coalesce(_IsoDay(F(name)), Value(""), output_field=TextField())
    return Coalesce(Cast(F(name), TextField()), Value(""), output_field=TextField())


def evidence_expression(names: Sequence[str], metrics: Mapping[str, Metric]) -> Combinable:
    """One text column with the named metrics in this order; unknown is nothing after the equals sign."""
    parts: list[Combinable] = []
    for number, name in enumerate(names):
        parts += [Value(f"{';' if number else ''}{name}="), _shown(name, metrics[name].type)]
    return _Joined(*parts) if parts else Value("", output_field=TextField())


def evidence_of(values: Mapping[str, Any], names: Sequence[str]) -> str:
    """The same text from Python values (tables of few subjects, tests)."""
    return ";".join(f"{name}={_text(values.get(name))}" for name in names)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def parse_evidence(text: str) -> dict[str, str | None]:
    """Name -> text as stored; unknown is None."""
    found: dict[str, str | None] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            found[name] = value or None
    return found
