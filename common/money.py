"""Money: whole 分 inside, Decimal 元 only at the doors."""

import re
from decimal import Decimal, InvalidOperation

from common.errors import Invalid

FEN = Decimal(100)
WAN = Decimal(10000)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?")


def to_fen(yuan: Decimal | int | str, *, unit: Decimal = Decimal(1)) -> int:
    """元 (or `unit` 元, e.g. WAN) to whole 分. Refuses floats, text that is no number, and fractions of a 分."""
    if isinstance(yuan, float):
        raise TypeError("money never goes through float")
    text = str(yuan).strip().replace(",", "").replace("，", "")
    if not _NUMBER.fullmatch(text):
        raise Invalid(f"“{text[:30]}”不是金额。", code="bad_money")
    try:
        fen = Decimal(text) * unit * FEN
    except InvalidOperation as wrong:
        raise Invalid(f"“{text[:30]}”不是金额。", code="bad_money") from wrong
    if fen != fen.to_integral_value():
        raise Invalid(f"金额“{text[:30]}”精确到分即可。", code="bad_money")
    return int(fen)


def to_yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else (Decimal(fen) / FEN).quantize(Decimal("0.01"))


def yuan_text(fen: int | None) -> str | None:
    """The form of money in JSON: "127440000.00"; unknown stays None."""
    return None if fen is None else f"{to_yuan(fen):f}"
