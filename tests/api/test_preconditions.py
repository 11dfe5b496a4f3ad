"""Writes that happen only while an object is as the caller knows it."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from rest_framework import serializers

from bookyflow.api.endpoint import endpoint
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay
from bookyflow.properties.models import Property
from bookyflow.reservations.blocks import block_create
from tests.conftest import make_hotel

API = "/bookyflow/api/probe/version"


def change(client, prop, tag, **headers):
    headers = headers if tag is None else {"HTTP_IF_MATCH": tag, **headers}
    return client.put(f"{API}/{prop.pk}", {"text": "x"}, **headers)


@pytest.mark.parametrize("tag", ['"v1"', "*", '"v7", "v1"', '"other","v1"', ' "v1" ', None])
def test_a_write_to_the_known_version_happens(client, hotel, tag):
    response = change(client, hotel, tag)

    assert response.status_code == 200
    assert response.json()["data"] == {"version": 2}


@pytest.mark.parametrize("tag", ['"v2"', 'W/"v1"', '"1"', '"v01"', '""', '"v2", "v3"'])
def test_a_write_to_another_version_does_not(client, hotel, tag):
    response = change(client, hotel, tag)

    assert (response.status_code, response.json()["key"]) == (412, "precondition_failed")
    assert Property.objects.get(pk=hotel.pk).version == 1


@pytest.mark.parametrize("tag", ["v1", "1", "", '"v1', '"v1" "v2"', '*, "v1"', '"v 1"', "w/*"])
def test_a_malformed_header(client, hotel, tag):
    response = change(client, hotel, tag)

    assert (response.status_code, response.json()["key"]) == (400, "validation_failed")
    assert "If-Match" in response.json()["fields"]


def test_a_repeated_call_is_answered_before_its_condition(client, hotel):
    first, again = (change(client, hotel, '"v1"', HTTP_IDEMPOTENCY_KEY="same") for _ in range(2))

    assert first.status_code == again.status_code == 200
    assert again["Idempotency-Replayed"] == "true"
    assert Property.objects.get(pk=hotel.pk).version == 2


def test_a_version_is_asked_of_ones_own_property_only(client, stranger):
    theirs = make_hotel(stranger)

    assert change(client, theirs, '"v9"').status_code == 404


def test_the_version_of_a_booking(client, hotel, manager):
    stay = Stay(date(2027, 6, 10), date(2027, 6, 12))
    booking = block_create(property_id=hotel.pk, stay=stay, room_ids=(), reason="", by=SYSTEM)
    path = f"{API}/{hotel.pk}/{booking.pk}"
    other = make_hotel(manager, name="Other")

    assert client.put(path, HTTP_IF_MATCH='"v1"').json()["data"] == {"changed": 1}
    assert client.put(path, HTTP_IF_MATCH='"v1"').status_code == 412
    assert client.put(path, HTTP_IF_MATCH='"v2"').status_code == 200
    elsewhere = client.put(f"{API}/{other.pk}/{booking.pk}", HTTP_IF_MATCH='"v1"')
    assert elsewhere.json()["data"] == {"changed": 0}


@pytest.mark.django_db(transaction=True)
def test_of_rivals_with_the_same_version_one_succeeds(client, hotel):
    gate = threading.Barrier(4)
    answers = []

    def write():
        try:
            gate.wait(10)
            answers.append(change(client, hotel, '"v1"').status_code)
        finally:
            connection.close()

    rivals = [threading.Thread(target=write) for _ in range(4)]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join(20)

    assert sorted(answers) == [200, 412, 412, 412]
    assert Property.objects.get(pk=hotel.pk).version == 2


def test_only_what_has_a_version_can_be_declared():
    with pytest.raises(ImproperlyConfigured, match="none of"):
        endpoint(scope="x", key="x", returns=serializers.CharField(), versioned="moon")
