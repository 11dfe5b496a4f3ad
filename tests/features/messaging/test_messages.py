from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.utils.dateparse import parse_datetime

from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.guests.profiles import guest_link_user
from bookyflow.messaging.models import Conversation, Message
from bookyflow.properties.access import staff_add, staff_remove
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay
from tests.examples import as_shown, example
from tests.features.conftest import problem, queries
from tests.features.messaging.conftest import (
    BASE,
    answered,
    bodies,
    last_id,
    mark,
    read,
    reply,
    unread,
)

pytestmark = pytest.mark.django_db
OWN = ("id", "group_id", "property_uid", "creator_id", "user_id", "hash", "message_id")
DATES = ("create_date", "expiry_date")


def by_order(members):
    """A map by account id under the ids that the example has."""
    return dict(zip(("7", "12"), members.values(), strict=True))


def test_a_conversation_begins_and_goes_on(guest, host, hotel, ada, manager):
    shown = example("messaging.new_message")
    begun = answered(guest.post(f"{BASE}/new_message", shown.request | {"property_id": hotel.pk}))

    assert as_shown(begun, shown.answer, *OWN) == shown.answer
    first = Message.objects.get(pk=begun["message_id"])
    assert (first.conversation_id, first.body) == (begun["group_id"], shown.request["message"])
    assert (first.sender, first.is_by_team, first.subject) == (ada, False, "Arrival")
    shown = example("messaging.reply")
    written = answered(host.put(f"{BASE}/reply", shown.request | {"group_id": begun["group_id"]}))
    second = Message.objects.get(pk=written["message_id"])
    assert (second.body, second.sender, second.is_by_team) == ("Thank you!", manager, True)
    events = Event.objects.filter(kind="message_created").order_by("pk")
    assert [(one.property_id, one.subject_id, one.user_id, one.data) for one in events] == [
        (hotel.pk, one.pk, one.sender_id, {"group_id": begun["group_id"]})
        for one in (first, second)
    ]


def test_it_is_shown_with_its_messages(guest, host, begin, hotel, ada):
    group_id = begin("Is there a car park?", subject="Arrival")
    reply(host, group_id, "Yes, <b>behind</b> the house.")
    shown = example("messaging.all_groups").answer["messages_by_group"]["4"]

    everything = answered(guest.get(f"{BASE}/all_groups"))["messages_by_group"]

    assert list(everything) == [str(group_id)]
    found = everything[str(group_id)]
    without = {"attachment_id": 0, "attachment": None}
    expected = {**shown, "messages": [one | without for one in shown["messages"]]}
    assert as_shown(found, expected, *OWN, *DATES) == expected
    assert found["group"]["property_uid"] == hotel.pk
    first = found["messages"][0]
    assert first["creator_id"] == ada.pk
    kept = parse_datetime(first["expiry_date"]) - parse_datetime(first["create_date"])
    assert kept == timedelta(days=365)
    ids = f"{group_id}:{first['id']}"
    assert first["hash"] == hashlib.md5(ids.encode()).hexdigest()
    only = example("messaging.group_messages").answer["messages"]
    new = read(guest, group_id, unread=1)
    assert as_shown(new, only, *OWN, *DATES) == only | {"messages": [only["messages"][0] | without]}
    assert read(guest, group_id) == found


def test_a_property_is_asked_for_its_conversation(guest, begin, hotel, ada, manager):
    path = f"{BASE}/property/group/{hotel.pk}"
    assert answered(guest.get(path))["group"] == {"group_id": 0, "members": None}
    manager.first_name, manager.last_name = "Grace", "Host"
    manager.save()

    group_id = begin()

    shown = example("messaging.property_group").answer
    found = answered(guest.get(path))
    assert as_shown(found, shown, *OWN, "group_id") == shown
    ids = [one["user_id"] for one in found["group"]["members"]]
    assert (found["group"]["group_id"], ids) == (group_id, [ada.pk, manager.pk])
    assert answered(guest.get(f"{BASE}/property/group/999999"))["group"]["group_id"] == 0


def test_who_takes_part(guest, host, begin, receptionist, super_manager, user_with_level):
    group_id = begin()
    user_with_level(90, username="gone", is_active=False)
    members = answered(guest.get(f"{BASE}/group/members/{group_id}"))["members"]

    shown = example("messaging.group_members").answer["members"]
    first_two = by_order(dict(list(members.items())[:2]))
    assert as_shown(first_two, shown, *OWN) == shown
    levels = {one["name"]: one["level"] for one in members.values()}
    assert levels == {"Ada Example": 0, "Grace Host": 1, "receptionist": 1, "super": 2}


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert('x')</script> & \"more\"",
        "Gr\u00fc\u00dfe\n\tund \U0001f44d\u200d",
        "{property_uid 1} 5174092837",
        "x" * 5000,
    ],
)
def test_a_text_comes_back_as_it_was_written(guest, host, begin, text):
    group_id = begin(text)

    assert bodies(host, group_id) == [text]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("x" * 5001, "both"),
        ("nul \0", "both"),
        ("bell \a", "both"),
        (7, "both"),
        (["a"], "both"),
        ("", "reply"),
        ("   ", "reply"),
        ("\u200b\u2060", "both"),
        (None, "both"),
    ],
)
def test_no_text(guest, begin, hotel, text, where):
    group_id = begin()
    body = {"group_id": group_id, "message_body": text}

    refused = [(guest.put(f"{BASE}/reply", body), "message_body")]
    if where == "both":
        body = {"property_id": hotel.pk, "message": text}
        refused.append((guest.post(f"{BASE}/new_message", body), "message"))
    for answer, field in refused:
        if answer.json()["key"] != "malformed_request":  # NUL is no JSON of ours
            assert problem(answer) == (400, "validation_failed", [field])
    assert Message.objects.count() == 1


def test_there_is_one_conversation_with_a_property(begin):
    assert begin() == begin("And breakfast?")
    assert Message.objects.count() == 2


def test_it_may_begin_without_words(guest, hotel, host):
    begun = answered(guest.post(f"{BASE}/new_message", {"property_id": hotel.pk, "subject": "x"}))

    assert begun == {"message_id": 0, "group_id": Conversation.objects.get().pk}
    assert answered(guest.get(f"{BASE}/all_groups")) == {"messages_by_group": {}}
    reply(guest, begun["group_id"], "Here I am.")
    assert bodies(host, begun["group_id"]) == ["Here I am."]


@pytest.mark.parametrize(
    "change", [{"is_published": False}, {"is_approved": False}, {"is_test": True}]
)
def test_nobody_begins_with_a_property_that_is_not_public(guest, hotel, change):
    for name, value in change.items():
        setattr(hotel, name, value)
    hotel.save()

    answer = guest.post(f"{BASE}/new_message", {"property_id": hotel.pk, "message": "x"})

    assert problem(answer) == (404, "property_not_found", [])


@pytest.mark.parametrize("body", [{}, {"recipient_id": 3}, {"property_id": 0}, {"property_id": -1},
    {"property_id": 2**63}, {"property_id": "x"}])  # fmt: skip
def test_a_property_is_needed(guest, body):
    refused = guest.post(f"{BASE}/new_message", body | {"message": "x"})

    assert problem(refused) == (400, "validation_failed", ["property_id"])


def test_what_was_begun_goes_on_when_the_property_is_not_public(guest, begin, hotel):
    group_id = begin()
    hotel.is_published = False
    hotel.save()

    assert begin("Still there?") == group_id


def test_strangers_find_nothing(begin, client_for, stranger, user_with_level, hotel):
    group_id = begin()
    for user in (stranger, user_with_level(1)):
        other = client_for("messaging", user=user)
        calls = (
            other.get(f"{BASE}/group/messages/{group_id}/0"),
            other.get(f"{BASE}/group/members/{group_id}"),
            other.put(f"{BASE}/leave_group/{group_id}"),
            other.put(f"{BASE}/reply", {"group_id": group_id, "message_body": "x"}),
        )
        assert [problem(one) for one in calls] == [(404, "user_not_in_group", [])] * 4
        assert problem(mark(other, last_id())) == (404, "message_not_found", [])
        assert unread(other) == 0
        assert answered(other.get(f"{BASE}/all_groups"))["messages_by_group"] == {}
    missing = other.put(f"{BASE}/is_read", {"message_id": 999_999})
    assert problem(missing) == (404, "message_not_found", [])


def test_the_team_is_who_manages_the_property_now(begin, hotel, host, client_for, user_with_level):
    group_id = begin()
    new = user_with_level(70)
    newcomer = client_for("messaging", user=new)
    assert newcomer.get(f"{BASE}/group/messages/{group_id}/0").status_code == 404

    staff_add(user_id=new.pk, property_id=hotel.pk, by=SYSTEM)

    assert bodies(newcomer, group_id) == ["Is there a car park?"]
    assert unread(newcomer) == 0
    begin("And breakfast?")
    assert (unread(newcomer), unread(host)) == (1, 2)
    staff_remove(user_id=new.pk, property_id=hotel.pk, by=SYSTEM)
    assert newcomer.get(f"{BASE}/group/messages/{group_id}/0").status_code == 404
    assert unread(newcomer) == 0


def test_a_demoted_account_is_of_no_team(begin, host, manager):
    group_id = begin()
    manager.access_level = 1
    manager.save()

    assert host.get(f"{BASE}/group/messages/{group_id}/0").status_code == 404
    assert unread(host) == 0


def test_a_receptionist_takes_part(begin, client_for, receptionist, guest):
    group_id = begin()
    desk = client_for("messaging", user=receptionist)

    reply(desk, group_id, "At the desk.")

    assert bodies(guest, group_id, unread=1) == ["At the desk."]


def test_a_key_of_other_properties_sees_nothing(begin, client_for, manager):
    group_id = begin()
    make_hotel(manager, name="Other")
    limited = client_for("messaging", all_properties=False)
    test = client_for("messaging", is_test=True)

    for client in (limited, test):
        assert client.get(f"{BASE}/group/messages/{group_id}/0").status_code == 404
        assert unread(client) == 0


def test_a_key_of_other_properties_begins_nothing_here(begin, client_for, ada, hotel):
    begin()
    limited = client_for("messaging", user=ada, all_properties=False)

    refused = limited.post(f"{BASE}/new_message", {"property_id": hotel.pk, "message": "x"})

    assert problem(refused) == (404, "user_not_in_group", [])


def test_so_many_messages_in_an_hour(begin, guest, hotel, settings):
    settings.MESSAGES_PER_ACCOUNT = 1
    begun = {"property_id": hotel.pk, "message": "x"}
    answers = [
        guest.put(f"{BASE}/reply", {"group_id": begin(), "message_body": "x"}),
        guest.post(f"{BASE}/new_message", begun),
    ]

    for refused in answers:
        assert problem(refused) == (429, "too_many_messages", [])
        assert 3500 < int(refused["Retry-After"]) <= 3601


def test_the_team_does_not_write_to_itself(host, hotel):
    refused = host.post(f"{BASE}/new_message", {"property_id": hotel.pk, "message": "x"})

    assert problem(refused) == (409, "conflict", [])


def test_what_is_read_is_each_ones_own(begin, guest, host, client_for, receptionist):
    group_id = begin()
    begin("Second.")
    third = reply(guest, group_id, "Third.")
    desk = client_for("messaging", user=receptionist)
    assert (unread(host), unread(desk), unread(guest)) == (3, 3, 0)
    shown = example("messaging.is_read")

    state = answered(mark(host, third - 1))

    assert as_shown(state, shown.answer, *OWN) == shown.answer
    assert bodies(host, group_id, unread=1) == ["Is there a car park?", "Third."]
    assert (unread(host), unread(desk)) == (2, 3)
    assert mark(host, third - 1).status_code == 200
    assert unread(host) == 2
    for message_id in (third, third - 2):
        mark(host, message_id)
    assert (unread(host), read(host, group_id)["group"]["unread_count"]) == (0, 0)
    answered(host.put(f"{BASE}/is_read", {"message_id": third - 2}))  # unread without `is_read`
    assert bodies(host, group_id, unread=1) == ["Is there a car park?"]
    reply(host, group_id)
    assert (unread(host), unread(desk), unread(guest)) == (0, 4, 1)
    assert answered(mark(guest, third, 0))["new_state"] is False
    assert unread(guest) == 1  # of one's own nothing is unread


def test_the_sender_says_nothing_of_what_others_have_read(begin, guest, host):
    group_id = begin(is_read=1)
    reply(guest, group_id, "x", is_read=1, recipient_id=0)

    assert unread(host) == 2
    refused = guest.put(
        f"{BASE}/reply", {"group_id": group_id, "message_body": "x", "recipient_id": 5}
    )
    assert problem(refused) == (400, "validation_failed", ["recipient_id"])


def test_who_leaves_hears_no_more_until_writing_again(begin, guest, host, hotel, ada):
    group_id = begin()
    assert answered(guest.put(f"{BASE}/leave_group/{group_id}")) is True
    assert answered(guest.put(f"{BASE}/leave_group/{group_id}")) is True
    reply(host, group_id)

    assert guest.get(f"{BASE}/group/messages/{group_id}/0").status_code == 404
    assert unread(guest) == 0
    members = answered(host.get(f"{BASE}/group/members/{group_id}"))["members"]
    assert str(ada.pk) not in members
    assert begin("Back again.") == group_id
    assert len(bodies(guest, group_id)) == 3
    answered(host.put(f"{BASE}/leave_group/{group_id}"))
    assert unread(host) == 0
    reply(host, group_id)  # staff come back by answering
    assert len(bodies(host, group_id)) == 4


def test_staff_write_to_a_guest_of_theirs(host, guest, hotel, ada):
    body = {"property_id": hotel.pk, "recipient_id": ada.pk, "message": "Welcome!"}
    assert problem(host.post(f"{BASE}/new_message", body)) == (404, "guest_not_found", [])
    booked = book(hotel, stay(1, 2)).guest
    guest_link_user(guest_id=booked.pk, property_id=hotel.pk, user_id=ada.pk, by=SYSTEM)

    group_id = answered(host.post(f"{BASE}/new_message", body))["group_id"]

    assert bodies(guest, group_id, unread=1) == ["Welcome!"]
    assert answered(guest.get(f"{BASE}/property/group/{hotel.pk}"))["group"]["group_id"] == group_id


def test_nobody_writes_to_a_guest_of_others(guest, hotel, ada, client_for, stranger):
    other = client_for("messaging", user=stranger)
    for client in (guest, other):
        for named in ({"recipient_id": ada.pk}, {"contract_uid": 1}):
            body = {"property_id": hotel.pk, "message": "x"} | named
            refused = client.post(f"{BASE}/new_message", body)
            assert problem(refused) == (404, "property_not_found", [])


def test_an_account_or_a_booking(host, hotel):
    body = {"property_id": hotel.pk, "message": "x", "recipient_id": 1, "contract_uid": 1}
    refused = host.post(f"{BASE}/new_message", body)
    assert problem(refused) == (400, "validation_failed", ["recipient_id"])
    body = {"property_id": hotel.pk, "message": "x", "contract_uid": 999_999}
    assert problem(host.post(f"{BASE}/new_message", body)) == (404, "booking_not_found", [])


def test_lists_come_in_pages(begin, guest, host, manager):
    group_id = begin()
    for text in ("b", "c"):
        reply(guest, group_id, text)
    other = make_hotel(manager, name="Other")
    begin("d", property_id=other.pk)

    first = host.get(f"{BASE}/group/messages/{group_id}/0", {"limit": 2})
    second = host.get(first["Link"].partition(">")[0].lstrip("<"))
    texts = [
        one["message_body"]
        for page in (first, second)
        for one in answered(page)["messages"]["messages"]
    ]
    assert texts == ["Is there a car park?", "b", "c"]
    groups = host.get(f"{BASE}/all_groups", {"limit": 1})
    (only,) = answered(groups)["messages_by_group"].values()
    assert (only["group"]["group_name"], groups["X-Total-Count"]) == ("Other :: Ada Example", "2")
    reply(guest, group_id, "e")
    names = [one["group"]["group_name"] for one in everything(host)]
    assert names == ["Harbour House :: Ada Example", "Other :: Ada Example"]


def everything(client):
    """All conversations of somebody, in their order."""
    return answered(client.get(f"{BASE}/all_groups"))["messages_by_group"].values()


@pytest.mark.parametrize("who", ["guest", "host", "chief"])
def test_no_more_statements_for_more_messages(
    request, who, begin, guest, host, manager, client_for, super_manager
):
    chief = client_for("messaging", user=super_manager)
    client = {"guest": guest, "host": host, "chief": chief}[who]
    group_id = begin()
    answer = reply(host, group_id)
    seen = answer - 1 if client is host else answer
    mark(client, seen, 0)
    paths = ("all_groups", "unread_count", f"group/messages/{group_id}/0",
        f"group/messages/{group_id}/1", f"group/members/{group_id}")  # fmt: skip
    few = [queries(client, f"{BASE}/{path}") for path in paths]
    for number in range(2):
        begin("x", property_id=make_hotel(manager, name=f"House {number}").pk)
        for _ in range(2):
            reply(guest, group_id, "y")
            reply(host, group_id, "z")
    mark(client, seen, 0)

    assert [queries(client, f"{BASE}/{path}") for path in paths] == few
    assert max(few) <= 8
    assert few[1] <= 3
