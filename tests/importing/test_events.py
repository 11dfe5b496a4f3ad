from __future__ import annotations

import pytest
from django.db import transaction

from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.events.models import Event, EventKind, SubjectCounter
from bookyflow.events.services import EventDraft, record, record_many

UPDATED = EventKind.PROPERTY_UPDATED


@pytest.mark.django_db
def test_many_events_go_on_with_each_subjects_sequence():
    by = Actor(user_id=3, key_id=4, channel_id=5)
    record(UPDATED, by=by, property_id=7, subject=("property", 7))

    record_many(
        [
            EventDraft(EventKind.ROOM_ADDED, 7, ("property", 7), {"room_ids": [1, 2]}),
            EventDraft(UPDATED, 8, ("property", 8)),
            EventDraft(UPDATED, 7, ("property", 7)),
        ],
        by=by,
    )

    events = Event.objects.order_by("id")
    assert list(events.values_list("kind", "subject_id", "subject_sequence")) == [
        ("property_updated", 7, 1),
        ("room_added", 7, 2),
        ("property_updated", 8, 1),
        ("property_updated", 7, 3),
    ]
    assert events[1].data == {"room_ids": [1, 2]}
    assert set(events.values_list("user_id", "key_id", "channel_id", "is_test")) == {
        (3, 4, 5, False)
    }
    assert len(set(events.values_list("xid", flat=True))) == 1
    assert dict(SubjectCounter.objects.values_list("subject_id", "last_sequence")) == {7: 3, 8: 1}


@pytest.mark.django_db
def test_no_events_take_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        record_many([], by=SYSTEM)


def test_many_events_need_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        record_many([EventDraft(UPDATED, 7, ("property", 7))], by=SYSTEM)
