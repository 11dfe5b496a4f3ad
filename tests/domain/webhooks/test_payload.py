"""What the message of an event tells, and what it keeps to itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bookyflow.events.models import EventKind
from bookyflow.events.selectors import FeedItem
from bookyflow.webhooks.kinds import KINDS, SUBJECTS
from bookyflow.webhooks.payload import message_id, message_of


def item(kind, subject, **data):
    return FeedItem(
        id=17,
        kind=kind,
        property_id=3,
        subject=subject,
        sequence=2,
        actor_kind="user",
        user_id=12,
        channel_id=None,
        is_test=False,
        data=data,
        at=datetime(2027, 6, 1, 9, 12, 40, 999, tzinfo=UTC),
        position=5,
    )


def test_ids_and_a_path_to_read_on():
    assert message_of(item("room_updated", ("room", 9))) == {
        "type": "room_updated",
        "timestamp": "2027-06-01T09:12:40Z",
        "data": {
            "property_uid": 3,
            "manager_id": 12,
            "task": "room_updated",
            "room_uid": 9,
            "object": {"kind": "room", "id": 9, "sequence": 2},
            "is_test": False,
            "link": "/bookyflow/api/webhooks/3/room_updated/9",
        },
    }
    assert message_id(17) == "event_17"


def test_what_is_not_in_the_catalogue_stays_with_us():
    told = message_of(item("user_created", ("user", 40), access_level=50, password="secret"))

    assert "secret" not in str(told)
    assert told["data"]["cms_user_id"] == 40
    assert told["data"]["manager_id"] == 12
    assert told["data"]["link"] is None


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (item("booking_note_saved", ("booking", 4), contract_uid=4, note_id=8), "/8"),
        (item("property_created", ("property", 3)), ""),
        (item("rooms_multiple_added", ("property", 3), room_ids=[1]), ""),
    ],
)
def test_the_path_has_what_the_event_is_read_by(event, expected):
    link = message_of(event)["data"]["link"]

    assert link == f"/bookyflow/api/webhooks/3/{event.kind}{expected}"


def test_other_names_of_the_log():
    told = message_of(item("image_added", ("property", 3), image_id=6, resource_type="rooms"))

    assert told["data"]["added_image"] == 6
    assert "image_id" not in told["data"]


def test_every_kind_is_in_the_catalogue():
    assert set(KINDS) == set(EventKind)
    assert {kind.subject for kind in KINDS.values()} <= SUBJECTS.keys()
