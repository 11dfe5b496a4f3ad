from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.properties.models import BookingModel, TariffMode
from bookyflow.reservations.models import BookingLine
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.services import quote_book
from bookyflow.reservations.stay_request import STAFF, RoomRequest, StayRequest
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.models import DailyRate, TariffType
from tests.domain.conftest import ADA, stay
from tests.examples import example
from tests.features.tariffs.conftest import BASE, day, mode_of, refusal, value

pytestmark = pytest.mark.django_db


@pytest.fixture
def flexible(hotel, double):
    """The tariff of the example: two periods, and a closed night between them."""
    made = TariffType.objects.create(
        property=hotel,
        room_type=double,
        name="Flexible",
        description="Free cancellation",
        max_people=2,
    )
    for ahead, price, least, closed in (
        (-400, "110.00", 1, False),
        (5, "110.00", 1, False),
        (6, "110.00", 1, False),
        (7, "110.00", 1, True),
        (8, "95.50", 2, False),
    ):
        DailyRate.objects.create(
            property=hotel,
            tariff_type=made,
            date=day(ahead),
            price=price,
            min_stay=least,
            closed=closed,
        )
    return made


def test_rates_by_room_type_and_tariff(pricer, hotel, double, flexible):
    twin = RoomType.objects.get(name="Twin", property=None)
    empty = TariffType.objects.create(property=hotel, room_type=twin)

    found = value(pricer.get(f"{BASE}{hotel.pk}"))

    assert list(found) == [str(double.pk), str(twin.pk)]
    assert found[str(twin.pk)] == {str(empty.pk): {}}
    rows = found[str(double.pk)][str(flexible.pk)]
    ids = list(map(str, DailyRate.objects.order_by("date").values_list("pk", flat=True)))
    assert list(rows) == [ids[0], ids[1], ids[4]]
    (of_type,) = example("tariffs.list").answer.values()
    (shown,) = of_type.values()
    own = {
        "property_uid": hotel.pk,
        "tarifftype_id": flexible.pk,
        "roomclass_uid": double.pk,
    }
    for pk, like, first, last in (
        (ids[1], "4089", day(5), day(6)),
        (ids[4], "4272", day(8), day(8)),
    ):
        period = {"rates_uid": int(pk), "validfrom": first, "validto": last}
        assert rows[pk] == shown[like] | own | period


def test_without_tariffs_and_in_another_language(pricer, hotel):
    assert value(pricer.get(f"{BASE}{hotel.pk}/fr-FR")) == {}


@pytest.mark.parametrize("mode", TariffMode)
def test_reading_works_in_every_mode_and_for_receptionists(
    client_for, receptionist, hotel, flexible, mode
):
    mode_of(hotel, mode)
    reader = client_for("tariffs_get", user=receptionist)

    assert value(reader.get(f"{BASE}{hotel.pk}/"))
    assert refusal(reader.delete(f"{BASE}{hotel.pk}/{flexible.pk}"))[:2] == (403, "scope_missing")


def test_pages_of_tariffs(pricer, hotel, double):
    made = [TariffType.objects.create(property=hotel, room_type=double).pk for _ in range(3)]

    first = pricer.get(f"{BASE}{hotel.pk}?limit=2")
    following = first["Link"].partition(">")[0].removeprefix("<")

    (of_type,) = value(first).values()
    (rest,) = value(pricer.get(following)).values()
    assert [*of_type, *rest] == list(map(str, made))
    assert first["X-Total-Count"] == "3"


def test_many_tariffs_take_the_same_statements(pricer, hotel, double):
    counts = []
    pricer.get(f"{BASE}{hotel.pk}")  # from then on the process keeps the property
    for number in (2, 20):
        for _ in range(number):
            one = TariffType.objects.create(property=hotel, room_type=double)
            DailyRate.objects.create(property=hotel, tariff_type=one, date=day(1), price=9)
        with CaptureQueriesContext(connection) as captured:
            value(pricer.get(f"{BASE}{hotel.pk}"))
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 6


def test_deletes_a_tariff(pricer, hotel, flexible):
    path = f"{BASE}{hotel.pk}/{flexible.pk}"
    shown = example("tariffs.delete").answer

    stale = pricer.delete(path, HTTP_IF_MATCH='"v9"')
    answer = pricer.delete(path, HTTP_IF_MATCH='"v1"')
    again = pricer.delete(path, HTTP_IF_MATCH='"v1"')

    assert refusal(stale) == (412, "precondition_failed", [])
    own = {"property_uid": hotel.pk, "tarifftypeid": flexible.pk}
    assert answer.json()["data"] == {"deletetariff": [shown[0] | own]}
    assert refusal(again) == (404, "tariff_type_not_found", [])
    assert value(pricer.get(f"{BASE}{hotel.pk}")) == {}
    assert [event.kind for event in Event.objects.all()] == ["tariffs_updated"]


@pytest.mark.parametrize("mode", set(TariffMode) - {TariffMode.MICROMANAGE})
def test_deletes_nothing_in_another_mode(pricer, hotel, flexible, mode):
    mode_of(hotel, mode)

    answer = pricer.delete(f"{BASE}{hotel.pk}/{flexible.pk}")

    assert refusal(answer) == (409, "tariff_save_method_not_valid", [])
    assert TariffType.objects.filter(deleted_at=None).exists()


def test_what_is_for_sale_has_no_tariffs(pricer, hotel, flexible):
    hotel.property_type.flag = BookingModel.REAL_ESTATE
    hotel.property_type.save()

    answer = pricer.delete(f"{BASE}{hotel.pk}/{flexible.pk}")

    assert refusal(answer) == (409, "tariff_save_method_not_valid", [])


def test_a_booking_keeps_the_prices_of_a_tariff_that_is_deleted(pricer, hotel, double, flexible):
    when = stay(5, 2)
    asked = StayRequest(
        when.arrival, when.departure, rooms=(RoomRequest(room_type_id=double.pk),), adults=2
    )
    hotel.refresh_from_db()
    quote = quote_make(prop=hotel, stay_request=asked, booker=STAFF)
    booking = quote_book(quote=quote, guest=ADA, booker=STAFF, by=SYSTEM)
    before = list(BookingLine.objects.values())

    value(pricer.delete(f"{BASE}{hotel.pk}/{flexible.pk}"))

    booking.refresh_from_db()
    assert (booking.total, list(BookingLine.objects.values())) == (220, before)
