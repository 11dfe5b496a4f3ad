"""Decoding a picture and making it smaller, with Pillow."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping

from PIL import Image, ImageCms, ImageOps

from bookyflow.core.errors import DomainError
from bookyflow.pictures.renditions import FORMATS, MOST_PIXELS, QUALITY, SHORTEST_SIDE

_UNREADABLE = (
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    IndexError,
    struct.error,
)


def jpegs(content: bytes, sizes: Mapping[str, int]) -> dict[str, bytes]:
    """A picture in each size, of which the longer side has at most so many pixels.

    Raises DomainError `image_invalid`.
    """
    try:
        picture = _opened(content, max(sizes.values()))
        return {name: _jpeg(picture, longest) for name, longest in sizes.items()}
    except _UNREADABLE:
        raise DomainError("image_invalid") from None


def _opened(content: bytes, largest: int) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=FORMATS) as found:
        # Known from the header, before a pixel is decoded.
        width, height = found.size
        if width * height > MOST_PIXELS:
            raise DomainError("image_invalid", f"{width} by {height} pixels are too many.")
        if min(width, height) < SHORTEST_SIDE:
            raise DomainError(
                "image_invalid", f"Each side must have at least {SHORTEST_SIDE} pixels."
            )
        # A JPEG is decoded at about the size that is needed, which saves most of the memory.
        found.draft("RGB", (largest, largest))
        profile = found.info.get("icc_profile")
        picture = ImageOps.exif_transpose(found)
    return _flat(_in_srgb(picture, profile))


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile or picture.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        found = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode=mode,
        )
    except (ImageCms.PyCMSError, *_UNREADABLE):
        return picture  # the colours are a little off; no reason to refuse the picture
    return found or picture


def _flat(picture: Image.Image) -> Image.Image:
    """Without transparency, on white, 8 bits a channel."""
    if picture.mode.startswith("I;16"):  # which would else become white above the value 255
        picture = picture.point(lambda grey: grey * (1 / 256)).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    ground = Image.new("RGB", layer.size, "white")
    ground.paste(layer, mask=layer.getchannel("A"))
    return ground


def _jpeg(picture: Image.Image, longest: int) -> bytes:
    smaller = picture.copy()
    smaller.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    smaller.info.clear()  # nothing of the original's is written again
    target = io.BytesIO()
    smaller.save(target, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return target.getvalue()
