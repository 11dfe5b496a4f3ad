"""What a form is given: calendar, rooms, prices and texts; and in how few statements."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.availability.models import Occupancy
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import ONE_DAY, Stay
from bookyflow.properties.models import PropertySettings, PropertyType
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.models import Booking
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import ChildRate, DailyRate, TariffType
from bookyflow.tariffs.selectors import weekday
from tests.domain.reservations.conftest import price
from tests.features.booking.conftest import data, told

pytestmark = pytest.mark.django_db


def day(prop, ahead):
    return prop.settings.today() + timedelta(days=ahead)


def calendar(form):
    """The dates that may be chosen, and those that are closed."""
    found = form.begin()["availability"]
    return list(found["allowed_dates"].values()), found["not_available_dates"]


def test_the_calendar_begins_after_the_notice_and_ends_after_a_year(form, inn):
    PropertySettings.objects.update(min_days_before_arrival=3)
    begun = form.begin()
    allowed, closed = begun["availability"].values()

    assert begun["first_arrival"] == str(day(inn, 3)) == allowed["0"]
    assert begun["last_arrival"] == str(day(inn, 365))
    assert [*allowed.values()][-1] == str(day(inn, 366))  # to leave on
    assert closed == [str(day(inn, n)) for n in range(3)]


def test_the_calendar_ends_where_the_property_is_not_sold_any_further(form, inn):
    PropertySettings.objects.update(advance_limit_on=True, advance_limit_days=40)

    assert form.begin()["last_arrival"] == str(day(inn, 40))


def test_full_nights_are_closed_and_their_first_day_is_one_to_leave_on(form, inn):
    block_create(property_id=inn.pk, stay=Stay(day(inn, 10), day(inn, 12)), by=SYSTEM)
    DailyRate.objects.filter(date=day(inn, 20)).update(closed=True)

    allowed, closed = calendar(form)

    assert closed == [str(day(inn, n)) for n in (0, 10, 11)]
    missing = [n for n in range(1, 366) if str(day(inn, n)) not in allowed]
    assert missing == [11]  # a night without a price can be the last day, too


def test_days_on_which_no_tariff_lets_guests_arrive_are_closed(form, inn):
    saturday = 6
    TariffType.objects.update(arrival_weekday=saturday)

    _, closed = calendar(form)

    assert {weekday(date.fromisoformat(one)) for one in closed[1:]} == {0, 1, 2, 3, 4, 5}


def test_fixed_periods_and_changeover_days_are_told(form):
    PropertySettings.objects.update(
        fixed_periods_on=True, fixed_period_nights=7, fixed_arrival_on=True, fixed_arrival_weekday=6
    )
    names = ["fixedPeriodBookings", "fixedPeriodBookingsNumberOfDays"]
    names += ["fixedArrivalDateYesNo", "fixedArrivalDay"]

    begun = form.begin()

    assert [begun[name] for name in names] == [1, 7, 1, 6]


def test_a_house_without_prices(form):
    DailyRate.objects.all().delete()

    begun = form.begin()

    assert (begun["min_days"], begun["availability"]["allowed_dates"]) == (1000, {})


def test_the_rooms_of_a_type_show_their_nights_once(form):
    rooms = form.begin()["rooms"]

    shown = [len(one["tariff_sets"][0]["dates"]) for one in rooms.values()]
    assert shown == [365, 0, 0]


def test_a_house_that_is_let_as_a_whole_is_chosen_by_itself(form, inn):
    villa, _ = PropertyType.objects.get_or_create(name="Villa", defaults={"flag": 1})
    type(inn).objects.update(property_type=villa)
    Room.objects.filter(number__in="23").delete()
    form.fill("begin", "set_dates", "set_party")
    assert form.begin()["booking_model"] == "SRP"
    form.fill("set_dates", "set_party")

    chosen = data(form.post("set/property/booking"))

    assert chosen["hatPair"] == form.pairs()
    again = data(form.post("set/property/booking", {"selectedRooms": "7^7"}))
    assert again == chosen
    data(form.set_party(1))
    form.fill("set_address")
    data(form.create())
    assert Booking.objects.get().adults == 1
    assert Occupancy.objects.get().room_id == int(form.pairs().split("^")[0])


@pytest.mark.parametrize(("rooms_list", "key"), [(1, "room_taken"), (2, "")])
def test_a_pair_is_the_very_room_where_rooms_are_listed(form, another, rooms_list, key):
    PropertySettings.objects.update(rooms_list=rooms_list)
    form.fill("begin", "set_dates", "set_party", "choose")
    rival = another().fill("begin", "set_dates", "set_party")

    answer = rival.choose(form.pairs())

    assert answer.json().get("key", "") == key


def test_a_tariff_for_long_stays_lowers_the_nights(form, inn):
    TariffType.objects.update(
        discount_7=Decimal(35), discount_30=Decimal(10_000), discount_is_percentage=False
    )
    form.fill("begin", "set_dates", "set_party", "choose")

    (room,) = data(form.get("prices"))[0]["rooms"].values()

    night = next(iter(room["tariff_set"].values()))
    names = ("adult_price", "seven_day_price", "thirty_day_price", "gross_price")
    assert [night[name] for name in names] == ["100.00", "95.00", "0.00", "120.00"]
    assert room["calculated_prices"]["calculated_base_price"] == "100.00"


@pytest.mark.parametrize(("nights", "base"), [(6, "100.00"), (7, "90.00"), (30, "80.00")])
def test_the_mean_night_is_that_of_a_stay_so_long(form, another, nights, base):
    TariffType.objects.update(discount_7=Decimal(10), discount_30=Decimal(20))
    form = another(nights=nights).fill("begin", "set_dates", "set_party", "choose")

    price_found = data(form.get("prices"))[0]

    (room,) = price_found["rooms"].values()
    assert room["calculated_prices"]["calculated_base_price"] == base
    mean = Decimal(price_found["accommodation_total_ex_tax"]) / nights
    assert mean == Decimal(base)


def test_children_cost_what_the_property_says(form, inn):
    PropertySettings.objects.update(
        per_person_per_night=True, allow_children=True, children_count_for_capacity=False
    )
    Room.objects.update(max_children=2, max_occupancy=4)
    rate = ChildRate.objects.create(property=inn, age_from=2, age_to=12, price=24)
    own_price = {"id": rate.pk, "age_from": 0, "price": "0.01", "model": "per_stay", "label": "!"}
    form.fill("begin", "set_dates")

    data(form.set_party(children=[own_price | {"quantity": "2"}]))
    form.fill("choose")

    found = data(form.get("prices"))[0]
    assert (found["child_prices"], found["total"]) == ("120.00", "864.00")
    assert data(form.read())["child_ages"] == [2, 2]


def test_a_guest_may_leave_the_departure_to_the_property(form, inn):
    PropertySettings.objects.update(asks_for_departure=False, minimum_interval=4)
    form.begin()
    form.dates.pop("departureDate")

    data(form.set_dates())

    found = data(form.read())
    assert date.fromisoformat(found["departureDate"]) == day(inn, 34)


def test_a_property_that_approves_gets_an_enquiry(form):
    PropertySettings.objects.update(requires_approval=True)
    form.fill()

    data(form.create())

    assert Booking.objects.get().state == "enquiry"


@pytest.mark.parametrize(
    ("language", "arrival", "amount", "refusal"),
    [
        ("de-DE", "Anreise", "83,33\xa0€", "Es wurde kein Zimmer gewählt."),
        ("fr-FR", "Arrivée", "83,33\xa0€", "Aucune chambre n’a été choisie."),  # noqa: RUF001  # as French is written
        ("es-ES", "Llegada", "83,33\xa0€", "No se ha elegido ninguna habitación."),
        ("en-GB", "Arrival", "€83.33", "No room has been chosen."),
        ("xh", "Arrival", "€83.33", "No room has been chosen."),
    ],
)
def test_a_session_keeps_its_language(form, language, arrival, amount, refusal):
    form.language = language
    begun = form.begin()
    form.fill("set_dates", "set_party")

    assert begun["labels"]["HARRIVALDATE"] == arrival
    if language != "xh":
        assert data(form.get("format_price/83.33")) == {"price": amount}
    messages = data(form.get("error_messages", HTTP_ACCEPT_LANGUAGE=language))["messages"]
    assert messages["018"]["error_message"] == refusal
    german = data(form.get("error_messages?language=de"))["messages"]["018"]["error_message"]
    assert german == "Es wurde kein Zimmer gewählt."


def test_a_refusal_is_in_the_language_of_the_session(form):
    form.language = "de-DE"
    form.begin()

    assert form.get("rooms").json()["title"] == "Reisedaten fehlen"
    form.fill("set_dates")
    form.client.credentials(HTTP_ACCEPT_LANGUAGE="fr")
    answer = form.get("prices")
    assert answer.json()["title"] == "Gäste fehlen"


def test_countries_and_regions_are_named_in_the_language(form):
    form.language = "de-DE"
    begun = form.begin()

    assert begun["countries"]["AT"] == "Österreich"
    regions = data(form.get("regions/at"))["regions"]
    assert "Kärnten" in regions.values()
    (number,) = [key for key, name in regions.items() if name == "Kärnten"]
    address = {"country": "AT", "region": number}
    data(form.set_address(**address))
    assert data(form.read())["address"]["region"] == "AT-2"
    assert data(form.get("regions/zz"))["regions"] == {}


def test_nights_are_spelled_out_for_a_year_at_most(form, inn):
    today = day(inn, 0)

    far = data(form.get(f"dates_in_range/{day(inn, 360)}/{day(inn, 380)}"))["periods"]
    beyond = data(form.get(f"dates_in_range/{day(inn, 400)}/{day(inn, 410)}"))["periods"]

    assert (far[0], far[-1], beyond) == (str(day(inn, 360)), str(day(inn, 364)), [])
    near = data(form.get(f"dates_in_range/{today}/{today + ONE_DAY}"))["periods"]
    assert near == [str(today)]


def statements(call):
    """How many statements a call takes, savepoints not counted."""
    with CaptureQueriesContext(connection) as found:
        answer = call()
    assert answer.status_code == 200, answer.json()
    return sum("SAVEPOINT" not in (one["sql"] or "") for one in found.captured_queries)


def furnish(prop, rooms):
    """So many rooms of several types with two tariffs each."""
    types = [RoomType.objects.create(name=f"Type {n}", property=prop) for n in range(rooms // 4)]
    for room_type in types:
        for name in ("Flexible", "Saver"):
            price(prop, room_type, 90, name=name, nights=60)
    Room.objects.bulk_create(
        Room(property=prop, room_type=types[n % len(types)], number=f"1{n}") for n in range(rooms)
    )


def test_calls_take_few_statements_however_many_rooms_there_are(form, another, inn):
    def counted(one):
        found = {"initialise": statements(one.initialise)}
        one.begin()
        found["dates"] = statements(one.set_dates)
        found["party"] = statements(one.set_party)
        found["choose"] = statements(one.choose)
        found["address"] = statements(one.set_address)
        paths = ("rooms", "prices", "validate/booking", "regions/GB", "format_price/1")
        found |= {path: statements(lambda path=path: one.get(path)) for path in paths}
        found["read"] = statements(one.read)
        found["again"] = statements(lambda: one.initialise(**one.token))
        found["afresh"] = statements(one.initialise)
        return found

    another().initialise()  # from then on the process keeps the property
    few = counted(form)
    furnish(inn, 20)
    many = counted(another())

    assert few == many
    begin = [few.pop(name) for name in ("initialise", "again", "afresh")]
    assert max(begin) <= 21
    assert few.pop("choose") <= 21  # a quote of the engine, and a hold
    assert max(few.values()) <= 15, few


def test_a_number_of_rooms_is_the_first_pairs_of_a_type(form):
    form.fill("begin", "set_dates", "set_party")
    offered = data(form.get("rooms"))
    ((tariff,),) = [one["room_type_rooms"] for one in offered["room_types"].values()]

    chosen = data(form.choose(",".join(tariff["hatPairs"][:2])))

    assert chosen["hatPair"] == form.pairs(2)
    assert data(form.get("prices"))[0]["total"] == "720.00"
    assert told(form.get("validate/rooms"))[0] == 200
