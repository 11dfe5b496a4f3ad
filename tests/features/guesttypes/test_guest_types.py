from __future__ import annotations

from decimal import Decimal
from urllib.parse import quote

import pytest

from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.services import quote_book
from bookyflow.reservations.stay_request import STAFF, RoomRequest, StayRequest
from bookyflow.tariffs.guest_types import guest_minimums, guest_minimums_set, guest_type_save
from bookyflow.tariffs.models import GuestType
from tests.conftest import make_hotel
from tests.domain.conftest import stay
from tests.domain.reservations.conftest import GRACE, price, settle
from tests.examples import as_shown, example
from tests.features.conftest import problem, queries

pytestmark = pytest.mark.django_db

BASE = "/bookyflow/api/guesttypes"
NEW = example("guesttypes.add").request
CHANGED = example("guesttypes.change").request


@pytest.fixture
def staff(client_for):
    """A manager who may read and change prices."""
    return client_for("tariffs_get tariffs_set")


@pytest.fixture
def senior(hotel):
    """A guest type of the hotel at position 3, not published."""
    values = {"name": "Pensioner", "position": 3, "is_published": False}
    return guest_type_save(property_id=hotel.pk, by=SYSTEM, **values)


def in_path(values):
    """All values in their order; those of the old form that count for nothing, too."""
    old = {name: values[name] for name in [*values][:-1]} | {"published": 0, "order": 9}
    old |= {"is_child": values["is_child"]}
    return "/".join(quote(str(value), safe="") for value in old.values())


@pytest.fixture(params=["body", "path", "path with language"])
def send(request, staff, hotel):
    """Add a guest type, or overwrite one, in the one form or the other."""

    def call(values, guest_type=None):
        method = staff.put if guest_type else staff.post
        path = f"{BASE}/{hotel.pk}" + (f"/{guest_type}" if guest_type else "")
        if request.param == "body":
            return method(path, values)
        answer = method(f"{path}/{in_path(values)}" + "/fr" * request.param.endswith("language"))
        assert answer["Link"].startswith(f'<{path}>; rel="successor-version"')
        return answer

    return call


def test_a_guest_type_is_added_published_and_at_position_0(send, hotel):
    answer = send(NEW)

    added = GuestType.objects.get()
    (shown,) = example("guesttypes.add").answer
    assert answer.json()["data"] == {
        "addguesttype": [shown | {"id": added.pk, "property_uid": hotel.pk}]
    }
    assert (added.name, added.notes, added.maximum, added.variance) == ("Senior", "Over 65", 5, 10)
    assert (added.is_percentage, added.is_addition, added.is_child) == (True, False, False)
    assert Event.objects.latest("pk").kind == "guest_type_saved"


def test_a_guest_type_is_overwritten_where_it_stands(send, hotel, senior):
    answer = send(CHANGED, senior.pk)

    shown = example("guesttypes.change").answer
    own = {"guesttype_uid": senior.pk, "property_uid": hotel.pk, "published": 0, "order": 3}
    assert answer.json()["data"] == {"updateguesttype": [shown[0] | own]}
    senior.refresh_from_db()
    assert (senior.name, senior.notes, senior.variance) == ("Senior", "Over 60", Decimal("12.5"))
    send(CHANGED, senior.pk)
    assert Event.objects.count() == 2


def test_the_list_is_by_position_and_name(staff, send, hotel, senior, stranger):
    send(NEW)
    for prop, name in ((hotel, "Adult"), (make_hotel(stranger), "Other")):
        values = {"name": name, "variance": Decimal(2), "is_child": True}
        guest_type_save(property_id=prop.pk, by=SYSTEM, **values)

    found = staff.get(f"{BASE}/{hotel.pk}").json()["data"]["guesttypes"]

    assert [one["type"] for one in found] == ["Adult", "Senior", "Pensioner"]
    (shown,) = example("guesttypes.list").answer
    assert as_shown(found[1], shown, "id", "property_uid") == shown
    assert (found[0]["variance"], found[0]["is_child"], found[2]["published"]) == ("2.00", 1, 0)
    assert staff.get(f"{BASE}/{hotel.pk}/de").json()["data"]["guesttypes"] == found


def test_the_list_asks_as_much_for_many_as_for_two(staff, hotel):
    def add(count):
        for _ in range(count):
            guest_type_save(property_id=hotel.pk, name="Adult", by=SYSTEM)

    assert staff.get(f"{BASE}/{hotel.pk}").json()["data"] == {"guesttypes": []}
    add(2)
    few = queries(staff, f"{BASE}/{hotel.pk}")
    add(18)
    assert queries(staff, f"{BASE}/{hotel.pk}") == few <= 6


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"type": "\u200b"}, "type"),
        ({"type": "x" * 101}, "type"),
        ({"notes": "x" * 256}, "notes"),
        ({"maximum": 0}, "maximum"),
        ({"maximum": 1001}, "maximum"),
        ({"maximum": 10**20}, "maximum"),
        ({"maximum": "x"}, "maximum"),
        ({"is_percentage": 2}, "is_percentage"),
        ({"posneg": "yes"}, "posneg"),
        ({"variance": "-1"}, "variance"),
        ({"variance": "101"}, "variance"),
        ({"variance": "1.255", "is_percentage": 0}, "variance"),
        ({"variance": "1 OR 1=1"}, "variance"),
        ({"is_child": -1}, "is_child"),
    ],
)
def test_what_makes_no_sense_is_refused(send, senior, values, field):
    for answer in (send(NEW | values), send(CHANGED | values, senior.pk)):
        assert problem(answer) == (400, "validation_failed", [field])
    assert GuestType.objects.get().name == "Pensioner"


def test_a_body_needs_all_but_the_remark(staff, hotel):
    needed = sorted(NEW.keys() - {"notes"})

    assert problem(staff.post(f"{BASE}/{hotel.pk}", {})) == (400, "validation_failed", needed)


def test_a_position_is_changed_alone(staff, hotel, senior):
    other = guest_type_save(property_id=hotel.pk, name="Adult", position=3, by=SYSTEM)

    answer = staff.put(f"{BASE}/{hotel.pk}/updateorder/{senior.pk}/10")

    (shown,) = example("guesttypes.update_order").answer
    own = {"property_uid": hotel.pk, "guesttype_uid": senior.pk}
    assert answer.json()["data"] == {"updateguesttype": [shown | own]}
    assert "Deprecation" not in answer
    places = GuestType.objects.order_by("pk").values_list("name", "position", "is_published")
    assert list(places) == [("Pensioner", 10, False), ("Adult", other.position, True)]


@pytest.mark.parametrize("order", ["-1", "32768", "1e3", "x", "0;DROP TABLE x", "9" * 40])
def test_what_is_no_position_is_refused(staff, hotel, senior, order):
    answer = staff.put(f"{BASE}/{hotel.pk}/updateorder/{senior.pk}/{order}")

    assert problem(answer) == (400, "validation_failed", ["order"])


def test_publishing_turns_round_and_tells_how_it_is_now(staff, hotel, senior):
    path = f"{BASE}/{hotel.pk}/publish/{senior.pk}"

    first, second = (staff.put(path).json()["data"]["publishguesttype"] for _ in range(2))

    (shown,) = example("guesttypes.toggle_publish").answer
    own = {"property_uid": hotel.pk, "guesttype_uid": senior.pk}
    assert (first, second) == ([own | {"published": 1}], [shown | own])
    once = [staff.put(path, HTTP_IDEMPOTENCY_KEY="same").json()["data"] for _ in range(2)]
    assert once[0] == once[1] == {"publishguesttype": first}


def test_a_guest_type_in_use_is_deleted_and_bookings_keep_its_name(staff, hotel, senior):
    hotel = settle(hotel, use_guest_types=True, per_person_per_night=True)
    guest_type_save(property_id=hotel.pk, guest_type_id=senior.pk, is_published=True, by=SYSTEM)
    double = hotel.rooms.first().room_type
    price(hotel, double, 120)
    guest_minimums_set(
        property_id=hotel.pk, room_type_id=double.pk, minimums={senior.pk: 1}, by=SYSTEM
    )
    when = stay(10, 1)
    rooms, guests = (RoomRequest(double.pk),), {senior.pk: 2}
    wanted = StayRequest(when.arrival, when.departure, rooms, adults=2, guest_types=guests)
    quote = quote_make(prop=hotel, stay_request=wanted, booker=STAFF)
    booking = quote_book(quote=quote, guest=GRACE, booker=STAFF, by=SYSTEM)
    path = f"{BASE}/{hotel.pk}/delete/{senior.pk}"

    answer = staff.delete(f"{path}/de")

    (shown,) = example("guesttypes.delete").answer
    own = {"property_uid": hotel.pk, "guesttype_uid": senior.pk}
    assert answer.json()["data"] == {"deleteguesttype": [shown | own]}
    assert guest_minimums(prop=hotel) == {}
    assert "Pensioner" in booking.lines.get().explanation
    assert Event.objects.latest("pk").kind == "guest_type_deleted"
    assert problem(staff.delete(path)) == (404, "guest_type_not_found", [])


@pytest.mark.parametrize("strange", [False, True])
def test_a_guest_type_of_elsewhere_is_not_found(send, staff, hotel, manager, strange):
    other = make_hotel(manager, name="Other")
    foreign = guest_type_save(property_id=other.pk, name="Adult", by=SYSTEM).pk
    pk = foreign if strange else 999_999_999_999_999_999

    answers = (
        send(CHANGED, pk),
        staff.put(f"{BASE}/{hotel.pk}/updateorder/{pk}/1"),
        staff.put(f"{BASE}/{hotel.pk}/publish/{pk}"),
        staff.delete(f"{BASE}/{hotel.pk}/delete/{pk}"),
    )

    assert {problem(one)[:2] for one in answers} == {(404, "guest_type_not_found")}
    assert GuestType.objects.get().is_published


def test_a_receptionist_reads_guest_types_and_changes_none(client_for, receptionist, hotel):
    client = client_for("properties_get properties_set", user=receptionist)

    assert client.get(f"{BASE}/{hotel.pk}").status_code == 200
    assert problem(client.post(f"{BASE}/{hotel.pk}", NEW))[:2] == (403, "scope_missing")
