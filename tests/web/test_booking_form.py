"""The page of the booking form: who gets it, in which language, and who may frame it."""

from __future__ import annotations

import json
import re

import pytest

from bookyflow.properties.models import BookingModel, Property, PropertyText, PropertyType
from tests.conftest import make_hotel

SITES = "https://www.harbour.example http://localhost:3000"


@pytest.fixture
def house(db) -> Property:
    return make_hotel(name="Harbour House", tel="+44 1326 555 0100")


@pytest.fixture
def settle(house):
    """Change settings of the property."""

    def change(**settings):
        for name, value in settings.items():
            setattr(house.settings, name, value)
        house.settings.save()

    return change


@pytest.fixture
def form(visitor, house):
    """The answer to who asks for the form."""

    def get(query="", **headers):
        return visitor.get(f"/bookyflow/book/{house.pk}{query}", **headers)

    return get


def ancestors(answer) -> str:
    (found,) = re.findall("frame-ancestors ([^;]*)", answer["Content-Security-Policy"])
    return found


def setup_of(answer) -> dict:
    (found,) = re.findall(r'<script id="setup"[^>]*>(.*?)</script>', answer.content.decode())
    return json.loads(found)


def test_anybody_gets_the_form_without_a_cookie(form, house):
    answer = form()

    assert answer.status_code == 200
    assert "Harbour House" in answer.content.decode()
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert "no-store" in answer["Cache-Control"]
    assert setup_of(answer)["property"] == house.pk


def test_two_queries_and_the_names_make_the_page(form, django_assert_max_num_queries):
    form()
    with django_assert_max_num_queries(4):
        form()


@pytest.mark.parametrize(
    ("sites", "allowed"), [("", "'self'"), (SITES, f"'self' {SITES}")], ids=["none", "some"]
)
def test_the_owners_sites_may_frame_it(form, settle, sites, allowed):
    settle(booking_form_sites=sites)

    answer = form()

    assert ancestors(answer) == allowed
    assert "X-Frame-Options" not in answer
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy


def test_pictures_may_lie_at_another_place(form, settings):
    settings.MEDIA_URL = "https://media.example:8443/pictures/"

    policy = form()["Content-Security-Policy"]

    assert "; img-src https://media.example:8443 'self' data:; " in policy


@pytest.mark.parametrize("path", ["/bookyflow/", "/bookyflow/sign-in", "/bookyflow/docs/errors"])
def test_nothing_else_may_be_framed(visitor, settle, path):
    settle(booking_form_sites=SITES)

    answer = visitor.get(path)

    assert answer["X-Frame-Options"] == "DENY"
    assert "harbour.example" not in answer.get("Content-Security-Policy", "")


@pytest.mark.parametrize("gone", [{"is_published": False}, {"deleted_at": "2026-01-01T00:00Z"}])
def test_what_is_not_published_is_not_there(form, house, settle, gone):
    settle(booking_form_sites=SITES)
    Property.objects.filter(pk=house.pk).update(**gone)

    answer = form()

    assert answer.status_code == 404
    assert "Nothing is here" in answer.content.decode()
    assert "Harbour" not in answer.content.decode()
    assert (answer["X-Frame-Options"], ancestors(answer)) == ("DENY", "'none'")


@pytest.mark.parametrize("number", [0, 999_999_999, 10**30])
def test_a_number_that_is_nobodys(visitor, house, number):
    assert visitor.get(f"/bookyflow/book/{number}").status_code == 404


@pytest.mark.parametrize(
    "settings", [{"visitors_can_book": False}, {"only_registered_can_book": True}]
)
def test_where_nobody_books_online_the_page_says_so(form, settle, settings):
    settle(**settings, external_booking_url="https://www.harbour.example/book")

    text = form().content.decode()

    assert "This property does not take bookings online." in text
    assert 'href="https://www.harbour.example/book" target="_top"' in text
    assert "+44 1326 555 0100" in text
    assert "<script" not in text


def test_a_house_for_sale_is_not_booked(form, house):
    house.property_type = PropertyType.objects.create(name="Sale", flag=BookingModel.REAL_ESTATE)
    house.save()

    assert "This property does not take bookings online." in form().content.decode()


def test_who_has_paid_is_told_what_comes_next(form):
    text = form("?back=payment").content.decode()

    assert "You get an e-mail as soon as your payment has come." in text
    assert "<script" not in text


def test_without_scripts_the_page_says_whom_to_ask(form):
    text = form().content.decode()

    (told,) = re.findall("<noscript>.*?</noscript>", text, re.DOTALL)
    assert "Please switch JavaScript on" in told
    assert 'href="tel:+4413265550100"' in text


@pytest.mark.parametrize(
    ("own", "query", "accepted", "language"),
    [
        ("de-CH", "", "", "de-CH"),
        ("de-CH", "", "fr;q=0.8, it", "fr-FR"),
        ("de-CH", "?lang=en", "fr", "en-GB"),
        ("de-CH", "?lang=de", "fr", "de-CH"),
        ("en-GB", "?lang=es-MX", "", "es-MX"),
        ("it-IT", "", "nl", "en-GB"),
        ("de-DE", "?lang=<script>", "", "de-DE"),
    ],
)
def test_the_language_that_is_wanted(form, settle, own, query, accepted, language):
    settle(language=own)

    answer = form(query, headers={"accept-language": accepted} if accepted else {})

    assert answer["Content-Language"] == setup_of(answer)["language"] == language
    assert f'<html lang="{language}">' in answer.content.decode()


def test_every_text_is_in_the_language_of_the_page(form, house, foreign_language):
    PropertyText.objects.create(
        property=house, language="de-DE", field=PropertyText.Field.NAME, text="Hafenhaus"
    )
    answer = form("?lang=de")
    text = re.sub(
        r"<script.*?</script>|<head>.*</head>|<[^>]*>",
        " ",
        answer.content.decode(),
        flags=re.DOTALL,
    )
    texts = setup_of(answer)["texts"]

    assert re.findall("[A-Za-z]{3,}", text.replace("Hafenhaus", "").replace("Penryn", "")) == []
    said = json.dumps(list(texts.values()), ensure_ascii=False)
    assert re.findall("[A-Za-z]{3,}", re.sub(r"%\(\w+\)s|\"(one|other)\"", "", said)) == []


def test_names_of_others_stay_text(form, house):
    house.name = "</script><img src=x onerror=alert(1)>"
    house.save()

    text = form().content.decode()

    assert "<img" not in text
    assert text.count("</script>") == 2
