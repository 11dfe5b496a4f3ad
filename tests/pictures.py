"""Pictures to try uploads with."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image


def picture(
    *,
    form: str = "JPEG",
    size: tuple[int, int] = (64, 48),
    mode: str = "RGB",
    noisy: bool = False,
    **options: Any,
) -> io.BytesIO:
    """A file with a picture in it; a noisy one does not compress."""
    image = Image.effect_noise(size, 90).convert(mode) if noisy else Image.new(mode, size)
    file = io.BytesIO()
    image.save(file, form, **options)
    file.seek(0)
    return file
