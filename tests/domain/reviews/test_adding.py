from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from bookyflow.accounts.models import AccessLevel
from bookyflow.accounts.site import site_settings_save
from bookyflow.api.constraints import violation
from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.reservations.models import ENDED, Booking, BookingState
from bookyflow.reviews.models import SCORES, Review
from bookyflow.reviews.rules import ReviewRules, review_rules
from bookyflow.reviews.services import review_add
from tests.conftest import make_hotel
from tests.domain.conftest import at_once, book, stay
from tests.domain.reviews.conftest import ANYBODY, RULES, events, scored

pytestmark = pytest.mark.django_db


def refused(**arguments) -> DomainError:
    before = (Event.objects.count(), Review.objects.count())
    with pytest.raises(DomainError) as refusal:
        review_add(**{"draft": scored(), "rules": RULES} | arguments)
    assert (Event.objects.count(), Review.objects.count()) == before
    return refusal.value


def test_a_guest_reviews_a_stay(hotel, ada, stayed):
    review = review_add(
        property_id=hotel.pk,
        draft=scored(8, 9, 10, 7, 8, 9, title=" Lovely ", cons="Gulls"),
        rules=RULES,
        by=Actor(user_id=ada.pk),
        address="192.0.2.1",
        booking_id=stayed.pk,
    )

    kept = Review.objects.get()
    assert kept == review
    assert str(review.overall) == "8.50"
    assert [getattr(kept, name) for name in SCORES] == [8, 9, 10, 7, 8, 9]
    assert (kept.title, kept.cons, kept.author_name) == ("Lovely", "Gulls", "Ada Lovelace")
    assert (kept.user_id, kept.booking_id, kept.is_published) == (ada.pk, stayed.pk, True)
    assert events() == [("review_saved", {"rating_id": review.pk, "published": True})]
    assert Event.objects.get().subject_kind == "review"


@pytest.mark.parametrize(
    ("scores", "overall"),
    [
        ((1, 1, 1, 1, 1, 1), "1.00"),
        ((10, 10, 10, 10, 10, 10), "10.00"),
        ((8, 8, 8, 8, 8, 9), "8.17"),
        ((8, 8, 8, 8, 9, 9), "8.33"),
        ((8, 8, 9, 9, 9, 9), "8.67"),
    ],
)
def test_overall_is_the_mean(hotel, ada, stayed, scores, overall):
    review = review_add(
        property_id=hotel.pk, draft=scored(*scores), rules=RULES, by=Actor(user_id=ada.pk)
    )

    assert review.overall == Decimal(overall)


def test_the_address_is_not_kept(hotel, review):
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(r)::text FROM reviews_review AS r")
        assert "192.0.2.1" not in cursor.fetchone()[0]


def test_a_review_may_wait_for_staff(hotel, ada, stayed):
    rules = replace(RULES, autopublish=False)

    review = review_add(property_id=hotel.pk, draft=scored(), rules=rules, by=Actor(user_id=ada.pk))

    assert not review.is_published
    assert events() == [("review_saved", {"rating_id": review.pk, "published": False})]


@pytest.mark.parametrize(
    ("draft", "fields"),
    [
        (scored(title=" "), {"title"}),
        (scored(description="", pros=""), {"description", "pros"}),
        (scored(title="x" * 256), {"title"}),
        (scored(cons="x" * 5001), {"cons"}),
        (scored(0, 1, 10, 11, 5, 5), {"hospitality", "accommodation"}),
        (scored(5, 5, 5, 5, 5, 5.0), {"services"}),
        (scored(5, 5, 5, 5, 5, True), {"services"}),
        (replace(scored(), scores={}), set(SCORES)),
        (replace(scored(), scores=dict.fromkeys((*SCORES, "view"), 5)), {"view"}),
    ],
)
def test_what_a_review_must_say(hotel, ada, stayed, draft, fields):
    error = refused(property_id=hotel.pk, draft=draft, by=Actor(user_id=ada.pk))

    assert (error.key, set(error.fields)) == ("validation_failed", fields)


def test_reviews_can_be_off(hotel, ada, stayed):
    rules = replace(RULES, enabled=False)

    assert refused(property_id=hotel.pk, rules=rules, by=Actor(user_id=ada.pk)).key == "reviews_off"


def test_a_property_must_be_there(ada):
    assert refused(property_id=0, by=Actor(user_id=ada.pk)).key == "property_not_found"


def test_visitors_and_staff_do_not_review(hotel, user_with_level):
    staff = user_with_level(AccessLevel.RECEPTIONIST)

    for actor in (SYSTEM, Actor(user_id=staff.pk)):
        error = refused(property_id=hotel.pk, rules=ANYBODY, by=actor)
        assert error.key == "review_not_allowed"


def test_in_test_mode_they_do(hotel, user_with_level):
    rules = replace(ANYBODY, test_mode=True)
    staff = user_with_level(AccessLevel.MANAGER)

    for actor in (SYSTEM, SYSTEM, Actor(user_id=staff.pk)):
        review_add(property_id=hotel.pk, draft=scored(), rules=rules, by=actor)

    assert Review.objects.count() == 3


def test_only_guests_review_where_the_site_says_so(hotel, manager, ada, stayed):
    elsewhere = make_hotel(manager, name="Other")
    by = Actor(user_id=ada.pk)

    assert refused(property_id=elsewhere.pk, by=by).key == "review_not_allowed"
    Guest.objects.create(property=hotel, surname="Lovelace", user=ada)
    assert refused(property_id=hotel.pk, by=by).key == "review_not_allowed"
    assert review_add(property_id=elsewhere.pk, draft=scored(), rules=ANYBODY, by=by).pk


def test_a_booking_must_be_ones_own_and_not_cancelled(hotel, manager, ada, stayed):
    by = Actor(user_id=ada.pk)
    strange = book(make_hotel(manager, name="Other"), stay(1, 1))

    assert refused(property_id=hotel.pk, by=by, booking_id=strange.pk).key == "booking_not_found"
    assert refused(property_id=hotel.pk, by=by, booking_id=0).key == "booking_not_found"
    for state in ENDED:
        Booking.objects.filter(pk=stayed.pk).update(state=state)
        error = refused(property_id=hotel.pk, by=by, booking_id=stayed.pk)
        assert error.key == "review_not_allowed"
    Booking.objects.filter(pk=stayed.pk).update(state=BookingState.CHECKED_OUT)
    review = review_add(
        property_id=hotel.pk, draft=scored(), rules=RULES, by=by, booking_id=stayed.pk
    )
    assert review.booking_id == stayed.pk


def test_one_review_per_user_and_per_address(hotel, manager, ada, review, user_with_level):
    other = user_with_level(AccessLevel.REGISTERED)
    by, neighbour = Actor(user_id=ada.pk), Actor(user_id=other.pk)
    elsewhere = make_hotel(manager, name="Other")
    here = {"draft": scored(), "rules": ANYBODY}

    assert refused(property_id=hotel.pk, by=by, address="192.0.2.2").key == "review_exists"
    same = refused(property_id=hotel.pk, by=neighbour, address="192.0.2.1", rules=ANYBODY)
    assert same.key == "review_exists"
    assert review_add(property_id=elsewhere.pk, by=by, address="192.0.2.1", **here).pk
    assert review_add(property_id=hotel.pk, by=neighbour, address="192.0.2.2", **here).pk


def test_another_address_of_the_same_line_is_no_other_reviewer(hotel, ada, stayed, user_with_level):
    draft = {"draft": scored(), "rules": ANYBODY}
    one, other = (f"2001:db8:1:2::{n}" for n in (1, 2))
    review_add(property_id=hotel.pk, by=Actor(user_id=ada.pk), address=one, **draft)
    neighbour = Actor(user_id=user_with_level(1).pk)

    again = refused(property_id=hotel.pk, by=neighbour, address=other, rules=ANYBODY)
    assert again.key == "review_exists"


def test_the_rules_come_from_the_site_settings(manager):
    assert review_rules() == ReviewRules()

    site_settings_save(
        values={"reviews_on": False, "publishes_reviews": False, "only_guests_review": False},
        by=Actor(user_id=manager.pk),
    )

    assert review_rules() == ReviewRules(enabled=False, autopublish=False, only_guests=False)


@pytest.mark.django_db(transaction=True)
def test_at_once_a_user_reviews_once(hotel, ada):
    def work(n: int):
        return review_add(
            property_id=hotel.pk,
            draft=scored(),
            rules=ANYBODY,
            by=Actor(user_id=ada.pk),
            address=f"192.0.2.{n}",
        )

    done = at_once(4, work)

    assert Review.objects.count() == 1
    assert Event.objects.count() == 1
    for error in (one for one in done if not isinstance(one, Review)):
        assert told(error) == "review_exists"


def told(error: Exception) -> str:
    """The key that a client gets for the error."""
    if isinstance(error, IntegrityError):
        error = violation(error.__cause__.diag.constraint_name)
    assert isinstance(error, DomainError)
    return error.key


@pytest.mark.parametrize("changes", [{"services": 11}, {"location": 0}, {"title": ""}])
def test_the_database_refuses_it_as_well(hotel, review, changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.update(**changes)


@pytest.mark.parametrize("is_test", [True, False])
def test_a_test_reaches_test_properties_only(hotel, ada, is_test):
    hotel.is_test = not is_test
    hotel.save(update_fields=["is_test"])

    with pytest.raises(DomainError) as refused:
        review_add(
            property_id=hotel.pk,
            draft=scored(),
            rules=ANYBODY,
            by=Actor(user_id=ada.pk, is_test=is_test),
        )

    assert refused.value.key == "property_not_found"
