from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from bookyflow.accounts.models import AccessLevel, KeyPair, KeySecret
from bookyflow.accounts.services import key_pair_change, key_pair_revoke, key_secret_add
from bookyflow.core import ids
from bookyflow.plugins.models import FeatureState
from bookyflow.properties.access import key_properties_set, key_property_ids
from bookyflow.properties.models import ManagerAccess
from tests.accounts.conftest import make_property, make_user

SECRET = re.compile(r"bfsk_[A-Za-z0-9_-]{43}")


def new_form(client: Client) -> dict[str, str]:
    """The fields of a new key pair as the page offers them, filled in."""
    form = client.get("/bookyflow/developers/keys/new").context["form"]
    return {
        "reserved": form.reserved,
        "label": "My app",
        "mode": "live",
        "scopes": "content_get",
        "reach": "all",
    }


def test_an_empty_list_says_what_a_key_pair_is(signed_in):
    answer = signed_in.get("/bookyflow/developers/keys")

    assert b"A key pair lets a program work with your bookings" in answer.content
    assert b'href="/bookyflow/developers/keys/new"' in answer.content


def test_lists_own_pairs_only(signed_in, key, other_manager):
    answer = signed_in.get("/bookyflow/developers/keys")
    theirs = Client()
    theirs.force_login(other_manager)

    assert key.client_id.encode() in answer.content
    assert b"Label of content_get" in answer.content
    assert b"Never" in answer.content
    assert key.client_id.encode() not in theirs.get("/bookyflow/developers/keys").content


def test_the_list_costs_the_same_for_more_pairs(
    signed_in, key, manager, django_assert_max_num_queries
):
    with django_assert_max_num_queries(100) as one:
        assert signed_in.get("/bookyflow/developers/keys").status_code == 200
    for n in range(4):
        KeyPair.objects.create(user=manager, name=f"More {n}", granted_scopes=["echo_get"])
    with django_assert_max_num_queries(100) as five:
        assert signed_in.get("/bookyflow/developers/keys").status_code == 200

    assert len(one) == len(five)


def test_offers_the_scopes_of_the_own_level_by_category(offered):
    client = Client()
    client.force_login(make_user("rita", AccessLevel.RECEPTIONIST))

    groups = client.get("/bookyflow/developers/keys/new").context["form"].scope_groups()

    offers = {group.title: [box.name for box in group.boxes] for group in groups}
    assert offers == {
        "Properties": ["properties_get", "bookings_get", "content_get"],
        "User": ["echo_get"],
    }
    broad = next(box for group in groups for box in group.boxes if box.name == "properties_get")
    assert broad.includes == ("Label of bookings_get", "Label of content_get")


def test_shows_the_secret_once_and_keeps_it_nowhere(signed_in, manager):
    answer = signed_in.post("/bookyflow/developers/keys/new", new_form(signed_in))

    key = KeyPair.objects.get(user=manager)
    page = answer.content.decode()
    secret = SECRET.search(page).group()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert key.secrets.get().digest == ids.digest(secret)
    assert f"client_id={key.client_id}" in page
    assert "http://testserver/bookyflow/api" in page
    assert secret not in str(signed_in.cookies)
    assert all(secret not in str(session.get_decoded()) for session in Session.objects.all())
    for path in ("/bookyflow/developers/keys", f"/bookyflow/developers/keys/{key.pk}"):
        assert not SECRET.search(signed_in.get(path).content.decode())


def test_the_client_id_is_the_one_that_the_form_was_given(signed_in):
    form = new_form(signed_in)

    signed_in.post("/bookyflow/developers/keys/new", form)

    assert KeyPair.objects.get().client_id.startswith("bfid_")
    assert KeyPair.objects.get().client_id not in form["reserved"]


def test_sending_the_form_twice_makes_one_pair(signed_in):
    form = new_form(signed_in)

    signed_in.post("/bookyflow/developers/keys/new", form)
    again = signed_in.post("/bookyflow/developers/keys/new", form, follow=True)

    key = KeyPair.objects.get()
    assert again.redirect_chain == [(f"/bookyflow/developers/keys/{key.pk}", 302)]
    assert b"This form was sent before" in again.content
    assert not SECRET.search(again.content.decode())
    assert KeySecret.objects.count() == 1


@pytest.mark.parametrize("reserved", ["", "bfid_my_own_choice", "bfid_a:b:c"])
def test_nobody_chooses_a_client_id(signed_in, reserved):
    answer = signed_in.post(
        "/bookyflow/developers/keys/new", new_form(signed_in) | {"reserved": reserved}
    )

    assert answer.status_code == 400
    assert b"open for too long" in answer.content
    assert not KeyPair.objects.exists()


def test_a_form_of_somebody_else_is_refused(signed_in, other_manager):
    theirs = Client()
    theirs.force_login(other_manager)

    answer = signed_in.post("/bookyflow/developers/keys/new", new_form(theirs))

    assert answer.status_code == 400
    assert not KeyPair.objects.exists()


def test_a_form_that_was_open_for_too_long_works_when_sent_again(signed_in, manager, time_machine):
    form = new_form(signed_in)
    time_machine.move_to(timezone.now() + timedelta(days=2))
    signed_in.force_login(manager)

    refused = signed_in.post("/bookyflow/developers/keys/new", form)
    made = signed_in.post(
        "/bookyflow/developers/keys/new", form | {"reserved": refused.context["form"].reserved}
    )

    assert (refused.status_code, made.status_code) == (400, 200)
    assert KeyPair.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("label", {"label": ""}),
        ("label", {"label": "x" * 101}),
        ("scopes", {"scopes": []}),
        ("scopes", {"scopes": "cmf_admin"}),
        ("scopes", {"scopes": "*"}),
        ("mode", {"mode": "other"}),
        ("reach", {"reach": "other"}),
        ("properties", {"reach": "some"}),
        ("properties", {"reach": "some", "properties": "999999"}),
        ("expires_on", {"expires_on": "2001-01-01"}),
        ("expires_on", {"expires_on": "soon"}),
        ("allowed_networks", {"allowed_networks": "10.0.0.1/8"}),
    ],
)
def test_shows_what_is_wrong_beside_the_field_and_above(signed_in, hotel, field, values):
    answer = signed_in.post("/bookyflow/developers/keys/new", new_form(signed_in) | values)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert b'id="problems"' in answer.content
    assert not KeyPair.objects.exists()


def test_a_refusal_of_the_properties_makes_no_pair(signed_in, manager):
    practice = make_property("Practice", manager, is_test=True)
    form = new_form(signed_in) | {"reach": "some", "properties": practice.pk}

    answer = signed_in.post("/bookyflow/developers/keys/new", form)

    assert answer.status_code == 400
    assert b"reaches live properties only" in answer.content
    assert not KeyPair.objects.exists()
    assert (
        signed_in.post("/bookyflow/developers/keys/new", form | {"mode": "test"}).status_code == 200
    )


def test_makes_a_limited_test_pair_with_an_end(signed_in, manager):
    practice = make_property("Practice", manager, is_test=True)
    make_property("Other", manager, is_test=True)
    day = timezone.now().date() + timedelta(days=30)

    signed_in.post(
        "/bookyflow/developers/keys/new",
        new_form(signed_in)
        | {
            "mode": "test",
            "reach": "some",
            "properties": practice.pk,
            "expires_on": day.isoformat(),
            "allowed_networks": "192.0.2.0/24\r\n 2001:db8::1",
        },
    )

    key = KeyPair.objects.get()
    assert (key.is_test, key.all_properties) == (True, False)
    assert key_property_ids(key) == [practice.pk]
    assert key.expires_at == datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    assert key.allowed_networks == ["192.0.2.0/24", "2001:db8::1/128"]


def test_an_account_without_properties_is_not_asked_about_them(offered):
    client = Client()
    client.force_login(make_user("rex", AccessLevel.REGISTERED))
    form = new_form(client) | {"scopes": "echo_get"}

    assert b"Which properties" not in client.get("/bookyflow/developers/keys/new").content
    assert client.post("/bookyflow/developers/keys/new", form).status_code == 200
    assert KeyPair.objects.get().all_properties


def test_changes_label_scopes_and_reach(signed_in, key, hotel):
    answer = signed_in.post(
        f"/bookyflow/developers/keys/{key.pk}",
        {
            "label": "Renamed",
            "scopes": ["bookings_get", "echo_get"],
            "reach": "some",
            "properties": hotel.pk,
        },
    )

    key.refresh_from_db()
    assert answer["Location"] == f"/bookyflow/developers/keys/{key.pk}"
    assert (key.name, key.granted_scopes) == ("Renamed", ["bookings_get", "echo_get"])
    assert key_property_ids(key) == [hotel.pk]


def test_a_change_without_the_choice_of_reach_does_not_widen_it(signed_in, key, hotel):
    key_properties_set(key=key, properties=[hotel.pk])
    ManagerAccess.objects.all().delete()

    answer = signed_in.post(
        f"/bookyflow/developers/keys/{key.pk}", {"label": "A", "scopes": "echo_get"}
    )

    key.refresh_from_db()
    assert answer.status_code == 400
    assert not key.all_properties


def test_a_held_scope_without_effect_is_shown_and_can_be_taken_away(signed_in, key):
    FeatureState.objects.filter(name="rooms").update(enabled=False)

    shown = signed_in.get(f"/bookyflow/developers/keys/{key.pk}")
    signed_in.post(f"/bookyflow/developers/keys/{key.pk}", {"label": "App", "scopes": "echo_get"})

    key.refresh_from_db()
    assert b"No effect now" in shown.content
    assert key.granted_scopes == ["echo_get"]


def test_a_scope_that_nobody_declares_any_more_keeps_its_name(signed_in, key):
    KeyPair.objects.update(granted_scopes=["gone_get"])

    assert b"gone_get" in signed_in.get("/bookyflow/developers/keys").content
    assert b"is not installed" in signed_in.get(f"/bookyflow/developers/keys/{key.pk}").content


def test_a_change_shows_what_is_wrong(signed_in, key, hotel):
    answer = signed_in.post(
        f"/bookyflow/developers/keys/{key.pk}", {"label": "", "scopes": "cmf_admin", "reach": "all"}
    )

    key.refresh_from_db()
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"label", "scopes"}
    assert key.name == "App"


def test_adds_a_secret_once_per_form(signed_in, key):
    newest = signed_in.get(f"/bookyflow/developers/keys/{key.pk}").context["newest_seen"]

    made = signed_in.post(f"/bookyflow/developers/keys/{key.pk}/secrets", {"newest_seen": newest})
    again = signed_in.post(
        f"/bookyflow/developers/keys/{key.pk}/secrets", {"newest_seen": newest}, follow=True
    )

    secret = SECRET.search(made.content.decode()).group()
    assert key.secrets.count() == 2
    assert key.secrets.filter(digest=ids.digest(secret)).exists()
    assert "no-store" in made["Cache-Control"]
    assert b"added already" in again.content


@pytest.mark.parametrize("seen", ["", "x", "-1"])
def test_adding_a_secret_needs_the_page(signed_in, key, seen):
    signed_in.post(f"/bookyflow/developers/keys/{key.pk}/secrets", {"newest_seen": seen})

    assert key.secrets.count() == 1


def test_retires_a_secret_later(signed_in, key, actor):
    key_secret_add(key=key, by=actor)
    old = key.secrets.last()
    path = f"/bookyflow/developers/keys/{key.pk}/secrets/{old.pk}/retire"

    asked = signed_in.get(path)
    answer = signed_in.post(path, {"after": "24"}, follow=True)

    old.refresh_from_db()
    assert asked.status_code == 200
    assert timedelta(hours=23) < old.expires_at - timezone.now() < timedelta(hours=25)
    assert f"The secret ending in {old.hint} is retired.".encode() in answer.content


def test_refuses_to_retire_the_last_secret(signed_in, key):
    secret = key.secrets.get()

    answer = signed_in.post(
        f"/bookyflow/developers/keys/{key.pk}/secrets/{secret.pk}/retire", {"after": "0"}
    )

    secret.refresh_from_db()
    assert answer.status_code == 409
    assert b"It is the last secret" in answer.content
    assert secret.expires_at is None


def test_refuses_another_time_than_those_offered(signed_in, key, actor):
    key_secret_add(key=key, by=actor)
    path = f"/bookyflow/developers/keys/{key.pk}/secrets/{key.secrets.last().pk}/retire"

    assert signed_in.post(path, {"after": "5"}).status_code == 400


def test_revokes_after_asking(signed_in, key):
    asked = signed_in.get(f"/bookyflow/developers/keys/{key.pk}/revoke")
    key.refresh_from_db()
    assert asked.status_code == 200
    assert key.revoked_at is None

    answer = signed_in.post(f"/bookyflow/developers/keys/{key.pk}/revoke", follow=True)

    key.refresh_from_db()
    assert key.revoked_at is not None
    assert b"is revoked" in answer.content
    assert (
        b"cannot be brought back" in signed_in.get(f"/bookyflow/developers/keys/{key.pk}").content
    )


def test_a_revoked_pair_is_not_changed(signed_in, key, actor, hotel):
    key_pair_revoke(key=key, by=actor)

    answer = signed_in.post(
        f"/bookyflow/developers/keys/{key.pk}",
        {"label": "New", "scopes": "echo_get", "reach": "all"},
    )

    key.refresh_from_db()
    assert answer.status_code == 409
    assert key.name == "App"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("post", ""),
        ("get", "/revoke"),
        ("post", "/revoke"),
        ("post", "/secrets"),
        ("get", "/secrets/{secret}/retire"),
        ("post", "/secrets/{secret}/retire"),
    ],
)
def test_the_pairs_of_others_are_not_there(other_manager, key, method, path):
    client = Client()
    client.force_login(other_manager)
    secret = key.secrets.get()

    answer = getattr(client, method)(
        f"/bookyflow/developers/keys/{key.pk}{path.format(secret=secret.pk)}",
        {"label": "x", "newest_seen": secret.pk},
    )

    key.refresh_from_db()
    assert answer.status_code == 404
    assert b"Nothing is here" in answer.content
    assert (key.name, key.revoked_at, key.secrets.count()) == ("App", None, 1)


def test_a_secret_of_another_pair_is_not_there(signed_in, key, manager, actor):
    other = KeyPair.objects.create(user=manager, name="Other")
    stranger = key.secrets.get()

    answer = signed_in.post(
        f"/bookyflow/developers/keys/{other.pk}/secrets/{stranger.pk}/retire", {"after": "0"}
    )

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/bookyflow/developers/keys",
        "/bookyflow/developers/keys/new",
        "/bookyflow/developers/keys/1",
        "/bookyflow/developers/keys/1/revoke",
        "/bookyflow/developers/keys/1/secrets/1/retire",
    ],
)
def test_key_pages_need_an_account(visitor, db, path):
    answer = visitor.get(path)

    assert answer.status_code == 302
    assert answer["Location"] == f"/bookyflow/sign-in?next={path}"


def test_a_label_is_shown_as_text(signed_in, key, actor):
    key_pair_change(key=key, by=actor, label="<script>alert(1)</script>")

    for path in (
        "/bookyflow/developers/keys",
        f"/bookyflow/developers/keys/{key.pk}",
        f"/bookyflow/developers/keys/{key.pk}/revoke",
    ):
        assert b"<script>alert" not in signed_in.get(path).content
