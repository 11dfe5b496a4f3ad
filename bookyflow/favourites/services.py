from __future__ import annotations

from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.favourites.models import Favourite
from bookyflow.properties.models import Property

MOST = 1000


@transaction.atomic
def favourite_add(*, user_id: int, property_id: int, by: Actor) -> None:
    """Remember that a user likes a property; once is enough, and makes one event.

    Raises `property_not_found` for one that visitors do not see, and `conflict` for more than MOST.
    """
    prop = Property.objects.filter(
        pk=property_id, deleted_at=None, is_published=True, is_test=by.is_test
    )
    if not prop.exists():
        raise DomainError("property_not_found")
    _, added = Favourite.objects.get_or_create(user_id=user_id, property_id=property_id)
    if not added:
        return
    if Favourite.objects.filter(user=user_id).count() > MOST:
        raise DomainError("conflict", f"At most {MOST} favourites.")
    subject = ("property", property_id)
    record(EventKind.PROPERTY_FAVOURITED, by=by, property_id=property_id, subject=subject)


@transaction.atomic
def favourite_remove(*, user_id: int, property_id: int, by: Actor) -> None:
    """Forget that a user likes a property; nothing happens where there is nothing to forget.

    Test properties are forgotten by who acts for tests only, and others by anybody else.
    """
    mine = Favourite.objects.filter(user=user_id, property=property_id)
    mine.filter(property__is_test=by.is_test).delete()
