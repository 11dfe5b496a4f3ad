"""Guests, reviews and favourites."""

from __future__ import annotations

from dataclasses import replace

from bookyflow.favourites.services import favourite_add
from bookyflow.guests.profiles import (
    GuestProfile,
    guest_add,
    guest_blacklist,
    guest_link_user,
    guest_token_revoke,
    guest_update,
)
from bookyflow.guests.reviews import guest_review_delete, guest_review_save
from bookyflow.privacy.anonymising import guest_anonymise, guest_delete
from bookyflow.reservations.guest_stays import guest_merge
from bookyflow.reviews.models import SCORES
from bookyflow.reviews.rules import ReviewDraft, ReviewRules
from bookyflow.reviews.services import (
    review_add,
    review_bring,
    review_delete,
    review_publish,
    review_reply,
    review_unpublish,
)
from tests.contract.writes import World, write

GRACE = GuestProfile("Hopper", "Grace", "grace@guest.example")
DRAFT = ReviewDraft("Lovely", "By the sea.", "Quiet", scores=dict.fromkeys(SCORES, 9))
RULES = ReviewRules(only_guests=False, test_mode=True)


def guest_of(w: World) -> dict:
    guest = guest_add(property_id=w.hotel.pk, profile=GRACE, by=w.by)
    return {"guest_id": guest.pk, "property_id": w.hotel.pk, "by": w.by}


def review_of(w: World) -> dict:
    review = review_add(property_id=w.hotel.pk, draft=DRAFT, rules=RULES, by=w.by)
    return {"review_id": review.pk, "property_id": w.hotel.pk, "by": w.by}


@write(guest_add, "guest_saved")
def _(w: World):
    yield lambda: guest_add(property_id=w.hotel.pk, profile=GRACE, by=w.by)
    yield lambda: guest_add(property_id=w.hotel.pk, profile=GRACE, by=w.by)
    yield lambda: guest_add(property_id=0, profile=GRACE, by=w.by)


@write(guest_update, "guest_updated")
def _(w: World):
    guest = guest_of(w)
    yield lambda: guest_update(**guest, changes={"town": "Ulm", "country": "DE"})
    yield lambda: guest_update(**guest, changes={"town": "Ulm"})
    yield lambda: guest_update(**guest, changes={"country": "XX"})


@write(guest_blacklist, "guest_updated")
def _(w: World):
    guest = guest_of(w)
    yield lambda: guest_blacklist(**guest, blacklisted=True)
    yield lambda: guest_blacklist(**guest, blacklisted=True)


@write(guest_link_user, "guest_updated")
def _(w: World):
    guest = guest_of(w)
    yield lambda: guest_link_user(**guest, user_id=w.stranger.pk)
    yield lambda: guest_link_user(**guest, user_id=w.stranger.pk)
    yield lambda: guest_link_user(**guest, user_id=0)


@write(guest_merge, "guest_deleted", "guest_updated")
def _(w: World):
    gone = guest_of(w)
    other = replace(GRACE, email="g.hopper@guest.example")
    kept = guest_add(property_id=w.hotel.pk, profile=other, by=w.by)
    yield lambda: guest_merge(**gone, into_id=kept.pk)
    yield lambda: guest_merge(**gone, into_id=kept.pk)
    yield lambda: guest_merge(**gone | {"guest_id": kept.pk}, into_id=kept.pk)


@write(guest_token_revoke, "guest_updated")
def _(w: World):
    guest = guest_of(w)
    yield lambda: guest_token_revoke(**guest)
    yield lambda: guest_token_revoke(**guest | {"guest_id": 0})


@write(guest_review_save, "guest_updated")
def _(w: World):
    guest = guest_of(w)
    yield lambda: guest_review_save(**guest, text="Kind.")
    yield lambda: guest_review_save(**guest, text="Kind.")
    yield lambda: guest_review_save(**guest, text="")


@write(guest_review_delete, "guest_updated")
def _(w: World):
    guest = guest_of(w)
    review = guest_review_save(**guest, text="Kind.")
    yield lambda: guest_review_delete(**guest, review_id=review.pk)
    yield lambda: guest_review_delete(**guest, review_id=review.pk)


@write(guest_delete, "guest_deleted")
def _(w: World):
    guest = guest_of(w)
    yield lambda: guest_delete(**guest)
    yield lambda: guest_delete(**guest)


@write(guest_anonymise, "guest_anonymised")
def _(w: World):
    guest = guest_of(w)
    yield lambda: guest_anonymise(**guest)
    yield lambda: guest_anonymise(**guest)


@write(review_add, "review_saved")
def _(w: World):
    here = {"property_id": w.hotel.pk, "rules": RULES, "by": w.by}
    yield lambda: review_add(draft=DRAFT, **here)
    yield lambda: review_add(draft=DRAFT, **here)
    yield lambda: review_add(draft=replace(DRAFT, title=""), **here)


@write(review_unpublish, "review_unpublished")
def _(w: World):
    review = review_of(w)
    yield lambda: review_unpublish(**review)
    yield lambda: review_unpublish(**review)


@write(review_bring, "review_saved")
def _(w: World):
    def bring(**changes):
        draft = replace(DRAFT, author_name="Ada Lovelace", **changes)
        return lambda: review_bring(property_id=w.hotel.pk, draft=draft, rules=RULES, by=w.by)

    yield bring()
    yield bring()
    yield bring(title="")


@write(review_publish, "review_published")
def _(w: World):
    review = review_of(w)
    review_unpublish(**review)
    yield lambda: review_publish(**review)
    yield lambda: review_publish(**review)


@write(review_reply, "review_replied")
def _(w: World):
    review = review_of(w)
    yield lambda: review_reply(**review, text="Thanks!")
    yield lambda: review_reply(**review, text="Thanks!")
    yield lambda: review_reply(**review, text="")


@write(review_delete, "review_deleted")
def _(w: World):
    review = review_of(w)
    yield lambda: review_delete(**review)
    yield lambda: review_delete(**review)


@write(favourite_add, "property_favourited")
def _(w: World):
    here = {"user_id": w.manager.pk, "by": w.by}
    yield lambda: favourite_add(property_id=w.hotel.pk, **here)
    yield lambda: favourite_add(property_id=w.hotel.pk, **here)
    yield lambda: favourite_add(property_id=0, **here)
