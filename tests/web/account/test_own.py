"""Profile, password, address and sessions of the own account."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.accounts.models import KeyPair, User
from bookyflow.core.acting import SYSTEM
from bookyflow.property_lifecycle.suspension import user_suspend
from bookyflow.team import tasks
from bookyflow.web.account.browsers import browser_name
from tests.accounts.conftest import PASSWORD, make_user
from tests.web.conftest import *  # noqa: F403  # the same people

SIGN_IN = "/bookyflow/sign-in"
ACCOUNT = "/bookyflow/account"
NEW = "seven lemons in the tea"
LINK = re.compile(r"http://testserver(/\S+)")


def deliver():
    """Send the mails that are queued; returns those that went out."""
    mail.outbox.clear()
    for job in ProcrastinateJob.objects.filter(task_name__startswith="bookyflow.team."):
        getattr(tasks, job.task_name.rpartition(".")[2]).func(**job.args)
    ProcrastinateJob.objects.all().delete()
    return list(mail.outbox)


def link_in(message) -> str:
    return LINK.search(message.body)[1]


@pytest.fixture
def mona(manager):
    manager.email = "mona@example.com"
    manager.save()
    return manager


@pytest.fixture
def signed_in(mona) -> Client:
    client = Client()
    client.post(SIGN_IN, {"username": "mona", "password": PASSWORD})
    return client


@pytest.mark.parametrize("path", ["", "/password", "/email", "/sessions", "/second-factor"])
def test_the_pages_are_for_who_is_signed_in(visitor, signed_in, path):
    assert visitor.get(ACCOUNT + path)["Location"] == f"{SIGN_IN}?next={ACCOUNT}{path}"
    assert signed_in.get(ACCOUNT + path).status_code == 200


def test_names_and_time_zone_are_kept_and_moments_shown_in_it(signed_in, mona, hotel):
    values = {"first_name": "Mona", "last_name": "Lee", "time_zone": "Asia/Tokyo"}
    answer = signed_in.post(ACCOUNT, values, follow=True)

    mona.refresh_from_db()
    assert (mona.first_name, mona.last_name, mona.time_zone) == ("Mona", "Lee", "Asia/Tokyo")
    assert b"Mona Lee" in answer.content
    assert b" JST</time>" in signed_in.get(f"{ACCOUNT}/sessions").content
    assert b" UTC</time>" not in signed_in.get(f"{ACCOUNT}/sessions").content


@pytest.mark.parametrize(
    "values",
    [{"language": "it"}, {"language": "xx"}, {"time_zone": "Mars/Base"}, {"last_name": "x" * 151}],
)
def test_what_there_is_not_is_refused(signed_in, mona, values):
    answer = signed_in.post(ACCOUNT, values)

    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == set(values)


def test_a_password_is_changed_and_other_sessions_end(signed_in, mona):
    elsewhere = Client()
    elsewhere.post(SIGN_IN, {"username": "mona", "password": PASSWORD})
    assert len(deliver()) == 1  # of the other browser
    values = {"old": PASSWORD, "password": NEW, "again": NEW}

    answer = signed_in.post(f"{ACCOUNT}/password", values)

    assert answer["Location"] == ACCOUNT
    assert signed_in.get(ACCOUNT).status_code == 200
    assert elsewhere.get(ACCOUNT).status_code == 302
    mona.refresh_from_db()
    assert mona.check_password(NEW)
    (told,) = deliver()
    assert (told.to, told.subject) == (["mona@example.com"], "Your password was changed")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"old": "wrong"}, "old"),
        ({"again": "another"}, "again"),
        ({"password": "12345678", "again": "12345678"}, "password"),
        ({"password": "mona", "again": "mona"}, "password"),
        ({"password": "", "again": ""}, "password"),
    ],
)
def test_a_password_that_will_not_do(signed_in, mona, changes, field):
    values = {"old": PASSWORD, "password": NEW, "again": NEW} | changes

    answer = signed_in.post(f"{ACCOUNT}/password", values)

    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    mona.refresh_from_db()
    assert mona.check_password(PASSWORD)


def test_a_wrong_password_there_counts_as_one_to_sign_in(signed_in):
    values = {"old": "wrong", "password": NEW, "again": NEW}
    statuses = [signed_in.post(f"{ACCOUNT}/password", values).status_code for _ in range(12)]

    assert statuses == [400] * 10 + [429] * 2


def test_a_forgotten_password_is_set_by_a_link_that_works_once(visitor, signed_in, mona):
    visitor.post("/bookyflow/password", {"email": "MONA@example.com"})
    (sent,) = deliver()
    link = link_in(sent)

    assert visitor.get(link).status_code == 200
    assert visitor.post(link, {"password": NEW, "again": "x"}).status_code == 400
    answer = visitor.post(link, {"password": NEW, "again": NEW})

    assert answer["Location"] == SIGN_IN
    assert visitor.post(SIGN_IN, {"username": "mona", "password": NEW}).status_code == 302
    assert signed_in.get(ACCOUNT).status_code == 302
    assert visitor.get(link).status_code == 404
    assert (
        visitor.post(link, {"password": "another one", "again": "another one"}).status_code == 404
    )


def test_a_stranger_learns_nothing_by_asking(visitor, mona, other_manager):
    make_user("gone", email="gone@example.com", is_active=False)
    other_manager.email = "otto@example.com"
    other_manager.save()
    user_suspend(user=other_manager, by=SYSTEM)
    asked = ["mona@example.com", "nobody@example.com", "gone@example.com", "otto@example.com"]

    answers = [visitor.post("/bookyflow/password", {"email": one}) for one in asked]
    jobs = ProcrastinateJob.objects.filter(task_name="bookyflow.team.tasks.password_reset_mail")

    pages = {
        re.sub(r"csrf\S+|[\w.]+@example.com|X-CSRFToken.*?}", "", one.content.decode())
        for one in answers
    }
    assert ({one.status_code for one in answers}, jobs.count()) == ({200}, 4)
    assert len({re.sub(r'value="\w{64}"', "", text) for text in pages}) == 1
    assert not any("@" in str(job.args) for job in jobs)
    assert [message.to for message in deliver()] == [["mona@example.com"]]


def test_asking_is_limited(visitor, mona):
    asked = {"email": "mona@example.com"}
    answers = [visitor.post("/bookyflow/password", asked) for _ in range(11)]

    assert [one.status_code for one in answers] == [200] * 10 + [429]
    assert int(answers[-1]["Retry-After"]) > 0


@pytest.mark.parametrize("token", ["x", "1-x", "1-", "-", "9" * 30, "٣-x", "1-cabcde-" + "0" * 32])
def test_what_is_no_link_opens_nothing(visitor, mona, token):
    for page in ("password", "email", "invitation"):
        assert visitor.get(f"/bookyflow/{page}/{token}").status_code == 404
        assert visitor.post(f"/bookyflow/{page}/{token}").status_code == 404


def test_a_link_ends_after_an_hour(visitor, mona, time_machine):
    visitor.post("/bookyflow/password", {"email": "mona@example.com"})
    (sent,) = deliver()
    time_machine.move_to(timezone.now() + timedelta(hours=1, minutes=1))

    assert visitor.get(link_in(sent)).status_code == 404


def test_a_new_address_counts_once_its_mail_was_read(signed_in, visitor, mona):
    signed_in.post(f"{ACCOUNT}/email", {"email": "lee@example.com"})
    (sent,) = deliver()
    mona.refresh_from_db()
    assert (sent.to, mona.email) == (["lee@example.com"], "mona@example.com")

    link = link_in(sent)
    assert b"lee@example.com" in visitor.get(link).content
    assert visitor.post(link).status_code == 302

    mona.refresh_from_db()
    (told,) = deliver()
    assert mona.email == "lee@example.com"
    assert (told.to, told.subject) == (["mona@example.com"], "Your address was changed")
    assert visitor.post(link).status_code == 404


@pytest.mark.parametrize("email", ["", "x", "mona@example.com", "a@b\r\nBcc: c@d.example"])
def test_an_address_that_will_not_do(signed_in, email):
    assert signed_in.post(f"{ACCOUNT}/email", {"email": email}).status_code == 400
    assert deliver() == []


def test_an_address_is_changed_by_who_has_just_said_who_it_is(signed_in):
    session = signed_in.session
    session["fresh_at"] = 0
    session.save()

    answer = signed_in.post(f"{ACCOUNT}/email", {"email": "lee@example.com"})

    assert answer["Location"].startswith(f"{ACCOUNT}/confirm")
    assert deliver() == []


def test_sessions_are_listed_and_ended(signed_in, mona):
    others = [Client(), Client()]
    for n, other in enumerate(others):
        right = {"username": "mona", "password": PASSWORD}
        other.post(SIGN_IN, right, REMOTE_ADDR=f"192.0.2.{n}", HTTP_USER_AGENT="Phone <b>")
    shown = signed_in.get(f"{ACCOUNT}/sessions").content
    assert b"192.0.2.1" in shown
    assert b"Phone &lt;b&gt;" in shown

    first = UserSession.objects.get(ip="192.0.2.0")
    signed_in.post(f"{ACCOUNT}/sessions", {"end": first.pk})
    assert [other.get(ACCOUNT).status_code for other in others] == [302, 200]

    signed_in.post(f"{ACCOUNT}/sessions")
    assert [other.get(ACCOUNT).status_code for other in others] == [302, 302]
    assert signed_in.get(ACCOUNT).status_code == 200


def test_sessions_of_others_are_nobody_elses(signed_in, other_manager):
    theirs = Client()
    theirs.post(SIGN_IN, {"username": "otto", "password": PASSWORD})
    session = UserSession.objects.get(user=other_manager)

    signed_in.post(f"{ACCOUNT}/sessions", {"end": session.pk})
    signed_in.post(f"{ACCOUNT}/sessions", {"end": "9" * 30})

    assert theirs.get(ACCOUNT).status_code == 200


def test_a_session_ends_after_twelve_hours(signed_in, time_machine):
    time_machine.move_to(timezone.now() + timedelta(hours=12, minutes=1))

    assert signed_in.get(ACCOUNT).status_code == 302
    assert not KeyPair.objects.exists()


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
RIGHT = {"username": "mona", "password": PASSWORD}


def test_a_browser_not_seen_before_is_told_by_mail_and_once(mona, signed_in):
    User.objects.filter(pk=mona.pk).update(language="de", time_zone="Europe/Vienna")
    assert deliver() == []  # the first one of an account is no news
    elsewhere = Client(HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.7")
    with time_machine.travel("2026-03-05T12:00:00+00:00"):
        for _ in range(2):
            elsewhere.post(SIGN_IN, RIGHT)
            elsewhere.post("/bookyflow/sign-out")
    (job,) = ProcrastinateJob.objects.filter(task_name__endswith="sign_in_notice")
    assert "192.0.2.7" not in str(job.args)

    (told,) = deliver()

    assert told.to == ["mona@example.com"]
    assert "192.0.2.7" in told.body
    assert "Firefox" in told.body
    assert "5 März 2026 13:00 CET" in told.body
    signed_in.post("/bookyflow/sign-out")
    signed_in.post(SIGN_IN, RIGHT)
    assert deliver() == []


def test_a_browser_is_known_for_one_account(mona, signed_in, other_manager):
    other_manager.email = "lee@example.com"
    other_manager.last_login = timezone.now()
    other_manager.save()
    signed_in.post("/bookyflow/sign-out")

    signed_in.post(SIGN_IN, RIGHT | {"username": other_manager.username})

    assert [told.to for told in deliver()] == [["lee@example.com"]]


def test_who_gave_no_address_is_told_nothing_and_a_changed_cookie_counts_for_nothing(
    signed_in, mona
):
    assert signed_in.cookies[f"known_{mona.pk}"]["path"] == SIGN_IN
    assert signed_in.cookies[f"known_{mona.pk}"]["httponly"]
    signed_in.cookies[f"known_{mona.pk}"] = "yes:1:x"
    signed_in.post("/bookyflow/sign-out")
    signed_in.post(SIGN_IN, RIGHT)
    assert ProcrastinateJob.objects.filter(task_name__endswith="sign_in_notice").count() == 1
    User.objects.filter(pk=mona.pk).update(email="")
    assert deliver() == []


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (FIREFOX, "Firefox on Windows"),
        (
            "Mozilla/5.0 (Linux; Android 15) Chrome/142.0.0.0 Mobile Safari/537.36 EdgA/142.0.0.0",
            "Edge on Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "Unknown browser"),
    ],
)
def test_browsers_are_named_as_people_call_them(said, name):
    assert browser_name(said) == name
