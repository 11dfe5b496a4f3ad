"""Endpoints that do what a test of the kit needs, and nothing else."""

from __future__ import annotations

import threading
from typing import Any

from django.db import OperationalError
from django.db.models import F
from psycopg import errors as pg
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint, positional
from bookyflow.api.views import FeatureViewSet
from bookyflow.api.wire.bounded import BoundedList, BoundedMap
from bookyflow.api.wire.fields import Amount, DateField, Flag, JSONText, PlainText, Uid
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property, PropertyType
from bookyflow.properties.services import property_touch
from bookyflow.reservations.models import Booking

GATE = threading.Event()
ENTERED = threading.Event()
FAILURES: list[type[pg.Error]] = []
PAUSES: list[str] = []  # texts before which an action that commits item by item waits


class NoteIn(serializers.Serializer[Any]):
    text = PlainText(max_length=100)


class KindIn(serializers.Serializer[Any]):
    title = PlainText(source="name", max_length=200)


class NotesIn(serializers.Serializer[Any]):
    texts = serializers.ListField(child=PlainText(max_length=100), max_length=10)


class ItemIn(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=0)
    nights = BoundedMap(child=Amount(), max_length=100, required=False)


class ManyIn(serializers.Serializer[Any]):
    property_uid = Uid(required=False)
    items = JSONText(ItemIn(many=True, max_length=100), required=False)
    flag = Flag(required=False)
    day = DateField(required=False)
    ids = BoundedList(child=Uid(), max_length=100, required=False)
    file = serializers.FileField(required=False, write_only=True)


class PlainQuery(serializers.Serializer[Any]):
    limit = serializers.IntegerField(min_value=1, required=False)


class Notes(FeatureViewSet):
    @endpoint(scope="probe_set", key="note", body=NoteIn, returns=serializers.IntegerField())
    def write(self, request: Request) -> Response:
        """Write a row."""
        return self.reply(PropertyType.objects.create(name=self.body["text"]).pk)

    old_write = positional(write, "old_write", successor="probe/write")

    @endpoint(scope="probe_set", key="kind", body=KindIn, returns=serializers.CharField())
    def write_checked(self, request: Request) -> Response:
        """Write a row that the model itself checks."""
        kind = PropertyType(**self.body)
        kind.clean_fields()
        kind.save()
        return self.reply(kind.name)

    @endpoint(
        scope="probe_set",
        key="notes",
        body=NotesIn,
        returns=serializers.ListField(child=serializers.CharField()),
        commits_each=True,
    )
    def write_each(self, request: Request) -> Response:
        """Write a row per text, each for good before the next; one may be there already."""
        return self.reply([self._one(text) for text in self.body["texts"]])

    def _one(self, text: str) -> str:
        if text in PAUSES:
            PAUSES.remove(text)
            ENTERED.set()
            GATE.wait(10)
        try:
            return self.steps(lambda: _row_of(text))
        except DomainError as error:
            return error.key

    @endpoint(
        scope="probe_set",
        key="note",
        body=NoteIn,
        returns=serializers.CharField(),
        status=201,
        secret=True,
    )
    def write_secret(self, request: Request) -> Response:
        """Write a row and answer with a secret."""
        return self.reply(f"secret {PropertyType.objects.create(name=self.body['text']).pk}")

    @endpoint(
        scope="probe_set",
        key="note",
        body=NoteIn,
        returns=serializers.IntegerField(),
        raises=("room_taken",),
    )
    def write_and_refuse(self, request: Request) -> Response:
        """Write a row, then refuse; the row stays when it is called so."""
        name = self.body["text"]
        PropertyType.objects.create(name=name)
        results = {"1": DomainError("room_taken", "Room 12 is not free.")}
        raise DomainError(
            "room_taken", "Room 12 is not free.", results=results, keeps=name == "Kept"
        )

    @endpoint(scope="probe_set", key="note", body=NoteIn, returns=serializers.IntegerField())
    def write_slowly(self, request: Request) -> Response:
        """Write a row when the gate opens."""
        ENTERED.set()
        GATE.wait(10)
        return self.reply(PropertyType.objects.create(name=self.body["text"]).pk)

    @endpoint(scope="probe_set", key="note", body=NoteIn, returns=serializers.IntegerField())
    def write_with_rivals(self, request: Request) -> Response:
        """Write a row, and lose against others as often as FAILURES says."""
        row = PropertyType.objects.create(name=self.body["text"])
        if FAILURES:
            raise OperationalError("rival") from FAILURES.pop()("rival")
        return self.reply(row.pk)

    @endpoint(
        scope="probe_set",
        key="property",
        body=ManyIn,
        returns=serializers.IntegerField(),
        raises=("conflict",),
    )
    def break_constraint(self, request: Request) -> Response:
        """Have the database refuse a row."""
        if self.body.get("flag"):
            PropertyType.objects.create(name="Twice")
            return self.reply(PropertyType.objects.create(name="Twice").pk)
        kind = PropertyType.objects.first()
        return self.reply(Property.objects.create(name="", property_type=kind, country="GB").pk)

    @endpoint(scope="probe_set", key="value", body=ManyIn, returns=serializers.JSONField())
    def parse(self, request: Request) -> Response:
        """Answer with what arrived."""
        body = dict(self.body)
        if "file" in body:
            body["file"] = [body["file"].name, body["file"].size]
        return self.reply({name: _shown(value) for name, value in body.items()})

    @endpoint(
        scope="probe_set",
        key="property",
        body=ManyIn,
        prop="body",
        returns=serializers.CharField(),
    )
    def change_property(self, request: Request) -> Response:
        """Name the property of the body."""
        return self.reply(self.prop.name)

    @endpoint(
        scope="probe_set",
        key="version",
        body=NoteIn,
        versioned="property",
        returns=serializers.IntegerField(),
    )
    def change_versioned(self, request: Request, property_uid: int) -> Response:
        """Count a change of the property."""
        property_touch([property_uid])
        return self.reply(Property.objects.get(pk=property_uid).version)

    @endpoint(
        scope="probe_set",
        key="changed",
        versioned="booking",
        returns=serializers.IntegerField(),
    )
    def change_booking(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Count a change of the booking, where there is one."""
        found = Booking.objects.filter(property=property_uid, pk=contract_uid)
        return self.reply(found.update(version=F("version") + 1))


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if isinstance(value, dict):
        return {name: _shown(item) for name, item in value.items()}
    return value if isinstance(value, bool | int) else str(value)


class Looks(FeatureViewSet):
    @endpoint(scope="probe_get", key="value", returns=serializers.DictField())
    def empty(self, request: Request) -> Response:
        """Answer with an empty map."""
        return self.reply({})

    @endpoint(scope="probe_get", key="language", returns=serializers.CharField())
    def tongue(self, request: Request) -> Response:
        """Answer with the language."""
        return self.reply(self.language)

    @endpoint(scope="probe_get", key="value", query=PlainQuery, returns=serializers.IntegerField())
    def limited(self, request: Request) -> Response:
        """Answer with the query."""
        return self.reply(self.query.get("limit", 0))

    @endpoint(scope="probe_get", key="value", returns=serializers.IntegerField())
    def fail(self, request: Request) -> Response:
        """Have a fault."""
        raise RuntimeError("a fault of ours")

    @endpoint(scope="probe_get", key="property", returns=serializers.CharField())
    def property_name(self, request: Request, property_uid: int) -> Response:
        """Name the property of the path."""
        return self.reply(self.prop.name)

    @endpoint(scope="probe_get", key="language", returns=serializers.CharField())
    def property_language(self, request: Request, property_uid: int) -> Response:
        """Answer with the language at a property."""
        return self.reply(self.language)

    @endpoint(scope="probe_get", key="property", returns=serializers.CharField(), channel=True)
    def channel_property(self, request: Request, property_uid: int) -> Response:
        """Name the property of the path, for a channel."""
        return self.reply(self.prop.name)

    @endpoint(
        scope="probe_get", key="actor", returns=serializers.DictField(), channel=True, proxy=True
    )
    def channel_actor(self, request: Request) -> Response:
        """Tell who acts."""
        return self.reply(vars(self.actor))

    @endpoint(scope="probe_get", key="actor", returns=serializers.DictField(), proxy=True)
    def proxied(self, request: Request) -> Response:
        """Tell who acts."""
        return self.reply(vars(self.actor))

    @endpoint(scope="probe_get", key="actor", returns=serializers.DictField())
    def plain(self, request: Request) -> Response:
        """Tell who acts."""
        return self.reply(vars(self.actor))

    @endpoint(scope="probe_get", key="day", returns=serializers.DateField())
    def day(self, request: Request, start: Any, end: Any) -> Response:
        """Answer with the first day."""
        return self.reply(start)

    @endpoint(
        scope="probe_get",
        key="kinds",
        returns=serializers.ListField(child=serializers.CharField()),
        paged=True,
    )
    def kinds(self, request: Request) -> Response:
        """List names by id, in pages."""
        found = self.page(PropertyType.objects.filter(name__startswith="Kind").order_by("pk"))
        return self.reply([kind.name for kind in found])

    @endpoint(
        scope="probe_get",
        key="houses",
        returns=serializers.ListField(child=serializers.CharField()),
        paged=True,
    )
    def houses(self, request: Request) -> Response:
        """List names by time of creation and id, in pages."""
        found = self.page(Property.objects.order_by("created_at", "pk"))
        return self.reply([prop.name for prop in found])

    @endpoint(
        scope="probe_get",
        key="word",
        returns=serializers.CharField(),
        deprecated=True,
        successor="probe/new/{property_uid}/{word}",
    )
    def old(self, request: Request, property_uid: int, word: str) -> Response:
        """Answer with the word, in a form that nobody should use any more."""
        return self.reply(word)

    @endpoint(
        scope="probe_get",
        key="kinds",
        returns=serializers.ListField(child=serializers.CharField()),
        paged=True,
        deprecated=True,
    )
    def older(self, request: Request) -> Response:
        """List names in pages, in a form that nobody should use any more."""
        return self.reply([kind.name for kind in self.page(PropertyType.objects.order_by("pk"))])

    @endpoint(scope="fine_get", key="value", returns=serializers.CharField())
    def fine(self, request: Request) -> Response:
        """Need a scope of a higher level."""
        return self.reply("fine")


def _row_of(text: str) -> str:
    row, _ = PropertyType.objects.get_or_create(name=text)
    if FAILURES:
        raise OperationalError("rival") from FAILURES.pop()("rival")
    if text == "Refused":
        raise DomainError("conflict")
    return str(row.pk)
