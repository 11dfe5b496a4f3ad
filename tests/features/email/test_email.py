from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
API = "/bookyflow/api/email"


def test_reads_the_owners_address(client_for, manager):
    response = client_for("email_get").get(API)

    assert response.status_code == 200
    assert response.json() == {
        "data": {"email_address": "manager@example.com"},
        "meta": {"code": 200},
    }


def test_an_account_without_address(client_for, manager):
    manager.email = ""
    manager.save()

    assert client_for("email_get").get(API).json()["data"] == {"email_address": ""}


def test_there_is_no_way_to_ask_for_somebody_else(client_for, manager, super_manager):
    client = client_for("email_get cmf_admin", user=super_manager)
    response = client.get(API, HTTP_X_BOOKYFLOW_PROXY_ID=str(manager.pk))

    assert response.json()["data"] == {"email_address": ""}
