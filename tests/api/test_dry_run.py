"""X-BOOKYFLOW-dry-run: 1 does everything and leaves nothing behind."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.api.models import IdempotencyRecord
from bookyflow.events.models import Event
from bookyflow.properties.models import PropertyType
from bookyflow.reservations.models import Booking, Hold
from tests.features.booking.conftest import GUEST, asked, double, inn, quoted  # noqa: F401
from tests.features.cmf.conftest import linked, ota, reservation, sent, stay_info  # noqa: F401

API = "/bookyflow/api"
DRY = {"HTTP_X_BOOKYFLOW_DRY_RUN": "1"}
pytestmark = pytest.mark.django_db(transaction=True)


def kept():
    return PropertyType.objects.filter(name__in=["Barn", "Mill", "Kept"]).count()


def test_answers_as_it_would_have(client):
    dry = client.post(f"{API}/probe/write", {"text": "Barn"}, **DRY)
    left = kept()
    real = client.post(f"{API}/probe/write", {"text": "Barn"})

    assert (dry.status_code, real.status_code) == (200, 200)
    assert dry.json().keys() == real.json().keys()
    assert (dry["Dry-Run"], "Dry-Run" in real) == ("true", False)
    assert (left, kept()) == (0, 1)


@pytest.mark.parametrize("given", ["true", "yes", "2", ""])
def test_what_is_no_dry_run_is_not_taken_for_a_real_call(client, given):
    answer = client.post(f"{API}/probe/write", {"text": "Barn"}, HTTP_X_BOOKYFLOW_DRY_RUN=given)

    assert (answer.status_code, answer.json()["key"]) == (400, "validation_failed")
    assert list(answer.json()["fields"]) == ["X-BOOKYFLOW-dry-run"]
    assert kept() == 0


def test_0_is_a_real_call_and_reads_are_reads(client):
    real = client.post(f"{API}/probe/write", {"text": "Barn"}, HTTP_X_BOOKYFLOW_DRY_RUN="0")
    read = client.get(f"{API}/probe/empty", **DRY)

    assert (real.status_code, kept()) == (200, 1)
    assert "Dry-Run" not in real
    assert "Dry-Run" not in read


def test_a_refusal_is_the_same_and_keeps_nothing(client):
    dry = client.post(f"{API}/probe/refuse", {"text": "Kept"}, **DRY)
    left = kept()
    real = client.post(f"{API}/probe/refuse", {"text": "Kept"})

    assert (dry.status_code, dry.json()["key"]) == (real.status_code, real.json()["key"])
    assert dry["Dry-Run"] == "true"
    assert (left, kept()) == (0, 1)


def test_its_idempotency_key_is_free_afterwards_and_finds_what_was_done_before(client):
    key = {"HTTP_IDEMPOTENCY_KEY": "the-key-of-the-barn"}
    client.post(f"{API}/probe/write", {"text": "Barn"}, **key, **DRY)
    records = IdempotencyRecord.objects.count()
    real = client.post(f"{API}/probe/write", {"text": "Barn"}, **key)
    again = client.post(f"{API}/probe/write", {"text": "Barn"}, **key, **DRY)

    assert (records, kept()) == (0, 1)
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == real.json()


def test_items_meet_what_those_before_them_did(client):
    texts = ["Barn", "Barn", "Refused", "Mill"]
    first, second, third, fourth = client.put(f"{API}/probe/each", {"texts": texts}, **DRY).json()[
        "data"
    ]["notes"]

    assert first == second != fourth
    assert third == "conflict"
    assert kept() == 0


def test_a_channel_tries_a_reservation(ota, hotel):  # noqa: F811
    whole = sent(*(reservation(f"R{n}", stay_info(hotel)) for n in range(1, 5)))
    before = Event.objects.count()
    dry = ota.put(f"{API}/cmf/reservations/add", whole, **DRY).json()["data"]["response"]

    assert list(dry["successful_bookings"]) == ["R1", "R2", "R3"]
    assert dry["unsuccessful_bookings"]["R4"]["key"] == "no_room_available"
    assert not Booking.objects.exists()
    assert Event.objects.count() == before


def test_a_visitor_tries_a_booking(anonymous, quoted):  # noqa: F811
    quote = {"quote": quoted()["quote"]}
    held = anonymous.post(f"{API}/booking/hold", quote, **DRY)
    booked = anonymous.post(f"{API}/booking/confirm", quote | {"guest": GUEST}, **DRY)
    again = anonymous.post(f"{API}/booking/confirm", quote | {"guest": GUEST}, **DRY)

    assert [held.status_code, booked.status_code, again.status_code] == [201, 201, 201]
    assert booked["Dry-Run"] == "true"
    assert not Booking.objects.exists()
    assert not Hold.objects.exists()
    assert not ProcrastinateJob.objects.exists()
