"""Key pairs in the pages: lists, presets, and all faults of a form at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from bookyflow.accounts.models import KeyPair
from bookyflow.accounts.services import key_pair_create
from bookyflow.core.acting import Actor
from tests.accounts.conftest import make_property
from tests.web.developers.conftest import called

pytestmark = pytest.mark.django_db
KEYS = "/bookyflow/developers/keys"
NEW = f"{KEYS}/new"


def listed(client, **query):
    return [row["key"].name for row in client.get(KEYS, query).context["keys"]]


@pytest.fixture
def made(manager):
    """A key pair with its secret."""
    by = Actor(user_id=manager.pk)
    key, _ = key_pair_create(owner=manager, label="App", scopes=["echo_get"], by=by)
    return key


def change(client, key, **changes):
    fields = {"label": "App", "scopes": "echo_get", "reach": "all"}
    return client.post(f"{KEYS}/{key.pk}", fields | changes)


def test_key_pairs_are_found_by_text_and_state(signed_in, key_of, manager):
    now = timezone.now()
    key_of(manager, name="Works", client_id="bfid_abc", last_used_at=now)
    key_of(manager, name="Tries", client_id="bfid_xyz", is_test=True)
    key_of(manager, name="Ended", client_id="bfid_tuv", expires_at=now - timedelta(days=1))
    key_of(manager, name="Gone", client_id="bfid_qrs", revoked_at=now)

    assert listed(signed_in) == ["Tries", "Works"]
    assert listed(signed_in, text="WORK") == listed(signed_in, text="bfid_a") == ["Works"]
    assert listed(signed_in, state="test") == ["Tries"]
    assert listed(signed_in, state="expired") == ["Ended"]
    assert listed(signed_in, state="revoked") == ["Gone"]
    assert listed(signed_in, state="unused") == ["Ended", "Tries"]
    assert signed_in.get(KEYS, {"state": "odd"}).status_code == 400


def test_a_long_list_has_pages(signed_in, key_of, manager):
    for number in range(51):
        key_of(manager, name=f"Key {number}")

    assert len(listed(signed_in)) == 50
    assert listed(signed_in, page="2") == ["Key 0"]
    assert listed(signed_in, page="x") == listed(signed_in)


def test_the_list_and_the_page_say_from_where_a_key_was_used(signed_in, made):
    called(made, ago=timedelta(hours=1), address="192.0.2.1")
    called(made, address="192.0.2.9", status=409)
    KeyPair.objects.update(last_used_at=timezone.now())

    assert b"from 192.0.2.9" in signed_in.get(KEYS).content
    page = signed_in.get(f"{KEYS}/{made.pk}").content
    assert b"from 192.0.2.9" in page
    assert b"2 in 7 days, 1 of them refused or failed" in page


def test_all_faults_are_told_at_once_in_words_of_ours(signed_in, hotel):
    answer = signed_in.post(
        NEW,
        {
            "reserved": signed_in.get(NEW).context["form"].reserved,
            "label": "",
            "mode": "live",
            "reach": "some",
            "expires_on": "soon",
            "allowed_networks": "hello\n203.0.113.9/24 fe80::1%eth0",
        },
    )

    assert answer.status_code == 400
    errors = answer.context["form"].errors
    assert set(errors) == {"label", "scopes", "properties", "expires_on", "allowed_networks"}
    assert errors["expires_on"] == ["Write the day as in 2027-12-31."]
    assert errors["properties"] == ["Choose at least one property."]
    hello, within, zone = errors["allowed_networks"]
    assert hello.startswith("“hello” is no address: write one such as 203.0.113.9")
    assert within.endswith("write 203.0.113.0/24 or 203.0.113.9.")
    assert "leave out the %" in zone


@pytest.mark.parametrize(
    ("preset", "ticked"),
    [
        ("channel", ["channel_management"]),
        ("site", ["bookings_get", "content_get"]),
        ("read", ["bookings_get", "content_get", "echo_get"]),
        (
            "everything",
            ["bookings_get", "channel_management", "content_get", "content_set", "echo_get"],
        ),
        ("nothing", []),
    ],
)
def test_presets_tick_what_the_level_allows(signed_in, preset, ticked):
    form = signed_in.get(NEW, {"preset": preset, "mode": "test"}).context["form"]

    assert form["scopes"].value() == ticked
    assert form["mode"].value() == "test"
    assert form["expires_on"].value() == timezone.now().date() + timedelta(days=365)


def test_a_live_key_is_proposed_like_a_test_key(signed_in, key_of, manager, stranger):
    tried = key_of(manager, name="Tried", is_test=True, granted_scopes=["echo_get", "bookings_get"])
    theirs = key_of(stranger, name="Theirs")

    form = signed_in.get(NEW, {"like": tried.pk}).context["form"]
    other = signed_in.get(NEW, {"like": theirs.pk}).context["form"]

    assert (form["label"].value(), form["mode"].value()) == ("Tried", "live")
    assert form["scopes"].value() == ["bookings_get", "echo_get"]
    assert not other["label"].value()


def test_the_end_can_be_changed_and_taken_away(signed_in, made):
    change(signed_in, made, expires_on="2099-05-31")
    made.refresh_from_db()
    assert made.expires_at == datetime(2099, 6, 1, tzinfo=UTC)
    form = signed_in.get(f"{KEYS}/{made.pk}").context["form"]
    assert form["expires_on"].value() == date(2099, 5, 31)

    change(signed_in, made, expires_on="")
    made.refresh_from_db()
    assert made.expires_at is None


def test_a_pair_that_has_ended_is_changed_and_brought_back(signed_in, made):
    ended = datetime(2025, 3, 1, 12, tzinfo=UTC)
    KeyPair.objects.update(expires_at=ended)

    assert change(signed_in, made, label="Old", expires_on="2025-03-01").status_code == 302
    made.refresh_from_db()
    assert (made.name, made.expires_at) == ("Old", ended)
    assert change(signed_in, made, expires_on="2025-03-02").status_code == 400
    change(signed_in, made, expires_on="2099-01-01")
    made.refresh_from_db()
    assert made.is_live


def test_properties_of_the_other_kind_count_for_nothing(signed_in, manager, hotel):
    practice = make_property("Practice", manager, is_test=True)
    form = {
        "reserved": signed_in.get(NEW).context["form"].reserved,
        "label": "Limited",
        "mode": "test",
        "scopes": "echo_get",
        "reach": "some",
        "properties": [hotel.pk, practice.pk],
    }

    assert signed_in.post(NEW, form).status_code == 200
    key = KeyPair.objects.get()
    assert list(key.key_properties.values_list("property", flat=True)) == [practice.pk]
    shown = signed_in.get(f"{KEYS}/{key.pk}").context["form"].reachable
    assert shown == [practice]


def test_the_only_secret_is_not_offered_to_be_retired(signed_in, made):
    page = signed_in.get(f"{KEYS}/{made.pk}").content

    assert b"The only one" in page
    assert b"/retire" not in page
    signed_in.post(f"{KEYS}/{made.pk}/secrets", {"newest_seen": made.secrets.get().pk})
    assert signed_in.get(f"{KEYS}/{made.pk}").content.count(b"/retire") == 2


def test_the_own_level_is_told(signed_in):
    assert b"You are a manager: you see the scopes" in signed_in.get(NEW).content
