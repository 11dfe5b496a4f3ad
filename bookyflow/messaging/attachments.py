"""Files that go with messages: looked at by their content, kept encrypted, handed out by right."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from typing import IO

from cryptography.fernet import Fernet
from django.db import transaction
from django.utils.http import content_disposition_header

from bookyflow.core.errors import DomainError
from bookyflow.core.texts import as_line
from bookyflow.messaging.access import conversation_of, conversations_of
from bookyflow.messaging.limits import account_lock, refuse_many_attachments
from bookyflow.messaging.models import Attachment, AttachmentContent
from bookyflow.properties.selectors import Reach

LARGEST_FILE = 5 * 1024 * 1024
LONGEST_NAME = 100
PDF = "application/pdf"
IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
MOST_PIXELS = 50_000_000
_PDF_END = 1024  # bytes at the end of a PDF, in which it says that it ends


@dataclass(frozen=True)
class File:
    """A file as it was sent: its name, what it is by its content, and the content."""

    name: str
    media: str
    content: bytes

    @property
    def to_be_stored(self) -> dict[str, str]:
        """The header that has browsers store it, and show nothing."""
        told = content_disposition_header(as_attachment=True, filename=self.name)
        return {"Content-Disposition": told or "attachment"}


@transaction.atomic
def attachment_add(*, group_id: int, file: IO[bytes], name: str, reach: Reach) -> Attachment:
    """Keep a file for a message of a conversation, which is sent within a day.

    Raises DomainError `user_not_in_group`, `payload_too_large`, `attachment_invalid` for what is
    neither a picture nor a PDF, and `too_many_messages`.
    """
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise DomainError("payload_too_large", f"At most {LARGEST_FILE // 1024**2} MB.")
    media = _media_of(content)
    account_lock(reach.user_id)
    conversation = conversation_of(group_id=group_id, reach=reach)
    refuse_many_attachments(user_id=reach.user_id)
    attachment = Attachment.objects.create(
        conversation=conversation,
        sender_id=reach.user_id,
        name=_name_of(name, media),
        media=media,
        size=len(content),
    )
    key = Fernet.generate_key()
    AttachmentContent.objects.create(
        attachment=attachment, key=key.decode(), token=Fernet(key).encrypt(content)
    )
    return attachment


def attachment_file(*, attachment_id: int, reach: Reach) -> File:
    """A file of a conversation that the caller takes part in; before it is sent, the sender's own.

    Raises DomainError `attachment_not_found`.
    """
    found = AttachmentContent.objects.select_related("attachment").filter(
        pk=attachment_id, attachment__conversation__in=conversations_of(reach).order_by()
    )
    kept = found.first()
    return file_of(kept if kept and _is_shown(kept.attachment, reach) else None)


def file_of(kept: AttachmentContent | None) -> File:
    """What was kept, as it was sent. Raises DomainError `attachment_not_found` for None."""
    if kept is None:
        raise DomainError("attachment_not_found")
    content = Fernet(kept.key.encode()).decrypt(bytes(kept.token))
    return File(kept.attachment.name, kept.attachment.media, content)


def _is_shown(attachment: Attachment, reach: Reach) -> bool:
    return attachment.message_id is not None or attachment.sender_id == reach.user_id


def _media_of(content: bytes) -> str:
    """What a file is, whatever it is called. Raises DomainError `attachment_invalid`."""
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-_PDF_END:]:
        return PDF
    # Not before it is needed: it takes nine megabytes, and few processes see a picture.
    from PIL import Image  # noqa: PLC0415

    unreadable = (OSError, SyntaxError, ValueError, Image.DecompressionBombError,
        Image.DecompressionBombWarning)  # fmt: skip
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=tuple(IMAGES)) as picture:
                width, height = picture.size
                kind = str(picture.format)
                picture.verify()
    except unreadable:
        raise DomainError("attachment_invalid") from None
    if width * height > MOST_PIXELS:
        raise DomainError("attachment_invalid", f"{width} by {height} pixels are too many.")
    return IMAGES[kind]


def _name_of(name: str, media: str) -> str:
    """A name without a path that no header and no file system takes for anything else."""
    last = re.sub(r'[\\/:*?"<>|]+', "_", as_line(name.rpartition("/")[2]))
    return last.strip(". ")[-LONGEST_NAME:] or f"file.{media.rpartition('/')[2]}"
