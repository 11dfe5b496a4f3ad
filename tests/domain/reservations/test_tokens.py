"""Tokens of bookings and guests, and what becomes of those that were revoked."""

from __future__ import annotations

import pytest

from bookyflow.core.acting import VISITOR as NOBODY
from bookyflow.core.errors import DomainError
from bookyflow.core.ids import booking_number
from bookyflow.guests.models import Guest
from bookyflow.guests.profiles import guest_token_revoke
from bookyflow.properties.kept import property_kept
from bookyflow.reservations.holds import hold_confirm, hold_make
from bookyflow.reservations.models import Booking, BookingHistory
from bookyflow.reservations.public_booking import (
    Confirmation,
    VisitorRequest,
    visitor_cancel,
    visitor_confirm,
    visitor_find,
    visitor_quote,
)
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.revocation import booking_token_revoke
from bookyflow.reservations.stay_request import VISITOR
from bookyflow.reservations.tokens import (
    booking_token,
    booking_token_read,
    guest_token,
    guest_token_read,
)
from tests.domain.reservations.conftest import GRACE, fresh, settle

pytestmark = pytest.mark.django_db
NUMBER = booking_number(7)


@pytest.fixture
def booked(inn, stay_request):
    """A booking that was held before."""
    held = hold_make(
        quote=quote_make(prop=fresh(inn), stay_request=stay_request, booker=VISITOR), by=NOBODY
    )
    return hold_confirm(hold_id=held.pk, property_id=inn.pk, guest=GRACE, booker=VISITOR, by=NOBODY)


@pytest.fixture
def guest(inn):
    return Guest.objects.create(property=inn, surname="Other", discount=10)


def revoke(booking, by):
    return booking_token_revoke(booking_id=booking.pk, property_id=booking.property_id, by=by)


def refusal(step, **given):
    with pytest.raises(DomainError) as caught:
        step(**given)
    return caught.value.key, caught.value.detail, caught.value.fields


def test_a_token_is_of_one_number_and_version():
    assert booking_token_read(NUMBER, booking_token(NUMBER, 12)) == 12
    assert len({booking_token(NUMBER), booking_token(NUMBER, 1), booking_token("1")}) == 3


@pytest.mark.parametrize(
    "token",
    [
        "",
        "0",
        "0.",
        "x" * 43,
        booking_token(NUMBER).removeprefix("0."),
        booking_token(NUMBER).replace("0.", "1.", 1),
        booking_token(NUMBER).replace("0.", "00.", 1),
        booking_token(NUMBER) + "0",
        booking_token("0000000000"),
        "é.\ud800"[:2],
    ],
)
def test_a_wrong_token_is_refused_without_a_look_at_the_booking(django_assert_num_queries, token):
    with django_assert_num_queries(0):
        wrong = refusal(visitor_find, reference=NUMBER, token=token)

    assert wrong[0] == "booking_not_found"


def test_a_revoked_token_is_like_a_wrong_one(booked, by):
    reference, old = booked.number, booking_token(booked.number)
    assert visitor_find(reference=reference, token=old) == booked

    revoke(booked, by)

    for step, named in (
        (visitor_find, {"reference": reference}),
        (visitor_cancel, {"reference": reference}),
        (visitor_confirm, {"asked": Confirmation(GRACE, reference=reference)}),
    ):
        wrong = refusal(step, token="x" * 43, **named)
        assert refusal(step, token=old, **named) == wrong
    assert Booking.objects.get().state == booked.state


def test_the_next_token_opens_the_booking(inn, booked, by):
    settle(inn, cancellation_threshold=0)
    for version in (1, 2):
        assert revoke(booked, by).token_version == version
        token = booking_token(booked.number, version)
        assert visitor_find(reference=booked.number, token=token) == booked
    again = visitor_confirm(asked=Confirmation(GRACE, reference=booked.number), token=token)
    assert again == booked
    assert visitor_cancel(reference=booked.number, token=token).state == "cancelled"


def test_a_token_yet_to_come_opens_nothing(booked, by):
    early = booking_token(booked.number, 1)

    assert refusal(visitor_find, reference=booked.number, token=early)[0] == "booking_not_found"


def test_revoking_is_in_the_history(booked, by):
    revoke(booked, by)

    step = BookingHistory.objects.latest("id")
    assert (step.reason, step.user_id) == ("The token was revoked.", by.user_id)
    assert (step.from_state, step.to_state) == (booked.state, booked.state)
    assert Booking.objects.get().version == booked.version + 1


def test_a_revoked_personal_link_is_like_a_wrong_one(inn, guest, stay_request, by):
    def asked(token):
        return {
            "prop": property_kept(property_id=inn.pk),
            "asked": VisitorRequest(stay_request, token),
        }

    old = guest_token(guest.pk)
    assert visitor_quote(**asked(old)).quote.guest_id == guest.pk

    revoked = guest_token_revoke(guest_id=guest.pk, property_id=inn.pk, by=by)

    wrong = refusal(visitor_quote, **asked("x"))
    assert wrong[2] == {"guest_token": ["Invalid token."]}
    assert refusal(visitor_quote, **asked(old)) == wrong
    new = guest_token(guest.pk, revoked.token_version)
    assert visitor_quote(**asked(new)).quote.guest_id == guest.pk


def test_a_revoked_personal_link_tells_nothing_of_coupons(inn, guest, stay_request, by):
    guest_token_revoke(guest_id=guest.pk, property_id=inn.pk, by=by)

    wrong = refusal(
        visitor_quote,
        prop=property_kept(property_id=inn.pk),
        asked=VisitorRequest(stay_request.changed(coupon="NONE"), guest_token(guest.pk)),
    )

    assert wrong[2] == {"guest_token": ["Invalid token."]}


def test_a_personal_link_says_whose_it_is():
    link = guest_token_read(guest_token(7, 3))

    assert (link.guest_id, link.version) == (7, 3)
