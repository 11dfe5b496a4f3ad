"""Refusals in the language that a call asks for; the document and the catalogue are English."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from bookyflow.api.contract import Endpoint
from bookyflow.api.schema.refusals import error_keys
from bookyflow.api.wire.languages import of_texts
from bookyflow.core.errors import ERRORS
from features.booking import views
from tests import foreign

API = "/bookyflow/api"
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
ROOT = Path(__file__).parents[2]
SAID_TO_OTHERS = {
    # Staff, about rooms and prices that they enter
    *(" places for adults and children.", "At most ", ", the places for adults and children."),
    *("Only staff can set a manual rate.", "The amount must not be negative."),
    "Stored in version ",  # the log
    "Cancelled by the guest.",  # staff, in the history of a booking
}
ANYWHERE = {"server_error", "unavailable", "busy", "method_not_allowed"}
# Modules that refuse what guests ask for: all that they say is translated.
OF_GUESTS = [
    "api/errors.py",
    "availability/stay_rules.py",
    "rooms/capacity.py",
    "tariffs/rules.py",
    "reservations/quotes/*.py",
    "reservations/claiming.py",
    "reservations/holds.py",
    "reservations/price_inputs.py",
    "reservations/public_booking.py",
    "reservations/room_nights.py",
    "reservations/services.py",
    "reservations/taking.py",
    "reservations/tokens.py",
]


def booking_keys() -> set[str]:
    """The keys of all refusals of the booking flow."""
    contracts = [
        found
        for view in (views.Quotes, views.Holds, views.Bookings)
        for found in (getattr(one, "endpoint", None) for one in vars(view).values())
        if isinstance(found, Endpoint)
    ]
    return ANYWHERE.union(*(error_keys(one, unsafe=True) for one in contracts))


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "en-GB"),
        ("de", "de"),
        ("de-CH,en;q=0.5", "de-ch"),
        ("it, fr;q=0.5", "fr"),
        ("it", "en-GB"),
        ("*", "en-GB"),
        ("en, de;q=0.9", "en"),
        ("de;q=0, es", "es"),
    ],
)
def test_the_most_wanted_language_that_there_are_texts_in(header, tag):
    assert of_texts(header) == tag


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "title", "detail"),
    [
        ("de-AT", "Nicht gefunden", "Kein Endpunkt hat diesen Pfad."),
        ("fr", "Introuvable", f"Aucun point d{APOSTROPHE}accès n{APOSTROPHE}a ce chemin."),
        ("es-MX", "No encontrado", "Ningún punto de acceso tiene esta ruta."),
        ("it", "Not found", "No endpoint has this path."),
    ],
)
def test_a_refusal_is_in_the_language_asked_for(client, language, title, detail):
    body = client.get(f"{API}/nowhere", headers={"accept-language": language}).json()

    assert (body["key"], body["title"], body["detail"]) == ("not_found", title, detail)


@pytest.mark.django_db
def test_the_next_call_is_english_again(client):
    client.get(f"{API}/nowhere", headers={"accept-language": "de"})

    assert client.get(f"{API}/nowhere").json()["title"] == "Not found"


@pytest.mark.django_db
def test_the_document_is_english(client):
    path = f"{API}/schema"
    plain, asked = client.get(path), client.get(path, headers={"accept-language": "de"})

    assert asked.text == plain.text
    assert "Nicht gefunden" not in plain.text


@pytest.mark.django_db
def test_the_catalogue_of_errors_is_english_in_a_page_of_any_language(client):
    path = "/bookyflow/docs/errors"
    plain, asked = (
        client.get(path, headers={"accept-language": language}).text for language in ("en", "de")
    )

    assert _catalogue(asked) == _catalogue(plain)
    assert "Nicht gefunden" not in _catalogue(asked)
    assert "Anmelden" in asked


def _catalogue(text):
    return text[text.index("<section data-group>") : text.index("</main>")]


def test_every_title_of_the_booking_flow_is_translated(foreign_language):
    with translation.override(foreign_language):
        left = {key: ERRORS[key].told() for key in booking_keys()}

    assert {key for key, title in left.items() if foreign.readable(title, given=NAMES)} == set()


NAMES = ["Idempotency-Key"]


@pytest.mark.parametrize(
    "path", sorted(path for name in OF_GUESTS for path in (ROOT / "bookyflow").glob(name))
)
def test_no_sentence_of_a_refusal_escapes_translation(path):
    """Sentences in code that are no docstring, and not in gettext's brackets."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    marked = {
        inner
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and "gettext" in ast.unparse(call.func)
        for inner in ast.walk(call)
    }
    told = {
        inner
        for call in ast.walk(tree)
        if isinstance(call, ast.Expr) and isinstance(call.value, ast.Constant)
        for inner in ast.walk(call)
    }
    sentences = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node not in marked | told
        and re.search(r"[A-Za-z]+ .*\.$|^[A-Z][a-z]+ [a-z]+ ", node.value)
    }

    assert sentences - SAID_TO_OTHERS == set()
