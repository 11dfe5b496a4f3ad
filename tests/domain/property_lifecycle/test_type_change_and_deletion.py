from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.availability.models import Occupancy
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.pictures.images import image_add, names_of
from bookyflow.pictures.models import Image
from bookyflow.properties.access import properties_of
from bookyflow.properties.models import Property, PropertyFeature
from bookyflow.property_lifecycle.deletion import property_delete
from bookyflow.property_lifecycle.type_change import property_type_change
from bookyflow.reservations.models import Booking
from bookyflow.rooms.models import Room
from bookyflow.tariffs.models import TariffType
from tests.conftest import make_hotel
from tests.domain.properties.conftest import kinds
from tests.pictures import picture

pytestmark = pytest.mark.django_db
VILLA, GUEST_HOUSE, SALE = 6, 5, 10


def fresh(prop) -> Property:
    return Property.objects.get(pk=prop.pk)


def refusal(act, **arguments) -> DomainError:
    with pytest.raises(DomainError) as error:
        act(**arguments)
    return error.value


def stay(prop, today, *, ends, state="confirmed") -> Booking:
    """A stay of a week that ends so many days from now, in the property's first room."""
    departure = today + timedelta(days=ends)
    arrival = departure - timedelta(days=7)
    room = prop.rooms.first()
    booking = Booking.objects.create(
        property=prop,
        number=f"N{prop.pk}{ends}{state}"[:20],
        state=state,
        guest=Guest.objects.create(property=prop),
        arrival=arrival,
        departure=departure,
        departs_on=departure,
        currency="EUR",
    )
    Occupancy.objects.create(
        property=prop,
        room=room,
        room_type=room.room_type,
        nights=(arrival, departure),
        kind="booking",
        booking=booking,
    )
    return booking


# Another type


def test_another_type_needs_confirmation(hotel, by):
    error = refusal(
        property_type_change, prop=hotel, property_type_id=VILLA, confirmed=False, by=by
    )

    assert error.key == "confirmation_needed"
    assert fresh(hotel).property_type_id == hotel.property_type_id


def test_a_property_without_rooms_and_prices_needs_none(hotel, by):
    hotel.rooms.all().delete()

    property_type_change(prop=hotel, property_type_id=VILLA, confirmed=False, by=by)

    assert fresh(hotel).property_type_id == VILLA


def test_another_type_removes_rooms_and_ends_prices(complete, by, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    Property.objects.update(is_published=True, is_complete=True)
    room = complete.rooms.first()
    rooms = sorted(complete.rooms.values_list("pk", flat=True))
    image_add(prop=complete, kind=Image.Kind.ROOM, room=room, file=picture(), by=by)
    Event.objects.all().delete()

    property_type_change(prop=complete, property_type_id=VILLA, confirmed=True, by=by)

    found = fresh(complete)
    assert (found.property_type.name, found.is_published, found.rooms.count()) == (
        "Villa",
        False,
        0,
    )
    assert (complete.property_type_id, complete.version) == (VILLA, found.version)
    assert not TariffType.objects.filter(deleted_at=None).exists()
    assert TariffType.objects.count() == 1
    assert kinds() == [
        "rooms_multiple_deleted",
        "tariffs_updated",
        "property_updated",
        "property_incompleted",
        "property_unpublished",
    ]
    told = dict(Event.objects.values_list("kind", "data"))
    assert told["rooms_multiple_deleted"] == {"room_ids": rooms}
    assert told["tariffs_updated"] == {"tariff_type_ids": [TariffType.objects.get().pk]}


def test_the_pictures_of_removed_rooms_go(
    hotel, by, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    image = image_add(
        prop=hotel, kind=Image.Kind.ROOM, room=hotel.rooms.first(), file=picture(), by=by
    )

    with django_capture_on_commit_callbacks(execute=True):
        property_type_change(prop=hotel, property_type_id=VILLA, confirmed=True, by=by)

    assert not any(default_storage.exists(name) for name in names_of(image).values())


def test_what_needs_no_rooms_stays_published(complete, by):
    Property.objects.update(is_published=True, is_complete=True)

    property_type_change(prop=complete, property_type_id=SALE, confirmed=True, by=by)

    assert fresh(complete).is_published
    assert kinds() == ["rooms_multiple_deleted", "tariffs_updated", "property_updated"]


def test_the_same_type_changes_nothing(hotel, by):
    property_type_change(
        prop=hotel, property_type_id=hotel.property_type_id, confirmed=False, by=by
    )

    assert (kinds(), hotel.rooms.count()) == ([], 3)


def test_an_unknown_type_is_refused(hotel, by):
    error = refusal(property_type_change, prop=hotel, property_type_id=999, confirmed=True, by=by)

    assert (error.key, list(error.fields)) == ("property_type_id_incorrect", ["property_type_id"])


def test_past_bookings_keep_their_rooms(hotel, by, today):
    booking = stay(hotel, today, ends=0)

    property_type_change(prop=hotel, property_type_id=VILLA, confirmed=True, by=by)

    assert hotel.rooms.count() == 0
    assert Room.every.filter(property=hotel, deleted_at__isnull=False).count() == 3
    assert booking.occupancies.get().room.property == hotel


@pytest.mark.parametrize(
    "act",
    [
        lambda prop, by: property_type_change(
            prop=prop, property_type_id=GUEST_HOUSE, confirmed=True, by=by
        ),
        lambda prop, by: property_delete(prop=prop, by=by),
    ],
)
def test_guests_to_come_stand_in_the_way(hotel, boss, today, act):
    booking = stay(hotel, today, ends=1)

    assert refusal(act, prop=hotel, by=boss).key == "property_has_bookings"
    for state in ("cancelled", "no_show", "rejected", "checked_out"):
        Booking.objects.filter(pk=booking.pk).update(state=state)
        assert not Booking.objects.exclude(state=state).exists()
    act(hotel, boss)


# Its end


def test_deletes_softly(hotel, manager, by, today):
    make_hotel(manager, name="Other")
    booking = stay(hotel, today, ends=0)

    property_delete(prop=hotel, by=by)

    found = fresh(hotel)
    assert (found.is_published, found.deleted_at is not None) == (False, True)
    assert hotel.deleted_at == found.deleted_at
    assert Booking.objects.get() == booking
    assert User.objects.get(pk=manager.pk).access_level == AccessLevel.MANAGER
    assert kinds() == ["property_deleted"]
    assert refusal(property_delete, prop=hotel, by=by).key == "property_not_found"


def test_a_manager_keeps_the_last_property(hotel, by):
    assert refusal(property_delete, prop=hotel, by=by).key == "property_last"
    assert fresh(hotel).deleted_at is None


def test_a_super_manager_deletes_the_last_one_and_staff_fall_back(
    hotel, manager, receptionist, boss
):
    other = make_hotel(receptionist, name="Other")

    property_delete(prop=hotel, by=boss)

    assert User.objects.get(pk=manager.pk).access_level == AccessLevel.REGISTERED
    assert User.objects.get(pk=receptionist.pk).access_level == AccessLevel.RECEPTIONIST
    assert list(properties_of(receptionist)) == [other]


@pytest.mark.parametrize(("minutes", "key"), [(30, "property_has_bookings"), (-1, "")])
def test_what_a_guest_is_about_to_book_stays_what_it_is(hotel, by, today, minutes, key):
    until = timezone.now() + timedelta(minutes=minutes)
    room = hotel.rooms.first()
    Occupancy.objects.create(
        property=hotel,
        room=room,
        room_type=room.room_type,
        nights=DateRange(today, today + timedelta(days=2)),
        kind="hold",
        expires_at=until,
    )

    def change():
        property_type_change(prop=hotel, property_type_id=VILLA, confirmed=True, by=by)

    if key:
        assert refusal(change).key == key
    else:
        change()
    assert (fresh(hotel).property_type_id == VILLA) == (not key)


def test_features_that_another_type_cannot_have_go(hotel, by):
    lobby = PropertyFeature.objects.create(name="Lobby")
    lobby.property_types.add(hotel.property_type)
    own = PropertyFeature.objects.create(name="Bell tower", property=hotel)
    everywhere = PropertyFeature.objects.create(name="Air")
    hotel.features.set([lobby, own, everywhere])

    property_type_change(prop=hotel, property_type_id=VILLA, confirmed=True, by=by)

    assert set(hotel.features.all()) == {own, everywhere}
