"""Pictures in three sizes, from whatever was sent: decoded within limits, written anew."""

from __future__ import annotations

import io
import struct
import threading
from typing import IO

from PIL import Image, ImageCms, ImageOps

from bookyflow.core.errors import DomainError

LARGEST_FILE = 20 * 1024 * 1024
MOST_PIXELS = 20_000_000  # which take a second and a hundred megabytes
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
SIZES = {"large": 1600, "medium": 800, "small": 320}  # pixels of the longer side, at most
QUALITY = 85
SHORTEST_SIDE = 16
LONGEST_WAIT = 10.0  # seconds, for the pictures of others

_one_at_a_time = threading.Lock()  # in a process, so that its memory has a limit

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


def renditions(file: IO[bytes]) -> dict[str, bytes]:
    """A picture as JPEG in each of SIZES: upright, in sRGB, without any metadata.

    What is transparent becomes white; of a moving picture the first frame is taken; a small one
    is not enlarged. Raises DomainError `payload_too_large`, `image_invalid`, and `busy` where
    the pictures of others take too long.
    """
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise DomainError("payload_too_large", f"At most {LARGEST_FILE // 1024**2} MB.")
    if not _one_at_a_time.acquire(timeout=LONGEST_WAIT):
        raise DomainError("busy", "Other pictures are being made smaller.")
    try:
        picture = _opened(content)
        return {name: _jpeg(picture, longest) for name, longest in SIZES.items()}
    except _UNREADABLE:
        raise DomainError("image_invalid") from None
    finally:
        _one_at_a_time.release()


def _opened(content: bytes) -> Image.Image:
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
        found.draft("RGB", (SIZES["large"], SIZES["large"]))
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
