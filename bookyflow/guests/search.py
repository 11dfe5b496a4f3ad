"""Finding guests whose names are encrypted: the address by its digest, names by reading them."""

from __future__ import annotations

from django.db.models import QuerySet

from bookyflow.core.texts import has_words
from bookyflow.guests.email_lookup import identity_hash
from bookyflow.guests.models import Guest
from bookyflow.guests.selectors import guest_list

MOST_READ = 5_000  # the newest guests of a property, whose names are opened one by one


def guests_found(*, property_id: int, text: str = "") -> QuerySet[Guest]:
    """The guests of a property, newest first: all, or those of an e-mail address or a name.

    A name is looked for in the newest MOST_READ guests: one more query.
    """
    found = guest_list(property_id=property_id).order_by("-pk")
    text = text.strip()
    if "@" in text:
        return found.filter(email_hash=identity_hash(text) or "-")
    if not text:
        return found
    newest = found.only("personal")[:MOST_READ]
    named = [one.pk for one in newest if has_words(f"{one.first_name} {one.surname}", text)]
    return found.filter(pk__in=named)
