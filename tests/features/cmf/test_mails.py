"""Guests of channels hear from the channel, and from nobody else."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.core.acting import SYSTEM
from bookyflow.reservations import lifecycle
from bookyflow.reservations.mails import Audience, booking_mail_send
from bookyflow.reservations.models import Booking
from tests.features.cmf.conftest import BASE, reservation, sent, stay_info

pytestmark = pytest.mark.django_db


def test_a_channels_booking_sends_no_mail_whoever_cancels_it(
    ota, linked, hotel, double, mailoutbox
):
    stay = stay_info(hotel, room_type_id=double.pk, guest_number=2)
    assert ota.put(BASE + "reservations/add", sent(reservation("R1", stay))).status_code == 200
    booking = Booking.objects.get()
    assert not ProcrastinateJob.objects.exists()

    lifecycle.booking_cancel(booking_id=booking.pk, property_id=hotel.pk, by=SYSTEM)
    for audience in Audience:
        booking_mail_send(booking_id=booking.pk, template="booking_cancelled", audience=audience)

    assert mailoutbox == []
