"""Pictures that lie at an address: asked for at once, fetched by a job."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from bookyflow.core.acting import Actor, ActorKind
from bookyflow.core.errors import DomainError
from bookyflow.core.jobs import job_queue
from bookyflow.core.outgoing import Resolve, address_check, fetch, public_addresses
from bookyflow.pictures.images import image_add, place_at_end, shown_by
from bookyflow.pictures.models import Image, ImageFetch
from bookyflow.pictures.renditions import LARGEST_FILE
from bookyflow.properties.locking import property_lock

JOB = "bookyflow.pictures.tasks.image_fetch"
MOST_WAITING = 200  # of a property
SECONDS = 30.0
TRIES = 4
KEPT = timedelta(days=14)
FLEETING = {"remote_unavailable", "busy"}  # what another try may get over


class FetchLater(Exception):
    """A picture could not be fetched yet; the text is the key of the refusal."""


@transaction.atomic
def image_fetch_request(
    *, property_id: int, kind: Image.Kind, thing_id: int, address: str, by: Actor
) -> ImageFetch:
    """Have the picture at an address fetched and added, in the place behind all others.

    `thing_id` is the room, room type or extra that it shows, 0 for none. Asked for once more while
    it waits, nothing is added; after a failure it is tried anew. The event comes with the picture,
    and names who asks now. Raises DomainError `address_not_allowed`, `property_not_found`,
    `too_many_images` where many wait, and as `shown_by`.
    """
    address_check(address)
    property_lock(property_id)
    shown = shown_by(property_id=property_id, kind=kind, thing_id=thing_id)
    here = ImageFetch.objects.filter(property=property_id)
    same = here.filter(kind=kind, address=address, **shown)
    if (waiting := same.filter(state=ImageFetch.State.WAITING).first()) is not None:
        return waiting
    same.delete()
    if here.filter(state=ImageFetch.State.WAITING).count() >= MOST_WAITING:
        raise DomainError("too_many_images", f"At most {MOST_WAITING} pictures wait at a time.")
    asked = ImageFetch.objects.create(
        property_id=property_id,
        kind=kind,
        address=address,
        position=place_at_end(property_id=property_id, kind=kind, **shown),
        **shown,
    )
    job_queue(JOB, {"fetch_id": asked.pk, "by": {**asdict(by), "kind": str(by.kind)}})
    return asked


def image_fetch_run(
    *,
    fetch_id: int,
    by: Mapping[str, Any],
    is_last: bool,
    resolve: Resolve = public_addresses,
) -> None:
    """Fetch a picture that waits and add it, for the actor whose fields `by` has.

    What fails is kept with its reason. Raises FetchLater where another try may help, unless this
    one `is_last`.
    """
    asked = ImageFetch.objects.filter(pk=fetch_id, state=ImageFetch.State.WAITING).first()
    if asked is None:
        return  # it is done, or what it would show is gone
    try:
        content = fetch(
            asked.address,
            most_bytes=LARGEST_FILE,
            seconds=SECONDS,
            accept="image/*",
            resolve=resolve,
        )
        _add(asked, content, Actor(**{**by, "kind": ActorKind(by["kind"])}))
    except DomainError as error:
        is_over = is_last or error.key not in FLEETING
        ImageFetch.objects.filter(pk=fetch_id).update(
            failure=error.key,
            detail=error.detail,
            state=ImageFetch.State.FAILED if is_over else ImageFetch.State.WAITING,
        )
        if not is_over:
            raise FetchLater(error.key) from None


def fetches_clear() -> int:
    """Forget what could not be fetched two weeks ago; returns how many."""
    old = ImageFetch.objects.filter(created_at__lt=timezone.now() - KEPT)
    return old.delete()[0]


@transaction.atomic
def _add(asked: ImageFetch, content: bytes, by: Actor) -> None:
    kind = Image.Kind(asked.kind)
    shown = shown_by(property_id=asked.property_id, kind=kind, thing_id=asked.thing_id())
    image_add(
        prop=asked.property,
        kind=kind,
        file=io.BytesIO(content),
        by=by,
        name=asked.file_name(),
        position=asked.position,
        **shown,
    )
    if not ImageFetch.objects.filter(pk=asked.pk).delete()[0]:
        raise DomainError("conflict")  # the same job, run twice, has added it
