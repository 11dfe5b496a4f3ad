from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.billing.desk import desk_booking_list
from bookyflow.reservations.lifecycle import (
    booking_approve,
    booking_cancel,
    booking_keep,
    booking_no_show,
    booking_reject,
)
from bookyflow.reservations.staff_booking import cancellation_preview, staff_book
from features.desk.contract import FOUND, IN_STATE, booking, change, read
from features.desk.serializers.bookings import (
    BookingsQuery,
    DeskBookingOut,
    DeskBookingSummaryOut,
)
from features.desk.serializers.making import DeskBookingIn
from features.desk.serializers.steps import (
    CancellationIn,
    CancellationTermsOut,
    NoShowIn,
    RejectionIn,
)
from features.desk.views.base import DeskView

NOT_SOLD = (
    "stay_too_long",
    "arrival_too_soon",
    "changeover_day",
    "fixed_period",
    "no_room_available",
    "room_taken",
    "stop_sell",
    "too_many_rooms",
    "too_many_adults",
    "too_many_children",
    "too_many_guests",
    "children_not_allowed",
    "no_valid_tariffs",
    "extra_not_available",
    "coupon_invalid",
)


class Bookings(DeskView):
    """Bookings of a property."""

    @read(
        key="bookings",
        query=BookingsQuery,
        returns=DeskBookingSummaryOut(many=True),
        paged=True,
        raises=(),
        replica=True,
    )
    def list_bookings(self, request: Request, property_uid: int) -> Response:
        """List bookings by arrival: all, or those in one state, arriving or leaving on a day."""
        return self.reply(self.page(desk_booking_list(property_id=property_uid, **self.query)))

    @booking(scope="bookings_set", body=DeskBookingIn, status=201, raises=NOT_SOLD)
    def create_booking(self, request: Request, property_uid: int) -> Response:
        """Book rooms for a guest, at the price of the tariffs or at one that was agreed.

        The guest book gets to know the guest. Rules in `override` are set aside, which the log
        tells. A call with X-BOOKYFLOW-dry-run shows the price, line by line, and books nothing.
        """
        made = staff_book(property_id=property_uid, asked=self.input(DeskBookingIn), by=self.actor)
        return self.booking(made.pk)

    @read(key="booking", returns=DeskBookingOut())
    def read_booking(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Read a booking with its rooms, price, guest, notes, payments and invoices.

        What is personal needs the scope guests_get as well: it is null without it, texts are empty.
        """
        return self.booking()


class Endings(DeskView):
    """Decisions about a booking that does not go its usual way."""

    @change(raises=(*IN_STATE, "dates_in_past", "no_room_available", "stop_sell"))
    def approve_booking(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Accept an enquiry: from now on it is a booking and holds its rooms."""
        booking_approve(**self.here)
        return self.booking()

    @change(body=RejectionIn)
    def reject_booking(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Refuse an enquiry and free what it held. Twice is once."""
        booking_reject(**self.here, **self.body)
        return self.booking()

    @change(raises=FOUND)
    def keep_booking(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Keep a booking whose deposit has not come: it does not end by itself any more.

        Neither for its own time to pay, nor by the site's job for unpaid bookings; and its guest is
        not reminded of the deposit any more.
        """
        booking_keep(**self.here)
        return self.booking()

    @change(key="cancellation", returns=CancellationTermsOut(), has_effect=False)
    def preview_cancellation(
        self, request: Request, property_uid: int, contract_uid: int
    ) -> Response:
        """Tell which fee cancelling a booking costs today, and what is left to pay or give back.

        Nothing is cancelled.
        """
        return self.priced(cancellation_preview(**self.place))

    @change(body=CancellationIn)
    def cancel_booking(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Cancel a booking and free its rooms. Twice is once.

        The property's fee takes the place of the price, unless `charge_fee` is false. What was
        paid beyond it shows as a negative balance.
        """
        booking_cancel(**self.here, **self.body)
        return self.booking()

    @change(body=NoShowIn, raises=(*IN_STATE, "too_early"))
    def mark_no_show(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Say that a guest did not come, from the day of arrival on. Twice is once.

        The rooms are free, and the property's fee is due, unless `charge_fee` is false.
        """
        booking_no_show(**self.here, **self.body)
        return self.booking()
