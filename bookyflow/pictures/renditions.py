"""Pictures in three sizes, from whatever was sent: decoded within limits, written anew."""

from __future__ import annotations

import threading
from typing import IO

from bookyflow.core.errors import DomainError

LARGEST_FILE = 20 * 1024 * 1024
MOST_PIXELS = 20_000_000  # which take a second and a hundred megabytes
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
SIZES = {"large": 1600, "medium": 800, "small": 320}  # pixels of the longer side, at most
QUALITY = 85
SHORTEST_SIDE = 16
LONGEST_WAIT = 10.0  # seconds, for the pictures of others

_one_at_a_time = threading.Lock()  # in a process, so that its memory has a limit


def renditions(file: IO[bytes]) -> dict[str, bytes]:
    """A picture as JPEG in each of SIZES: upright, in sRGB, without any metadata.

    What is transparent becomes white; of a moving picture the first frame is taken; a small one
    is not enlarged. Raises DomainError `payload_too_large`, `image_invalid`, and `busy` where
    the pictures of others take too long.
    """
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise DomainError("payload_too_large", f"At most {LARGEST_FILE // 1024**2} MB.")
    # Not before it is needed: it loads Pillow, nine megabytes, and few processes see a picture.
    from bookyflow.pictures.decoding import jpegs  # noqa: PLC0415

    if not _one_at_a_time.acquire(timeout=LONGEST_WAIT):
        raise DomainError("busy", "Other pictures are being made smaller.")
    try:
        return jpegs(content, SIZES)
    finally:
        _one_at_a_time.release()
