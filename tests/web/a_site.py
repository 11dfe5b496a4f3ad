"""The demonstration with something of everything, for tests that look at every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.db import connection
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from bookyflow.accounts.models import AccessLevel, KeyPair, KeySecret, SiteSettings, User
from bookyflow.accounts.site import ROW
from bookyflow.api.models import RequestLog
from bookyflow.billing.invoicing import invoice_issue
from bookyflow.calendars.feeds import FeedOptions, feed_add
from bookyflow.calendars.polling import Polled, reading_take
from bookyflow.calendars.reading import BusyNights, Note, NoteKind, Reading
from bookyflow.calendars.sources import CalendarDetails, source_add
from bookyflow.channels.models import Channel
from bookyflow.core.acting import Actor
from bookyflow.demo.services import demo_make
from bookyflow.guests.models import GuestReview
from bookyflow.messaging.services import conversation_about
from bookyflow.pictures.images import image_add
from bookyflow.pictures.models import Image
from bookyflow.properties.models import CustomField, Property, PropertyType
from bookyflow.reservations.models import Booking, BookingKind, BookingState
from bookyflow.reviews.models import SCORES, Review, ReviewReply, ReviewReport
from bookyflow.rooms.models import Room, RoomFeature, RoomType
from bookyflow.tariffs.models import Coupon, Extra, TariffType
from bookyflow.webhooks.models import Webhook, WebhookDelivery
from tests.pictures import picture

PASSWORD = "a good long password"
SEEDS = ("properties.migrations.0002_seed", "rooms.migrations.0002_seed")


def seed() -> None:
    """What every database starts with, where a test before has emptied the tables."""
    if not PropertyType.objects.exists():
        with connection.schema_editor() as editor:
            for module in SEEDS:
                import_module(f"bookyflow.{module}").add(apps, editor)
    SiteSettings.objects.get_or_create(pk=ROW)


@dataclass(frozen=True)
class Site:
    """The ids that pages have in their paths, by name; and by page where one differs."""

    ids: dict[str, Any]
    of_pages: dict[str, dict[str, Any]]

    def of(self, page: str, names: list[str]) -> dict[str, Any]:
        """What the path of a page takes."""
        return {name: self.of_pages.get(page, {}).get(name, self.ids[name]) for name in names}


def make_site() -> Site:
    """Make the demonstration, and what pages need besides."""
    seed()
    demo = demo_make(known={})
    prop = Property.objects.get(pk=next(iter(demo.properties.values())))
    manager = User.objects.get(username="manager")
    by = Actor(user_id=manager.pk)
    stays = Booking.objects.filter(property=prop, kind=BookingKind.BOOKING).order_by("arrival")
    in_house = stays.get(state=BookingState.CHECKED_IN)
    to_come = stays.exclude(pk=in_house.pk).earliest("arrival")
    invoice = invoice_issue(property_id=prop.pk, booking_id=in_house.pk, by=by)
    key = KeyPair.objects.get(client_id=demo.client_id)
    secret = KeySecret.objects.create(key=key, digest="0" * 64, hint="0000")
    webhook = Webhook.objects.create(owner=manager, url="https://hooks.example/1")
    delivery = WebhookDelivery.objects.create(
        webhook=webhook, kind="booking_added", property_id=prop.pk, due_at=timezone.now()
    )
    ids = {
        "property_id": prop.pk,
        "booking_id": to_come.pk,
        "step": "check-in",
        "block_id": Booking.objects.get(property=prop, kind=BookingKind.BLOCK).pk,
        "guest_id": to_come.guest_id,
        "conversation_id": conversation_about(to_come).pk,
        "invoice_id": invoice.pk,
        "plan_id": TariffType.objects.filter(property=prop).earliest("pk").pk,
        "extra_id": Extra.objects.create(property=prop, name="Breakfast", price=12).pk,
        "coupon_id": Coupon.objects.create(property=prop, code="SPRING", amount=10).pk,
        "image_id": _image(prop, by).pk,
        "room_id": Room.objects.filter(property=prop).earliest("pk").pk,
        "room_type_id": RoomType.objects.create(name="Attic", property=prop).pk,
        "topic": "prices",
        "user_id": User.objects.get(username="receptionist").pk,
        "key_id": key.pk,
        "secret_id": secret.pk,
        "entry_id": _entry(key).pk,
        "channel_id": Channel.objects.get(user=manager).pk,
        "webhook_id": webhook.pk,
        "delivery_id": delivery.pk,
        "token": "nobody",
        "slug": "overview",
    }
    _reviews(to_come, manager)
    CustomField.objects.create(name="vehicle")
    RoomFeature.objects.create(name="Balcony")
    ids["pk"] = _administrator().pk
    ids |= _calendars(prop, by)
    return Site(
        ids, {"docs_section": {"slug": "core-api"}, "booking_early": {"booking_id": in_house.pk}}
    )


def _calendars(prop: Property, by: Actor) -> dict[str, int]:
    """A calendar with a stay and a conflict, and one for others."""
    booking = Booking.objects.filter(property=prop, occupancies__isnull=False, kind="booking")
    met = booking.latest("arrival")
    source = source_add(
        property_id=prop.pk,
        room_id=met.room_ids()[0],
        details=CalendarDetails("Seaside Stays", "https://calendars.example.com/1.ics"),
        by=by,
    )
    nights = [(met.arrival, met.departure), (met.departure, met.departure + timedelta(days=400))]
    busy = [
        BusyNights(f"{number}", "", f"{first}", first, end, "Reserved")
        for number, (first, end) in enumerate(nights)
    ]
    notes = [Note(NoteKind.ZONE_UNKNOWN, "Mars/Base")]
    polled = Polled(Reading(busy, notes))
    reading_take(source_id=source.pk, turn=source.turn, polled=polled, at=timezone.now())
    feed = feed_add(property_id=prop.pk, options=FeedOptions(names_guests=True), by=by)
    return {"calendar_id": source.pk, "feed_id": feed.pk}


def _image(prop: Property, by: Actor) -> Image:
    kind = Image.Kind.SLIDESHOW
    return image_add(prop=prop, kind=kind, file=picture(size=(640, 480)), by=by)


def _entry(key: KeyPair) -> RequestLog:
    return RequestLog.objects.create(
        at=timezone.now() - timedelta(minutes=1),
        request_id="5f0c7a52-0d0e-4b1c-9d57-3c2f2f0c9a11",
        key_id=key.pk,
        user_id=key.user_id,
        method="GET",
        route="properties/all",
        operation="properties.all",
        status=200,
        duration_ms=12,
        address="203.0.113.7",
    )


def _reviews(stay: Booking, author: User) -> None:
    """A review by the guest with all that follows, and one of the guest."""
    scores = dict.fromkeys(SCORES, 8)
    texts = {"title": "Quiet", "description": "Slept well."}
    review = Review.objects.create(property=stay.property, booking=stay, **texts, **scores)
    ReviewReply.objects.create(review=review, author=author, text="Thank you.")
    ReviewReport.objects.create(review=review, text="It is an advertisement.")
    guest = {"property": stay.property, "guest": stay.guest}
    GuestReview.objects.create(**guest, author=author, text="Likes a quiet room.")


def _administrator() -> Authenticator:
    """Who administers the site, with every second factor there is; the passkey."""
    root = User.objects.create_superuser(
        "root", password=PASSWORD, access_level=AccessLevel.SUPER_MANAGER
    )
    TOTP.activate(root, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(root)
    data = {"name": "My telephone", "credential": _passkey()}
    passkey: Authenticator = Authenticator.objects.create(user=root, type="webauthn", data=data)
    return passkey


def _passkey() -> dict[str, Any]:
    """What a browser sends for a new passkey."""
    key = ES256({1: 2, 3: -7, -1: 1, -2: b"x" * 32, -3: b"y" * 32})
    credential = AttestedCredentialData.create(b"\0" * 16, b"id", key)
    flags = AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP
    attested = AuthenticatorData.create(b"\0" * 32, flags, 0, credential)
    said = CollectedClientData.create("webauthn.create", b"challenge", "http://localhost")
    return {
        "id": websafe_encode(b"id"),
        "rawId": websafe_encode(b"id"),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(said),
            "attestationObject": websafe_encode(AttestationObject.create("none", attested, {})),
        },
    }
