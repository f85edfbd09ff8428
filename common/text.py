"""Text habits of real input: full-width characters, stray blanks, pinyin initials for search."""

import unicodedata
from functools import lru_cache

from pypinyin import Style, pinyin

# pypinyin gives the common reading; as surnames these are read otherwise. Both readings are searchable.
SURNAME_INITIALS = {
    "单": "s",
    "解": "x",
    "仇": "q",
    "查": "z",
    "曾": "z",
    "区": "o",
    "朴": "p",
    "盖": "g",
    "种": "c",
    "缪": "m",
}


def clean(value: str | None) -> str:
    """Trim, and turn full-width letters, digits and blanks into plain ones. Chinese punctuation inside stays."""
    if not value:
        return ""
    folded = "".join(
        unicodedata.normalize("NFKC", char)
        if "！" <= char <= "～" and (char.isalnum() or char in "－．＊")
        else char
        for char in value
    )
    return " ".join(folded.replace("\u3000", " ").split())


@lru_cache(maxsize=8192)
def _initial(char: str) -> str:
    return pinyin(char, style=Style.FIRST_LETTER, errors=lambda rest: rest)[0][0][:1].lower()


def initials(name: str) -> str:
    """王建国 -> "wjg"; 单建国 -> "djg sjg" (both readings of the surname)."""
    name = clean(name).replace(" ", "")
    if not name:
        return ""
    plain = "".join(_initial(char) for char in name)
    other = SURNAME_INITIALS.get(name[0])
    return f"{plain} {other}{plain[1:]}" if other and other != plain[0] else plain
