"""Who works on a property: invitations, roles, and who looked at guests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.guests.readings import guest_readings_note
from bookyflow.guests.services import GuestDetails, guest_save
from bookyflow.properties.models import ManagerAccess
from bookyflow.team.models import Invitation
from tests.accounts.conftest import make_property, make_user
from tests.web.account.test_own import NEW, deliver, link_in
from tests.web.conftest import *  # noqa: F403  # the same people

INVITED = {"email": "rita@example.com", "level": "50"}
ACCEPT = {"username": "rita", "password": NEW, "again": NEW, "first_name": "Rita"}


@pytest.fixture
def team(hotel) -> str:
    return f"/bookyflow/p/{hotel.pk}/team"


@pytest.fixture
def rita(hotel) -> User:
    user = make_user("rita", AccessLevel.RECEPTIONIST)
    ManagerAccess.objects.create(user=user, property=hotel)
    return user


def invite(client, team, **changes) -> str:
    assert client.post(f"{team}/invite", INVITED | changes).status_code == 302
    (sent,) = deliver()
    return link_in(sent)


@pytest.mark.parametrize("path", ["team", "team/invite", "team/guest-log"])
def test_the_pages_are_for_managers_of_the_property(visitor, signed_in, hotel, rita, path):
    receptionist = Client()
    receptionist.force_login(rita)
    theirs = make_property("Hill House", make_user("otto"))
    page = f"/bookyflow/p/{hotel.pk}/{path}"

    assert visitor.get(page).status_code == 302
    assert receptionist.get(page).status_code == 403
    assert signed_in.get(page).status_code == 200
    assert signed_in.get(f"/bookyflow/p/{theirs.pk}/{path}").status_code == 404


def test_somebody_invited_makes_an_account_and_works_there(signed_in, visitor, hotel, team):
    link = invite(signed_in, team)
    asked = visitor.get(link)
    weak = visitor.post(link, ACCEPT | {"password": "rita", "again": "rita"})
    made = visitor.post(link, ACCEPT)

    assert b"rita@example.com" in asked.content
    assert (weak.status_code, "password" in weak.context["form"].errors) == (400, True)
    assert made["Location"] == "/bookyflow/sign-in"
    rita = User.objects.get(username="rita")
    assert (rita.email, rita.access_level, rita.first_name) == (INVITED["email"], 50, "Rita")
    assert (
        visitor.post("/bookyflow/sign-in", {"username": "rita", "password": NEW}).status_code == 302
    )
    assert visitor.get(f"/bookyflow/p/{hotel.pk}").status_code == 200
    assert Client().get(link).status_code == 404
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "MONA"}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": ""}, "username"),
        ({"again": "x"}, "again"),
        ({"first_name": "x" * 151}, "first_name"),
    ],
)
def test_an_account_that_cannot_be_made(signed_in, visitor, team, changes, field):
    link = invite(signed_in, team)

    answer = visitor.post(link, ACCEPT | changes)

    assert (answer.status_code, field in answer.context["form"].errors) == (400, True)
    assert Invitation.objects.count() == 1
    assert not User.objects.filter(email=INVITED["email"]).exists()


def test_an_account_that_exists_gains_access_and_keeps_its_role(signed_in, team, hotel):
    otto = make_user("otto", AccessLevel.RECEPTIONIST)
    make_property("Hill House", otto)
    theirs = Client()
    theirs.force_login(otto)

    answer = theirs.post(invite(signed_in, team, level="70"))

    assert answer["Location"] == f"/bookyflow/p/{hotel.pk}"
    otto.refresh_from_db()
    assert otto.access_level == AccessLevel.RECEPTIONIST
    assert theirs.get(f"/bookyflow/p/{hotel.pk}").status_code == 200


@pytest.mark.parametrize("level", ["90", "1", "x", "", "60"])
def test_no_role_above_the_own_is_given(signed_in, team, level):
    assert signed_in.post(f"{team}/invite", INVITED | {"level": level}).status_code == 400
    assert not Invitation.objects.exists()


def test_who_works_there_is_not_invited(signed_in, team, rita):
    rita.email = INVITED["email"].upper()
    rita.save()

    assert signed_in.post(f"{team}/invite", INVITED).status_code == 400


def test_an_invitation_ends_by_time_by_another_and_by_hand(
    signed_in, visitor, team, hotel, time_machine
):
    first = invite(signed_in, team)
    second = invite(signed_in, team)
    assert [visitor.get(link).status_code for link in (first, second)] == [404, 200]

    kept = Invitation.objects.get()
    other = make_property("Hill House", make_user("otto"))
    assert (
        signed_in.post(f"/bookyflow/p/{other.pk}/team/invitations/{kept.pk}/withdraw").status_code
        == 404
    )
    signed_in.post(f"{team}/invitations/{kept.pk}/withdraw")
    assert visitor.get(second).status_code == 404

    third = invite(signed_in, team)
    time_machine.move_to(timezone.now() + timedelta(days=7, minutes=1))
    assert visitor.get(third).status_code == 404
    assert visitor.post(third, ACCEPT).status_code == 404


def test_a_role_is_changed_and_taken_away(signed_in, team, rita):
    assert b"rita" in signed_in.get(team).content
    signed_in.post(f"{team}/{rita.pk}", {"level": "70"})
    rita.refresh_from_db()
    assert rita.access_level == AccessLevel.MANAGER

    assert signed_in.get(f"{team}/{rita.pk}/remove").status_code == 200
    signed_in.post(f"{team}/{rita.pk}/remove")

    rita.refresh_from_db()
    assert rita.access_level == AccessLevel.REGISTERED
    assert not ManagerAccess.objects.filter(user=rita).exists()
    assert signed_in.get(f"{team}/{rita.pk}").status_code == 404


def test_nobody_reaches_above_or_beyond(signed_in, team, hotel, manager, rita):
    sara = make_user("sara", AccessLevel.SUPER_MANAGER)
    otto = make_user("otto")
    ManagerAccess.objects.create(user=sara, property=hotel)
    make_property("Hill House", otto, rita)

    answers = {
        "the own": signed_in.post(f"{team}/{manager.pk}", {"level": "50"}),
        "one above": signed_in.post(f"{team}/{sara.pk}", {"level": "50"}),
        "one above, gone": signed_in.post(f"{team}/{sara.pk}/remove"),
        "one who works elsewhere too": signed_in.post(f"{team}/{rita.pk}", {"level": "70"}),
        "one of another property": signed_in.post(f"{team}/{otto.pk}", {"level": "50"}),
        "nobody": signed_in.post(f"{team}/999999999", {"level": "50"}),
    }

    assert [one.status_code for one in answers.values()] == [403, 403, 403, 403, 404, 404]
    levels = dict(User.objects.values_list("username", "access_level"))
    assert levels == {"mona": 70, "sara": 90, "otto": 70, "rita": 50}
    assert ManagerAccess.objects.filter(user=sara).exists()


def test_the_team_costs_the_same_number_of_queries(
    signed_in, team, hotel, manager, django_assert_max_num_queries
):
    def grow(start, end):
        for n in range(start, end):
            ManagerAccess.objects.create(user=make_user(f"staff{n}", 50), property=hotel)
            Invitation.objects.create(
                property=hotel,
                email=f"{n}@example.com",
                access_level=50,
                invited_by=manager,
                expires_at=timezone.now() + timedelta(days=1),
            )

    grow(0, 2)
    with django_assert_max_num_queries(30) as few:
        signed_in.get(team)
    grow(2, 20)
    with django_assert_max_num_queries(len(few)):
        signed_in.get(team)


def test_who_looked_at_whom_is_shown(signed_in, hotel, manager, django_assert_max_num_queries):
    log = f"/bookyflow/p/{hotel.pk}/team/guest-log"
    guests = [
        guest_save(property_id=hotel.pk, details=GuestDetails(f"Guest {n}"), trusted=True).id
        for n in range(60)
    ]
    path = f"/bookyflow/p/{hotel.pk}/guests"
    guest_readings_note(property_id=hotel.pk, guest_ids=guests[:2], user_id=manager.pk, path=path)
    with django_assert_max_num_queries(30) as few:
        assert path.encode() in signed_in.get(log).content
    guest_readings_note(property_id=hotel.pk, guest_ids=guests, user_id=manager.pk, path=path)
    with django_assert_max_num_queries(len(few)):
        signed_in.get(log)

    found = signed_in.get(log, {"guest": guests[0], "account": "MONA"}).context["listed"]
    assert [(one.guest_id, one.times) for one in found] == [(guests[0], 2)]
    assert not signed_in.get(log, {"account": "otto"}).context["listed"].object_list
    assert len(signed_in.get(log, {"page": "2"}).context["listed"]) == 10


@pytest.mark.parametrize(
    "query", [{"guest": "x"}, {"guest": "9" * 30}, {"first": "2026-13-01"}, {"account": "x" * 151}]
)
def test_a_filter_that_makes_no_sense(signed_in, hotel, query):
    assert signed_in.get(f"/bookyflow/p/{hotel.pk}/team/guest-log", query).status_code == 400
