"""The log of calls in the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bookyflow.core.acting import Actor
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from tests.web.developers.conftest import called

pytestmark = pytest.mark.django_db
LOG = "/bookyflow/developers/requests"
BOOKING = "bookyflow/api/cmf/property/booking/<uid:property_uid>/<uid:contract_uid>"


def found(client, **query):
    answer = client.get(LOG, query)
    assert answer.status_code == 200
    return [one["entry"] for one in answer.context["calls"]]


@pytest.mark.parametrize("path", [LOG, f"{LOG}/1", "/bookyflow/developers"])
def test_visitors_sign_in_first(client, path):
    assert client.get(path)["Location"] == f"/bookyflow/sign-in?next={path}"


def test_an_account_sees_the_calls_of_its_own_key_pairs(
    signed_in, client_of, key, key_of, stranger, super_manager
):
    own, other, failed = called(key), called(key_of(stranger)), called(None, status=500)

    assert found(signed_in) == [own]
    assert found(client_of(super_manager)) == [failed, other, own]
    assert signed_in.get(f"{LOG}/{own.pk}").status_code == 200
    assert signed_in.get(f"{LOG}/{other.pk}").status_code == 404


def test_calls_are_filtered(signed_in, key, key_of, manager):
    second = key_of(manager, name="Second")
    plain = called(key, ago=timedelta(hours=3))
    booking = called(
        second, BOOKING, ago=timedelta(hours=1), status=404, request_id="abc", method="DELETE"
    )
    at = timezone.now() - timedelta(hours=2)

    assert found(signed_in, key=second.pk) == [booking]
    assert found(signed_in, answer="4xx") == found(signed_in, answer="404") == [booking]
    assert found(signed_in, answer="2xx") == [plain]
    assert found(signed_in, answer="5xx") == []
    assert found(signed_in, method="DELETE") == [booking]
    assert found(signed_in, path="property/booking") == [booking]
    assert found(signed_in, path="/bookyflow/api/cmf/property/booking/7/12") == [booking]
    assert found(signed_in, path="/not/a/path") == []
    assert found(signed_in, request_id=" abc ") == [booking]
    assert found(signed_in, since=at.strftime("%Y-%m-%dT%H:%M")) == [booking]
    assert found(signed_in, until=at.strftime("%Y-%m-%dT%H:%M")) == [plain]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"key": "x"}, "key"),
        ({"key": "999999"}, "key"),
        ({"answer": "9xx"}, "answer"),
        ({"method": "BREW"}, "method"),
        ({"path": "x" * 400}, "path"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2027-01-02T00:00", "until": "2027-01-01T00:00"}, "until"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(signed_in, key, query, field):
    answer = signed_in.get(LOG, query)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]


def test_older_calls_are_behind_a_link(signed_in, key):
    calls = [called(key, ago=timedelta(seconds=number // 2)) for number in range(60)]
    newest_first = sorted(calls, key=lambda one: (one.at, one.pk), reverse=True)

    first = signed_in.get(LOG)
    second = found(signed_in, before=first.context["older"])

    assert [one["entry"] for one in first.context["calls"]] == newest_first[:50]
    assert second == newest_first[50:]
    assert found(signed_in, before="x" * 30) == newest_first[:50]
    assert found(signed_in, before="999999999") == newest_first[:50]


def test_the_list_costs_the_same_for_more_calls(
    signed_in, key, key_of, manager, django_assert_num_queries
):
    called(key)
    with django_assert_num_queries(5):
        signed_in.get(LOG)
    for number in range(20):
        called(key_of(manager, name=f"Key {number}"))
    with django_assert_num_queries(5):
        signed_in.get(LOG)


def test_a_call_shows_what_it_changed_and_how_to_make_it_again(signed_in, key, hotel, manager):
    by = Actor(user_id=manager.pk, key_id=key.pk)
    record(EventKind.ROOM_UPDATED, by=by, property_id=hotel.pk, subject=("room", 7))
    entry = called(
        key,
        "bookyflow/api/rooms/<uid:room_uid>",
        method="PUT",
        body={"room_uid": 1, "name": 5},
        is_replay=True,
        duration_ms=3000,
        ago=timedelta(seconds=2),
    )

    page = signed_in.get(f"{LOG}/{entry.pk}")

    text = page.content.decode()
    assert "A room was changed." in text
    assert "nothing was done twice" in text
    curl = page.context["curl"]
    assert f"{key.client_id}:$SECRET" in curl
    assert "curl -X PUT http://testserver/bookyflow/api/rooms/ROOM_UID" in curl
    assert """-d '{"name": "NAME"}'""" in curl


def test_the_overview_tells_what_went_wrong(signed_in, key):
    called(key)
    wrong = called(key, status=409)
    called(key, status=500, ago=timedelta(days=2))

    shown = signed_in.get("/bookyflow/developers").context

    assert (shown["calls"], shown["wrong"]) == (2, 1)
    assert list(shown["failures"]) == [wrong]


def test_lists_that_are_empty_say_how_they_fill(signed_in, key_of, manager):
    assert b"You have none yet" in signed_in.get(LOG).content
    key_of(manager)
    assert b"about a second later" in signed_in.get(LOG).content
    assert b"Nothing in the log fits" in signed_in.get(LOG, {"method": "PUT"}).content
