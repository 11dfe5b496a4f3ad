"""Which job acts on which kind of booking, and when: on its own business and on nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from bookyflow.accounts.site import site_settings_save
from bookyflow.billing.payments import payment_record
from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.core.dates import Stay
from bookyflow.privacy.tasks import guests_forget
from bookyflow.properties.models import Property
from bookyflow.reservations import lifecycle, tasks
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.holds import hold_confirm, hold_make
from bookyflow.reservations.models import Booking
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.stay_request import VISITOR, StayRequest
from tests.domain.conftest import book as book_at_a_price
from tests.domain.reservations.conftest import GRACE, settle

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
JOBS = {
    "expire": tasks.bookings_expire,
    "cancel": tasks.bookings_unpaid,
    "remind": tasks.payment_reminders,
    "ask": tasks.review_reminders,
    "release": tasks.holds_release,
    "forget": guests_forget,
}


@dataclass
class Desk:
    """A house that asks for a fifth in advance, and a stay of three nights in twenty days."""

    house: Property
    wanted: StayRequest
    book: Callable[..., Booking]
    by: Actor
    channel: Actor
    move_to: Callable[[datetime], None]

    def place(self, booking: Booking) -> dict[str, Any]:
        return {"booking_id": booking.pk, "property_id": booking.property_id, "by": self.by}

    def visitor(self) -> Booking:
        return self.book(self.wanted, booker=VISITOR)

    def pay(self, booking: Booking, amount: int) -> None:
        place = self.place(booking)
        payment_record(**place, amount=Decimal(amount), method="cash")

    def arrived(self, booking: Booking) -> Booking:
        return lifecycle.booking_check_in(**self.place(booking), override=True)

    def sold_by_channel(self) -> Booking:
        stay = Stay(self.wanted.arrival, self.wanted.departure)
        return book_at_a_price(self.house, stay, by=self.channel)

    def asked_for(self) -> Booking:
        house = settle(self.house, requires_approval=True)
        return self.book(self.wanted, booker=VISITOR, prop=house)


@pytest.fixture
def desk(inn, stay_request, book, by, channel, time_machine):
    site_settings_save(
        values={
            "cancels_unpaid": True,
            "cancels_unpaid_after_days": 3,
            "reminds_of_payment": True,
            "reminds_of_payment_days": 30,
            "reminds_of_review": True,
            "reminds_of_review_days": 7,
            "keeps_bookings_days": 365,
        },
        by=SYSTEM,
    )
    house = settle(inn, deposit_kind="percentage", deposit_value=20)
    # A noon that is still to come by the database's own clock, which nobody moves: by that one a
    # hold of today's noon is over in the afternoon.
    noon = datetime.combine(house.settings.today() + DAY, time(12), tzinfo=UTC)
    first = noon.date() + 20 * DAY
    wanted = stay_request.changed(arrival=first, departure=first + 3 * DAY)
    time_machine.move_to(noon)
    sender = Actor(user_id=channel.user_id, channel_id=channel.pk)
    return Desk(house, wanted, book, by, sender, time_machine.move_to)


def of_visitor(desk):
    desk.visitor()


def of_a_hold(desk):
    quote = quote_make(prop=desk.house, stay_request=desk.wanted, booker=VISITOR)
    hold = hold_make(quote=quote, by=desk.by)
    place = {"hold_id": hold.pk, "property_id": desk.house.pk}
    hold_confirm(**place, guest=GRACE, booker=VISITOR, by=desk.by)


def of_staff(desk):
    desk.book(desk.wanted)


def at_a_test_property(desk):
    desk.visitor()
    Property.objects.update(is_test=True)


def at_a_deleted_property(desk):
    desk.visitor()
    Property.objects.update(deleted_at=datetime.now(UTC))


def kept(desk):
    lifecycle.booking_keep(**desk.place(desk.visitor()))


def of_staff_and_kept(desk):
    lifecycle.booking_keep(**desk.place(desk.book(desk.wanted)))


def approved(desk):
    lifecycle.booking_approve(**desk.place(desk.asked_for()))


def an_enquiry(desk):
    desk.asked_for()


def rejected(desk):
    lifecycle.booking_reject(**desk.place(desk.asked_for()))


def paid(desk):
    desk.pay(desk.visitor(), 72)


def paid_in_part(desk):
    desk.pay(desk.visitor(), 1)


def for_nothing(desk):
    desk.book(desk.wanted.changed(agreed=Decimal(0)))


def of_a_channel(desk):
    desk.sold_by_channel()


def of_a_channel_and_stayed(desk):
    lifecycle.booking_check_out(**desk.place(desk.arrived(desk.sold_by_channel())))


def cancelled(desk):
    lifecycle.booking_cancel(**desk.place(desk.visitor()))


def not_come(desk):
    booking = desk.visitor()
    desk.move_to(datetime.combine(desk.wanted.arrival, time(12), tzinfo=UTC))
    lifecycle.booking_no_show(**desk.place(booking))


def in_house(desk):
    desk.arrived(desk.visitor())


def stayed(desk):
    lifecycle.booking_check_out(**desk.place(desk.arrived(desk.visitor())))


def a_hold(desk):
    quote = quote_make(prop=desk.house, stay_request=desk.wanted, booker=VISITOR)
    hold_make(quote=quote, by=desk.by)


def a_block(desk):
    stay = Stay(desk.wanted.arrival, desk.wanted.departure)
    block_create(property_id=desk.house.pk, stay=stay, by=desk.by)


# Kind → the jobs that act ten days after it was made, on the day of arrival, ten days after the
# departure, and once the time is over for which the site keeps bookings.
TABLE = [
    (of_visitor, "expire cancel remind", "", "", "forget"),
    (of_a_hold, "expire cancel remind", "", "", "forget"),
    (of_staff, "cancel remind", "", "", "forget"),
    (approved, "cancel remind", "", "", "forget"),
    (at_a_test_property, "expire cancel", "", "", "forget"),
    (at_a_deleted_property, "", "", "", "forget"),
    (kept, "", "", "", "forget"),
    (of_staff_and_kept, "", "", "", "forget"),
    (an_enquiry, "", "", "", "forget"),
    (rejected, "", "", "", "forget"),
    (paid, "", "", "", "forget"),
    (paid_in_part, "remind", "", "", "forget"),
    (for_nothing, "", "", "", "forget"),
    (of_a_channel, "", "", "", "forget"),
    (of_a_channel_and_stayed, "", "", "", "forget"),
    (cancelled, "", "", "", "forget"),
    (not_come, "", "", "", "forget"),
    (in_house, "", "", "", "forget"),
    (stayed, "", "", "ask", "forget"),
    (a_hold, "release", "release", "release", "release"),
    (a_block, "", "", "", ""),
]


def acting() -> set[str]:
    """The jobs that have something to do now; what each does is undone."""
    found = set()
    for name, job in JOBS.items():
        with transaction.atomic():
            if job(timestamp=0):
                found.add(name)
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize(
    ("make", "ten_days_on", "on_arrival", "after", "long_after"),
    TABLE,
    ids=[row[0].__name__ for row in TABLE],
)
def test_each_job_acts_on_what_is_its_business(
    desk, make, ten_days_on, on_arrival, after, long_after
):
    made = datetime.now(UTC)
    make(desk)

    moments = {
        made + timedelta(minutes=1): "",
        made + 10 * DAY: ten_days_on,
        made + 20 * DAY: on_arrival,
        made + 33 * DAY: after,
        made + 400 * DAY: long_after,
    }
    for moment, jobs in moments.items():
        desk.move_to(moment)
        early = {"remind"} if moment < made + DAY else set()  # thirty days before the arrival
        assert acting() - early == set(jobs.split())
