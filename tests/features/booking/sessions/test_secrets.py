"""What the session's id alone opens, and what needs its token."""

from __future__ import annotations

import pytest

from bookyflow.booking_sessions.models import BookingSession
from bookyflow.reservations.models import Booking, Hold
from tests.conftest import make_hotel
from tests.features.booking.conftest import API, GUEST, data, told
from tests.features.booking.sessions.test_refusals import GETS

pytestmark = pytest.mark.django_db

NOTE = "We come by the night train."


@pytest.fixture
def filled(form):
    form.fill()
    data(form.post("set/note", {"note": NOTE}))
    return form


def test_no_answer_shows_the_id_alone_what_was_typed(filled):
    secrets = [NOTE, *(value for value in GUEST.values() if len(value) > 5)]
    paths = [path for path in GETS.split() if path != "session"]

    answers = [filled.get(path).content.decode() for path in paths]
    answers += [filled.create().content.decode(), filled.get("ok_to_book").content.decode()]

    assert len(answers) == 15
    assert [secret for secret in secrets for answer in answers if secret in answer] == []


def test_the_token_shows_all_of_it(filled):
    found = data(filled.read())

    assert (found["address"]["surname"], found["notes"], found["ready"]) == ("Hopper", [NOTE], True)
    assert (found["booked"], found["hatPair"]) == (False, filled.pairs())


def test_what_is_held_and_booked_is_read_by_reference_and_token(filled):
    held = data(filled.read())
    token = {"HTTP_X_BOOKYFLOW_BOOKING_TOKEN": held["token"]}
    assert data(filled.client.get(f"{API}/{held['reference']}", **token))["status"] == "held"

    data(filled.create())

    booked = data(filled.read())
    assert (booked["booked"], booked["reference"]) == (True, held["reference"])
    assert booked["token"] == held["token"]
    shown = data(filled.client.get(f"{API}/{held['reference']}", **token))
    assert shown["status"] == "provisional"


def test_nothing_that_was_typed_is_left_once_it_is_booked(filled):
    data(filled.create())

    session = BookingSession.objects.get()
    assert (str(session.personal), session.email_hash) == ("", None)
    booking = Booking.objects.get()
    assert (booking.remarks, booking.who.email) == (NOTE, GUEST["email"])
    assert data(filled.read())["address"] is None


def test_booking_twice_is_once(filled):
    assert [data(filled.create()) for _ in range(2)] == [{"valid": True}] * 2
    assert Booking.objects.count() == 1
    assert data(filled.get("prices"))[0]["total"] == "360.00"


def test_without_its_token_a_session_starts_afresh(filled):
    old = filled.token

    again = data(filled.initialise())["response"]["data"]["session_token"]

    assert old["HTTP_X_BOOKYFLOW_BOOKING_SESSION_TOKEN"] != again
    assert told(filled.read()) == (403, "session_token_invalid")
    assert Hold.objects.get().released_at is not None
    new = {"HTTP_X_BOOKYFLOW_BOOKING_SESSION_TOKEN": again}
    found = data(filled.get("session", **new))
    assert (found["address"], found["notes"], found["arrivalDate"]) == (None, [], None)
    assert BookingSession.objects.count() == 1


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_wrong_token_starts_afresh_too(filled, token):
    wrong = {"HTTP_X_BOOKYFLOW_BOOKING_SESSION_TOKEN": token}

    begun = data(filled.initialise(**wrong))["response"]["data"]

    assert begun["session_token"] not in {token, *filled.token.values()}
    assert not BookingSession.objects.get().address


def test_with_its_token_a_session_goes_on(filled):
    filled.language = "de-DE"

    begun = data(filled.initialise(**filled.token))["response"]["data"]

    assert [begun["session_token"]] == [*filled.token.values()]
    found = data(filled.read())
    assert (found["address"]["surname"], found["language"]) == ("Hopper", "de-DE")


def test_another_property_is_another_start(filled, manager):
    filled.prop = make_hotel(manager, name="Hill House")

    begun = data(filled.initialise(**filled.token))["response"]["data"]

    assert [begun["session_token"]] != [*filled.token.values()]
    assert not BookingSession.objects.get().address
    assert Hold.objects.get().released_at is not None


def test_after_a_booking_a_session_can_begin_anew(filled):
    data(filled.create())

    filled.begin()

    assert data(filled.read())["booked"] is False
    assert Booking.objects.get().state == "provisional"


def test_neither_id_nor_token_is_kept(filled):
    row = [str(value) for value in BookingSession.objects.values_list().get()]
    secrets = [*filled.headers.values(), *filled.token.values()]

    assert [secret for secret in secrets for value in row if secret in value] == []


def test_leaving_deletes_all(filled):
    left = data(filled.leave())

    assert left["held_until"] is None
    assert not BookingSession.objects.exists()
    assert Hold.objects.get().released_at is not None


def test_leaving_keeps_the_booking(filled):
    data(filled.create())

    assert data(filled.leave())["booked"] is True
    assert Booking.objects.get().state == "provisional"


def test_the_key_of_a_repeated_call_is_that_of_its_session(form, another):
    key = {"HTTP_IDEMPOTENCY_KEY": "1"}
    other = another()
    for one in (form, other):
        one.begin()
        assert one.post("set/dates", one.dates, **key).status_code == 200
    again = form.post("set/dates", form.dates, **key)

    assert again["Idempotency-Replayed"] == "true"
    assert BookingSession.objects.exclude(arrival=None).count() == 2


def test_nothing_is_kept_by_caches(filled):
    answers = [filled.initialise(**filled.token), filled.get("prices"), filled.read()]

    assert {one["Cache-Control"] for one in answers} == {"no-store"}


def test_a_dry_run_holds_nothing(form):
    form.fill("begin", "set_dates", "set_party")

    answer = form.post(
        "set/property/booking", {"selectedRooms": form.pairs()}, HTTP_X_BOOKYFLOW_DRY_RUN="1"
    )

    assert (answer["Dry-Run"], data(answer)["valid"]) == ("true", True)
    assert not Hold.objects.exists()


def test_a_form_is_as_good_as_json(form):
    form.begin()
    form.client.default_format = "multipart"

    form.fill("set_dates", "set_party", "choose", "set_address")

    assert data(form.get("ok_to_book")) == {"response": True}
