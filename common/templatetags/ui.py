"""Domain-free display helpers, available in every template (builtins)."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import template
from django.template.loader_tags import BLOCK_CONTEXT_KEY

from common import pii
from common.money import to_yuan

register = template.Library()
UNKNOWN = "—"


@register.filter
def yuan(fen: int | None) -> str:
    """分 -> "1,234.50"; unknown is a dash, never 0."""
    return UNKNOWN if fen is None else f"{to_yuan(fen):,.2f}"


@register.filter
def wan(fen: int | None) -> str:
    """分 -> 万元 with two decimals."""
    return UNKNOWN if fen is None else f"{Decimal(fen) / 1000000:,.2f}"


@register.filter
def number(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:,}"


@register.filter
def pct(value: Decimal | float | None) -> str:
    """A percentage with one decimal; unknown is a dash."""
    return UNKNOWN if value is None else f"{Decimal(str(value)):.1f} %"


@register.filter
def unknown(value: object) -> str:
    """Unknown looks unknown."""
    return "— 未采集" if value in (None, "") else str(value)


@register.filter
def yes_no(value: bool | None) -> str:
    return "— 未采集" if value is None else "是" if value else "否"


@register.filter
def day(value: date | None) -> str:
    return UNKNOWN if not value else value.strftime("%Y-%m-%d")


@register.filter
def masked(value: str | None) -> str:
    return pii.mask(value) or UNKNOWN


@register.simple_tag
def form_number() -> str:
    """A fresh number for one of several forms of a page: the same form sent twice is one act."""
    return str(uuid4())


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """The current query string with `changes`; None or "" drops a key, and a changed filter drops the page."""
    params = context["request"].GET.copy()
    if not {"after", "before"} & set(changes):
        params.pop("after", None)
        params.pop("before", None)
    for name, value in changes.items():
        if value in (None, ""):
            params.pop(name, None)
        else:
            params[name] = str(value)
    text = params.urlencode()
    return f"?{text}" if text else "?"


@register.simple_tag(takes_context=True)
def block_text(context: Any, name: str) -> str:
    """The content of a block a second time: the page's title is also its heading, written once."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks is not None else None
    return block.render(context) if block is not None else ""
