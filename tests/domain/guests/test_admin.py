from __future__ import annotations

import pytest
from django.urls import reverse

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.guests.models import Guest
from bookyflow.guests.reviews import guest_review_save
from bookyflow.reviews.models import SCORES, Review
from bookyflow.reviews.services import review_reply, review_report
from tests.domain.conftest import book, stay

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(hotel, by):
    """One row of each model with a page."""
    guest = book(hotel, stay(1, 1)).guest
    text = guest_review_save(guest_id=guest.pk, property_id=hotel.pk, text="Kind.", by=by)
    scores = dict.fromkeys(SCORES, 9)
    facts = {"title": "Lovely", "description": "By the sea.", "pros": "Quiet"}
    review = Review.objects.create(property=hotel, is_published=True, **facts, **scores)
    place = {"review_id": review.pk, "property_id": hotel.pk, "by": by}
    return [
        guest,
        text,
        review,
        review_reply(**place, text="Thanks!"),
        review_report(**place, text="Untrue."),
    ]


def test_guests_and_reviews_are_shown_and_not_changed(client, rows):
    root = User.objects.create_superuser("root", access_level=AccessLevel.SUPER_MANAGER)
    client.force_login(root)

    for row in rows:
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
        page = reverse(f"{name}_change", args=[row.pk])
        assert client.get(reverse(f"{name}_changelist")).status_code == 200
        assert client.get(page).status_code == 200
        assert client.post(page, {"text": "Other"}).status_code == 403
        assert client.post(reverse(f"{name}_delete", args=[row.pk])).status_code == 403
        assert client.get(reverse(f"{name}_add")).status_code == 403
        assert str(row)

    assert Guest.objects.get().surname == "Lovelace"
