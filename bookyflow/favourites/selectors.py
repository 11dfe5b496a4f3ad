from __future__ import annotations

from django.db.models import QuerySet

from bookyflow.favourites.models import Favourite


def favourite_list(*, user_id: int, is_test: bool = False) -> QuerySet[Favourite]:
    """The favourites of a user, the first added first.

    Properties that visitors do not see now are left out; they come back when they are published.
    """
    found = Favourite.objects.filter(
        user=user_id,
        property__deleted_at=None,
        property__is_published=True,
        property__is_test=is_test,
    )
    return found.order_by("pk")
