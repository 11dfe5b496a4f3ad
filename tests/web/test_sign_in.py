from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.urls import reverse

from bookyflow.accounts.models import Attempt
from bookyflow.core.acting import SYSTEM
from bookyflow.property_lifecycle.suspension import user_suspend
from bookyflow.settings import cache_at
from tests.accounts.conftest import PASSWORD, make_user

SIGN_IN = "/bookyflow/sign-in"
RIGHT = {"username": "mona", "password": PASSWORD}
hashed = []


class CountingHasher(MD5PasswordHasher):
    """Tells how often a password was hashed, which takes a quarter of a second in earnest."""

    def encode(self, password, salt):
        hashed.append(password)
        return super().encode(password, salt)


@pytest.fixture
def hashing(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    hashed.clear()
    return hashed


@pytest.fixture
def superuser(manager):
    return make_user("root", is_staff=True, is_superuser=True)


def test_a_visitor_is_welcomed(visitor, db):
    answer = visitor.get("/bookyflow/")

    assert answer.status_code == 200
    assert b'href="/bookyflow/sign-in"' in answer.content


def test_signs_in_and_starts_at_the_desk(visitor, manager, hotel):
    answer = visitor.post(SIGN_IN, RIGHT, follow=True)

    desk = f"/bookyflow/p/{hotel.pk}"
    assert answer.redirect_chain == [("/bookyflow/", 302), (desk, 302)]
    assert hotel.name.encode() in answer.content
    assert b'href="/bookyflow/api/docs"' in answer.content


def test_sends_a_visitor_to_sign_in_and_back(visitor, manager):
    asked = visitor.get("/bookyflow/developers/keys")
    answer = visitor.post(SIGN_IN, RIGHT | {"next": "/bookyflow/developers/keys"})

    assert (asked.status_code, asked["Location"]) == (
        302,
        "/bookyflow/sign-in?next=/bookyflow/developers/keys",
    )
    assert answer["Location"] == "/bookyflow/developers/keys"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "\x01//evil.example",
        "/bookyflow/sign-in",
    ],
)
def test_never_goes_on_to_another_site(visitor, manager, target):
    posted = visitor.post(SIGN_IN, RIGHT | {"next": target})
    asked = visitor.get(SIGN_IN, {"next": target})

    assert (posted.status_code, posted["Location"]) == (302, "/bookyflow/")
    assert (asked.status_code, asked["Location"]) == (302, "/bookyflow/")


@pytest.mark.parametrize(
    "target",
    [
        "abc",
        "keys",
        "%FF",
        "web:keys",
        "?x",
        "#x",
        "//",
        "http://testserver/bookyflow/developers/keys",
        "/" * 3000,
    ],
)
def test_goes_on_to_nothing_but_a_path(visitor, manager, target):
    posted = visitor.post(SIGN_IN, RIGHT | {"next": target})
    asked = visitor.get(SIGN_IN, {"next": target})

    assert (posted.status_code, posted["Location"]) == (302, "/bookyflow/")
    assert (asked.status_code, asked["Location"]) == (302, "/bookyflow/")


@pytest.mark.parametrize(
    "path", ["/?x=%00", "/bookyflow/developers/keys/%00", "/bookyflow/sign-in?next=%00"]
)
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


def test_the_admin_has_no_other_door(visitor, superuser):
    """Forty wrong passwords at the admin's own form were all compared, and the next one let in."""
    wrong = {"username": "root", "password": "wrong", "next": "/admin/"}
    asked = visitor.get("/admin/", follow=True)
    posted = [visitor.post("/admin/login/", wrong).status_code for _ in range(40)]
    limited = [visitor.post(SIGN_IN, wrong).status_code for _ in range(12)]
    right = visitor.post(SIGN_IN, wrong | {"password": PASSWORD})

    assert asked.redirect_chain == [
        ("/admin/login/?next=/admin/", 302),
        ("/bookyflow/sign-in?next=/admin/", 302),
    ]
    assert set(posted) == {405}
    assert limited == [400] * 10 + [429] * 2
    assert right.status_code == 429
    assert "_auth_user_id" not in visitor.session


def test_staff_come_back_to_the_page_of_the_admin_they_asked_for(visitor, superuser):
    page = "/admin/accounts/user/?q=mona"
    asked = visitor.get(page, follow=True)
    right = {"username": "root", "password": PASSWORD, "next": asked.context["next"]}
    answer = visitor.post(SIGN_IN, right, follow=True)

    assert answer.redirect_chain == [(page, 302)]
    assert answer.status_code == 200
    assert visitor.get("/admin/login/", follow=True).redirect_chain == [("/admin/", 302)]


def test_an_account_that_is_no_staff_is_told_instead_of_sent_in_circles(signed_in):
    answer = signed_in.get("/admin/accounts/user/", follow=True)

    assert [where.partition("?")[0] for where, _ in answer.redirect_chain] == ["/admin/login/"]
    assert answer.status_code == 403
    assert b"no part in the administration" in answer.content
    assert signed_in.get(SIGN_IN, {"next": "/admin/"}, follow=True).status_code == 403


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_the_way_by_the_admin_never_leads_to_another_site(visitor, superuser, target):
    asked = visitor.get("/admin/login/", {"next": target}, follow=True)
    right = {"username": "root", "password": PASSWORD, "next": asked.context["next"]}

    assert visitor.post(SIGN_IN, right)["Location"] == "/bookyflow/"


def test_one_address_tries_no_number_of_names(visitor, manager):
    """Twenty-five of twenty-five names were compared, each at the cost of a hash."""
    statuses = [
        visitor.post(
            SIGN_IN, {"username": f"name{n}", "password": "x"}, REMOTE_ADDR="192.0.2.1"
        ).status_code
        for n in range(60)
    ]
    limited = visitor.post(SIGN_IN, RIGHT, REMOTE_ADDR="192.0.2.1")
    elsewhere = visitor.post(SIGN_IN, RIGHT, REMOTE_ADDR="192.0.2.2")

    assert statuses == [400] * 50 + [429] * 10
    assert limited.status_code == 429
    assert 0 < int(limited["Retry-After"]) <= 15 * 60
    assert elsewhere.status_code == 302


def test_nothing_is_hashed_once_the_limit_is_reached(visitor, manager, hashing):
    wrong = {"username": "mona", "password": "wrong"}
    for _ in range(30):
        visitor.post(SIGN_IN, wrong)

    assert len(hashing) == 10


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_are_no_more_than_one_after_the_other(hashing):
    make_user("mona")
    hashing.clear()
    together = threading.Barrier(20)

    def attempt(_):
        together.wait()
        try:
            wrong = {"username": "mona", "password": "wrong"}
            return Client().post(SIGN_IN, wrong).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        statuses = sorted(pool.map(attempt, range(20)))

    assert statuses == [400] * 10 + [429] * 10
    assert len(hashing) == 10


@pytest.mark.django_db(transaction=True)
def test_a_right_password_counts_for_nothing_and_many_at_once_all_sign_in():
    make_user("mona")
    together = threading.Barrier(5)

    def attempt(_):
        together.wait()
        try:
            return [Client().post(SIGN_IN, RIGHT).status_code for _ in range(15)]
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(attempt, range(5)))

    assert answers == [[302] * 15] * 5
    assert set(Attempt.objects.values_list("tries", flat=True)) <= {0}


def test_signs_in_while_the_cache_is_away(visitor, manager, settings):
    settings.CACHES = {"default": cache_at("redis://127.0.0.1:1/0")}

    wrong = visitor.post(SIGN_IN, RIGHT | {"password": "wrong"})
    right = visitor.post(SIGN_IN, RIGHT, follow=True)

    assert wrong.status_code == 400
    assert b"mona" in right.content
    assert b"You have signed out." in visitor.post("/bookyflow/sign-out", follow=True).content


def test_an_empty_form_is_refused_beside_its_fields(visitor, db):
    answer = visitor.post(SIGN_IN, {})

    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"username", "password"}


def test_signs_out_by_post_only(signed_in):
    assert signed_in.get("/bookyflow/sign-out").status_code == 405

    answer = signed_in.post("/bookyflow/sign-out", follow=True)

    assert b"You have signed out." in answer.content
    assert signed_in.get("/bookyflow/developers/keys").status_code == 302


def test_a_suspension_ends_the_session(signed_in, manager):
    assert signed_in.get("/bookyflow/developers/keys").status_code == 200

    user_suspend(user=manager, by=SYSTEM)

    assert signed_in.get("/bookyflow/developers/keys").status_code == 302


@pytest.mark.parametrize("path", ["/bookyflow/", SIGN_IN])
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
