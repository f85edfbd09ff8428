"""Pictures as bytes."""

import io

from PIL import Image


def make_picture(width: int = 40, height: int = 30, color: str = "green", kind: str = "JPEG", **kw) -> bytes:
    """The bytes of a picture; `exif` as Pillow takes it."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, kind, **kw)
    return out.getvalue()
