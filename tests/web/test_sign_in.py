from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from bookyflow.accounts.users import user_suspend
from bookyflow.core.acting import SYSTEM
from tests.accounts.conftest import PASSWORD

SIGN_IN = "/sign-in"
RIGHT = {"username": "mona", "password": PASSWORD}


def test_a_visitor_is_welcomed(visitor, db):
    answer = visitor.get("/")

    assert answer.status_code == 200
    assert b'href="/sign-in"' in answer.content


def test_signs_in_and_starts_at_home(visitor, manager):
    answer = visitor.post(SIGN_IN, RIGHT, follow=True)

    assert answer.redirect_chain == [("/", 302)]
    assert b"Hello, mona" in answer.content
    assert b'href="/bookyflow/api/docs"' in answer.content


def test_sends_a_visitor_to_sign_in_and_back(visitor, manager):
    asked = visitor.get("/keys")
    answer = visitor.post(SIGN_IN, RIGHT | {"next": "/keys"})

    assert (asked.status_code, asked["Location"]) == (302, "/sign-in?next=/keys")
    assert answer["Location"] == "/keys"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "\x01//evil.example",
        "/sign-in",
    ],
)
def test_never_goes_on_to_another_site(visitor, manager, target):
    posted = visitor.post(SIGN_IN, RIGHT | {"next": target})
    asked = visitor.get(SIGN_IN, {"next": target})

    assert (posted.status_code, posted["Location"]) == (302, "/")
    assert (asked.status_code, asked["Location"]) == (302, "/")


@pytest.mark.parametrize(
    "target",
    ["abc", "keys", "%FF", "web:keys", "?x", "#x", "//", "http://testserver/keys", "/" * 3000],
)
def test_goes_on_to_nothing_but_a_path(visitor, manager, target):
    posted = visitor.post(SIGN_IN, RIGHT | {"next": target})
    asked = visitor.get(SIGN_IN, {"next": target})

    assert (posted.status_code, posted["Location"]) == (302, "/")
    assert (asked.status_code, asked["Location"]) == (302, "/")


@pytest.mark.parametrize("path", ["/?x=%00", "/keys/%00", "/sign-in?next=%00"])
def test_a_page_is_asked_for_without_nul(visitor, db, path):
    answer = visitor.get(path)

    assert (answer.status_code, answer["Content-Type"][:9]) == (400, "text/html")


def test_tells_nobody_which_part_was_wrong(visitor, manager, other_manager):
    user_suspend(user=other_manager, by=SYSTEM)

    answers = [
        visitor.post(SIGN_IN, {"username": name, "password": password})
        for name, password in [("mona", "wrong"), ("nobody", "wrong"), ("otto", PASSWORD)]
    ]

    problems = [answer.context["form"].non_field_errors() for answer in answers]
    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert problems == [["Name and password do not match an active account."]] * 3


def test_limits_attempts_by_name_and_address(visitor, manager):
    wrong = {"username": "mona", "password": "wrong"}
    statuses = [
        visitor.post(SIGN_IN, wrong, REMOTE_ADDR="192.0.2.1").status_code for _ in range(30)
    ]

    limited = visitor.post(SIGN_IN, RIGHT, REMOTE_ADDR="192.0.2.1")
    elsewhere = visitor.post(SIGN_IN, RIGHT, REMOTE_ADDR="192.0.2.2")

    assert statuses[0] == 400
    assert statuses[-1] == 429
    assert limited.status_code == 429
    assert elsewhere.status_code == 302


def test_another_spelling_of_the_name_is_no_way_around_the_limit(visitor, manager):
    for n in range(30):
        name = "mona" if n % 2 else " MONA "
        visitor.post(SIGN_IN, {"username": name, "password": "x"}, REMOTE_ADDR="192.0.2.9")

    assert visitor.post(SIGN_IN, RIGHT, REMOTE_ADDR="192.0.2.9").status_code == 429


def test_an_empty_form_is_refused_beside_its_fields(visitor, db):
    answer = visitor.post(SIGN_IN, {})

    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"username", "password"}


def test_signs_out_by_post_only(signed_in):
    assert signed_in.get("/sign-out").status_code == 405

    answer = signed_in.post("/sign-out", follow=True)

    assert b"You have signed out." in answer.content
    assert signed_in.get("/keys").status_code == 302


def test_a_suspension_ends_the_session(signed_in, manager):
    assert signed_in.get("/keys").status_code == 200

    user_suspend(user=manager, by=SYSTEM)

    assert signed_in.get("/keys").status_code == 302


@pytest.mark.parametrize("path", ["/", SIGN_IN])
def test_every_page_runs_no_inline_script_and_is_not_kept(visitor, db, path):
    answer = visitor.get(path)

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "no-store" in answer["Cache-Control"]
    assert b" style=" not in answer.content
    assert answer.content.count(b"<script") == answer.content.count(b"<script src=")


def test_forms_need_their_token(manager):
    client = Client(enforce_csrf_checks=True)

    answer = client.post(reverse("web:sign_in"), RIGHT)

    assert answer.status_code == 403
    assert b"Please send it again" in answer.content
