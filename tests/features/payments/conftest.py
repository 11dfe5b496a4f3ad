"""An inn that takes cards by a stand-in of Stripe, over HTTP."""

from __future__ import annotations

import pytest

from bookyflow.core.acting import Actor
from tests.domain.payments.conftest import (  # noqa: F401  # fixtures
    BACK,
    double,
    inn,
    quoted,
    stripe,
    stripe_server,
    work,
)
from tests.features.booking.conftest import GUEST, data, secret
from tests.stripe import signature

API = "/bookyflow/api/payments"
BOOKING = "/bookyflow/api/booking"


@pytest.fixture
def by(manager):
    return Actor(user_id=manager.pk)


@pytest.fixture
def held(anonymous, quoted):  # noqa: F811  # a fixture
    return data(anonymous.post(f"{BOOKING}/hold", {"quote": quoted()}), 201)


@pytest.fixture
def booked(anonymous, held):
    body = {"reference": held["reference"], "guest": GUEST}
    return data(anonymous.post(f"{BOOKING}/confirm", body, **secret(held)), 201)


@pytest.fixture
def start(anonymous):
    """Begin to pay."""

    def post(found, also=(), **headers):
        body = {"provider": "stripe", "return_url": BACK} | dict(also)
        return anonymous.post(f"{API}/{found['reference']}", body, **secret(found) | headers)

    return post


@pytest.fixture
def tell(anonymous, inn, stripe):  # noqa: F811  # fixtures
    """Have Stripe tell of the last session."""

    def post(body=None, header=None, prop=None):
        said = body or stripe.event("checkout.session.completed", stripe.session)
        return anonymous.generic(
            "POST",
            f"{API}/stripe/{prop or inn.pk}/notice",
            said,
            content_type="application/json; charset=utf-8",
            HTTP_STRIPE_SIGNATURE=signature(said) if header is None else header,
        )

    return post
