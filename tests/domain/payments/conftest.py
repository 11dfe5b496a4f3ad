"""An inn that takes cards by a stand-in of Stripe, and guests who pay there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.payments import tasks
from bookyflow.payments.models import PaymentAttempt
from bookyflow.payments.notices import payment_notice
from bookyflow.payments.starting import PaymentAsked, payment_start
from bookyflow.payments.states import ProviderName
from bookyflow.properties.kept import property_kept
from bookyflow.properties.plugin_settings import plugin_settings_save
from bookyflow.reservations.claiming import Claim
from bookyflow.reservations.models import Hold
from bookyflow.reservations.public_booking import (
    Confirmation,
    VisitorRequest,
    visitor_confirm,
    visitor_hold,
    visitor_quote,
)
from bookyflow.reservations.stay_request import RoomRequest, StayRequest
from bookyflow.reservations.tokens import booking_token
from bookyflow.rooms.models import Room, RoomType
from tests.domain.reservations.conftest import GRACE, price, settle
from tests.stripe import KEY, SECRET, signature, stripe_serving

STRIPE = {"active": "1", "secret_key": KEY, "webhook_secret": SECRET}
BACK = "https://guests.example/done?stay=1"


@pytest.fixture(scope="session")
def stripe_server():
    with stripe_serving() as stripe:
        yield stripe


@pytest.fixture
def stripe(stripe_server, settings):
    """The stand-in, with nothing in it."""
    address = stripe_server.address
    stripe_server.__init__()
    stripe_server.address = address
    settings.STRIPE_API_BASE = address
    return stripe_server


@pytest.fixture
def double():
    return RoomType.objects.get(name="Double", property=None)


@pytest.fixture
def inn(hotel, double, by, stripe):
    """Three doubles at 120 a night, half of it due in advance, by card or transfer."""
    Room.objects.filter(property=hotel).update(max_adults=2, max_occupancy=2)
    price(hotel, double, 120, nights=40)
    save = {"property_id": hotel.pk, "by": by}
    plugin_settings_save(plugin="stripe", values=STRIPE, **save)
    plugin_settings_save(
        plugin="manual", values={"active": "1", "instructions": "IBAN AT61 1904"}, **save
    )
    return settle(hotel, deposit_kind="percentage", deposit_value=50)


@pytest.fixture
def quoted(inn, double):
    """A quote of three nights for two, as a text: 360.00, of which 180.00 are due in advance."""

    def ask(ahead=30):
        first = inn.settings.today() + timedelta(days=ahead)
        wanted = StayRequest(first, first + timedelta(days=3), (RoomRequest(double.pk),), adults=2)
        return visitor_quote(
            prop=property_kept(property_id=inn.pk), asked=VisitorRequest(wanted)
        ).text

    return ask


@pytest.fixture
def held(quoted):
    """Rooms that are held for somebody."""
    return visitor_hold(claim=Claim(quoted(), address="198.51.100.7"))


@pytest.fixture
def booked(held):
    """A booking that is to be paid."""
    return visitor_confirm(
        asked=Confirmation(GRACE, reference=held.number), token=booking_token(held.number)
    )


@pytest.fixture
def start():
    """Set out to pay for what is held, or for a booking."""

    def go(found, provider="stripe", *, guest=GRACE, **more):
        is_held = Hold.objects.filter(number=found.number, booking=None).exists()
        asked = PaymentAsked(provider, BACK, guest if is_held else None)
        token = booking_token(found.number)
        return payment_start(
            reference=found.number, token=token, asked=asked, language="de", **more
        )

    return go


@pytest.fixture
def tell(inn, stripe):
    """Have Stripe tell of something, by default of the last session."""

    def send(kind="checkout.session.completed", about=None, event_id="", prop=None):
        body = stripe.event(kind, about or stripe.session, event_id)
        return payment_notice(
            property_id=(prop or inn).pk,
            provider=ProviderName.STRIPE,
            body=body,
            headers={"Stripe-Signature": signature(body)},
        )

    return send


@pytest.fixture
def work():
    """Do the queued jobs of payments, of one name or all; returns how many."""

    seen = set()

    def run(*names):
        ours = list(PaymentAttempt.objects.values_list("pk", flat=True))
        queued = ProcrastinateJob.objects.filter(args__attempt_id__in=ours)
        due = queued.exclude(pk__in=seen).order_by("id")
        chosen = [job for job in due if not names or job.task_name.rpartition(".")[2] in names]
        for job in chosen:
            getattr(tasks, job.task_name.rpartition(".")[2])(**job.args)
            seen.add(job.pk)  # not one that fails: it comes again
        return len(chosen)

    return run


def state():
    """Of the last attempt."""
    return PaymentAttempt.objects.order_by("pk").last().state
