from __future__ import annotations

import pytest

from tests.examples import example

pytestmark = pytest.mark.django_db


def test_answers_with_a_fixed_word(client_for):
    response = client_for("echo_get").get("/bookyflow/api/echo")

    assert response.status_code == 200
    assert response.json() == {"data": {"echo": example("echo.get").answer}, "meta": {"code": 200}}


def test_costs_one_statement(client_for, django_assert_num_queries):
    client = client_for("echo_get")

    # * token, key, owner, features
    with django_assert_num_queries(1):
        response = client.get("/bookyflow/api/echo")

    assert response.status_code == 200
