"""The booking flow in the language that a call asks for."""

from __future__ import annotations

import pytest

from tests import foreign
from tests.features.booking.conftest import data

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, asked):
    """Ask for a quote in a language."""

    def call(language, **changes):
        return client.post(
            "/bookyflow/api/booking/quote",
            asked | changes,
            content_type="application/json",
            headers={"accept-language": language},
        )

    return call


@pytest.mark.parametrize(
    ("language", "explanation"),
    [
        ("de-DE", "Tarif Flexible: 3 Nächte zu 120,00."),
        ("fr", "Tarif Flexible : 3 nuits à 120,00."),
        ("es", "Tarifa Flexible: 3 noches a 120,00."),
        ("it", "Tariff Flexible: 3 nights at 120.00."),
    ],
)
def test_lines_are_explained_in_the_language_asked_for(ask, language, explanation):
    answer = ask(language)

    assert data(answer)["lines"][0]["explanation"] == explanation
    assert "Accept-Language" in answer["Vary"]


def test_a_refusal_is_told_in_the_language_asked_for_under_the_same_key(ask):
    refused = ask("de", coupon_code="NONE").json()

    assert refused["key"] == "coupon_invalid"
    assert refused["title"] == "Ungültiger Gutschein"
    assert refused["fields"] == {"coupon_code": ["Es gibt keinen Gutschein mit diesem Code."]}


@pytest.mark.parametrize(
    "changes",
    [
        {"coupon_code": "NONE"},
        {"departure": "2000-01-01"},
        {"arrival": "2000-01-01"},
        {"adults": 499},
        {"child_ages": [3]},
        {"extras": {"1": 1}},
        {"property_uid": 999_999_999},
        {"rooms": []},
    ],
)
def test_no_word_of_a_refused_quote_escapes_translation(foreign_language, ask, asked, changes):
    refused = ask(foreign_language, **changes).json()
    told = [refused["title"], refused["detail"], *map(str, refused["fields"].values())]

    assert foreign.readable(" ".join(told), given=list(asked)) == []
