"""What the messages of events lead to, also when it has been deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone

from bookyflow.billing.invoicing import invoice_cancel, invoice_issue
from bookyflow.billing.payments import payment_record
from bookyflow.core.acting import Actor
from bookyflow.core.dates import Stay
from bookyflow.core.places import region
from bookyflow.events.models import Event, EventKind
from bookyflow.events.selectors import KEPT
from bookyflow.guests.profiles import GuestProfile, guest_add
from bookyflow.guests.services import GuestDetails
from bookyflow.privacy.anonymising import guest_delete
from bookyflow.properties.models import (
    FeatureCategory,
    Property,
    PropertyCategory,
    PropertyFeature,
    PropertySettings,
    PropertyText,
)
from bookyflow.property_lifecycle.deletion import property_delete
from bookyflow.property_lifecycle.rooms import room_delete
from bookyflow.reservations.blocks import block_create, block_remove
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking
from bookyflow.reservations.notes import note_delete, note_save
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.services import Remarks, quote_book
from bookyflow.reservations.stay_request import STAFF, RoomRequest, StayRequest
from bookyflow.reviews.models import SCORES, Review
from bookyflow.reviews.rules import ReviewDraft, review_rules
from bookyflow.reviews.services import review_bring, review_delete
from bookyflow.rooms.models import Room, RoomFeature, RoomType
from bookyflow.tariffs.extras import extra_delete, extra_save
from bookyflow.tariffs.guest_types import guest_type_delete, guest_type_save
from bookyflow.tariffs.models import Extra, TariffType, TaxRate
from bookyflow.webhooks.kinds import KINDS, SUBJECT, WHOLE
from tests.conftest import make_hotel
from tests.domain.reservations.conftest import fresh, price
from tests.examples import as_shown, example
from tests.features.conftest import problem, queries

pytestmark = pytest.mark.django_db

MOST_STATEMENTS = 6
BASE = "/bookyflow/api/webhooks"
NOW = datetime(2027, 6, 1, 9, 12, 40, tzinfo=UTC)
ADA = GuestDetails("Berger", "Ada", "ada.berger@mail.example")
# Ids, which are others in each run, and what follows from them.
OWN = {
    "contract_uid",
    "tag",
    "guest_uid",
    "rooms_tariffs",
    "extras",
    "uid",
    "tax_rate",
    "room_uid",
    "room_classes_uid",
    "extras_uid",
    "guest_type_uid",
    "note_uid",
    "id",
    "inv_id",
    "contract_id",
    "property_uid",
    "rating_id",
    "item_id",
    "propertys_uid",
    "room_features_uid",
    "ptype_id",
    "room_ids",
    "rates_uid",
    "tarifftype_id",
    "roomclass_uid",
    "rooms",
    "rooms_by_type",
    "property_rooms",
    "deleted_at",
    "image",
    "accommodation_tax_code",
}


@dataclass
class House:
    """A hotel with one room, and one of everything else that events are about."""

    hotel: Property
    by: Actor
    room: Room
    booking: Any
    block: Any
    note: Any
    extra: Any
    guest: Any
    guest_type: Any
    invoice: Any
    review: Any

    @property
    def ids(self) -> dict[str, int]:
        """What stands in paths."""
        return {
            "contract_uid": self.booking.pk,
            "note_uid": self.note.pk,
            "extra_uid": self.extra.pk,
            "guest_uid": self.guest.pk,
            "guest_type_uid": self.guest_type.pk,
            "invoice_uid": self.invoice.pk,
            "room_uid": self.room.pk,
            "review_uid": self.review.pk,
        }


@pytest.fixture
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def house(now, hotel, manager):
    by = Actor(user_id=manager.pk)
    facts = {"property_id": hotel.pk, "by": by}
    PropertySettings.objects.filter(property=hotel).update(
        accommodation_tax_rate=20, deposit_kind="none", invoice_due_days=14
    )
    Room.objects.filter(property=hotel).exclude(number="1").delete()
    room = Room.objects.get(property=hotel)
    room.name, room.floor = "Sea room", "1"
    room.save()
    room.features.add(RoomFeature.objects.create(name="Balcony", property=hotel))
    price(fresh(hotel), room.room_type, 120, start=date(2027, 5, 30), nights=14)
    tax, _ = TaxRate.objects.get_or_create(code="01", defaults={"rate": 20, "description": "VAT"})
    extra = extra_save(name="Final cleaning", price=Decimal(70), tax_rate_id=tax.pk, **facts)
    wanted = StayRequest(
        date(2027, 6, 7),
        date(2027, 6, 12),
        (RoomRequest(room.room_type_id),),
        adults=2,
        extras={extra.pk: 1},
    )
    booking = quote_book(
        quote=quote_make(prop=fresh(hotel), stay_request=wanted, booker=STAFF),
        guest=ADA,
        booker=STAFF,
        by=by,
        remarks=Remarks("Arrives late"),
    )
    block = block_create(
        stay=Stay(date(2027, 6, 20), date(2027, 6, 23)),
        reason="Roof repair",
        room_ids=[room.pk],
        **facts,
    )
    invoice = invoice_issue(booking_id=booking.pk, **facts)
    payment_record(booking_id=booking.pk, amount=Decimal(57), method="cash", **facts)
    profile = GuestProfile(
        "Byrne",
        "Ada",
        "ada@example.com",
        "01803 000000",
        "07700 900001",
        "16",
        "Elm Road",
        "Torquay",
        "GB-TOB",
        "TQ1 1AA",
        "GB",
        vat_number="GB980780684",
        discount=Decimal("5.5"),
    )
    scores = dict(zip(SCORES, (8, 9, 8, 8, 7, 8), strict=True))
    draft = ReviewDraft("Lovely stay", "Great view", "Quiet", "", "Ada", scores)
    hotel.refresh_from_db()
    return House(
        hotel,
        by,
        room,
        booking,
        block,
        note_save(booking_id=booking.pk, text="Asks for a cot", **facts),
        extra,
        guest_add(profile=profile, **facts),
        guest_type_save(
            name="Senior",
            maximum=4,
            variance=Decimal(10),
            is_percentage=True,
            is_addition=False,
            notes="Over 65",
            **facts,
        ),
        invoice,
        review_bring(draft=draft, rules=review_rules(), **facts),
    )


@pytest.fixture
def reader(now, client_for):
    return client_for("webhooks_get guests_get")


def read(client, house, path, **ids):
    answer = client.get(f"{BASE}/{house.hotel.pk}/" + path.format(**house.ids | ids))
    assert answer.status_code == 200, answer.content
    ((key, found),) = answer.json()["data"].items()
    return key, found


def keyed(answer, shown):
    """Maps by ids with the ids of the example, in the same order."""
    if isinstance(answer, list) and isinstance(shown, list):
        return [keyed(*pair) for pair in zip(answer, shown, strict=True)]
    if not isinstance(answer, dict) or not isinstance(shown, dict):
        return answer
    if answer and all(name.isdigit() for name in answer):
        pairs = zip(shown, answer.values(), strict=True)
        return {name: keyed(value, shown[name]) for name, value in pairs}
    return {name: keyed(value, shown.get(name)) for name, value in answer.items()}


PATHS = {
    **dict.fromkeys(
        (
            "booking_added",
            "booking_modified",
            "booking_cancelled",
            "deposit_saved",
            "guest_checkedin",
            "guest_checkedin_undone",
            "guest_checkedout",
            "guest_checkedout_undone",
        ),
        ("contract_details", "/{contract_uid}"),
    ),
    "blackbooking_added": ("blackbooking_details", "/{block_uid}"),
    "blackbooking_deleted": ("blackbooking_details", "/{block_uid}"),
    "booking_note_save": ("contract_details", "/{note_uid}"),
    "booking_note_deleted": ("contract_details", "/{note_uid}"),
    "extra_saved": ("extra_details", "/{extra_uid}"),
    "extra_deleted": ("extra_details", "/{extra_uid}"),
    "guest_saved": ("guest_details", "/{guest_uid}"),
    "guest_deleted": ("guest_details", "/{guest_uid}"),
    "guest_type_saved": ("guest_type_details", "/{guest_type_uid}"),
    "guest_type_deleted": ("guest_type_details", "/{guest_type_uid}"),
    "invoice_saved": ("invoice_details", "/{invoice_uid}"),
    "invoice_cancelled": ("invoice_details", "/{invoice_uid}"),
    "property_added": ("property_details", ""),
    "property_saved": ("property_details", ""),
    "property_published": ("property_details", ""),
    "property_unpublished": ("property_details", ""),
    "property_deleted": ("property_details", ""),
    "property_settings_updated": ("property_settings", ""),
    "review_saved": ("review_details", "/{review_uid}"),
    "review_published": ("review_details", "/{review_uid}"),
    "review_unpublished": ("review_details", "/{review_uid}"),
    "review_deleted": ("review_details", "/{review_uid}"),
    "room_added": ("room_details", "/{room_uid}"),
    "room_updated": ("room_details", "/{room_uid}"),
    "room_deleted": ("room_details", "/{room_uid}"),
    "rooms_multiple_added": ("all_property_rooms", ""),
    "tariffs_updated": ("property_tariffs", ""),
}


def emptied(house, **facts):
    """Without the block and the booking."""
    block_remove(block_id=house.block.pk, **facts)
    booking_cancel(booking_id=house.booking.pk, **facts)


def room_ends(house, **facts):
    emptied(house, **facts)
    room_delete(room_id=house.room.pk, **facts)


def property_ends(house, **facts):
    make_hotel(house.hotel.staff.get().user)
    emptied(house, **facts)
    property_delete(prop=house.hotel, by=facts["by"])


def stands(state, *at):
    """Have the booking in a state since now."""

    def work(house, **facts):
        since = dict.fromkeys(at, NOW)
        Booking.objects.filter(pk=house.booking.pk).update(state=state, **since)

    return work


# What has happened by the time that an event is read.
ENDS = {
    "guest_checkedin": stands("checked_in", "checked_in_at"),
    "guest_checkedout": stands("checked_out", "checked_in_at", "checked_out_at"),
    "guest_checkedout_undone": stands("checked_in", "checked_in_at"),
    "booking_cancelled": lambda of, **facts: booking_cancel(booking_id=of.booking.pk, **facts),
    "blackbooking_deleted": lambda of, **facts: block_remove(block_id=of.block.pk, **facts),
    "booking_note_deleted": lambda of, **facts: note_delete(
        booking_id=of.booking.pk, note_id=of.note.pk, **facts
    ),
    "extra_deleted": lambda of, **facts: extra_delete(extra_id=of.extra.pk, **facts),
    "guest_deleted": lambda of, **facts: guest_delete(guest_id=of.guest.pk, **facts),
    "guest_type_deleted": lambda of, **facts: guest_type_delete(
        guest_type_id=of.guest_type.pk, **facts
    ),
    "invoice_cancelled": lambda of, **facts: invoice_cancel(invoice_id=of.invoice.pk, **facts),
    "review_deleted": lambda of, **facts: review_delete(review_id=of.review.pk, **facts),
    "room_deleted": room_ends,
    "property_deleted": property_ends,
}


def happened(house, name):
    if name in ENDS:
        ENDS[name](house, property_id=house.hotel.pk, by=house.by)


@pytest.mark.parametrize("name", PATHS)
def test_shows_what_an_event_was_about(reader, house, name):
    key, rest = PATHS[name]
    happened(house, name)

    with CaptureQueriesContext(connection) as statements:
        found = read(reader, house, name + rest, block_uid=house.block.pk)

    assert len(statements) <= MOST_STATEMENTS
    shown = example(f"webhooks.{name}").answer
    assert found[0] == key
    assert as_shown(keyed(found[1], shown), shown, *OWN) == shown


TEXTS = {
    "metatitle": "Inn",
    "metadescription": "An inn by the sea",
    "metakeywords": "inn, sea",
    "property_airports": "An hour by bus",
    "property_area_activities": "Boats",
    "property_checkin_times": "From 15:00",
    "property_description": "Rooms by the sea",
    "property_driving_directions": "Along the coast",
    "property_othertransport": "A station",
    "property_policies_disclaimers": "No pets",
}
RECORD = {  # what the interface calls it, and the model; and what it is
    "property_street": ("street", "1 Quay"),
    "property_postcode": ("postcode", "SA70 7BX"),
    "property_tel": ("tel", "01834 000000"),
    "property_fax": ("fax", "01834 000001"),
    "property_email": ("email", "inn@example.com"),
    "permit_number": ("permit_number", "T-1"),
    "real_estate_property_price": ("asking_price", "250000"),
    "lat": ("latitude", "51.67000"),
    "long": ("longitude", "-4.70000"),
}


def test_shows_all_that_a_property_has(reader, house):
    hotel = house.hotel
    for field, text in TEXTS.items():
        PropertyText.objects.create(property=hotel, field=field, language="en-GB", text=text)
    for field, value in RECORD.values():
        setattr(hotel, field, value)
    hotel.region = "GB-PEM"
    hotel.category = PropertyCategory.objects.create(title="Seaside")
    hotel.save()
    kind, _ = FeatureCategory.objects.get_or_create(name="Here")
    feature = PropertyFeature.objects.create(name="Wi-Fi", category=kind, property=hotel)
    hotel.features.add(feature)

    _, found = read(reader, house, "property_saved")

    shown = found["property"]
    wanted = TEXTS | {name: value for name, (_, value) in RECORD.items()}
    wanted |= {"cat_id": hotel.category_id, "property_features": [feature.pk]}
    place = region("GB-PEM")
    wanted |= {"property_region": place.name, "property_region_id": place.number}
    assert {name: shown[name] for name in wanted} == wanted


def test_shows_all_that_rooms_extras_and_reviews_have(reader, house):
    Room.objects.filter(pk=house.room.pk).update(tagline="Top", description="<p>Bright</p>")
    period = {"valid_from": date(2027, 1, 1), "valid_to": date(2027, 12, 31)}
    Extra.objects.filter(pk=house.extra.pk).update(description="By hand", **period)
    Review.objects.filter(pk=house.review.pk).update(cons="Stairs", booking=house.booking)

    room = read(reader, house, "room_updated/{room_uid}")[1]
    extra = read(reader, house, "extra_saved/{extra_uid}")[1]
    review = read(reader, house, "review_saved/{review_uid}")[1]["review_basics"]

    assert (room["tagline"], room["description"]) == ("Top", "<p>Bright</p>")
    assert (extra["desc"], extra["validfrom"], extra["validto"]) == (
        "By hand",
        "2027-01-01",
        "2027-12-31",
    )
    assert (review["cons"], review["contract_uid"]) == ("Stairs", house.booking.pk)


def test_shows_when_an_invoice_was_paid_and_what_a_rate_says(reader, house):
    facts = {"property_id": house.hotel.pk, "by": house.by}
    booking = Booking.objects.get(pk=house.booking.pk)
    payment_record(
        booking_id=booking.pk, amount=booking.total - booking.paid, method="cash", **facts
    )
    TariffType.objects.filter(property=house.hotel).update(description="With a view")

    _, invoice = read(reader, house, "invoice_saved/{invoice_uid}")
    _, rates = read(reader, house, "tariffs_updated")

    assert invoice["invoice"]["paid"] == "2027-06-01T09:12:40Z"
    assert {rate["rate_description"] for rate in rates["tariffs"].values()} == {"With a view"}


UNKNOWN = {
    "contract_uid": "booking_not_found",
    "block_uid": "block_not_found",
    "note_uid": "note_not_found",
    "extra_uid": "extra_not_found",
    "guest_uid": "guest_not_found",
    "guest_type_uid": "guest_type_not_found",
    "invoice_uid": "invoice_not_found",
    "room_uid": "room_not_found",
    "review_uid": "review_not_found",
}
OF_ONE = [name for name, (_, rest) in PATHS.items() if rest]


def test_what_there_is_not_and_what_is_another_propertys(reader, house, manager):
    other = make_hotel(manager, name="Other")
    ids = house.ids | {"block_uid": house.block.pk}
    expected, found = {}, {}
    for name in OF_ONE:
        _, rest = PATHS[name]
        (parameter,) = [one for one in ids if f"{{{one}}}" in rest]
        nothing = rest.format(**dict.fromkeys(ids, 999_999_999))
        expected[name] = [(404, UNKNOWN[parameter], [])] * 2
        found[name] = [
            problem(reader.get(f"{BASE}/{house.hotel.pk}/{name}{nothing}")),
            problem(reader.get(f"{BASE}/{other.pk}/{name}{rest.format(**ids)}")),
        ]

    assert found == expected


@pytest.mark.parametrize("name", ["booking_note_deleted", "guest_type_deleted", "review_deleted"])
def test_what_another_property_has_deleted(reader, house, manager, name):
    happened(house, name)
    other = make_hotel(manager, name="Other")

    answer = reader.get(f"{BASE}/{other.pk}/{name}" + PATHS[name][1].format(**house.ids))

    assert answer.status_code == 404


def test_a_block_is_no_booking_and_a_booking_no_block(reader, house):
    block = reader.get(f"{BASE}/{house.hotel.pk}/booking_added/{house.block.pk}")
    booking = reader.get(f"{BASE}/{house.hotel.pk}/blackbooking_added/{house.booking.pk}")

    assert problem(block)[:2] == (404, "booking_not_found")
    assert problem(booking)[:2] == (404, "block_not_found")


def test_a_guest_type_that_was_deleted_before_its_event_told_of_it(reader, house):
    happened(house, "guest_type_deleted")
    Event.objects.filter(kind="guest_type_deleted").update(data={})

    answer = reader.get(f"{BASE}/{house.hotel.pk}/guest_type_deleted/{house.guest_type.pk}")

    assert problem(answer)[:2] == (404, "guest_type_not_found")


PERSONAL = ("Ada", "Byrne", "Berger", "Arrives late", "cot", "Elm", "TQ1", "7994528", "ada@")


@pytest.mark.parametrize("name", ["booking_added", "guest_saved", "booking_note_save"])
def test_nothing_of_guests_without_the_scope_for_them(client_for, house, name):
    client = client_for("webhooks_get")

    _, found = read(client, house, name + PATHS[name][1])

    assert not [text for text in PERSONAL if text in str(found)]


@pytest.mark.parametrize("name", ["tariffs_updated", "rooms_multiple_added", "property_saved"])
def test_costs_as_much_with_many_rooms_and_prices(reader, house, name):
    path = f"{BASE}/{house.hotel.pk}/{name}"
    few = queries(reader, path)
    kinds = [RoomType.objects.create(name=f"T{number}") for number in range(20)]
    for number, kind in enumerate(kinds):
        Room.objects.create(property=house.hotel, room_type=kind, number=f"1{number}")
        price(fresh(house.hotel), kind, 90 + number, start=date(2027, 6, 1), nights=2)

    assert queries(reader, path) == few


def test_prices_without_tax_as_they_were_entered(reader, house):
    PropertySettings.objects.filter(property=house.hotel).update(prices_inclusive=False)

    _, found = read(reader, house, "tariffs_updated")

    assert [rate["roomrateperday"] for rate in found["tariffs"].values()] == ["120.00"]


def test_prices_of_nights_that_are_over_are_left_out(reader, house):
    price(fresh(house.hotel), house.room.room_type, 80, start=date(2027, 5, 1), nights=2)

    _, found = read(reader, house, "tariffs_updated")

    assert len(found["tariffs"]) == 1


def test_a_deleted_property_is_shown_as_long_as_its_event_is_kept(reader, house, client_for):
    happened(house, "property_deleted")
    path = f"{BASE}/{house.hotel.pk}/property_deleted"
    stranger = client_for("webhooks_get", all_properties=False)

    assert problem(stranger.get(path))[:2] == (404, "property_not_found")
    assert reader.get(path).status_code == 200
    Property.objects.filter(pk=house.hotel.pk).update(deleted_at=timezone.now() - KEPT)
    with time_machine.travel(NOW.replace(minute=13), tick=False):
        assert problem(reader.get(path))[:2] == (404, "property_not_found")


def test_texts_are_in_the_language_of_the_request(reader, house):
    PropertyText.objects.create(
        property=house.hotel, field="property_name", language="de-DE", text="Haus am Hafen"
    )

    _, found = read(reader, house, "property_added?language=de")

    assert found["property"]["property_name"] == "Haus am Hafen"


def test_every_message_leads_somewhere():
    for kind in [kind for kind in EventKind if KINDS[kind].reads]:
        rest = {WHOLE: "", SUBJECT: "/5"}.get(KINDS[kind].reads, "/6")

        match = resolve(f"{BASE}/3/{kind}{rest}")

        assert match.namespaces[1] == "webhooks"
        assert len(match.kwargs) == (1 if KINDS[kind].reads == WHOLE else 2)
