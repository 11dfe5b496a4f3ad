"""Names of other sites, which somebody may send in the header Host."""

from __future__ import annotations

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from bookyflow.api.http.middleware import MOST_HOSTS, HostMiddleware

HEALTH = "/healthz"


@pytest.fixture
def ask(settings, client):
    """The status of an answer to who names a host."""
    settings.ALLOWED_HOSTS = ["booking.example", ".hotels.example"]
    return lambda host: client.get(HEALTH, HTTP_HOST=host).status_code


def test_a_name_of_this_site_is_let_in_every_time(ask):
    assert [ask("booking.example") for _ in range(3)] == [200, 200, 200]
    assert ask("booking.example:8000") == 200


@pytest.mark.parametrize("host", ["evil.example", "booking.example.evil.example", "a b", "[", "é"])
def test_another_one_never_is(ask, host):
    ask("booking.example")

    assert [ask(host) for _ in range(2)] == [400, 400]


def test_a_name_that_is_taken_from_the_list_is_let_in_no_more(ask, settings):
    assert ask("booking.example") == 200
    settings.ALLOWED_HOSTS = ["other.example"]

    assert ask("booking.example") == 400
    assert ask("other.example") == 200


def test_no_more_names_are_remembered_than_may_be(settings):
    settings.ALLOWED_HOSTS = ["*"]
    middleware = HostMiddleware(WSGIHandler())

    for number in range(MOST_HOSTS + 5):
        request = RequestFactory().get(HEALTH, HTTP_HOST=f"h{number}.example")
        assert middleware.process_request(request) is None

    assert len(middleware._known) == MOST_HOSTS
