from __future__ import annotations

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from bookyflow.accounts.models import AccessLevel, KeyPair
from bookyflow.accounts.tasks import sessions_clear
from bookyflow.core.acting import SYSTEM
from bookyflow.core.crypto import decrypt
from bookyflow.property_lifecycle.suspension import user_suspend
from tests.accounts.conftest import PASSWORD, make_user
from tests.web.conftest import *  # noqa: F403  # the same people
from tests.web.test_keys import SECRET, new_form

SIGN_IN = "/bookyflow/sign-in"
CODE = "/bookyflow/sign-in/code"
RIGHT = {"username": "mona", "password": PASSWORD}
KEYS = "/bookyflow/developers/keys"
FACTORS = "/bookyflow/account/second-factor"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_of(secret: str, *, ahead: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


@pytest.fixture
def secured(manager):
    """Mona, with an app and recovery codes."""
    TOTP.activate(manager, SEED)
    RecoveryCodes.activate(manager)
    return manager


@pytest.fixture
def stale(signed_in) -> Client:
    """Signed in, and long ago."""
    session = signed_in.session
    session["fresh_at"] = time.time() - 16 * 60
    session.save()
    return signed_in


def test_an_app_is_set_up_and_its_secret_is_encrypted(signed_in, manager):
    form = signed_in.get(f"{FACTORS}/app").context["form"]
    wrong = signed_in.post(f"{FACTORS}/app", {"code": "x"})
    right = signed_in.post(f"{FACTORS}/app", {"code": code_of(form.secret)})

    assert wrong.status_code == 400
    assert right["Location"] == f"{FACTORS}/codes"
    kept = {one.type: one.data for one in Authenticator.objects.filter(user=manager)}
    assert decrypt(kept["totp"]["secret"]) == form.secret
    assert form.secret not in str(kept)
    assert len(decrypt(kept["recovery_codes"]["seed"])) == 80
    shown = signed_in.get(f"{FACTORS}/codes")
    assert shown.content.count(b"<li><code>") == 10
    assert signed_in.get(f"{FACTORS}/codes/file")["Content-Type"].startswith("text/plain")


def test_the_password_alone_opens_nothing_any_more(visitor, secured):
    asked = visitor.post(SIGN_IN, RIGHT | {"next": KEYS})

    assert asked["Location"] == CODE
    assert visitor.get(KEYS).status_code == 302
    assert visitor.get("/admin/").status_code == 302
    assert visitor.post(CODE, {"code": "000000"}).status_code == 400

    answer = visitor.post(CODE, {"code": code_of(SEED)})

    assert answer["Location"] == KEYS
    assert visitor.get(KEYS).status_code == 200


def test_the_code_is_asked_for_at_the_door_of_the_admin_too(visitor, secured):
    secured.is_staff = secured.is_superuser = True
    secured.save()
    asked = visitor.get("/admin/", follow=True)

    first = visitor.post(SIGN_IN, RIGHT | {"next": asked.context["next"]})
    locked = visitor.get("/admin/")
    second = visitor.post(CODE, {"code": code_of(SEED)})

    assert (first["Location"], locked.status_code) == (CODE, 302)
    assert second["Location"] == "/admin/"
    assert visitor.get("/admin/").status_code == 200


def test_a_code_opens_once(visitor, secured):
    code = code_of(SEED)
    other = Client()
    for client in (visitor, other):
        client.post(SIGN_IN, RIGHT)

    assert visitor.post(CODE, {"code": code}).status_code == 302
    assert other.post(CODE, {"code": code}).status_code == 400


def test_wrong_codes_are_limited_wherever_they_come_from(visitor, secured):
    visitor.post(SIGN_IN, RIGHT)
    statuses = [
        visitor.post(CODE, {"code": "000000"}, REMOTE_ADDR=f"192.0.2.{n}").status_code
        for n in range(12)
    ]
    right = visitor.post(CODE, {"code": code_of(SEED)})

    assert statuses == [400] * 10 + [429] * 2
    assert (right.status_code, int(right["Retry-After"]) > 0) == (429, True)
    assert visitor.get(KEYS).status_code == 302


def test_a_recovery_code_works_once(secured):
    authenticator = Authenticator.objects.get(user=secured, type="recovery_codes")
    code = authenticator.wrap().get_unused_codes()[0]
    first, second = Client(), Client()
    for client in (first, second):
        client.post(SIGN_IN, RIGHT)

    assert first.post(CODE, {"code": code}).status_code == 302
    assert second.post(CODE, {"code": code}).status_code == 400


def test_somebody_suspended_between_password_and_code_stays_out(visitor, secured):
    visitor.post(SIGN_IN, RIGHT)
    user_suspend(user=secured, by=SYSTEM)

    visitor.post(CODE, {"code": code_of(SEED)})

    assert visitor.get(KEYS).status_code == 302


def test_the_app_is_removed_with_its_codes(signed_in, secured):
    asked = signed_in.get(f"{FACTORS}/app/remove")
    signed_in.post(f"{FACTORS}/app/remove")

    assert b"the recovery codes go too" in asked.content
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("path", ["app", "codes", "codes/new", "passkeys/new", "app/remove"])
def test_who_it_is_is_asked_again_before_a_factor_is_changed(stale, secured, path):
    answer = stale.get(f"{FACTORS}/{path}")

    assert answer["Location"].startswith("/bookyflow/account/confirm?next=")


def test_what_was_typed_is_kept_while_who_it_is_is_asked(stale, manager):
    asked = stale.post(f"{KEYS}/new", new_form(stale))
    page = stale.get(asked["Location"])
    wrong = stale.post("/bookyflow/account/confirm", {"password": "x", "next": f"{KEYS}/new"})
    nothing_made = KeyPair.objects.count()
    right = {"password": PASSWORD, "next": f"{KEYS}/new"}
    made = stale.post("/bookyflow/account/confirm", right)
    again = stale.post("/bookyflow/account/confirm", right)

    assert (page.status_code, wrong.status_code, nothing_made) == (200, 400, 0)
    assert SECRET.search(made.content.decode())
    assert KeyPair.objects.get().name == "My app"
    assert again["Location"] == f"{KEYS}/new"


def test_who_it_is_can_be_said_by_a_code(stale, secured):
    stale.get(f"{FACTORS}/codes")
    answer = stale.post(
        "/bookyflow/account/confirm/code", {"code": code_of(SEED), "next": f"{FACTORS}/codes"}
    )

    assert answer["Location"] == f"{FACTORS}/codes"
    assert stale.get(f"{FACTORS}/codes").status_code == 200


def test_wrong_passwords_to_confirm_count_as_those_to_sign_in(stale, visitor):
    for _ in range(10):
        stale.post("/bookyflow/account/confirm", {"password": "x"})

    assert stale.post("/bookyflow/account/confirm", {"password": PASSWORD}).status_code == 429
    assert visitor.post(SIGN_IN, RIGHT).status_code == 429


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example"])
def test_confirming_never_leads_to_another_site(stale, target):
    answer = stale.post("/bookyflow/account/confirm", {"password": PASSWORD, "next": target})

    assert answer["Location"] == "/bookyflow/"


@pytest.mark.parametrize("path", ["signup", "login", "email", "password/change", "logout"])
def test_other_pages_of_allauth_are_not_served(signed_in, path):
    assert signed_in.get(f"/bookyflow/account/{path}/").status_code == 404
    assert signed_in.get(f"/bookyflow/{path}/").status_code == 404


def test_passkeys_of_others_are_nobody_elses(signed_in, other_manager):
    theirs = Authenticator.objects.create(user=other_manager, type="webauthn", data={"name": "x"})

    assert signed_in.get(f"{FACTORS}/passkeys/{theirs.pk}").status_code == 404
    assert signed_in.post(f"{FACTORS}/passkeys/{theirs.pk}/remove").status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("credential", ["", "x", "{}", "null", '{"id": 1}'])
def test_what_is_no_passkey_opens_nothing(visitor, secured, credential):
    answer = visitor.post("/bookyflow/sign-in/passkey", {"credential": credential})

    assert answer["Location"] == SIGN_IN
    assert visitor.get(KEYS).status_code == 302


def test_lost_factors_are_removed_by_a_command(signed_in, visitor, secured, capsys):
    call_command("second_factor_remove", "mona")

    assert "2 removed" in capsys.readouterr().out
    assert not Authenticator.objects.exists()
    assert visitor.post(SIGN_IN, RIGHT | {"next": KEYS})["Location"] == KEYS
    with pytest.raises(CommandError):
        call_command("second_factor_remove", "nobody")


@pytest.mark.parametrize(("is_superuser", "left"), [(True, 0), (False, 2)])
def test_lost_factors_are_removed_in_the_administration_by_superusers(secured, is_superuser, left):
    admin = Client()
    admin.force_login(
        make_user("root", AccessLevel.SUPER_MANAGER, is_staff=True, is_superuser=is_superuser)
    )

    action = {"action": "remove_second_factors", "_selected_action": [secured.pk]}
    admin.post("/admin/accounts/user/", action)

    assert Authenticator.objects.filter(user=secured).count() == left


def test_sessions_that_have_ended_go(visitor, manager, time_machine):
    visitor.post(SIGN_IN, RIGHT)
    assert (sessions_clear.func(timestamp=0), UserSession.objects.count()) == (0, 1)

    time_machine.move_to(timezone.now() + timedelta(hours=13))

    assert sessions_clear.func(timestamp=0) >= 1
    assert not UserSession.objects.exists()


def test_a_new_encryption_key_takes_the_secrets_along(visitor, secured, settings, capsys):
    old, new = settings.ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [new, old]
    call_command("rotate_encryption")

    assert "mfa_authenticator: 2 rows read, 2 written" in capsys.readouterr().out
    settings.ENCRYPTION_KEYS = [new]
    visitor.post(SIGN_IN, RIGHT)
    assert visitor.post(CODE, {"code": code_of(SEED)}).status_code == 302

    settings.ENCRYPTION_KEYS = [old]
    with pytest.raises(CommandError, match="2 values fit no key"):
        call_command("rotate_encryption")


@pytest.mark.parametrize("credential", ["", "0", "-0", "false", "{}", "[]", "12", '"x"', "null"])
def test_what_is_no_passkey_is_not_kept(signed_in, manager, credential):
    signed_in.get(f"{FACTORS}/passkeys/new")
    answer = signed_in.post(
        f"{FACTORS}/passkeys/new", {"name": "Key", "credential": credential, "passwordless": "on"}
    )
    assert answer.status_code == 400
    assert not Authenticator.objects.filter(user=manager).exists()
