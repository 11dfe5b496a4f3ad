from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.core.acting import SYSTEM, VISITOR, Actor
from bookyflow.core.dates import utc_text
from bookyflow.events.models import Event, EventKind
from bookyflow.events.services import record
from bookyflow.properties.models import Property, PropertySettings
from bookyflow.properties.services import property_texts_save
from bookyflow.rooms.models import RoomType
from tests.conftest import make_hotel
from tests.features.cmf.conftest import BASE, day, refusal, shown, value
from tests.feeds import settled

LOGS = BASE + "properties/change/logs"
ALL = BASE + "properties/all"


def log_of(prop) -> str:
    return BASE + f"property/change/log/{prop.pk}"


def happen(prop, by=SYSTEM, **data) -> int:
    with transaction.atomic():
        return record(
            EventKind.PROPERTY_UPDATED,
            by=by,
            property_id=prop.pk,
            subject=("property", prop.pk),
            **data,
        )


def open_up(prop):
    PropertySettings.objects.filter(property=prop).update(api_privacy_off=True)
    return prop


@pytest.mark.django_db(transaction=True)
class TestChangeLog:
    def test_tells_what_the_channel_itself_did_and_what_others_did(self, ota, hotel, linked):
        double = RoomType.objects.get_or_create(name="Double", property=None)[0]
        by_hand = happen(hotel, Actor(user_id=4711), room_uid=9)
        body = {
            "property_uid": hotel.pk,
            "room_type_id": double.pk,
            "availability": [{"date_from": day(1), "date_to": day(2), "available": True}],
        }
        value(ota.put(BASE + "property/availability", body))
        settled()

        first, second = value(ota.get(log_of(hotel)))

        (told,) = shown(
            "property_change_log",
            event_id=by_hand,
            property_uid=hotel.pk,
            user_id=4711,
            manager_id=4711,
            date=utc_text(Event.objects.get(pk=by_hand).at),
            channel_data={},
            cursor=first["cursor"],
        )
        told["webhook_event"]["data"]["room_uid"] = 9
        assert first == told
        assert second["action"] == "availability_updated"
        assert second["channel_data"] == {
            "channel_id": linked.pk,
            "channel_name": "ota",
            "user_id": linked.user_id,
        }

    @pytest.mark.parametrize("actor", [VISITOR, SYSTEM])
    def test_a_visitor_is_told_from_the_installation(self, ota, hotel, actor):
        happen(hotel, actor)
        settled()

        (change,) = value(ota.get(log_of(hotel)))

        assert (change["user_id"], change["actor_kind"]) == (None, actor.kind)

    def test_nothing_is_an_empty_list(self, ota, hotel):
        assert value(ota.get(log_of(hotel))) == []
        assert value(ota.get(LOGS)) == {}

    def test_link_leads_through_all_pages(self, ota, hotel):
        made = [happen(hotel) for _ in range(5)]
        settled()

        found, path, pages = [], log_of(hotel) + "?limit=2", 0
        while path:
            response = ota.get(path)
            found += [entry["event_id"] for entry in value(response)]
            link = response.get("Link", "")
            assert not link or link.endswith('>; rel="next"')
            path = link.partition(">")[0].removeprefix("<http://testserver")
            pages += 1

        assert (found, pages) == (made, 3)

    def test_reading_goes_on_from_the_last_entry(self, ota, hotel):
        happen(hotel)
        settled()
        (last,) = value(ota.get(log_of(hotel)))
        later = happen(hotel)
        settled()

        found = value(ota.get(log_of(hotel), {"cursor": last["cursor"]}))

        assert [entry["event_id"] for entry in found] == [later]

    def test_of_all_properties_of_the_channel(self, ota, hotel, manager, stranger):
        opened = open_up(make_hotel(manager, name="Open"))
        happen(open_up(make_hotel(stranger, name="Foreign")))
        happen(make_hotel(manager, name="Not on the channel"))
        made = [happen(prop) for prop in (hotel, opened, hotel)]
        settled()

        found = value(ota.get(LOGS + "/"))
        page = ota.get(LOGS, {"limit": 2})

        by_property = {
            uid: [entry["event_id"] for entry in entries] for uid, entries in found.items()
        }
        assert by_property == {str(hotel.pk): [made[0], made[2]], str(opened.pk): [made[1]]}
        assert sum(map(len, value(page).values())) == 2
        assert "Link" in page

    def test_ones_own_changes_are_left_out_on_request(self, ota, hotel, manager):
        own = hotel.channel_links.get().channel
        other = Channel.objects.create(user=manager, name="other", friendly_name="Other")
        happen(hotel, Actor(user_id=manager.pk, channel_id=own.pk))
        others = [
            happen(hotel, Actor(user_id=manager.pk, channel_id=other.pk)),
            happen(hotel, Actor(user_id=manager.pk)),
            happen(hotel, VISITOR),
            happen(hotel),
        ]
        settled()

        first = ota.get(log_of(hotel), {"skip_own": 1, "limit": 3})
        rest = ota.get(first["Link"].partition(">")[0].removeprefix("<http://testserver"))

        found = [entry["event_id"] for entry in value(first) + value(rest)]
        assert found == others
        assert "Link" not in rest
        all_of_it = value(ota.get(LOGS, {"skip_own": "0"}))
        assert len(all_of_it[str(hotel.pk)]) == 5

    def test_from_an_instant_on(self, ota, hotel):
        early, late = happen(hotel), happen(hotel)
        Event.objects.filter(pk=early).update(at=timezone.now() - timedelta(hours=2))
        settled()

        def found(since):
            return [one["event_id"] for one in value(ota.get(log_of(hotel), {"since": since}))]

        hour_ago = timezone.now() - timedelta(hours=1)
        assert found(utc_text(hour_ago)) == [late]
        assert found(f"{hour_ago:%Y-%m-%dT%H:%M:%S}") == [late]
        assert found("2001-01-01T00:00:00Z") == [early, late]

    def test_the_end_of_a_property_is_told(self, ota, hotel, manager):
        make_hotel(manager, name="Other")
        value(ota.delete(f"{BASE}property/local/{hotel.pk}"))
        settled()

        found = value(ota.get(LOGS))

        assert [one["action"] for one in found[str(hotel.pk)]] == ["property_deleted"]
        assert ota.get(log_of(hotel)).status_code == 404
        Property.objects.filter(pk=hotel.pk).update(deleted_at=timezone.now() - timedelta(days=15))
        assert value(ota.get(LOGS)) == {}

    def test_two_weeks_only(self, ota, hotel):
        old = happen(hotel)
        Event.objects.filter(pk=old).update(at=timezone.now() - timedelta(days=15))
        settled()

        assert value(ota.get(log_of(hotel))) == []

    def test_takes_few_statements_however_much_happened(self, ota, hotel):
        counts = []
        for number in (1, 20):
            for _ in range(number):
                channel = hotel.channel_links.get().channel
                happen(hotel, Actor(user_id=channel.user_id, channel_id=channel.pk))
            settled()
            with CaptureQueriesContext(connection) as captured:
                value(ota.get(log_of(hotel)))
            counts.append(len(captured))

        assert counts[0] == counts[1] <= 6


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 1001},
        {"limit": "x"},
        {"cursor": "nonsense"},
        {"skip_own": "all"},
        {"since": "yesterday"},
        {"since": "0001-01-01T00:00:00+23:00"},
        {"since": "9999-12-31T23:59:59-23:00"},
    ],
)
def test_the_query_is_checked(ota, hotel, query):
    expected = (400, "validation_failed", list(query))

    assert refusal(ota.get(log_of(hotel), query)) == expected
    assert refusal(ota.get(LOGS, query)) == expected


@pytest.mark.django_db
def test_the_log_of_a_foreign_property_is_not_found(ota, stranger, manager):
    assert ota.get(log_of(make_hotel(stranger, name="Foreign"))).status_code == 404
    assert ota.get(log_of(make_hotel(manager, name="Not on the channel"))).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_lists_all_properties_but_details_only_of_open_ones(ota, hotel, manager, stranger):
    opened = open_up(make_hotel(manager, name="Open", region="GB-CON"))
    private = make_hotel(manager, name="Private")
    open_up(make_hotel(stranger, name="Foreign"))
    property_texts_save(
        property_id=opened.pk, language="de-DE", texts={"property_name": "Offen"}, by=SYSTEM
    )
    happen(hotel)
    happen(private)
    settled()

    found = value(ota.get(ALL, headers={"Accept-Language": "de"}))

    hidden = {
        name: type(one)()
        for name, one in shown("properties_all")[0].items()
        if name not in {"property_id", "changelog_item_count"}
    }
    assert found == [
        {"property_id": hotel.pk, "changelog_item_count": 1} | hidden,
        *shown(
            "properties_all",
            property_id=opened.pk,
            property_name="Offen",
            property_town="Penryn",
            property_region="Cornwall",
            property_country="Vereinigtes Königreich",
            changelog_item_count=1,
        ),
        {"property_id": private.pk, "changelog_item_count": 0} | hidden,
    ]


@pytest.mark.django_db
def test_a_super_manager_gets_every_property(client_for, super_manager, hotel, stranger):
    Channel.objects.create(user=super_manager, name="wide", friendly_name="Wide")
    foreign = make_hotel(stranger, name="Foreign")

    client = client_for("channel_management", user=super_manager, channel="wide")

    assert [row["property_id"] for row in value(client.get(ALL))] == [hotel.pk, foreign.pk]


@pytest.mark.django_db
def test_all_properties_take_the_same_statements(ota, manager, linked, hotel):
    counts = []
    for more in (1, 10):
        for number in range(more):
            prop = open_up(make_hotel(manager, name=f"Hotel {more} {number}"))
            ChannelProperty.objects.create(
                channel=linked, property=prop, remote_id=f"{more}.{number}"
            )
            happen(prop)
        with CaptureQueriesContext(connection) as captured:
            value(ota.get(ALL))
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 6
