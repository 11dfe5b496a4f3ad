"""Pictures of what there is no longer, and files that belong to no picture.

Rooms and extras are deleted softly, by apps that know nothing of pictures; the rows of pictures
can go with a room type; and a transaction that is undone leaves the files that it wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone

from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.pictures.images import ROOT, files_delete, image_remove
from bookyflow.pictures.models import Image

GRACE = timedelta(days=1)  # the row of a new file may not be committed yet


def pictures_clear() -> int:
    """Remove the pictures of deleted rooms and extras, with an event of each, and of properties.

    Returns how many. The files of a deleted property's are left to `files_clear`.
    """
    gone = Q(room__deleted_at__isnull=False) | Q(extra__deleted_at__isnull=False)
    cleared, _ = Image.objects.filter(property__deleted_at__isnull=False).delete()
    for image in Image.objects.filter(gone):
        try:
            image_remove(image=image, by=SYSTEM)
        except DomainError:  # somebody else has removed it, or its property, meanwhile
            continue
        cleared += 1
    return cleared


def files_clear() -> int:
    """Delete the files in the storage that no picture has, after a day; returns how many."""
    known = {_directory(name) for name in Image.objects.values_list("file", flat=True)}
    before = timezone.now() - GRACE
    stray = [
        file
        for directory in _directories()
        if directory not in known
        for file in _files(directory)
        if default_storage.get_modified_time(file) < before
    ]
    files_delete(stray)
    return len(stray)


def _directory(name: str) -> str:
    return name.rpartition("/")[0]


def _directories() -> Iterator[str]:
    """Where pictures lie: one directory for each."""
    if not default_storage.exists(ROOT):
        return
    for property_id in default_storage.listdir(ROOT)[0]:
        for token in default_storage.listdir(f"{ROOT}/{property_id}")[0]:
            yield f"{ROOT}/{property_id}/{token}"


def _files(directory: str) -> list[str]:
    return [f"{directory}/{name}" for name in default_storage.listdir(directory)[1]]
