from __future__ import annotations

from bookyflow.favourites.models import Favourite


def favourite_ids(*, user_id: int, is_test: bool = False) -> list[int]:
    """The ids of the properties that a user likes, the first added first.

    Those that visitors do not see now are left out; they come back when they are published.
    """
    found = Favourite.objects.filter(
        user=user_id,
        property__deleted_at=None,
        property__is_published=True,
        property__is_test=is_test,
    )
    return list(found.values_list("property", flat=True))
