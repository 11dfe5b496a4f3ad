from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from bookyflow.accounts.models import User
from bookyflow.plugins.manifest import BrokenFeature
from bookyflow.plugins.models import FeatureState
from tests.plugins.conftest import feature

pytestmark = pytest.mark.django_db
LIST = "admin:plugins_featurestate_changelist"


@pytest.fixture
def site(known, installed, settings):
    known(
        feature("core", section="core"),
        feature("spa", requires=("core",)),
        feature("echo"),
    )
    settings.BROKEN_FEATURES = (BrokenFeature("acme_pool", "SyntaxError: invalid syntax"),)
    installed(core=False, spa=False, gone=False)


@pytest.fixture
def administrator(client):
    client.force_login(User.objects.create_superuser("administrator"))
    return client


def act(client, action: str, *names: str) -> list[str]:
    chosen = FeatureState.objects.filter(name__in=names).values_list("pk", flat=True)
    form = {"action": action, "_selected_action": list(chosen)}
    answer = client.post(reverse(LIST), form, follow=True)
    assert answer.status_code == 200
    return [f"{message.level_tag}: {message}" for message in answer.context["messages"]]


def test_shows_features_states_and_faults(site, administrator):
    answer = administrator.get(reverse(LIST))

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "2.0: run `manage.py features install core`" in page
    assert "missing" in page
    assert "manage.py features install echo" in page
    assert "acme_pool: SyntaxError: invalid syntax" in page


def test_switches_on_and_off(site, administrator):
    assert act(administrator, "enable", "core") == ["success: core is on."]
    assert FeatureState.objects.get(name="core").enabled

    assert act(administrator, "disable", "core") == ["success: core is off."]
    assert not FeatureState.objects.get(name="core").enabled


def test_shows_refusals_and_does_the_rest(site, administrator):
    assert act(administrator, "enable", "spa", "gone") == [
        "error: No feature is called gone.",
        "error: Feature spa needs core switched on.",
    ]
    assert not FeatureState.objects.filter(enabled=True).exists()

    assert act(administrator, "enable", "core", "spa") == [
        "success: core is on.",
        "success: spa is on.",
    ]


def test_nothing_is_added_changed_or_deleted(site, administrator):
    state = FeatureState.objects.get(name="core")
    change = reverse("admin:plugins_featurestate_change", args=[state.pk])

    assert administrator.get(change).status_code == 200
    administrator.post(change, {"name": "other", "enabled": "on", "version": "9"})
    state.refresh_from_db()
    assert (state.name, state.enabled, state.version) == ("core", False, "1.0")

    delete = reverse("admin:plugins_featurestate_delete", args=[state.pk])
    assert administrator.post(delete, {"post": "yes"}).status_code == 403
    assert administrator.get(reverse("admin:plugins_featurestate_add")).status_code == 403
    assert FeatureState.objects.filter(name="core").exists()


def test_seeing_is_not_switching(site, client):
    staff = User.objects.create_user("staff", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_featurestate"))
    client.force_login(staff)

    assert client.get(reverse(LIST)).status_code == 200
    chosen = FeatureState.objects.get(name="core").pk
    client.post(reverse(LIST), {"action": "enable", "_selected_action": [chosen]})
    assert not FeatureState.objects.get(name="core").enabled
