"""What a channel writes of a property: texts, address, contacts, stars, type, features."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.accounts.site import site_settings
from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.properties.models import (
    BookingModel,
    Property,
    PropertyFeature,
    PropertyText,
    PropertyType,
)
from bookyflow.properties.selectors import features_usable
from bookyflow.properties.services import property_texts_save
from tests.domain.conftest import book, stay
from tests.examples import example
from tests.features.cmf.conftest import BASE, FORM, refusal, value

pytestmark = pytest.mark.django_db

# What the fields of each call are called in the answer.
SHOWN = {
    "text": {
        "description": "property_description",
        "checkin_times": "property_checkin_times",
        "area_activities": "property_area_activities",
        "driving_directions": "property_driving_directions",
        "airports": "property_airports",
        "othertransport": "property_othertransport",
        "terms": "property_policies_disclaimers",
        "permit_number": "permit_number",
    },
    "metas": {name: name for name in ("metatitle", "metadescription", "metakeywords")},
    "address": {name: f"property_{name}" for name in ("street", "town", "postcode")},
    "contacts": {
        "telephone": "property_tel",
        "fax": "property_fax",
        "email": "property_email",
    },
    "stars": {"stars": "stars", "superior": "superior"},
    "type": {"ptype_id": "ptype_id"},
    "realestate/price": {"price": "price"},
    "features": {"features": "property_features"},
}
FREE = ("text", "metas", "address", "contacts", "stars")  # each of their fields may be missing
FILLED = {"fax": "+41 33 000 00 01", "superior": 1}  # where the example has an empty one


@pytest.fixture
def usable(hotel):
    """Ids of two features that the hotel can have."""
    return sorted(features_usable(prop=hotel).values_list("pk", flat=True)[:2])


@pytest.fixture
def body(hotel, usable):
    """The body of the example of a call, for the hotel."""

    def make(call, **changes):
        shown = example(f"cmf.put_property_{call.replace('/', '_')}").request
        own = {"property_uid": hotel.pk}
        if call == "features":
            own["features"] = usable
        if call == "type":
            own["ptype_id"] = PropertyType.objects.get(name="Villa").pk
            own["confirmed"] = 1
        if call == "realestate/price":
            for_sale(hotel)
        return {**shown, **{k: FILLED[k] for k in shown.keys() & FILLED}, **own, **changes}

    return make


def for_sale(prop):
    sale = PropertyType.objects.create(name="On sale", flag=BookingModel.REAL_ESTATE)
    Property.objects.filter(pk=prop.pk).update(property_type=sale)


def put(client, call, body, **more):
    return client.put(f"{BASE}property/{call}", body, **more)


@pytest.mark.parametrize("call", SHOWN)
def test_a_write_answers_with_the_whole_property(ota, hotel, body, call):
    sent = body(call)

    answer = value(put(ota, call, sent))

    assert {name: answer[shown] for name, shown in SHOWN[call].items()} == {
        name: sent[name] for name in SHOWN[call]
    }
    whole = value(ota.get(f"{BASE}property/{hotel.pk}"))
    counted = {"changelog_item_count": 0}
    assert answer | counted == whole | counted
    assert set(answer) <= set(example(f"cmf.put_property_{call.replace('/', '_')}").answer) | {
        "room_info",
        "rooms",
        "tariffs",
    }


@pytest.mark.parametrize("call", SHOWN)
def test_a_write_is_known_by_its_channel_and_once_only(ota, linked, hotel, body, call):
    sent, key = body(call), {"HTTP_IDEMPOTENCY_KEY": "once"}
    put(ota, call, sent, **key)
    events = list(Event.objects.values_list("property_id", "channel_id"))

    again = put(ota, call, sent, **key)
    value(put(ota, call, sent))

    assert again["Idempotency-Replayed"] == "true"
    assert set(events) == {(hotel.pk, linked.pk)}
    assert Event.objects.count() == len(events)


@pytest.mark.parametrize(
    ("call", "name"),
    [(call, name) for call in FREE for name in SHOWN[call]],
)
def test_what_is_not_sent_stays(ota, hotel, body, call, name):
    before = value(put(ota, call, body(call)))

    nothing = 0 if call == "stars" else ""
    after = value(put(ota, call, {"property_uid": hotel.pk, name: nothing}))

    changed = {shown for shown in SHOWN[call].values() if after[shown] != before[shown]}
    assert changed == {SHOWN[call][name]}
    assert not after[SHOWN[call][name]]


def test_a_call_that_names_nothing_changes_nothing(ota, hotel):
    for call in FREE:
        assert value(put(ota, call, {"property_uid": hotel.pk}))["version"] == 1
    assert not Event.objects.exists()


@pytest.mark.parametrize("call", ["text", "address", "stars", "features"])
def test_forms_are_understood(ota, hotel, body, call):
    sent = body(call)
    if "features" in sent:
        sent["features"] = ",".join(map(str, sent["features"]))
    form = "&".join(f"{name}={text}" for name, text in sent.items())

    answer = value(put(ota, call, form, content_type=FORM))

    for name, shown in SHOWN[call].items():
        told = answer[shown]
        assert (",".join(map(str, told)) if isinstance(told, list) else str(told)) == str(
            sent[name]
        )


class TestLanguages:
    def texts(self, hotel):
        return dict(
            PropertyText.objects.filter(
                property=hotel, field=PropertyText.Field.DESCRIPTION
            ).values_list("language", "text")
        )

    @pytest.mark.parametrize(
        ("path", "language"),
        [
            ("text/de-DE", "de-DE"),
            ("text/de", "de-DE"),
            ("text?language=fr", "fr-FR"),
            ("text", "en-GB"),
        ],
    )
    def test_a_text_is_written_in_the_language_that_the_path_names(
        self, ota, hotel, path, language
    ):
        property_texts_save(
            property_id=hotel.pk,
            language="es-ES",
            texts={"property_description": "Casa"},
            by=SYSTEM,
        )
        sent = {"property_uid": hotel.pk, "description": "Haus"}

        answer = value(put(ota, path, sent, headers={"Accept-Language": "it"}))

        assert self.texts(hotel) == {"es-ES": "Casa", language: "Haus"}
        assert answer["property_description"] == "Haus"

    def test_without_one_it_is_the_propertys_own(self, ota, hotel):
        hotel.settings.language = "nl-NL"
        hotel.settings.save()

        put(ota, "text", {"property_uid": hotel.pk, "description": "Huis"})

        assert self.texts(hotel) == {"nl-NL": "Huis"}

    @pytest.mark.parametrize("call", ["text/xx", "metas/xx", "text?language=klingon"])
    def test_a_language_that_is_none_is_refused(self, ota, hotel, call):
        sent = {"property_uid": hotel.pk, "description": "qaStaH nuq", "metatitle": "nuq"}

        assert refusal(put(ota, call, sent)) == (400, "validation_failed", ["language"])
        assert not PropertyText.objects.exists()

    def test_a_text_is_cleaned(self, ota, hotel):
        sent = {"property_uid": hotel.pk, "description": '<b>Big</b><script>alert("x")</script>'}

        assert value(put(ota, "text", sent))["property_description"] == "<b>Big</b>"

    def test_all_or_nothing(self, ota, hotel):
        sent = {"property_uid": hotel.pk, "description": "Big", "permit_number": "x" * 101}

        assert refusal(put(ota, "text", sent)) == (400, "validation_failed", ["permit_number"])
        assert not PropertyText.objects.exists()


def test_a_site_that_approves_properties_approves_them_anew(ota, hotel):
    site = site_settings()
    site.approves_automatically = False
    site.save()
    Property.objects.update(is_approved=True)

    answer = value(put(ota, "text", {"property_uid": hotel.pk, "description": "New"}))

    assert (answer["approved"], answer["published"]) == (0, 0)


@pytest.mark.parametrize("call", SHOWN)
def test_a_version_that_is_over_is_refused(ota, hotel, body, call):
    sent = body(call)

    stale = put(ota, call, sent, headers={"If-Match": '"v9"'})
    now = put(ota, call, sent, headers={"If-Match": '"v1"'})

    assert refusal(stale) == (412, "precondition_failed", [])
    assert value(now)["version"] > 1


NO_LINE = [None, 5, [], {}, True, "a\nb", "a\x07", "x" * 256]


@pytest.mark.parametrize(
    ("call", "name", "hostile"),
    [
        *(("text", name, [None, 5, [], True, "x" * 100_001]) for name in ("description", "terms")),
        *(("metas", name, [None, 5, [], "a\nb", "x" * 256]) for name in SHOWN["metas"]),
        *(("address", name, NO_LINE) for name in SHOWN["address"]),
        *(("contacts", name, NO_LINE) for name in SHOWN["contacts"]),
        ("contacts", "email", ["nobody", "a@", "@b.example", "a b@c.example"]),
        ("stars", "stars", [None, -1, 6, 1.5, "x", [], 10**30]),
        ("stars", "superior", [None, 2, -1, "x", []]),
        ("type", "ptype_id", [None, 0, -1, "x", [], 10**30]),
        ("type", "confirmed", [None, 2, "x", []]),
        ("realestate/price", "price", NO_LINE),
        ("features", "features", [None, 5, {}, [0], ["x"], "5,x", [[]], [1] * 1001, [2**62]]),
    ],
)
def test_refuses_hostile_fields(ota, hotel, body, call, name, hostile):
    sent = body(call)
    before = Property.objects.filter(pk=hotel.pk).values().get()

    found = {repr(bad)[:40]: refusal(put(ota, call, sent | {name: bad})) for bad in hostile}

    assert found == dict.fromkeys(found, (400, "validation_failed", [name]))
    assert Property.objects.filter(pk=hotel.pk).values().get() == before
    assert not Event.objects.exists()


class TestType:
    @pytest.fixture
    def other(self):
        return PropertyType.objects.get(name="Villa").pk

    def test_rooms_are_deleted_only_when_that_is_confirmed(self, ota, hotel, other):
        sent = {"property_uid": hotel.pk, "ptype_id": other}

        assert refusal(put(ota, "type", sent)) == (409, "confirmation_needed", [])
        assert hotel.rooms.count() == 3
        assert "room_info" not in value(put(ota, "type", sent | {"confirmed": 1}))

    def test_guests_to_come_are_an_obstacle(self, ota, hotel, other):
        book(hotel, stay(3, 2), by=SYSTEM)
        sent = {"property_uid": hotel.pk, "ptype_id": other, "confirmed": 1}

        assert refusal(put(ota, "type", sent)) == (409, "property_has_bookings", [])

    def test_an_unknown_type_is_refused(self, ota, hotel):
        sent = {"property_uid": hotel.pk, "ptype_id": 2**40}

        assert refusal(put(ota, "type", sent)) == (400, "property_type_id_incorrect", ["ptype_id"])


def test_what_is_let_has_no_asking_price(ota, hotel):
    sent = {"property_uid": hotel.pk, "price": "485000"}

    assert refusal(put(ota, "realestate/price", sent)) == (409, "not_for_sale", [])


class TestFeatures:
    def test_lists_them_by_name(self, ota, hotel):
        parking = PropertyFeature.objects.create(
            name="Own parking", description="Free parking on site.", property=hotel
        )
        PropertyFeature.objects.create(name="Not chosen", property=hotel)
        (shown,) = example("cmf.property_features").answer

        value(put(ota, "features", {"property_uid": hotel.pk, "features": [parking.pk]}))

        assert value(ota.get(f"{BASE}property/features/{hotel.pk}")) == [
            shown | {"id": parking.pk, "name": "Own parking"}
        ]

    def test_names_are_in_the_language_of_the_request(self, ota, hotel):
        hotel.features.add(PropertyFeature.objects.get(name="Parking", property=None))

        answer = ota.get(f"{BASE}property/features/{hotel.pk}", headers={"Accept-Language": "de"})

        assert value(answer)[0]["name"] == "Parkplatz"

    def test_an_empty_list_takes_all_away(self, ota, hotel, usable):
        hotel.features.set(usable)

        answer = value(put(ota, "features", {"property_uid": hotel.pk, "features": ""}))

        assert answer["property_features"] == []

    def test_that_of_another_property_is_refused(self, ota, hotel, stranger):
        other = PropertyFeature.objects.create(
            name="Theirs",
            property=Property.objects.create(
                name="Other", property_type=hotel.property_type, country="GB"
            ),
        )
        sent = {"property_uid": hotel.pk, "features": [other.pk]}

        assert refusal(put(ota, "features", sent)) == (400, "validation_failed", ["features"])

    def test_reading_takes_the_same_few_statements(self, ota, hotel):
        counts = []
        ota.get(f"{BASE}property/features/{hotel.pk}")  # from then on the process keeps it
        for number in (2, 20):
            hotel.features.set(features_usable(prop=hotel)[:number])
            with CaptureQueriesContext(connection) as captured:
                assert len(value(ota.get(f"{BASE}property/features/{hotel.pk}"))) == number
            counts.append(len(captured))

        assert counts[0] == counts[1] <= 6


def test_bodies_may_not_be_json_text(ota):
    assert put(ota, "address", json.dumps([])).status_code == 400
