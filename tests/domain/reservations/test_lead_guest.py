"""Who a booking is for: kept with it, whatever later bookings say under the same address."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection

from bookyflow.billing.addresses import InvoiceAddress
from bookyflow.billing.invoicing import invoice_issue
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.guests.profiles import guest_update
from bookyflow.privacy.anonymising import guest_anonymise
from bookyflow.reservations.lead_guest import lead_guest_correct
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking
from bookyflow.reservations.stay_request import VISITOR, Booker
from tests.domain.reservations.conftest import GRACE

pytestmark = pytest.mark.django_db
HOWARD = replace(
    GRACE,
    surname="Aiken",
    first_name="Howard",
    mobile="+1 555 0199",
    street="Oxford Street",
    town="Cambridge",
)


def buyer(booking, by) -> InvoiceAddress:
    """To whom the next invoice of a booking goes."""
    where = {"booking_id": booking.pk, "property_id": booking.property_id}
    return InvoiceAddress.from_text(invoice_issue(**where, by=by).buyer)


def salutation(post, booking) -> str:
    mails = [mail for mail in post("booking_added") if booking.number in mail.subject]
    return mails[0].body.splitlines()[0]


@pytest.mark.parametrize("booker", ["staff", "visitor"])
def test_two_people_with_one_address_have_each_their_own_booking_invoice_and_mail(
    book, stay_request, by, post, booker
):
    who = {} if booker == "staff" else {"booker": VISITOR}
    first, second = book(stay_request, **who), book(stay_request, guest=HOWARD, **who)

    assert first.guest_id == second.guest_id
    assert [buyer(one, by).name for one in (first, second)] == ["Grace Hopper", "Howard Aiken"]
    assert salutation(post, first) == "Dear Grace Hopper,"
    assert salutation(post, second) == "Dear Howard Aiken,"


def test_an_invoice_has_the_address_and_phone_that_the_booking_was_made_with(
    book, stay_request, by
):
    first = book(stay_request, guest=replace(GRACE, street="Vassar", town="Poughkeepsie"))
    book(stay_request, guest=HOWARD)

    found = buyer(first, by)

    assert (found.street, found.town, found.phone) == ("Vassar", "Poughkeepsie", GRACE.mobile)


def test_what_a_booking_was_made_with_is_not_readable_in_the_database(book, stay_request):
    booking = book(stay_request, guest=HOWARD)

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(b)::text FROM reservations_booking AS b")
        (raw,) = cursor.fetchone()
    assert not [text for text in HOWARD.told().values() if len(text) > 2 and text in raw]
    assert booking.booked_for() == HOWARD


def test_what_is_told_of_a_guest_stands_on_one_line_in_its_own_direction(book, stay_request, by):
    told = replace(GRACE, surname="Hop\N{RIGHT-TO-LEFT OVERRIDE}per\nEsq.", street="1 Yard\t Road")
    booking = book(stay_request, guest=told)

    found = buyer(booking, by)

    assert (found.name, found.street) == ("Grace Hopper Esq.", "1 Yard Road")
    assert Guest.objects.get().surname == "Hopper Esq."


def test_a_surname_that_nobody_can_see_is_none(book, stay_request):
    with pytest.raises(DomainError) as error:
        book(stay_request, booker=VISITOR, guest=replace(GRACE, surname="\N{ZERO WIDTH JOINER}"))

    assert error.value.key == "guest_fields_missing"
    assert error.value.fields == {"guest": {"surname": ["This field is required."]}}


def test_staff_and_who_has_a_personal_link_change_the_guest_book_and_no_others(book, stay_request):
    book(stay_request)

    book(stay_request, booker=VISITOR, guest=replace(GRACE, surname="Murray"))
    assert Guest.objects.get().surname == "Hopper"

    guest = Guest.objects.get()
    book(stay_request, booker=Booker(guest_id=guest.pk), guest=replace(GRACE, surname="Brewster"))
    assert Guest.objects.get().surname == "Brewster"


def test_a_changed_guest_book_leaves_bookings_as_they_were_made(inn, book, stay_request, by):
    booking = book(stay_request)

    guest_update(
        guest_id=booking.guest_id, property_id=inn.pk, changes={"surname": "Murray"}, by=by
    )

    assert buyer(booking, by).name == "Grace Hopper"


def test_a_vat_number_goes_with_the_person_that_it_was_entered_for(inn, book, stay_request, by):
    first, second = book(stay_request), book(stay_request, booker=VISITOR, guest=HOWARD)
    guest_update(guest_id=first.guest_id, property_id=inn.pk, changes={"vat_number": "US1"}, by=by)

    assert [buyer(one, by).vat_number for one in (first, second)] == ["US1", ""]


def correct(booking, by, **changes):
    where = {"booking_id": booking.pk, "property_id": booking.property_id}
    return lead_guest_correct(**where, changes=changes, by=by)


def test_staff_correct_whom_one_booking_is_for(inn, book, stay_request, by, post):
    first, second = book(stay_request), book(stay_request)
    Event.objects.all().delete()

    corrected = correct(first, by, surname=" Hopper-Murray ", mobile="", town="Arlington")

    assert corrected.version == first.version + 1
    assert buyer(first, by).name == "Grace Hopper-Murray"
    assert Booking.objects.get(pk=first.pk).booked_for() == replace(
        GRACE, surname="Hopper-Murray", mobile="", town="Arlington"
    )
    assert Booking.objects.get(pk=second.pk).booked_for() == GRACE
    assert Guest.objects.get().surname == "Hopper"
    event = Event.objects.get(kind="booking_modified")
    assert event.data == {"contract_uid": first.pk, "fields": ["surname", "mobile", "town"]}
    assert salutation(post, first) == "Dear Grace Hopper-Murray,"


def test_a_correction_leaves_issued_invoices(book, stay_request, by):
    booking = book(stay_request)
    buyer(booking, by)

    correct(booking, by, surname="Murray")

    assert InvoiceAddress.from_text(booking.invoices.get().buyer).name == "Grace Hopper"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"surname": ""}, "surname"), ({"country": "ZZ"}, "country"), ({"discount": "5"}, "discount")],
)
def test_a_correction_that_cannot_be_is_refused(book, stay_request, by, changes, field):
    booking = book(stay_request)

    with pytest.raises(DomainError) as refused:
        correct(booking, by, **changes)

    assert refused.value.key == "validation_failed"
    assert set(refused.value.fields) == {field}


def test_of_an_anonymised_guest_bookings_know_nothing_and_learn_nothing(
    inn, book, stay_request, by
):
    booking = book(stay_request)
    booking_cancel(booking_id=booking.pk, property_id=inn.pk, by=by)
    guest_anonymise(guest_id=booking.guest_id, property_id=inn.pk, by=by)

    booking.refresh_from_db()
    assert booking.lead_guest == {}
    assert booking.booked_for().surname == "\N{EN DASH}"
    with pytest.raises(DomainError) as refused:
        correct(booking, by, surname="Hopper")
    assert refused.value.key == "guest_not_found"
