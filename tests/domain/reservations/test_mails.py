"""Mails about bookings: who gets which, and what they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.accounts.site import site_settings_save
from bookyflow.core.acting import SYSTEM
from bookyflow.mailing.sending import MailNotSent
from bookyflow.reservations import lifecycle
from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Changes, PriceMode
from bookyflow.reservations.mails import Audience, booking_mail_send
from bookyflow.reservations.models import Booking
from bookyflow.reservations.services import Remarks
from bookyflow.reservations.stay_request import VISITOR
from tests.domain.reservations.conftest import GRACE, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(inn):
    """The inn with an address of its own, a deposit and a fee."""
    inn.tel = "+44 1834 000000"
    inn.save(update_fields=["tel"])
    return settle(
        inn,
        business_email="inn@inn.example",
        deposit_kind="percentage",
        deposit_value=20,
        cancellation_fee_kind="fixed",
        cancellation_fee=30,
    )


@pytest.fixture
def send(mailoutbox):
    """Send a mail as the job does; the mail, or None."""

    def one(booking, template, audience=Audience.GUEST):
        mailoutbox.clear()
        booking_mail_send(booking_id=booking.pk, template=template, audience=audience)
        assert len(mailoutbox) <= 1
        return mailoutbox[0] if mailoutbox else None

    return one


def queued():
    """Template and audience of each job."""
    jobs = ProcrastinateJob.objects.order_by("id")
    return [(job.args.pop("template"), job.args.pop("audience")) for job in jobs]


def test_a_guest_gets_the_facts_of_the_booking(house, book, stay_request, send):
    booking = book(stay_request)

    mail = send(booking, "booking_added")

    assert mail.subject == f"Your booking {booking.number} at {house.name}"
    assert mail.to == ["grace@guest.example"]
    assert mail.reply_to == ["inn@inn.example"]
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
    assert mail.body.startswith(f"Dear Grace Hopper,\n\nthank you for booking with {house.name}.")
    assert (
        f"Arrival         {stay_request.arrival:%A, {stay_request.arrival.day} %B %Y}" in mail.body
    )
    assert "Guests          2 adults\n" in mail.body
    assert "Total: €360.00" in mail.body
    assert "deposit of €72.00" in mail.body
    assert mail.body.endswith(f"{house.name}\n+44 1834 000000\ninn@inn.example\n")
    assert "\n\n\n" not in mail.body


def test_the_property_hears_of_it_and_can_answer_the_guest(house, book, stay_request, send):
    booking = book(stay_request, remarks=Remarks("A quiet room & <no> stairs."))

    mail = send(booking, "booking_added", Audience.PROPERTY)

    assert mail.subject == f"New booking {booking.number}: {house.name}"
    assert (mail.to, mail.reply_to) == (["inn@inn.example"], ["grace@guest.example"])
    assert "A quiet room & <no> stairs." in mail.body
    assert "\n\n\n" not in mail.body


def test_a_property_without_an_address_is_told_by_way_of_its_managers(
    inn, book, stay_request, send, manager
):
    User.objects.filter(pk=manager.pk).update(email="mona@inn.example")
    type(inn).objects.filter(pk=inn.pk).update(email="")

    assert send(book(stay_request), "booking_added", Audience.PROPERTY).to == ["mona@inn.example"]


def test_a_cancelled_booking_says_fee_and_refund(house, book, stay_request, send, by):
    booking = book(stay_request)
    Booking.objects.filter(pk=booking.pk).update(paid=Decimal(72))
    lifecycle.booking_cancel(
        booking_id=booking.pk, property_id=house.pk, by=by, charge_fee=True, reason="Ill."
    )

    mail = send(booking, "booking_cancelled")
    assert mail.subject == f"Your booking {booking.number} at {house.name} is cancelled"
    assert "The fee for cancelling is €30.00." in mail.body
    assert "You will get back €42.00." in mail.body
    assert "Ill." not in mail.body
    assert "\n\n\n" not in mail.body

    staff = send(booking, "booking_cancelled", Audience.PROPERTY)
    assert staff.subject == f"Booking {booking.number} was cancelled: {house.name}"
    assert "Reason: Ill." in staff.body


def test_an_enquiry_is_no_booking_and_may_be_refused(house, book, stay_request, send, by):
    settle(house, requires_approval=True)
    booking = book(stay_request, booker=VISITOR)
    assert booking.state == "enquiry"

    assert "It is not a booking yet" in send(booking, "booking_enquired").body
    assert "waits for your approval" in send(booking, "booking_enquired", Audience.PROPERTY).body

    lifecycle.booking_reject(booking_id=booking.pk, property_id=house.pk, by=by)
    mail = send(booking, "booking_cancelled")
    assert mail.subject == f"Your enquiry {booking.number} at {house.name}"
    assert "cannot take you on these days" in mail.body
    assert "fee" not in mail.body
    assert "\n\n\n" not in mail.body


def test_a_guest_without_an_address_gets_none(house, book, stay_request, send):
    booking = book(stay_request, guest=replace(GRACE, email=""))

    assert send(booking, "booking_added") is None
    assert send(booking, "booking_added", Audience.PROPERTY).reply_to == []


def test_a_name_that_is_an_address_is_not_repeated(house, book, stay_request, send):
    booking = book(
        stay_request, guest=replace(GRACE, first_name="http://spam.example", surname="x")
    )

    assert send(booking, "booking_added").body.startswith("Dear guest,\n")


SPAM = "You have won 500 pounds, claim it at prize-winners.example today"


def test_a_name_that_is_a_message_is_not_repeated(house, book, stay_request, send):
    booking = book(stay_request, guest=replace(GRACE, first_name="", surname=SPAM))

    assert "prize" not in send(booking, "booking_added").body
    staff = send(booking, "booking_added", Audience.PROPERTY)
    assert "prize" not in staff.body + staff.subject
    assert staff.body.startswith("A guest has booked:\n")


def test_a_strangers_wishes_are_marked_as_such(house, book, stay_request, send):
    booking = book(stay_request, remarks=Remarks("No stairs.\nDeposit paid: see the desk."))

    body = send(booking, "booking_added", Audience.PROPERTY).body

    assert "The guest's wishes:\n> No stairs.\n> Deposit paid: see the desk." in body


def test_an_address_that_strangers_book_under_gets_so_many_mails_a_day(
    house, book, stay_request, mailoutbox, settings
):
    settings.MAILS_PER_ADDRESS = 2
    for _ in range(3):
        booking = book(stay_request, booker=VISITOR)
        for audience in Audience:
            booking_mail_send(booking_id=booking.pk, template="booking_added", audience=audience)

    to = [mail.to for mail in mailoutbox]
    assert to.count(["grace@guest.example"]) == 2
    assert to.count(["inn@inn.example"]) == 3


def test_who_books_by_staff_is_written_to_all_the_same(
    house, book, stay_request, mailoutbox, settings
):
    settings.MAILS_PER_ADDRESS = 2
    for _ in range(3):
        booking_mail_send(
            booking_id=book(stay_request).pk, template="booking_added", audience=Audience.GUEST
        )

    assert len(mailoutbox) == 3


def test_the_site_may_stand_in_front_and_get_copies(house, book, stay_request, send):
    User.objects.create_user(
        "sara", email="sara@site.example", access_level=AccessLevel.SUPER_MANAGER
    )
    site_settings_save(
        values={
            "contact_name": "Holidays",
            "contact_email": "help@site.example",
            "copies_mail_to_administrators": True,
        },
        by=SYSTEM,
    )

    mail = send(book(stay_request), "booking_added")

    assert mail.reply_to == ["help@site.example"]
    assert mail.bcc == ["sara@site.example"]
    assert f"Holidays, for {house.name}\n" in mail.body


def test_a_booking_that_is_gone_sends_nothing(send):
    assert send(Booking(pk=10**9), "booking_added") is None


def test_what_happens_to_a_booking_queues_its_mails(house, book, stay_request, by):
    booking = book(stay_request)
    assert queued() == [("booking_added", "guest"), ("booking_added", "property")]

    lifecycle.booking_cancel(booking_id=booking.pk, property_id=house.pk, by=by)
    assert queued()[2:] == [("booking_cancelled", "guest"), ("booking_cancelled", "property")]


def test_an_enquiry_queues_its_own_and_a_booking_once_it_is_approved(house, book, stay_request, by):
    settle(house, requires_approval=True)
    booking = book(stay_request, booker=VISITOR)
    lifecycle.booking_approve(booking_id=booking.pk, property_id=house.pk, by=by)

    assert [template for template, _ in queued()] == ["booking_enquired"] * 2 + [
        "booking_added"
    ] * 2


def test_a_booking_that_is_undone_queues_nothing(house, book, stay_request):
    with transaction.atomic():
        book(stay_request)
        transaction.set_rollback(True)

    assert queued() == []


def test_a_mail_of_a_new_booking_says_its_price_though_it_was_cancelled_before_it_is_sent(
    house, book, stay_request, by, post
):
    booking = book(stay_request)
    lifecycle.booking_cancel(booking_id=booking.pk, property_id=house.pk, by=by, charge_fee=True)

    for mail in post("booking_added"):
        assert ": €360.00\n  Total: €360.00\n" in mail.body
        assert "deposit of €72.00" in mail.body


def test_a_mail_of_a_new_booking_says_its_stay_though_it_was_changed_before_it_is_sent(
    house, book, stay_request, by, post
):
    booking = book(stay_request)
    booking_amend(
        booking_id=booking.pk,
        property_id=house.pk,
        changes=Changes(departure=stay_request.departure + timedelta(days=2), adults=1),
        price=PriceMode.REPRICED,
        by=by,
    )

    guests, staffs = post("booking_added")
    for mail in (guests, staffs):
        assert (
            f"Departure       {stay_request.departure:%A, {stay_request.departure.day} %B %Y}"
            in mail.body
        )
        assert "Guests          2 adults\n" in mail.body
        assert "Total: €360.00" in mail.body


def test_a_mail_of_a_cancellation_says_the_refund_that_was_due_then(
    house, book, stay_request, by, post
):
    booking = book(stay_request)
    Booking.objects.filter(pk=booking.pk).update(paid=Decimal(72))
    lifecycle.booking_cancel(booking_id=booking.pk, property_id=house.pk, by=by, charge_fee=True)
    Booking.objects.filter(pk=booking.pk).update(paid=Decimal(30))  # the refund is on its way

    for mail in post("booking_cancelled"):
        assert "fee for cancelling is €30.00." in mail.body
        assert "€42.00" in mail.body


def test_each_mail_of_an_enquiry_says_what_it_was_then(house, book, stay_request, by, post):
    settle(house, requires_approval=True)
    refused, approved = book(stay_request, booker=VISITOR), book(stay_request, booker=VISITOR)
    lifecycle.booking_reject(booking_id=refused.pk, property_id=house.pk, by=by)
    lifecycle.booking_approve(booking_id=approved.pk, property_id=house.pk, by=by)
    lifecycle.booking_cancel(booking_id=approved.pk, property_id=house.pk, by=by)

    assert ["Total: €360.00" in mail.body for mail in post("booking_enquired")] == [True] * 4
    assert ["Total: €360.00" in mail.body for mail in post("booking_added")] == [True] * 2
    assert [mail.subject for mail in post("booking_cancelled")] == [
        f"Your enquiry {refused.number} at {house.name}",
        f"Enquiry {refused.number} was refused: {house.name}",
        f"Your booking {approved.number} at {house.name} is cancelled",
        f"Booking {approved.number} was cancelled: {house.name}",
    ]


def test_a_job_holds_nothing_of_the_guest(house, book, stay_request, by):
    booking = book(stay_request, remarks=Remarks("I am Grace Hopper, +1 555 0100."))
    lifecycle.booking_cancel(
        booking_id=booking.pk, property_id=house.pk, by=by, reason="Grace is ill."
    )

    texts = [str(job.args) for job in ProcrastinateJob.objects.all()]
    assert len(texts) == 4
    for personal in ("Grace", "Hopper", "guest.example", "555", "is ill"):
        assert not [text for text in texts if personal in text]


def test_test_properties_send_nothing(house, book, stay_request):
    type(house).objects.filter(pk=house.pk).update(is_test=True)
    book(stay_request)

    assert queued() == []


def test_what_a_mail_server_says_about_an_address_is_not_repeated(house, book, stay_request, send):
    booking = book(stay_request)
    two_lines = "grace@guest.example\nBcc: all@guest.example"
    booking.lead_guest = booking.lead_guest | {"email": two_lines}
    booking.save()

    with pytest.raises(MailNotSent) as caught:
        send(booking, "booking_added")

    assert "guest.example" not in str(caught.value)
    assert caught.value.__cause__ is None
