"""The plug-in manager in the admin: what it shows and asks, and who may do what."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from bookyflow.accounts.models import KeyPair, User
from bookyflow.plugins import running
from bookyflow.plugins.hooks import Setting
from bookyflow.plugins.loading import SAFE_MODE
from bookyflow.plugins.manifest import BrokenFeature
from bookyflow.plugins.models import FeatureState
from bookyflow.plugins.running import ENDED, run_of
from tests.plugins.conftest import feature, scope

pytestmark = pytest.mark.django_db
LIST = "/admin/plugins/featurestate/"
HOURS = Setting("opens_at", "number", "Opens at", "The hour.", 8)
SHOWN = Setting("is_shown", "switch", "Shown to guests", "", default=False)


@pytest.fixture
def site(known, installed, settings, tmp_path):
    settings.RUN_DIR = tmp_path
    known(
        feature("core", section="core"),
        feature(
            "pool",
            scope("pool_get"),
            requires=("core",),
            excludes=("echo",),
            description="Water <b>and</b> towels.",
            author="Acme",
            manual="https://acme.example/pool",
            changes=(("2.0", "Warmer."), ("1.0", "First.")),
            min_version="0.1",
            settings=(HOURS, SHOWN),
            bundled=False,
        ),
        feature("echo"),
    )
    settings.BROKEN_FEATURES = (BrokenFeature("acme_bath", "SyntaxError: invalid syntax", "bath"),)
    installed(core=False, pool=False, gone=False)


@pytest.fixture
def administrator(client):
    client.force_login(User.objects.create_superuser("administrator"))
    return client


@pytest.fixture
def begun(monkeypatch):
    """What would have been run, in place of processes that would not see the test's rows."""
    started = []
    monkeypatch.setattr(
        running.subprocess, "Popen", lambda command, **options: started.append(command[5:])
    )
    return started


def page_of(name: str, tail: str = "") -> str:
    return f"{LIST}feature/{name}{tail}"


def told(answer) -> list[str]:
    return [f"{message.level_tag}: {message}" for message in answer.context["messages"]]


def test_shows_what_there_is_and_in_what_state(site, administrator):
    answer = administrator.get(LIST)

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Water &lt;b&gt;and&lt;/b&gt; towels." in page
    assert "update 2.0" in page
    assert "its code is missing" in page
    assert "not installed" in page
    assert "SyntaxError: invalid syntax" in page
    assert [card.name for card in answer.context["packages"]] == ["pool"]
    assert [card.name for card in answer.context["broken"]] == ["bath", "gone"]


def test_safe_mode_is_shown(site, administrator, settings):
    settings.SAFE_MODE = True
    settings.BROKEN_FEATURES = (BrokenFeature("acme_bath", SAFE_MODE, "bath"),)

    page = administrator.get(LIST).content.decode()

    assert "Safe mode: the packages of others are not loaded." in page


def test_a_page_tells_all_about_a_feature(site, administrator, manager):
    KeyPair.objects.create(name="Kiosk", user=manager, granted_scopes=["pool_get"])

    page = administrator.get(page_of("pool")).content.decode()

    for text in ("Acme", "https://acme.example/pool", "Warmer.", "Kiosk", "pool_get", "core"):
        assert text in page
    assert "No endpoint uses scope pool_get." in page  # its health
    assert "1 key pair holds scopes of this feature." in page


def test_endpoints_for_everybody_are_marked(administrator):
    page = administrator.get(page_of("booking")).content.decode()

    assert "* everybody" in page
    assert "/bookyflow/api/booking/" in page


def test_switches_on_and_after_asking_off(site, administrator, manager):
    KeyPair.objects.create(name="Kiosk", user=manager, granted_scopes=["pool_get"])
    assert told(administrator.post(page_of("core", "/enable"), follow=True)) == [
        "success: Core is on."
    ]
    administrator.post(page_of("pool", "/enable"))

    asked = administrator.get(page_of("pool", "/disable")).content.decode()
    assert "1 key pair(s) hold pool_get, which nothing else uses." in asked
    assert "It was not called in the last seven days." in asked
    assert FeatureState.objects.get(name="pool").enabled

    administrator.post(page_of("pool", "/disable"))
    assert not FeatureState.objects.get(name="pool").enabled


@pytest.mark.parametrize(
    ("on", "name", "refusal"),
    [
        ({}, "pool", "error: Feature pool needs core switched on."),
        ({"core": True, "echo": True}, "pool", "error: Feature pool does not go with echo."),
        ({"core": True, "pool": True, "echo": False}, "echo", "error: Feature echo does not go"),
        ({}, "gone", "error: No feature is called gone."),
        ({}, "echo", "error: Feature echo is not installed."),
    ],
)
def test_shows_refusals(site, administrator, installed, on, name, refusal):
    installed(**({"core": False, "pool": False, "gone": False} | on))
    if name == "echo" and not on:
        FeatureState.objects.filter(name="echo").delete()

    (message,) = told(administrator.post(page_of(name, "/enable"), follow=True))

    assert message.startswith(refusal)


def test_saves_settings_and_refuses_what_they_are_not(site, administrator):
    FeatureState.objects.update(version="2.0")
    saved = administrator.post(page_of("pool", "/settings"), {"opens_at": "9", "is_shown": "on"})
    assert saved.status_code == 302
    assert FeatureState.objects.get(name="pool").settings == {"opens_at": 9, "is_shown": True}
    assert 'value="9"' in administrator.get(page_of("pool")).content.decode()

    for wrong in ("-1", "9" * 30, "noon", ""):
        answer = administrator.post(page_of("pool", "/settings"), {"opens_at": wrong})
        assert answer.status_code == 400
    assert FeatureState.objects.get(name="pool").settings["opens_at"] == 9


def test_installs_and_uninstalls_in_a_process_of_its_own(site, administrator, begun):
    answer = administrator.post(page_of("echo", "/install"))
    assert answer["Location"] == page_of("echo", "/progress")
    twice = administrator.post(page_of("echo", "/install"), follow=True)
    assert told(twice) == ["error: Feature echo is being worked on already."]
    assert "Working" in administrator.get(page_of("echo", "/progress")).content.decode()

    assert "Uninstall" in administrator.get(page_of("gone", "/uninstall")).content.decode()
    administrator.post(page_of("gone", "/uninstall"))
    administrator.post(page_of("pool", "/uninstall"), {"data": "drop"})
    assert begun == [
        ["features", "install", "echo"],
        ["features", "uninstall", "gone", "--yes"],
        ["features", "uninstall", "pool", "--yes", "--drop"],
    ]


def test_tells_how_a_run_ended(site, administrator, settings):
    file = settings.RUN_DIR / "features" / "echo.log"
    file.parent.mkdir()
    file.write_text(f"CommandError: no\n{ENDED}1\n")

    page = administrator.get(page_of("echo", "/progress")).content.decode()

    assert "It failed" in page
    assert "CommandError: no" in page
    file.write_text(f"echo: install done\n{ENDED}0\n")
    assert "Done." in administrator.get(page_of("echo", "/progress")).content.decode()
    assert run_of("core") is None


def test_nothing_is_added_changed_or_deleted_past_it(site, administrator):
    state = FeatureState.objects.get(name="core")
    change = reverse("admin:plugins_featurestate_change", args=[state.pk])

    assert administrator.get(change)["Location"] == page_of("core")
    administrator.post(change, {"name": "other", "enabled": "on", "version": "9"})
    state.refresh_from_db()
    assert (state.name, state.enabled, state.version) == ("core", False, "1.0")
    delete = reverse("admin:plugins_featurestate_delete", args=[state.pk])
    assert administrator.post(delete, {"post": "yes"}).status_code == 403
    assert administrator.get(reverse("admin:plugins_featurestate_add")).status_code == 403


def test_seeing_is_not_switching(site, client, begun):
    staff = User.objects.create_user("staff", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_featurestate"))
    client.force_login(staff)

    assert client.get(LIST).status_code == 200
    assert client.get(page_of("core")).status_code == 200
    for tail in ("/enable", "/disable", "/install", "/uninstall", "/settings"):
        assert client.post(page_of("core", tail)).status_code == 403
    assert not FeatureState.objects.get(name="core").enabled
    assert begun == []


def test_strangers_see_nothing_and_links_change_nothing(site, client, administrator):
    for tail in ("/enable", "/install", "/settings"):
        assert administrator.get(page_of("core", tail)).status_code == 405
    for name in ("nope", "..", "core%2F..%2Fx"):
        assert administrator.get(page_of(name, "/progress")).status_code in {404, 302}
    administrator.logout()
    assert client.get(page_of("core")).status_code == 302
