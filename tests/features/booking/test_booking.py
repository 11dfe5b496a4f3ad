"""The engine's own door, over HTTP: quote, hold, confirm, read, cancel; without an account."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from bookyflow.availability.models import Occupancy
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay
from bookyflow.core.ids import booking_number
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.guests.services import GuestDetails, guest_save
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.models import Booking, BookingHistory, Hold
from bookyflow.reservations.tokens import booking_token, guest_token
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import Coupon, DailyRate, Extra, TaxRate
from tests.domain.reservations.conftest import price
from tests.features.booking.conftest import GUEST, secret

pytestmark = pytest.mark.django_db


def test_a_quote_explains_every_line(quoted, asked, inn):
    found = quoted()

    assert {**found, "quote": "", "expires_at": "", "rooms": [], "lines": []} == {
        "quote": "",
        "expires_at": "",
        "property_uid": inn.pk,
        "arrival": asked["arrival"],
        "departure": asked["departure"],
        "nights": 3,
        "adults": 2,
        "children": 0,
        "rooms": [],
        "currency_code": "EUR",
        "lines": [],
        "net": "300.00",
        "tax": "60.00",
        "total": "360.00",
        "deposit_required": "72.00",
        "security_deposit": "0.00",
    }
    (line,) = found["lines"]
    assert line["explanation"] == "Tariff Flexible: 3 night(s) at 120.00."
    assert (line["kind"], line["rule"], line["unit"]) == ("accommodation", "per_room", "120.00")
    assert found["rooms"][0]["tariff"] == "Flexible"


@pytest.mark.parametrize(
    ("inclusive", "total", "deposit"), [(True, "802.50", "160.50"), (False, "930.30", "186.06")]
)
def test_ex_20_over_http(anonymous, inn, asked, double, inclusive, total, deposit):
    cosy = RoomType.objects.create(name="Cosy", property=inn)
    Room.objects.create(property=inn, room_type=cosy, number="9")
    price(inn, cosy, 90)
    PropertySettings.objects.filter(property=inn).update(
        prices_inclusive=inclusive,
        single_supplement_on=True,
        single_supplement=15,
        city_tax=Decimal("1.50"),
        city_tax_model="perguestpernight",
        cleaning_fee=30,
        cleaning_fee_per="per_room",
    )
    rates = {
        rate: TaxRate.objects.create(code=f"R{rate}", description="VAT", rate=rate)
        for rate in (10, 20)
    }
    breakfast = Extra.objects.create(
        property=inn,
        name="Breakfast",
        price=8,
        model="per_person_per_night",
        tax_rate=rates[10],
    )
    parking = Extra.objects.create(
        property=inn, name="Parking", price=12, model="per_night", tax_rate=rates[20]
    )
    guest = Guest.objects.create(property=inn, surname="Hopper", discount=10)

    answer = anonymous.post(
        "/bookyflow/api/booking/quote",
        asked
        | {
            "rooms": [
                {"room_type_uid": double.pk, "adults": 2},
                {"room_type_uid": cosy.pk, "adults": 1},
            ],
            "adults": 3,
            "extras": {str(breakfast.pk): 1, str(parking.pk): 1},
            "guest_token": guest_token(guest.pk),
        },
    )

    found = answer.json()["data"]["quote"]
    assert (found["total"], found["deposit_required"]) == (total, deposit)
    assert sum(Decimal(line["gross"]) for line in found["lines"]) == Decimal(total)


def test_from_quote_to_hold_to_booking_and_back(anonymous, held, asked, inn):
    reference = held["reference"]
    before = anonymous.get(f"/bookyflow/api/booking/{reference}", **secret(held)).json()["data"][
        "booking"
    ]
    assert (before["status"], before["total"], before["version"]) == ("held", "360.00", None)

    answer = anonymous.post(
        "/bookyflow/api/booking/confirm",
        {"reference": reference, "guest": GUEST, "remarks": "Late"},
        **secret(held),
    )

    assert answer.status_code == 201
    found = answer.json()["data"]["booking"]
    assert {name: found[name] for name in ("reference", "token", "status", "balance")} == {
        "reference": reference,
        "token": held["token"],
        "status": "provisional",
        "balance": "360.00",
    }
    assert found["lines"][0]["gross"] == "360.00"
    booking = Booking.objects.get()
    assert (booking.number, booking.remarks, booking.made_by_staff) == (reference, "Late", False)
    read = anonymous.get(f"/bookyflow/api/booking/{reference}", **secret(held))
    assert read.json()["data"]["booking"] == found
    assert read["Cache-Control"] == "no-store"

    gone = anonymous.delete(f"/bookyflow/api/booking/{reference}", **secret(held))
    assert gone.status_code == 200
    after = gone.json()["data"]["booking"]
    assert (after["status"], after["total"]) == ("cancelled", "0.00")
    assert booking.history.last().reason == "Cancelled by the guest."
    assert not Occupancy.objects.exists()


def test_the_log_says_that_a_visitor_held_booked_and_cancelled(anonymous, held, quoted):
    reference = held["reference"]
    anonymous.post(
        "/bookyflow/api/booking/confirm",
        {"reference": reference, "guest": GUEST},
        **secret(held),
    )
    anonymous.delete(f"/bookyflow/api/booking/{reference}", **secret(held))
    other = quoted(adults=1)["quote"]
    anonymous.post("/bookyflow/api/booking/confirm", {"quote": other, "guest": GUEST})
    dropped = anonymous.post("/bookyflow/api/booking/hold", {"quote": quoted()["quote"]})
    let_go = dropped.json()["data"]["hold"]
    anonymous.delete(f"/bookyflow/api/booking/{let_go['reference']}", **secret(let_go))

    assert set(Event.objects.values_list("kind", "actor_kind")) == {
        (kind, "visitor")
        for kind in (
            "booking_held",
            "guest_saved",
            "booking_added",
            "booking_cancelled",
            "booking_hold_released",
        )
    }
    steps = BookingHistory.objects.values_list("to_state", "actor_kind")
    states = ("provisional", "cancelled", "provisional")
    assert list(steps) == [(state, "visitor") for state in states]


def test_the_language_of_a_booking_is_the_one_asked_for(anonymous, quoted):
    for header, language in (({}, ""), ({"HTTP_ACCEPT_LANGUAGE": "de"}, "de-DE")):
        body = {"quote": quoted()["quote"], "guest": GUEST}
        found = anonymous.post("/bookyflow/api/booking/confirm", body, **header)
        reference = found.json()["data"]["booking"]["reference"]
        assert Booking.objects.get(number=reference).language == language


def test_booking_at_once(anonymous, quoted):
    answer = anonymous.post(
        "/bookyflow/api/booking/confirm", {"quote": quoted()["quote"], "guest": GUEST}
    )

    assert answer.status_code == 201
    found = answer.json()["data"]["booking"]
    assert found["token"] == booking_token(found["reference"])
    assert Occupancy.objects.get().kind == "booking"


def test_a_confirmation_can_be_repeated(anonymous, quoted):
    body = {"quote": quoted()["quote"], "guest": GUEST}

    first, again = (
        anonymous.post("/bookyflow/api/booking/confirm", body, HTTP_IDEMPOTENCY_KEY="once")
        for _ in range(2)
    )

    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Booking.objects.count() == 1


def test_a_key_does_not_stand_for_the_token(anonymous, held):
    body = {"reference": held["reference"], "guest": GUEST}
    confirm = "/bookyflow/api/booking/confirm"
    path = f"/bookyflow/api/booking/{held['reference']}"
    once = {"HTTP_IDEMPOTENCY_KEY": "once"}
    wrong = once | {"HTTP_X_BOOKYFLOW_BOOKING_TOKEN": "x" * 43}

    assert anonymous.post(confirm, body, **secret(held), **once).status_code == 201
    assert anonymous.post(confirm, body, **wrong).status_code == 404
    assert anonymous.post(confirm, body, **once).status_code == 400

    assert anonymous.delete(path, **secret(held), **once).status_code == 200
    assert anonymous.delete(path, **wrong).status_code == 404
    again = anonymous.delete(path, **secret(held), **once)
    assert again["Idempotency-Replayed"] == "true"


def test_confirming_a_hold_twice_answers_with_the_booking(anonymous, held):
    body = {"reference": held["reference"], "guest": GUEST}

    first, again = (
        anonymous.post("/bookyflow/api/booking/confirm", body, **secret(held)) for _ in range(2)
    )

    assert first.json()["data"] == again.json()["data"]


def test_a_wrong_token_is_like_an_unknown_reference(anonymous, held):
    wrong = {"HTTP_X_BOOKYFLOW_BOOKING_TOKEN": "x" * 43}
    unknown = booking_number(10**6)

    for reference, headers in (
        (held["reference"], wrong),
        (unknown, {"HTTP_X_BOOKYFLOW_BOOKING_TOKEN": booking_token(unknown)}),
    ):
        for call in (anonymous.get, anonymous.delete):
            answer = call(f"/bookyflow/api/booking/{reference}", **headers)
            assert (answer.status_code, answer.json()["key"]) == (404, "booking_not_found")
    body = {"reference": held["reference"], "guest": GUEST}
    assert anonymous.post("/bookyflow/api/booking/confirm", body, **wrong).status_code == 404


def test_a_token_is_needed(anonymous, held):
    answer = anonymous.get(f"/bookyflow/api/booking/{held['reference']}")

    assert (answer.status_code, answer.json()["key"]) == (400, "validation_failed")


def test_letting_a_hold_go(anonymous, held):
    answer = anonymous.delete(f"/bookyflow/api/booking/{held['reference']}", **secret(held))

    assert answer.json()["data"]["booking"]["status"] == "expired"
    assert not Occupancy.objects.exists()
    body = {"reference": held["reference"], "guest": GUEST}
    late = anonymous.post("/bookyflow/api/booking/confirm", body, **secret(held))
    assert (late.status_code, late.json()["key"]) == (409, "hold_expired")


def test_the_price_is_guaranteed(anonymous, quoted):
    quote = quoted()["quote"]
    DailyRate.objects.update(price=500)

    answer = anonymous.post("/bookyflow/api/booking/confirm", {"quote": quote, "guest": GUEST})

    assert answer.json()["data"]["booking"]["total"] == "360.00"


def test_a_forged_quote_is_refused(anonymous, quoted):
    answer = anonymous.post("/bookyflow/api/booking/hold", {"quote": quoted()["quote"] + "x"})

    assert (answer.status_code, answer.json()["key"]) == (400, "quote_invalid")


def test_too_late_to_cancel(anonymous, held, inn):
    body = {"reference": held["reference"], "guest": GUEST}
    anonymous.post("/bookyflow/api/booking/confirm", body, **secret(held))
    PropertySettings.objects.filter(property=inn).update(cancellation_threshold=60)

    answer = anonymous.delete(f"/bookyflow/api/booking/{held['reference']}", **secret(held))

    assert (answer.status_code, answer.json()["key"]) == (409, "cancellation_too_late")
    assert Booking.objects.get().state == "provisional"


def test_an_expired_hold_says_so(anonymous, held):
    Hold.objects.update(expires_at=timezone.now() - timedelta(minutes=1))

    answer = anonymous.get(f"/bookyflow/api/booking/{held['reference']}", **secret(held))

    assert answer.json()["data"]["booking"]["status"] == "expired"


@pytest.mark.parametrize(
    ("changes", "status", "key"),
    [
        ({"property_uid": 0}, 400, "validation_failed"),
        ({"property_uid": 10**9}, 404, "property_not_found"),
        ({"arrival": "2020-01-01"}, 409, "arrival_too_soon"),
        ({"arrival": "yesterday"}, 400, "validation_failed"),
        ({"departure": "2020-01-01"}, 400, "validation_failed"),
        ({"departure": "2039-01-01"}, 409, None),
        ({"adults": 0}, 400, "validation_failed"),
        ({"adults": 3}, 409, "too_many_adults"),
        ({"adults": 10**9}, 400, "validation_failed"),
        ({"rooms": []}, 400, "validation_failed"),
        ({"rooms": [{"room_type_uid": 10**9}]}, 409, "no_room_available"),
        ({"rooms": [{}] * 51}, 400, "validation_failed"),
        ({"rooms": "x"}, 400, "validation_failed"),
        ({"child_ages": [3]}, 409, "children_not_allowed"),
        ({"child_ages": [-1]}, 400, "validation_failed"),
        ({"extras": {"abc": 1}}, 400, "validation_failed"),
        ({"extras": {"1": 0}}, 400, "validation_failed"),
        ({"extras": {"01": 1}}, 400, "validation_failed"),
        ({"extras": {"999999": 1}}, 409, "extra_not_available"),
        ({"extras": {str(n): 1 for n in range(51)}}, 400, "validation_failed"),
        ({"coupon_code": "ПРИВЕТ"}, 409, "coupon_invalid"),
        ({"guest_token": "x"}, 400, "validation_failed"),
        ({"guest_token": guest_token(10**9)}, 400, "validation_failed"),
    ],
)
def test_what_cannot_be_quoted(anonymous, asked, changes, status, key):
    answer = anonymous.post("/bookyflow/api/booking/quote", asked | changes)

    assert answer.status_code == status, answer.json()
    if key:
        assert answer.json()["key"] == key
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    ("changes", "key", "field"),
    [
        ({"guest": {}}, "validation_failed", "guest"),
        ({"guest": GUEST | {"email": "x"}}, "validation_failed", "guest"),
        ({"guest": GUEST | {"tel_mobile": ""}}, "guest_fields_missing", "guest"),
        ({"reference": "0000000000"}, "validation_failed", "quote"),
        ({"quote": "x"}, "quote_invalid", "quote"),
    ],
)
def test_what_cannot_be_confirmed(anonymous, quoted, changes, key, field):
    answer = anonymous.post(
        "/bookyflow/api/booking/confirm", {"quote": quoted()["quote"], "guest": GUEST} | changes
    )

    assert answer.status_code == 400
    assert answer.json()["key"] == key
    assert list(answer.json()["fields"]) == [field]
    assert not Booking.objects.exists()
    assert not Guest.objects.exists()


def test_what_a_guest_has_to_give_has_the_names_of_the_body(anonymous, quoted):
    guest = {"surname": "Hopper", "email": "grace@guest.example"}

    answer = anonymous.post(
        "/bookyflow/api/booking/confirm", {"quote": quoted()["quote"], "guest": guest}
    )

    assert set(answer.json()["fields"]["guest"]) == {"firstname", "tel_mobile", "region", "country"}


def test_an_unpublished_property_is_not_there(anonymous, asked, inn):
    type(inn).objects.filter(pk=inn.pk).update(is_published=False)

    assert anonymous.post("/bookyflow/api/booking/quote", asked).status_code == 404


@pytest.mark.parametrize(
    ("end", "status", "key"),
    [
        (lambda inn: type(inn).objects.update(is_published=False), 404, "property_not_found"),
        (lambda inn: type(inn).objects.update(deleted_at=timezone.now()), 404, None),
        (
            lambda inn: PropertySettings.objects.update(visitors_can_book=False),
            409,
            "not_bookable_online",
        ),
    ],
)
def test_a_quote_ends_with_the_sale_and_a_hold_does_not(
    anonymous, quoted, held, inn, end, status, key
):
    quote = quoted()["quote"]
    end(inn)

    for path, body in (("hold", {"quote": quote}), ("confirm", {"quote": quote, "guest": GUEST})):
        answer = anonymous.post(f"/bookyflow/api/booking/{path}", body)
        assert (answer.status_code, answer.json()["key"]) == (status, key or "property_not_found")
    body = {"reference": held["reference"], "guest": GUEST}
    kept = anonymous.post("/bookyflow/api/booking/confirm", body, **secret(held))
    assert kept.status_code == (201 if key else 404)
    assert Booking.objects.count() == bool(key)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "ZZ"),
        ("country", "USX"),
        ("region", "us-ny"),
        ("region", "NY"),
        ("region", "É-É"),
        ("region", "US-NY-NYC"),
    ],
)
def test_a_guest_lives_somewhere_on_earth(anonymous, quoted, field, value):
    body = {"quote": quoted()["quote"], "guest": GUEST | {field: value}}

    answer = anonymous.post("/bookyflow/api/booking/confirm", body)

    assert (answer.status_code, answer.json()["key"]) == (400, "validation_failed")
    assert list(answer.json()["fields"]["guest"]) == [field]


@pytest.mark.parametrize(
    ("code", "stored"), [("uk", "GB"), ("EL", "GR"), ("XK", "XK"), ("USA", "US")]
)
def test_a_guests_country_may_be_any_code_in_use(anonymous, quoted, code, stored):
    home = {"country": code, "region": "" if code == "XK" else "US-NY"}
    body = {"quote": quoted()["quote"], "guest": GUEST | home}

    assert anonymous.post("/bookyflow/api/booking/confirm", body).status_code == 201
    assert Guest.objects.get().country == stored


def test_events_tell_nothing_of_the_guest(anonymous, held):
    body = {
        "reference": held["reference"],
        "guest": GUEST | {"street": "Riverside Drive", "town": "Arlington"},
        "remarks": "Anniversary",
    }
    anonymous.post("/bookyflow/api/booking/confirm", body, **secret(held))
    anonymous.delete(f"/bookyflow/api/booking/{held['reference']}", **secret(held))

    told = list(Event.objects.order_by("id").values("kind", "data"))
    assert [one["kind"] for one in told] == [
        "booking_held",
        "booking_added",
        "guest_saved",
        "booking_cancelled",
    ]
    texts = [*body["guest"].values(), body["remarks"], held["token"]]
    assert not [text for text in texts if len(text) > 2 and text in str(told)]


def test_a_coupon_lowers_the_price(quoted, inn):
    Coupon.objects.create(property=inn, code="SUN", amount=10)

    assert quoted(coupon_code="sun")["total"] == "324.00"


def test_where_bookings_are_approved_they_are_enquiries(anonymous, inn, quoted):
    PropertySettings.objects.filter(property=inn).update(requires_approval=True)

    answer = anonymous.post(
        "/bookyflow/api/booking/confirm", {"quote": quoted()["quote"], "guest": GUEST}
    )

    assert answer.json()["data"]["booking"]["status"] == "enquiry"


def test_confirming_needs_few_statements(
    anonymous, held, quoted, django_assert_max_num_queries, inn
):
    with django_assert_max_num_queries(15 + 4):  # four of savepoints, which do not count
        answer = anonymous.post(
            "/bookyflow/api/booking/confirm",
            {"reference": held["reference"], "guest": GUEST},
            **secret(held),
        )
    assert answer.status_code == 201


def test_where_whole_days_are_let_the_guest_leaves_on_the_day_asked_for(
    anonymous, inn, quoted, asked
):
    PropertySettings.objects.filter(property=inn).update(whole_day_booking=True)
    quote = quoted()
    held = anonymous.post("/bookyflow/api/booking/hold", {"quote": quote["quote"]})
    hold = held.json()["data"]["hold"]
    body = {"reference": hold["reference"], "guest": GUEST}
    booking = anonymous.post("/bookyflow/api/booking/confirm", body, **secret(hold))

    found = [quote, hold, booking.json()["data"]["booking"]]
    assert {one["departure"] for one in found} == {asked["departure"]}
    assert quote["nights"] == 4  # days that are paid for


def said(answer):
    """What an answer says, without what is another in each."""
    return answer.status_code, answer.json() | {"request_id": ""}


@pytest.fixture
def unwelcome(inn):
    """A blacklisted guest of the inn, under the address of GUEST."""
    saved = guest_save(
        property_id=inn.pk,
        details=GuestDetails("Hopper", "Grace", GUEST["email"]),
        trusted=True,
    )
    Guest.objects.update(blacklisted=True)
    return saved.id


def test_a_blacklisted_guest_hears_what_others_hear_when_nothing_is_free(
    anonymous, quoted, inn, asked, unwelcome
):
    quote = quoted()["quote"]
    body = {"quote": quote, "guest": GUEST | {"tel_landline": "0900"}}

    refused = anonymous.post("/bookyflow/api/booking/confirm", body)

    block_create(
        property_id=inn.pk, stay=Stay(*map(date.fromisoformat, nights_of(asked))), by=SYSTEM
    )
    other = body | {"guest": GUEST | {"email": "ada@guest.example"}}
    full = anonymous.post("/bookyflow/api/booking/confirm", other)
    assert said(refused) == said(full)
    assert (full.status_code, full.json()["key"]) == (409, "no_room_available")
    assert not Booking.objects.filter(kind="booking").exists()
    assert Guest.objects.get().phone == ""


def nights_of(asked):
    return asked["arrival"], asked["departure"]


def test_staff_hear_of_a_blacklisted_guest_who_tried_to_book(
    anonymous, quoted, inn, asked, unwelcome
):
    body = {"quote": quoted()["quote"], "guest": GUEST}

    anonymous.post("/bookyflow/api/booking/confirm", body, HTTP_IDEMPOTENCY_KEY="once")

    event = Event.objects.get()
    arrival, departure = nights_of(asked)
    assert (event.kind, event.property_id) == ("guest_refused", inn.pk)
    assert (event.subject_kind, event.subject_id) == ("guest", unwelcome)
    assert event.data == {"guest_uid": unwelcome, "arrival": arrival, "departure": departure}


def test_a_hold_that_a_blacklisted_guest_confirms_is_let_go(anonymous, held, unwelcome):
    body = {"reference": held["reference"], "guest": GUEST}

    refused = anonymous.post("/bookyflow/api/booking/confirm", body, **secret(held))

    assert (refused.status_code, refused.json()["key"]) == (409, "no_room_available")
    assert not Occupancy.objects.exists()
    assert not Booking.objects.exists()
    found = anonymous.get(f"/bookyflow/api/booking/{held['reference']}", **secret(held))
    assert found.json()["data"]["booking"]["status"] == "expired"
    kinds = list(Event.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["booking_held", "booking_hold_released", "guest_refused"]


def test_a_coupon_used_up_by_one_guest_is_refused_in_the_words_of_one_used_up_by_all(
    anonymous, quoted, inn
):
    Coupon.objects.create(property=inn, code="MINE", amount=10, max_uses_per_guest=1)
    Coupon.objects.create(property=inn, code="ALL", amount=10, max_uses=1)
    answers = []
    for code in ("MINE", "ALL"):
        quotes = [quoted(coupon_code=code)["quote"] for _ in range(2)]
        bodies = [{"quote": quote, "guest": GUEST} for quote in quotes]
        first, second = (anonymous.post("/bookyflow/api/booking/confirm", one) for one in bodies)
        assert first.status_code == 201
        answers.append(said(second))

    assert answers[0] == answers[1]
    assert answers[0][1]["key"] == "coupon_invalid"
