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
from bookyflow.plugins.models import FeatureState
from bookyflow.properties.models import CustomField, PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.models import Booking, BookingHistory, Hold
from bookyflow.reservations.tokens import booking_token, guest_token
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import Coupon, DailyRate, Extra, TaxRate
from tests.domain.reservations.conftest import price
from tests.examples import as_shown, example
from tests.features.booking.conftest import API, GUEST, data, secret, told

pytestmark = pytest.mark.django_db


# What is another in each answer, or called otherwise in this inn than in the examples.
OWN = ("quote", "expires_at", "property_uid", "reference", "token", "pay_by", "room_type_uid")
OWN += ("tariff_type_uid", "room_type", "description", "first_night", "last_night")


@pytest.fixture
def breakfast(inn):
    """What the examples have beside the room."""
    tax_rate = TaxRate.objects.create(code="R10", description="VAT", rate=10)
    model = "per_person_per_night"
    return Extra.objects.create(
        property=inn, name="Breakfast", price=8, model=model, tax_rate=tax_rate
    )


def test_answers_are_as_the_examples_say(quoted, hold, confirm, read, cancel, asked, breakfast):
    quote = quoted(extras={str(breakfast.pk): 1})
    held = data(hold(quote["quote"]), 201)
    answers = {"quote": quote, "hold": held, "confirm": data(confirm(held=held), 201)}
    answers["read"] = data(read(held))
    stay = {name: asked[name] for name in ("arrival", "departure")}

    for action, answer in answers.items():
        shown = example(f"booking.{action}").answer
        assert as_shown(answer, shown, *OWN) == shown | stay | {}
    assert (quote["property_uid"], quote["rooms"][0]["room_type"]) == (
        asked["property_uid"],
        "Double",
    )
    assert [line["description"] for line in quote["lines"]] == ["Double", "Breakfast"]
    assert data(cancel(held)).keys() == example("booking.cancel").answer.keys()


@pytest.mark.parametrize(
    ("inclusive", "total", "deposit"), [(True, "802.50", "160.50"), (False, "930.30", "186.06")]
)
def test_ex_20_over_http(quoted, inn, breakfast, double, inclusive, total, deposit):
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
    standard = TaxRate.objects.create(code="R20", description="VAT", rate=20)
    parking = Extra.objects.create(
        property=inn, name="Parking", price=12, model="per_night", tax_rate=standard
    )
    guest = Guest.objects.create(property=inn, surname="Hopper", discount=10)

    found = quoted(
        rooms=[{"room_type_uid": double.pk, "adults": 2}, {"room_type_uid": cosy.pk, "adults": 1}],
        adults=3,
        extras={str(breakfast.pk): 1, str(parking.pk): 1},
        guest_token=guest_token(guest.pk),
    )

    assert (found["total"], found["deposit_required"]) == (total, deposit)
    assert sum(Decimal(line["gross"]) for line in found["lines"]) == Decimal(total)


def test_from_quote_to_hold_to_booking_and_back(held, confirm, read, cancel):
    reference = held["reference"]
    before = data(read(held))
    assert (before["status"], before["total"], before["version"]) == ("held", "360.00", None)

    found = data(confirm(held=held, also={"remarks": "Late"}), 201)

    assert {name: found[name] for name in ("reference", "token", "status", "balance")} == {
        "reference": reference,
        "token": held["token"],
        "status": "provisional",
        "balance": "360.00",
    }
    assert found["lines"][0]["gross"] == "360.00"
    booking = Booking.objects.get()
    assert (booking.number, booking.remarks, booking.made_by_staff) == (reference, "Late", False)
    again = read(held)
    assert data(again) == found
    assert again["Cache-Control"] == "no-store"

    after = data(cancel(held))
    assert (after["status"], after["total"]) == ("cancelled", "0.00")
    assert booking.history.last().reason == "Cancelled by the guest."
    assert not Occupancy.objects.exists()


def test_the_log_says_that_a_visitor_held_booked_and_cancelled(held, quoted, hold, confirm, cancel):
    confirm(held=held)
    cancel(held)
    confirm(quoted(adults=1)["quote"])
    cancel(data(hold(), 201))

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


def test_the_language_of_a_booking_is_the_one_asked_for(confirm):
    for header, language in (({}, ""), ({"HTTP_ACCEPT_LANGUAGE": "de"}, "de-DE")):
        reference = data(confirm(**header), 201)["reference"]
        assert Booking.objects.get(number=reference).language == language


def test_booking_at_once(confirm):
    found = data(confirm(), 201)

    assert found["token"] == booking_token(found["reference"])
    assert Occupancy.objects.get().kind == "booking"


def test_a_confirmation_can_be_repeated(confirm, quoted):
    quote = quoted()["quote"]

    first, again = (confirm(quote, HTTP_IDEMPOTENCY_KEY="once") for _ in range(2))

    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Booking.objects.count() == 1


def test_a_key_does_not_stand_for_the_token(anonymous, held, confirm, cancel):
    once = {"HTTP_IDEMPOTENCY_KEY": "once"}
    wrong = held | {"token": "x" * 43}

    assert confirm(held=held, **once).status_code == 201
    assert confirm(held=wrong, **once).status_code == 404
    body = {"reference": held["reference"], "guest": GUEST}
    assert anonymous.post(f"{API}/confirm", body, **once).status_code == 400

    assert cancel(held, **once).status_code == 200
    assert cancel(wrong, **once).status_code == 404
    assert cancel(held, **once)["Idempotency-Replayed"] == "true"


def test_confirming_a_hold_twice_answers_with_the_booking(confirm, held):
    first, again = (data(confirm(held=held), 201) for _ in range(2))

    assert first == again


def test_a_wrong_token_is_like_an_unknown_reference(held, confirm, read, cancel):
    unknown = booking_number(10**6)
    wrong = held | {"token": "x" * 43}

    for found in (wrong, {"reference": unknown, "token": booking_token(unknown)}):
        for call in (read, cancel):
            assert told(call(found)) == (404, "booking_not_found")
    assert confirm(held=wrong).status_code == 404


def test_a_token_is_needed(anonymous, held):
    answer = anonymous.get(f"{API}/{held['reference']}")

    assert told(answer) == (400, "validation_failed")


def test_letting_a_hold_go(cancel, confirm, held):
    assert data(cancel(held))["status"] == "expired"
    assert not Occupancy.objects.exists()
    assert told(confirm(held=held)) == (409, "hold_expired")


def test_the_price_is_guaranteed(confirm, quoted):
    quote = quoted()["quote"]
    DailyRate.objects.update(price=500)

    assert data(confirm(quote), 201)["total"] == "360.00"


def test_a_forged_quote_is_refused(hold, quoted):
    assert told(hold(quoted()["quote"] + "x")) == (400, "quote_invalid")


def test_too_late_to_cancel(confirm, cancel, held, inn):
    confirm(held=held)
    PropertySettings.objects.filter(property=inn).update(cancellation_threshold=60)

    assert told(cancel(held)) == (409, "cancellation_too_late")
    assert Booking.objects.get().state == "provisional"


def test_an_expired_hold_says_so(read, held):
    Hold.objects.update(expires_at=timezone.now() - timedelta(minutes=1))

    assert data(read(held))["status"] == "expired"


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
    answer = anonymous.post(f"{API}/quote", asked | changes)

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
def test_what_cannot_be_confirmed(confirm, changes, key, field):
    answer = confirm(also=changes)

    assert told(answer) == (400, key)
    assert list(answer.json()["fields"]) == [field]
    assert not Booking.objects.exists()
    assert not Guest.objects.exists()


def test_what_a_guest_has_to_give_has_the_names_of_the_body(confirm):
    answer = confirm(also={"guest": {"surname": "Hopper", "email": "grace@guest.example"}})

    assert set(answer.json()["fields"]["guest"]) == {"firstname", "tel_mobile", "region", "country"}


def test_a_question_of_the_property_keeps_its_name(confirm, inn):
    CustomField.objects.create(property=inn, name="phone", required=True)

    answer = confirm()

    assert told(answer) == (400, "validation_failed")
    assert answer.json()["fields"] == {"phone": ["It is required."]}


@pytest.mark.parametrize("name", ["is_published", "is_approved"])
def test_a_property_that_is_not_for_everybody_is_not_there(anonymous, asked, inn, name):
    type(inn).objects.filter(pk=inn.pk).update(**{name: False})

    assert told(anonymous.post(f"{API}/quote", asked)) == (404, "property_not_found")


def test_all_that_is_missing_is_named_at_once(anonymous):
    answer = anonymous.post(f"{API}/quote", {"adults": 0})

    assert told(answer) == (400, "validation_failed")
    assert answer.json()["fields"].keys() == {"property_uid", "arrival", "adults"}


@pytest.mark.parametrize("body", [{}, [], {"property_uid": "x"}])
def test_a_feature_that_is_off_says_so_whatever_is_sent(anonymous, body):
    FeatureState.objects.filter(name="booking").update(enabled=False)

    assert told(anonymous.post(f"{API}/quote", body)) == (404, "feature_disabled")


def test_a_body_that_is_no_object_is_refused(anonymous):
    assert told(anonymous.post(f"{API}/quote", [])) == (400, "malformed_request")


@pytest.mark.parametrize(
    ("end", "status", "key"),
    [
        (lambda inn: type(inn).objects.update(is_published=False), 404, "property_not_found"),
        (lambda inn: type(inn).objects.update(is_approved=False), 404, "property_not_found"),
        (lambda inn: type(inn).objects.update(deleted_at=timezone.now()), 404, None),
        (
            lambda inn: PropertySettings.objects.update(visitors_can_book=False),
            409,
            "not_bookable_online",
        ),
    ],
)
def test_a_quote_ends_with_the_sale_and_a_hold_does_not(
    hold, confirm, quoted, held, inn, end, status, key
):
    quote = quoted()["quote"]
    end(inn)

    for call in (hold, confirm):
        assert told(call(quote)) == (status, key or "property_not_found")
    assert confirm(held=held).status_code == (201 if key else 404)
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
def test_a_guest_lives_somewhere_on_earth(confirm, field, value):
    answer = confirm(also={"guest": GUEST | {field: value}})

    assert told(answer) == (400, "validation_failed")
    assert list(answer.json()["fields"]["guest"]) == [field]


@pytest.mark.parametrize(
    ("code", "stored"), [("uk", "GB"), ("EL", "GR"), ("XK", "XK"), ("USA", "US")]
)
def test_a_guests_country_may_be_any_code_in_use(confirm, code, stored):
    home = {"country": code, "region": "" if code == "XK" else "US-NY"}

    assert confirm(also={"guest": GUEST | home}).status_code == 201
    assert Guest.objects.get().country == stored


def test_events_tell_nothing_of_the_guest(confirm, cancel, held):
    guest = GUEST | {"street": "Riverside Drive", "town": "Arlington"}
    confirm(held=held, also={"guest": guest, "remarks": "Anniversary"})
    cancel(held)

    events = list(Event.objects.order_by("id").values("kind", "data"))
    assert [one["kind"] for one in events] == [
        "booking_held",
        "booking_added",
        "guest_saved",
        "booking_cancelled",
    ]
    texts = [*guest.values(), "Anniversary", held["token"]]
    assert not [text for text in texts if len(text) > 2 and text in str(events)]


def test_a_coupon_lowers_the_price(quoted, inn):
    Coupon.objects.create(property=inn, code="SUN", amount=10)

    assert quoted(coupon_code="sun")["total"] == "324.00"


def test_where_bookings_are_approved_they_are_enquiries(confirm, inn):
    PropertySettings.objects.filter(property=inn).update(requires_approval=True)

    assert data(confirm(), 201)["status"] == "enquiry"


def test_confirming_needs_few_statements(confirm, held, django_assert_max_num_queries):
    with django_assert_max_num_queries(15 + 4):  # four of savepoints, which do not count
        data(confirm(held=held), 201)


def test_where_whole_days_are_let_the_guest_leaves_on_the_day_asked_for(
    hold, confirm, inn, quoted, asked
):
    PropertySettings.objects.filter(property=inn).update(whole_day_booking=True)
    quote = quoted()
    held = data(hold(quote["quote"]), 201)
    booking = data(confirm(held=held), 201)

    assert {one["departure"] for one in (quote, held, booking)} == {asked["departure"]}
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
    confirm, quoted, inn, asked, unwelcome
):
    quote = quoted()["quote"]

    refused = confirm(quote, also={"guest": GUEST | {"tel_landline": "0900"}})

    block_create(
        property_id=inn.pk, stay=Stay(*map(date.fromisoformat, nights_of(asked))), by=SYSTEM
    )
    full = confirm(quote, also={"guest": GUEST | {"email": "ada@guest.example"}})
    assert said(refused) == said(full)
    assert told(full) == (409, "no_room_available")
    assert not Booking.objects.filter(kind="booking").exists()
    assert Guest.objects.get().phone == ""


def nights_of(asked):
    return asked["arrival"], asked["departure"]


def test_staff_hear_of_a_blacklisted_guest_who_tried_to_book(confirm, inn, asked, unwelcome):
    confirm(HTTP_IDEMPOTENCY_KEY="once")

    event = Event.objects.get()
    arrival, departure = nights_of(asked)
    assert (event.kind, event.property_id) == ("guest_refused", inn.pk)
    assert (event.subject_kind, event.subject_id) == ("guest", unwelcome)
    assert event.data == {"guest_uid": unwelcome, "arrival": arrival, "departure": departure}


def test_a_hold_that_a_blacklisted_guest_confirms_is_let_go(confirm, read, held, unwelcome):
    assert told(confirm(held=held)) == (409, "no_room_available")
    assert not Occupancy.objects.exists()
    assert not Booking.objects.exists()
    assert data(read(held))["status"] == "expired"
    kinds = list(Event.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["booking_held", "booking_hold_released", "guest_refused"]


def test_a_coupon_used_up_by_one_guest_is_refused_in_the_words_of_one_used_up_by_all(
    confirm, quoted, inn
):
    Coupon.objects.create(property=inn, code="MINE", amount=10, max_uses_per_guest=1)
    Coupon.objects.create(property=inn, code="ALL", amount=10, max_uses=1)
    answers = []
    for code in ("MINE", "ALL"):
        quotes = [quoted(coupon_code=code)["quote"] for _ in range(2)]
        first, second = map(confirm, quotes)
        assert first.status_code == 201
        answers.append(said(second))

    assert answers[0] == answers[1]
    assert answers[0][1]["key"] == "coupon_invalid"


def test_there_are_no_messages_about_what_is_only_held(anonymous, held):
    path = f"{API}/{held['reference']}/messages"
    answers = [anonymous.get(path, **secret(held))]
    answers.append(anonymous.post(path, {"message_body": "Hello"}, **secret(held)))

    assert [told(one) for one in answers] == [(404, "booking_not_found")] * 2
