"""What the simulated channel manager reads, and what it keeps across a crash."""

from __future__ import annotations

import csv

import pytest

from benchmarks.channel_manager.copies import Copy, nights_of, revised
from benchmarks.channel_manager.listings import read

LINE = {
    "id": "6369",
    "name": "  Rooftop\n room ",
    "description": "Near the <b>airport</b>",
    "property_type": "Private room in apartment",
    "latitude": "40.457241",
    "longitude": "-3.67688",
    "accommodates": "40",
    "bedrooms": "",
    "price": "$1,060.00",
    "minimum_nights": "365",
    "amenities": '["Wifi", "Kitchen"]',
}


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "listings.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, LINE)
        writer.writeheader()
        writer.writerows([LINE, LINE | {"id": "7", "bedrooms": "5"}])
    return path


def test_reads_listings(table):
    one, two = read(table, None)

    assert (one.remote_id, one.name, one.text) == ("6369", "Rooftop room", "Near the  airport")
    assert (one.price, one.minimum, one.guests) == ("1060.00", 30, 16)
    assert (one.latitude, one.amenities) == ("40.45724", ("Wifi", "Kitchen"))
    assert (one.rooms, two.rooms) == (1, 3)
    assert len(read(table, 1)) == 1


def revision(number, version, status=3):
    return {
        "revision": number,
        "booking_id": 5,
        "booking": {
            "booking_id": 5,
            "version": version,
            "property_uid": 1,
            "mapping": {"linked_bookings": {"remote_booking_id": "R1"}},
            "date_from": "2027-06-01",
            "date_to": "2027-06-02",
            "booking_total": "200.00",
            "currency_code": "EUR",
            "status": {"status_code": status},
            "guest_numbers": {"number_of_guests": 2},
            "amount_paid": "0.00",
            "room_types_booked": {"3": {"room_ids": [1, 2]}},
        },
    }


def calling(body):
    return {"kind": "add", "call": ["PUT", "/"], "body": body, "key": "k"}


def test_a_copy_survives_a_crash(tmp_path):
    copy = Copy(tmp_path / "copy.jsonl")
    nights = {"first": "2027-06-01", "last": "2027-06-02"}
    copy.note("listed", nights | {"uid": 1, "price": "90.00", "minimum": 1})
    stay = {"stay_id": "1", "property_id": 1}
    one = {"remote_reservation_id": "R1", "stay_infos": [stay]}
    copy.note("calling", calling({"reservations": {"reservations": [one]}}))
    copy.note("answered", {"successful_bookings": {"R1": {"links": [{"contract_uid": 5}]}}})
    row = {"property_uid": 1, "date_from": "2027-06-02", "date_to": "2027-06-02", "price": "95.00"}
    copy.note("calling", calling({"rows": [row, row | {"price": "9.00"}]}))
    results = [{"index": 0, "success": True}, {"index": 1, "success": False}]
    copy.note("answered", {"results": results})
    copy.note("told", [revised(revision(1, 1))])
    copy.note("calling", calling({"reservation_ids": ["R1"]}))

    again = Copy.load(copy.file)

    assert again == copy
    assert again.reservations["R1"]["1"]["booking"] == 5
    assert again.bookings["5"]["rooms"] == 2
    assert again.rates["1"]["2027-06-02"] == ["95.00", 1, False]
    assert again.outbox["key"] == "k"
    again.note("answered", {})
    assert (again.reservations, again.outbox) == ({}, {})


def test_a_stay_that_has_ended_is_forgotten(tmp_path):
    copy = Copy(tmp_path / "copy.jsonl")
    copy.reservations["R1"] = {"1": {"sent": {}, "booking": 5}, "2": {"sent": {}, "booking": 6}}

    copy.note("told", [revised(revision(1, 1))])
    assert len(copy.reservations["R1"]) == 2
    copy.note("told", [revised(revision(2, 2, status=6))])

    assert list(copy.reservations["R1"]) == ["2"]
    assert list(nights_of("2027-06-29", "2027-07-01")) == ["2027-06-29", "2027-06-30", "2027-07-01"]
