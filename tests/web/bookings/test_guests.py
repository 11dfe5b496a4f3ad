"""The guest book."""

from __future__ import annotations

import json

import pytest

from bookyflow.guests.models import Guest
from bookyflow.guests.profiles import GuestProfile, guest_add
from bookyflow.messaging.services import Beginning, Words, conversation_start
from bookyflow.properties.selectors import Reach
from bookyflow.reservations.front_desk import guest_check_in, guest_check_out


@pytest.fixture
def grace(house, actor) -> Guest:
    profile = GuestProfile("Hopper", "Grace", "grace@guest.example", preferences="A desk.")
    return guest_add(property_id=house.pk, profile=profile, by=actor)


def test_guests_are_listed_with_their_stays(desk, url, booking, grace):
    page = desk.get(f"{url}/guests")
    assert [one.surname for one in page.context["listed"]] == ["Hopper", "Lovelace"]
    assert [one.stays for one in page.context["listed"]] == [0, 1]


@pytest.mark.parametrize("text", ["hopp", "Grace Hopper", "GRACE@guest.example", " grace "])
def test_a_guest_is_found(desk, url, booking, grace, text):
    page = desk.get(f"{url}/guests", {"q": text})
    assert [one.pk for one in page.context["listed"]] == [grace.pk]


def test_nobody_is_found(desk, url, booking):
    for text in ("Hopper", "x@y", "@"):
        assert "Nobody found" in desk.get(f"{url}/guests", {"q": text}).content.decode()
    assert desk.get(f"{url}/guests", {"q": "x" * 999}).status_code == 400


def test_a_guest_with_the_stays(desk, url, booking):
    page = desk.get(f"{url}/guests/{booking.guest_id}").content.decode()
    for text in ("Ada Lovelace", "ada@guest.example", booking.number, "€240.00"):
        assert text in page


def test_a_guest_is_added_and_changed(desk, url, house, grace):
    sent = {"surname": "Noether", "email": "emmy@guest.example", "discount": "5", "country": "DE"}
    desk.post(f"{url}/guests/new", sent)
    emmy = Guest.objects.latest("pk")
    assert (emmy.surname, emmy.discount, emmy.country) == ("Noether", 5, "DE")

    desk.post(f"{url}/guests/{emmy.pk}/edit", sent | {"town": "Erlangen", "region": "DE-BY"})
    emmy.refresh_from_db()
    assert (emmy.town, emmy.region) == ("Erlangen", "DE-BY")

    for fault in (
        {"surname": ""},
        {"email": "grace@guest.example"},
        {"discount": "100"},
        {"discount": "-1"},
        {"region": "GB-PEM?"},
        {"language": "xx-yy"},
        {"preferences": "x" * 6000},
    ):
        answer = desk.post(f"{url}/guests/{emmy.pk}/edit", sent | fault)
        assert answer.status_code == 400, fault
        assert 'id="problems"' in answer.content.decode()


def test_a_guest_is_kept_from_booking(desk, url, grace):
    desk.post(f"{url}/guests/{grace.pk}/blacklist", {"blacklisted": "yes"})
    assert "Not welcome" in desk.get(f"{url}/guests/{grace.pk}").content.decode()
    desk.post(f"{url}/guests/{grace.pk}/blacklist")
    grace.refresh_from_db()
    assert not grace.blacklisted


def test_all_data_of_a_guest_is_handed_out(desk, url, house, booking, manager, actor):
    reach = Reach(manager.pk, manager.access_level, 0, all_properties=True, is_test=False)
    words = Beginning(house.pk, Words("Welcome!"), booking_id=booking.pk)
    conversation_start(beginning=words, reach=reach, by=actor)
    desk.post(f"{url}/bookings/{booking.pk}/payments", {"amount": "9", "method": "cash"})

    answer = desk.get(f"{url}/guests/{booking.guest_id}/export")

    assert "attachment" in answer["Content-Disposition"]
    told = json.loads(answer.content)
    assert told["guest"]["email"] == "ada@guest.example"
    assert told["bookings"][0]["number"] == booking.number
    assert told["bookings"][0]["lines"] == [{"description": "Double", "gross": "240.00"}]
    assert told["payments"][0]["amount"] == "9.00"
    assert told["messages"][0]["body"] == "Welcome!"


def test_a_guest_is_forgotten(desk, url, house, booking, actor):
    guest = f"{url}/guests/{booking.guest_id}"
    assert "Nobody can bring it back" in desk.get(f"{guest}/forget").content.decode()
    refused = desk.post(f"{guest}/forget", follow=True)
    assert "alert-danger" in refused.content.decode()

    here = {"property_id": house.pk, "booking_id": booking.pk, "by": actor}
    guest_check_in(**here)
    guest_check_out(**here)
    desk.post(f"{guest}/forget")
    assert desk.get(guest).status_code == 404
    page = desk.get(f"{url}/bookings/{booking.pk}").content.decode()
    assert "Lovelace" not in page
    assert guest not in page
    assert booking.number in page


def test_two_entries_become_one_guest(desk, url, booking, grace):
    gone = booking.guest_id
    merge = f"{url}/guests/{gone}/merge"
    for text in ("nobody@guest.example", "0", "x", "9" * 40, str(gone)):
        assert desk.post(merge, {"email": text}).status_code == 400, text

    asked = desk.post(merge, {"email": "grace@guest.example"})
    assert "This cannot be undone" in asked.content.decode()
    booking.refresh_from_db()
    assert booking.guest_id == gone

    desk.post(merge, {"email": str(grace.pk), "sure": str(grace.pk)})
    booking.refresh_from_db()
    assert booking.guest_id == grace.pk
    assert booking.booked_for().surname == "Lovelace"
    assert desk.get(f"{url}/guests/{gone}").status_code == 404
    assert Guest.objects.get(pk=gone).email_hash is None
