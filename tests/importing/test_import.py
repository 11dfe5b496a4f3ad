from __future__ import annotations

import io
import json
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookyflow.availability.models import Occupancy
from bookyflow.core.acting import Actor
from bookyflow.events.models import Event
from bookyflow.importing.addresses import Defaults
from bookyflow.importing.management.commands.import_listings import BATCH
from bookyflow.importing.progress import Progress
from bookyflow.importing.reading import ListingFile
from bookyflow.importing.services import ImportOrder, listings_import
from bookyflow.properties.models import Property, PropertyText
from bookyflow.property_lifecycle.public_list import listed_property_count
from bookyflow.reservations.models import Booking
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.models import DailyRate, TariffType
from bookyflow.tariffs.ranges import PriceRange
from bookyflow.tariffs.selectors import offers, years_from
from bookyflow.tariffs.services import prices_set
from tests.domain.conftest import book, stay
from tests.importing.conftest import DETAILED, SUMMARY, imported, prices

pytestmark = pytest.mark.django_db


def state():
    """All that an import may write, to see that nothing was."""
    return (
        list(Property.objects.order_by("pk").values()),
        list(TariffType.objects.order_by("pk").values()),
        DailyRate.objects.count(),
        Event.objects.count(),
    )


# A listing becomes a property


def test_a_summary_row_becomes_a_published_property(load, manager):
    load(SUMMARY, {})

    prop = imported()
    assert (prop.name, prop.property_type.name, prop.is_published) == (
        "Garden Studio",
        "Apartment",
        True,
    )
    assert (prop.latitude, prop.longitude) == (Decimal("42.37424"), Decimal("-71.06081"))
    assert (prop.country, prop.region, prop.town, prop.street) == ("US", "", "Charlestown", "")
    assert (prop.settings.currency, prop.settings.time_zone, prop.settings.minimum_interval) == (
        "USD",
        "America/New_York",
        2,
    )
    room = prop.rooms.get()
    assert (room.room_type.name, room.max_occupancy) == ("1 bedroom", 2)
    assert list(prop.staff.values_list("user", flat=True)) == [manager.pk]
    assert listed_property_count() == 1


def test_a_detailed_row_brings_texts_capacity_amenities_and_place(load):
    load(DETAILED, {"accommodates": "3", "name": "Ático 🌇"})

    prop = imported()
    texts = dict(PropertyText.objects.values_list("field", "text"))
    assert texts == {
        "property_name": "Ático 🌇",
        "property_description": "By the park.\n\nLively &amp; bright.",
    }
    assert (prop.property_type.name, prop.rooms.get().max_occupancy) == ("Bed and breakfast", 3)
    assert list(prop.features.values_list("name", flat=True)) == ["Lift", "Wifi"]
    assert (prop.country, prop.region, prop.town, prop.street) == (
        "ES",
        "ES-MD",
        "Madrid",
        "Hispanoamérica",
    )
    assert (prop.settings.currency, prop.settings.time_zone) == ("EUR", "Europe/Madrid")
    tariff_type = prop.tariff_types.get()
    assert (tariff_type.max_people, tariff_type.max_stay) == (3, 90)


def test_the_price_holds_for_a_year_from_today(load):
    load(SUMMARY, {"price": "$1,200.50", "minimum_nights": "3"})

    prop = imported()
    today = prop.settings.today()
    nights = prices(prop)
    assert (min(nights), max(nights)) == (today, years_from(today, 1))
    assert len(nights) == (years_from(today, 1) - today).days + 1
    assert set(nights.values()) == {(Decimal("1200.5"), 3)}


def test_a_stay_as_long_as_the_minimum_can_be_booked(load):
    load(SUMMARY, {"minimum_nights": "400"})

    assert imported().tariff_types.get().max_stay == 400


def test_a_property_can_be_booked_at_once(load):
    load(SUMMARY, {})
    prop = imported()

    assert len(offers(prop=prop, stay=stay(10, 2), people=2)) == 1
    assert offers(prop=prop, stay=stay(10, 1), people=2) == []
    book(prop, stay(10, 2))
    assert Occupancy.objects.get().property == prop


def test_without_a_price_it_comes_unpublished_and_without_a_tariff(load):
    printed = load(SUMMARY, {"price": ""}, {"id": "2", "price": "0"})

    assert "2 have no price" in printed.out
    for prop in (imported("1"), imported("2")):
        assert (prop.is_published, prop.version, prop.rooms.count()) == (False, 1, 1)
    assert TariffType.objects.count() == DailyRate.objects.count() == 0


def test_each_new_property_has_its_events(load, manager):
    load(SUMMARY, {}, {"id": "2", "price": ""})

    events = Event.objects.order_by("id").values_list("property_id", "kind", "user_id")
    first, second = imported("1").pk, imported("2").pk
    assert [kind for pk, kind, user in events if pk == first and user == manager.pk] == [
        "property_created",
        "rooms_multiple_added",
        "tariffs_updated",
        "property_completed",
        "property_published",
    ]
    assert [kind for pk, kind, _ in events if pk == second] == [
        "property_created",
        "rooms_multiple_added",
    ]


def test_a_long_name_is_cut_for_the_property_and_whole_in_the_text(load):
    name = "Long 🏡 " * 50

    printed = load(SUMMARY, {"name": name})

    prop = imported()
    assert len(prop.name) <= 255
    assert prop.name.endswith("…")
    assert prop.texts.get(field="property_name").text == name.strip()
    assert "1 names are too long" in printed.out


@pytest.mark.parametrize(
    "name", ["🏃\u200d♂\ufe0fWalkable home", "H\u00f4tel Le\u00a0Goff", "خانه\u200cی دریا"]
)
def test_a_name_may_be_in_any_script(load, name):
    load(SUMMARY, {"name": name})

    assert imported().name == name


# A second run


@pytest.mark.parametrize("base", [SUMMARY, DETAILED])
def test_a_second_run_changes_nothing(base, make_file, run):
    path = make_file(base, {}, {"id": "2", "price": ""}, {"id": "3", "name": "N" * 300})
    first = run(path)
    before = state()

    second = run(path)

    assert "3 new, 0 updated, 0 unchanged, 0 refused" in first.out
    assert "0 new, 0 updated, 3 unchanged, 0 refused" in second.out
    assert state() == before


def test_a_changed_row_updates_its_property_alone(load):
    load(DETAILED, {}, {"id": "2"})
    other = Property.objects.filter(source_id="2").values().get()
    changed = {
        "name": "Roof",
        "description": "New.",
        "latitude": "40.5",
        "neighbourhood_cleansed": "Sol",
        "price": "$75.00",
        "minimum_nights": "2",
        "amenities": json.dumps(["Wifi", "Pool"]),
    }

    printed = load(DETAILED, changed, {"id": "2"})

    prop = imported()
    assert "0 new, 1 updated, 1 unchanged, 0 refused" in printed.out
    assert (prop.name, prop.latitude, prop.street, prop.version) == (
        "Roof",
        Decimal("40.5"),
        "Sol",
        3,
    )
    assert dict(prop.texts.values_list("field", "text")) == {
        "property_name": "Roof",
        "property_description": "New.",
    }
    assert list(prop.features.values_list("name", flat=True)) == ["Pool", "Wifi"]
    assert prop.settings.minimum_interval == 2
    assert set(prices(prop).values()) == {(Decimal(75), 2)}
    kinds = Event.objects.filter(property_id=prop.pk).order_by("id").values_list("kind", flat=True)
    assert list(kinds[5:]) == ["property_updated", "tariffs_updated"]
    assert Property.objects.filter(source_id="2").values().get() == other
    assert load(DETAILED, changed, {"id": "2"}).out.startswith(
        "2 rows of the detailed columns: 0 new, 0 updated, 2 unchanged"
    )


def test_a_change_of_price_alone_leaves_the_property_as_it_is(load):
    load(SUMMARY, {})
    before = imported().version

    load(SUMMARY, {"price": "130"})

    assert imported().version == before
    assert imported().tariff_types.get().version == 2
    assert Event.objects.order_by("-id").first().kind == "tariffs_updated"


def test_bookings_stay_as_they_are(load):
    load(SUMMARY, {})
    book(imported(), stay(10, 2), price=250)
    bookings, nights = list(Booking.objects.values()), list(Occupancy.objects.values())

    load(SUMMARY, {"price": "500", "minimum_nights": "9", "name": "Other"})

    assert list(Booking.objects.values()) == bookings
    assert list(Occupancy.objects.values()) == nights


def test_what_the_manager_changed_stays_where_the_source_did_not(load, by):
    load(DETAILED, {})
    prop = imported()
    Property.objects.filter(pk=prop.pk).update(name="Mine")
    prop.features.add(58)
    today = prop.settings.today()
    summer = today + timedelta(days=100)
    prices_set(property_id=prop.pk, ranges=[PriceRange(summer, summer, Decimal(200))], by=by)
    DailyRate.objects.filter(property=prop, date=summer).update(min_stay=7, max_stay=8)

    load(
        DETAILED,
        {"price": "$61.00", "minimum_nights": "5", "amenities": json.dumps(["Elevator", "Iron"])},
    )

    nights = prices(prop)
    assert imported().name == "Mine"
    assert nights.pop(summer) == (Decimal(200), 7)
    assert set(nights.values()) == {(Decimal(61), 5)}
    assert list(prop.features.values_list("name", flat=True)) == ["Iron", "Lift", "Pool"]


def test_a_longest_stay_grows_with_the_shortest(load):
    load(DETAILED, {"maximum_nights": "10"})
    prop = imported()
    DailyRate.objects.filter(property=prop).update(max_stay=4)

    load(DETAILED, {"maximum_nights": "30", "minimum_nights": "20"})

    assert prop.tariff_types.get().max_stay == 20
    assert set(DailyRate.objects.values_list("min_stay", "max_stay")) == {(20, 20)}


def test_past_nights_keep_their_price(load):
    load(SUMMARY, {})
    prop = imported()
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        load(SUMMARY, {"price": "130"})

    nights = [price for price, _ in prices(prop).values()]
    assert nights[:3] == [Decimal(125)] * 3
    assert set(nights[3:]) == {Decimal(130)}


def test_losing_the_price_unpublishes_and_a_new_one_publishes_again(load):
    load(SUMMARY, {})
    load(SUMMARY, {"price": ""})
    without = imported().is_published
    load(SUMMARY, {"price": "150"})

    prop = imported()
    assert (without, prop.is_published) == (False, True)
    assert {price for price, _ in prices(prop).values()} == {Decimal(150)}


def test_a_first_price_may_come_later(load):
    load(SUMMARY, {"price": ""})
    printed = load(SUMMARY, {"minimum_nights": "4"})

    prop = imported()
    assert "1 updated" in printed.out
    assert prop.is_published
    assert set(prices(prop).values()) == {(Decimal(125), 4)}


def test_one_that_the_manager_unpublished_stays_so(load):
    load(SUMMARY, {})
    Property.objects.update(is_published=False)

    load(SUMMARY, {"price": "150", "name": "Other"})

    assert not imported().is_published


def test_prices_go_on_when_less_than_eleven_months_are_left(load):
    load(SUMMARY, {})
    prop = imported()
    last = max(prices(prop))

    with time_machine.travel(timezone.now() + timedelta(days=20)):
        early = load(SUMMARY, {})
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        late = load(SUMMARY, {})

    assert "1 unchanged" in early.out
    assert "1 updated" in late.out
    assert max(prices(prop)) >= last + timedelta(days=59)
    assert set(prices(prop).values()) == {(Decimal(125), 2)}


def test_the_summary_set_takes_nothing_that_the_detailed_set_brought(load):
    load(DETAILED, {})
    facts = {name: DETAILED[name] for name in ("latitude", "longitude", "name", "minimum_nights")}
    price = {"price": "60", "neighbourhood": "Hispanoamérica"}

    printed = load(SUMMARY, facts | price, arguments=("--country", "ES", "--town", "Madrid"))

    assert "1 unchanged" in printed.out
    assert imported().features.count() == 2
    assert imported().texts.count() == 2


# Rows that are left out


def test_bad_rows_are_listed_and_the_others_go_in(load):
    printed = load(
        SUMMARY,
        {"id": "1"},
        {"id": "2", "price": "-4"},
        {"id": "", "name": "x"},
        {"id": "4", "latitude": "95"},
        {"id": "5"},
    )

    assert "2 new, 0 updated, 0 unchanged, 3 refused" in printed.out
    assert "line 3: negative price" in printed.err
    assert "line 4: no id" in printed.err
    assert "line 5: the position is not on the earth" in printed.err
    assert set(Property.objects.values_list("source_id", flat=True)) == {"1", "5"}


def test_a_bad_row_leaves_its_property_as_it_was(load):
    load(SUMMARY, {})
    before = state()

    printed = load(SUMMARY, {"name": "Other", "price": "-4"})

    assert "1 refused" in printed.out
    assert state() == before


def test_the_property_of_another_manager_is_left_alone(load, stranger, super_manager):
    load(SUMMARY, {})
    before = state()

    printed = load(SUMMARY, {"name": "Taken over"}, login=stranger.username)
    by_super = load(SUMMARY, {"name": "Corrected"}, login=super_manager.username)

    assert "line 2: its property belongs to another manager" in printed.err
    assert before[0][0]["name"] == "Garden Studio"
    assert "1 updated" in by_super.out


def test_a_deleted_property_does_not_come_back(load):
    load(SUMMARY, {})
    Property.objects.update(deleted_at=timezone.now())

    printed = load(SUMMARY, {"name": "Other"})

    assert "line 2: its property has been deleted" in printed.err
    assert Property.objects.get().name == "Garden Studio"


def test_another_currency_is_refused_for_prices_that_are_there(load):
    load(SUMMARY, {})

    printed = load(SUMMARY, {}, arguments=("--country", "US", "--currency", "EUR"))

    assert "line 2: its property is priced in USD, not in EUR" in printed.err


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        ("29.95", "-90.07", "America/Chicago"),  # New Orleans
        ("36.16", "-86.78", "America/Chicago"),  # Nashville
        ("31.76", "-106.49", "America/Denver"),  # El Paso
    ],
)
def test_a_property_has_the_time_zone_of_its_position(load, latitude, longitude, zone):
    load(SUMMARY, {"latitude": latitude, "longitude": longitude})

    settings = imported().settings
    assert (settings.time_zone, settings.time_zone_given) == (zone, False)


def test_the_time_zone_that_was_asked_for_comes_first(load):
    load(SUMMARY, {}, arguments=("--country", "US", "--time-zone", "America/Chicago"))

    settings = imported().settings
    assert (settings.time_zone, settings.time_zone_given) == ("America/Chicago", True)


def test_a_property_whose_time_zone_is_not_known_is_not_published(load):
    at_sea = {"latitude": "35.0", "longitude": "-40.0"}

    printed = load(SUMMARY, at_sea, {"id": "2"})

    assert "1 have no time zone" in printed.out
    assert "Give --time-zone." in printed.out
    assert (imported().settings.time_zone, imported().is_published) == ("", False)
    assert imported("2").is_published


AT_SEA = {"latitude": "35.0", "longitude": "-40.0"}
IN_CHICAGO = ("--country", "US", "--time-zone", "America/Chicago")


def test_a_time_zone_given_later_publishes_what_lacked_one(load):
    load(SUMMARY, AT_SEA, {"id": "2"})

    load(SUMMARY, AT_SEA, {"id": "2"}, arguments=IN_CHICAGO)

    prop, other = imported(), imported("2")
    assert (prop.settings.time_zone, prop.settings.time_zone_given) == ("America/Chicago", True)
    assert prop.is_published
    assert other.settings.time_zone == "America/New_York"
    assert "2 unchanged" in load(SUMMARY, AT_SEA, {"id": "2"}, arguments=IN_CHICAGO).out


def test_a_place_that_comes_later_publishes_what_lacked_a_time_zone(load):
    load(SUMMARY, AT_SEA)

    load(SUMMARY, {})

    assert (imported().settings.time_zone, imported().is_published) == ("America/New_York", True)


def test_a_listing_without_a_price_is_not_published_by_its_time_zone(load):
    load(SUMMARY, AT_SEA | {"price": ""})

    load(SUMMARY, AT_SEA | {"price": ""}, arguments=IN_CHICAGO)

    assert (imported().settings.time_zone, imported().is_published) == ("America/Chicago", False)


def test_the_time_zone_follows_a_listing_that_has_moved(load):
    load(SUMMARY, {})
    load(SUMMARY, {"latitude": "36.16", "longitude": "-86.78"})

    assert imported().settings.time_zone == "America/Chicago"


def test_a_price_has_no_more_decimals_than_its_currency(load):
    printed = load(
        SUMMARY,
        {"price": "60.50"},
        {"id": "2", "price": "60.00"},
        arguments=("--country", "JP"),
    )

    assert "line 2: the price 60.50 is too fine: JPY has no smaller unit than 1." in printed.err
    assert imported("2").settings.currency == "JPY"


def test_a_row_without_a_country_asks_for_one(make_file, manager):
    path = make_file(SUMMARY, {})
    err = io.StringIO()

    call_command(
        "import_listings", str(path), "--manager", "manager", stdout=io.StringIO(), stderr=err
    )

    assert "line 2: its country is unknown: give --country" in err.getvalue()


# The command


def test_options_fill_in_what_rows_do_not_say(load):
    load(
        SUMMARY,
        {},
        arguments=(
            *("--region", "us-ma", "--town", "Boston", "--currency", "eur"),
            *("--time-zone", "America/New_York", "--language", "en-US", "--source", "boston"),
        ),
    )

    prop = Property.objects.get(source="boston", source_id="1")
    assert (prop.country, prop.region, prop.town, prop.street) == (
        "US",
        "US-MA",
        "Boston",
        "Charlestown",
    )
    assert (prop.settings.currency, prop.settings.language) == ("EUR", "en-US")
    assert prop.texts.get().language == "en-US"


def test_two_sources_may_use_the_same_id(load):
    load(SUMMARY, {}, arguments=("--country", "US", "--source", "one"))
    load(SUMMARY, {}, arguments=("--country", "US", "--source", "two"))

    assert Property.objects.count() == 2


def test_a_limit_ends_the_reading(load):
    printed = load(
        SUMMARY, {}, {"id": "2"}, {"id": "3"}, arguments=("--country", "US", "--limit", "2")
    )

    assert printed.out.startswith("2 rows of the summary columns: 2 new")


def test_unknown_amenities_are_counted(load):
    printed = load(DETAILED, {}, {"id": "2"})

    assert (
        "1 names of amenities stand for no feature here (2 times): Moon base (2)\n"
        "1 names of amenities are no amenities (2 times): Host greets you (2)\n"
    ) in printed.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--country", "XX"),
        ("--region", "US-XX"),
        ("--country", "ES", "--region", "US-MA"),
        ("--country", "US", "--currency", "DEM"),
        ("--country", "US", "--time-zone", "Mars/Base"),
        ("--country", "US", "--language", "English"),
        ("--country", "US", "--limit", "0"),
        ("--country", "US", "--source", ""),
    ],
)
def test_refuses_options_that_mean_nothing(load, arguments):
    with pytest.raises(CommandError):
        load(SUMMARY, {}, arguments=arguments)


def test_refuses_who_is_no_manager(load, user_with_level):
    user_with_level(50, username="desk")
    user_with_level(70, username="gone", is_suspended=True)

    for login in ("nobody", "desk", "gone"):
        with pytest.raises(CommandError, match=login):
            load(SUMMARY, {}, login=login)


def test_refuses_files_that_are_none(run, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")

    with pytest.raises(CommandError, match="unknown columns"):
        run(other)
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "none.csv")
    with pytest.raises(CommandError, match="directory"):
        run(tmp_path)


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere():
    bar, lines = [], []
    terminal = Progress(bar.append, is_terminal=True)
    plain = Progress(lines.append, is_terminal=False)

    for progress in (terminal, plain):
        progress.show(0.5, "20 rows")
        progress.show(0.6, "24 rows")
        progress.say("line 2: no id")
        progress.end()

    assert "[###############               ]  50%  20 rows" in bar[0]
    assert bar[1:] == ["\r\x1b[Kline 2: no id\n", "\r\x1b[K"]
    assert lines == [" 50%  20 rows\n", " 60%  24 rows\n", "line 2: no id\n", ""]


# Batches


def test_a_failure_leaves_whole_batches_and_the_next_run_goes_on(make_file, run):
    rows = [{"id": str(number), "price": "", "accommodates": "2"} for number in range(1, BATCH + 4)]
    rows[BATCH + 1]["accommodates"] = "7"
    path = make_file(DETAILED, *rows)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE rooms_room ADD CONSTRAINT fault CHECK (max_occupancy <> 7)")

    with pytest.raises(IntegrityError):
        run(path)
    after_failure = Property.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE rooms_room DROP CONSTRAINT fault")
    printed = run(path)

    assert after_failure == BATCH
    assert f"3 new, 0 updated, {BATCH} unchanged, 0 refused" in printed.out


def test_a_room_type_that_the_site_has_dropped_stops_the_import(load):
    RoomType.objects.filter(name="1 bedroom").delete()

    with pytest.raises(CommandError, match="Room type 5 cannot be used"):
        load(SUMMARY, {})
    assert Property.objects.count() == 0


@pytest.mark.parametrize("base", [SUMMARY, DETAILED])
def test_statements_do_not_grow_with_the_rows(base, make_file, manager):
    order = ImportOrder(manager=manager, source="listings", defaults=Defaults(country="US"))

    def statements(first, last, **changes):
        ids = [{"id": str(number), **changes} for number in range(first, last + 1)]
        with ListingFile(make_file(base, *ids)) as file:
            listings = list(file.rows())
        with CaptureQueriesContext(
            connection,
        ) as captured:
            tally = listings_import(listings=listings, order=order, by=Actor(user_id=manager.pk))
        assert not tally.refused
        plain = [q["sql"] for q in captured if "SAVEPOINT" not in (q["sql"] or "")]
        return len(plain)

    new = [statements(1, 1), statements(2, 7)]
    same = [statements(1, 1), statements(2, 7)]
    changes = {
        "price": "99",
        "name": "New",
        "latitude": "1",
        "minimum_nights": "5",
        "description": "New",
        "amenities": '["Pool"]',
    }
    changes = {name: value for name, value in changes.items() if name in base}
    changed = [statements(1, 1, **changes), statements(2, 7, **changes)]

    assert new[0] == new[1] <= 32
    assert same == [3, 3]
    assert changed[0] == changed[1] <= 28
