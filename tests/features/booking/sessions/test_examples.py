"""Each answer is as its example says, in a house that has everything."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from bookyflow.pictures.models import Image
from bookyflow.properties.models import CustomField, PropertySettings
from bookyflow.rooms.models import Room, RoomFeature, RoomType
from bookyflow.tariffs.models import ChildRate, Extra, TariffType, TaxRate
from tests.examples import example
from tests.features.booking.conftest import data

pytestmark = pytest.mark.django_db

_OWN_KEYS = re.compile(r"[0-9]+(\^[0-9]+)?|[0-9]{4}-[0-9]{2}-[0-9]{2}|[A-Z]{2}")
# What is another each time.
NAMES = """
    session_token property_uid room_uid propertys_uid room_features_uid room_class_id id
    rate_id room_classes_uid room_type_id tariff_type_id roomclass_uid date checkin_date
    first_arrival next_checkin_date last_arrival extra_uid room_type_uid hatPair
    requestedRooms room_id expires_at held_until child_rate_id arrivalDate departureDate
    reference token first_night last_night small_room_image medium_room_image
    large_room_image image large medium small hatPairs allowed_dates not_available_dates
    periods property_details_url valid_from valid_to
"""
OWN = frozenset(NAMES.split())


def as_example(answer, shown):
    """An answer with what is another each time as the example has it, and no more than that.

    Maps by id, date or code, and lists, may go on where the example ends.
    """
    if isinstance(answer, dict) and isinstance(shown, dict):
        if shown and all(_OWN_KEYS.fullmatch(key) for key in shown):
            assert len(answer) >= len(shown)
            pairs = zip(answer.values(), shown.items(), strict=False)
            return {key: as_example(value, one) for value, (key, one) in pairs}
        return {
            name: shown[name]
            if name in OWN and type(value) is type(shown.get(name))
            else as_example(value, shown.get(name))
            for name, value in answer.items()
        }
    if isinstance(answer, list) and isinstance(shown, list) and shown:
        assert len(answer) >= len(shown)
        return [as_example(value, one) for value, one in zip(answer, shown, strict=False)]
    return answer


@pytest.fixture
def house(inn, double, settings):
    """The inn with all that an example has."""
    settings.PROPERTY_PAGE_URL = "https://example.com/stay/{property_uid}"
    PropertySettings.objects.update(
        per_person_per_night=True,
        allow_children=True,
        children_count_for_capacity=False,
        cleaning_fee=25,
        city_tax=2,
        city_tax_model="perguestpernight",
        security_deposit=100,
    )
    RoomType.objects.filter(pk=double.pk).update(description="Two beds, or one.")
    TariffType.objects.update(
        description="Change until the day before.",
        discount_7=Decimal(10),
        discount_30=Decimal(20),
        extra_guest_price=Decimal(30),
    )
    room = Room.objects.get(number="1")
    Room.objects.exclude(pk=room.pk).delete()
    Room.objects.filter(pk=room.pk).update(
        name="Sea room", floor="1", tagline="With a view", description="Bright", max_children=1
    )
    Room.objects.filter(pk=room.pk).update(max_occupancy=3)
    balcony = RoomFeature.objects.create(name="Balcony")
    room.features.add(balcony)
    for kind, shown in (
        ("main", {}),
        ("room", {"room": room}),
        ("room_type", {"room_type": double}),
    ):
        Image.objects.create(property=inn, kind=kind, file="properties/3/a1/large.jpg", **shown)
    ChildRate.objects.create(property=inn, age_from=0, age_to=12, price=10)
    tax_rate = TaxRate.objects.create(code="R10", description="VAT", rate=10)
    CustomField.objects.create(property=inn, name="by_train", description="Do you come by train?")
    Extra.objects.create(
        property=inn,
        name="Breakfast",
        description="From seven to ten",
        price=8,
        model="per_person_per_night",
        tax_rate=tax_rate,
        room_type=double,
        valid_from=inn.settings.today(),
        valid_to=inn.settings.today().replace(year=inn.settings.today().year + 2),
    )
    return inn


def test_answers_are_as_the_examples_say(form, house):
    nights = "dates_in_range/{arrivalDate}/{departureDate}".format(**form.dates)
    rate, extra = ChildRate.objects.get(), Extra.objects.get()
    note = example("booking.set_note").request
    answers = {"initialise": data(form.initialise())}
    form.begin()
    answers |= {
        "error_messages": data(form.get("error_messages")),
        "dates_in_range": data(form.get(nights)),
        "regions": data(form.get("regions/GB")),
        "format_price": data(form.get("format_price/83.33")),
        "set_dates": data(form.set_dates()),
        "set_guest_numbers": data(form.set_party(children=[{"id": rate.pk, "quantity": 1}])),
        "rooms": data(form.get("rooms")),
        "set_property_booking": data(form.choose(extras={str(extra.pk): 1})),
        "prices": data(form.get("prices")),
        "deposit": data(form.get("deposit")),
        "city_tax": data(form.get("city_tax")),
        "cleaning_fee": data(form.get("cleaning_fee")),
        "validate_address": data(form.get("validate/address")),
        "set_address": data(form.set_address(**example("booking.set_address").request)),
        "set_note": data(form.post("set/note", note)),
    }
    for name in ("dates", "guest/numbers", "rooms", "booking"):
        answers[f"validate_{name.replace('/', '_')}"] = data(form.get(f"validate/{name}"))
    answers |= {
        "ok_to_book": data(form.get("ok_to_book")),
        "read_session": data(form.read()),
        "prolong": data(form.post("session/prolong", **form.token)),
        "set_rooms": data(form.post("set/rooms/booking", {"roomTariffPairs": form.pairs()})),
        "create": data(form.create()),
        "leave": data(form.leave()),
    }

    for action, answer in answers.items():
        shown = example(f"booking.{action}").answer
        assert as_example(answer, shown) == shown, action
