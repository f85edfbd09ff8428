"""Names as documents and the statistical list write them, brought to one form."""

import re

# Longest first: what stands behind the proper name in the statistical list.
SUFFIX = re.compile(r"(社区居民委员会|村民委员会|居民委员会|村委会|居委会)$")


def short_name(name: str) -> str:
    """王集村委会 -> 王集; 段村村委会 -> 段; a name that would vanish stays."""
    bare = SUFFIX.sub("", name.strip())
    if bare != name.strip() or bare.endswith("村"):
        bare = bare.removesuffix("村") or bare
    return bare or name


def name_forms(name: str) -> tuple[str, ...]:
    """The short forms under which a document's village may be found, best first (段村村 is 段村村委会)."""
    first = short_name(name)
    again = first.removesuffix("村")
    return (first, again) if again and again != first else (first,)
