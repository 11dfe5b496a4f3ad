"""The frame around every endpoint: paths, headers, language, bodies."""

from __future__ import annotations

import gc
import json
from io import BytesIO
from ipaddress import ip_network
from weakref import ref

import pytest
from django.core.files import uploadhandler
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.core.handlers.wsgi import WSGIHandler

from tests.conftest import make_hotel

API = "/bookyflow/api/probe"


@pytest.mark.parametrize("path", ["/empty", "/empty/", "/empty//", "/empty/once/more/"])
def test_a_trailing_slash_is_ignored(client, path):
    response = client.get(API + path)

    assert response.status_code == 200
    assert response.json() == {"data": {"value": {}}, "meta": {"code": 200}}


def test_a_feature_of_one_segment_takes_a_slash_too(client_for):
    assert client_for("echo_get").get("/bookyflow/api/echo/").status_code == 200


def test_without_envelope_the_value_is_bare(client):
    response = client.get(f"{API}/tongue", HTTP_X_BOOKYFLOW_NO_ENVELOPE="1")

    assert response.json() == "en-GB"


def test_without_envelope_errors_keep_their_shape(client):
    response = client.get(f"{API}/limited?limit=x", HTTP_X_BOOKYFLOW_NO_ENVELOPE="1")

    assert response.json()["key"] == "validation_failed"


def test_the_request_id_is_taken_over_when_well_formed(client):
    taken = client.get(f"{API}/empty", HTTP_X_REQUEST_ID="abc.DEF-123_x")
    made = [
        client.get(f"{API}/empty", HTTP_X_REQUEST_ID=bad) for bad in ("short", "a b c d e f", "")
    ]

    assert taken["X-Request-ID"] == "abc.DEF-123_x"
    assert all(len(response["X-Request-ID"]) == 36 for response in made)
    assert len({response["X-Request-ID"] for response in made}) == 3


def test_every_answer_has_a_request_id(anonymous, db):
    for path in ("/", "/healthz", "/nope", "/bookyflow/api/nope", "/bookyflow/api/echo%00"):
        assert anonymous.get(path)["X-Request-ID"]


def test_head_is_get_without_a_body(client):
    response = client.head(f"{API}/empty")

    assert response.status_code == 200
    assert response.content == b""


@pytest.mark.parametrize(
    ("path", "header", "language"),
    [
        ("/tongue", "", "en-GB"),
        ("/tongue/de", "fr", "de-DE"),
        ("/tongue/pt-br", "", "pt-BR"),
        ("/tongue?language=it", "fr", "it-IT"),
        ("/tongue/de?language=it", "fr", "de-DE"),
        ("/tongue", "xx, fr;q=0.3, es;q=0.8", "es-ES"),
        ("/tongue", "*", "en-GB"),
        ("/tongue?language=nonsense", "", "en-GB"),
    ],
)
def test_language_is_negotiated(client, path, header, language):
    response = client.get(API + path, HTTP_ACCEPT_LANGUAGE=header)

    assert response.json()["data"]["language"] == language


def test_the_property_has_the_last_word_on_language(client, manager):
    hotel = make_hotel(manager)
    hotel.settings.language = "nl-NL"
    hotel.settings.save()
    path = f"{API}/property/{hotel.pk}/language"

    assert client.get(path).json()["data"]["language"] == "nl-NL"
    assert client.get(f"{path}?language=de").json()["data"]["language"] == "de-DE"


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("ids[]=1&ids[]=2", {"ids": [1, 2]}),
        ("items[0][count]=2&items[1][count]=3", {"items": [{"count": 2}, {"count": 3}]}),
        (
            'items=[{"count":1,"nights":{"2027-06-10":"95.00"}}]',
            {"items": [{"count": 1, "nights": {"2027-06-10": "95.00"}}]},
        ),
        (
            "items[0][count]=1&items[0][nights][1811808000]=95",
            {"items": [{"count": 1, "nights": {"1811808000": "95"}}]},
        ),
        ("flag=1&day=2027-06-10", {"flag": True, "day": "2027-06-10"}),
        ("flag=0&flag=1", {"flag": True}),
    ],
)
def test_forms_become_nested_values(client, body, value):
    response = client.generic("POST", f"{API}/parse", body, FORM)

    assert response.json()["data"]["value"] == value


def test_json_bodies_hold_real_values(client):
    body = {"items": [{"count": 1, "nights": {"2027-06-10": 95.5}}], "flag": True}
    response = client.post(f"{API}/parse", body)

    assert response.json()["data"]["value"] == {
        "items": [{"count": 1, "nights": {"2027-06-10": "95.5"}}],
        "flag": True,
    }


def test_multipart_brings_files_and_nested_values(client):
    body = {"ids[]": ["1", "2"], "file": SimpleUploadedFile("a.txt", b"hello")}
    response = client.post(f"{API}/parse", body, format="multipart")

    assert response.json()["data"]["value"] == {"ids": [1, 2], "file": ["a.txt", 5]}


def test_a_large_file_is_closed_with_the_answer(client, monkeypatch):
    """It lies on the disk, as a file that is gone once it is closed."""
    files = []

    def made(*facts):
        files.append(TemporaryUploadedFile(*facts))
        return files[-1]

    monkeypatch.setattr(uploadhandler, "TemporaryUploadedFile", made)
    body = {"file": SimpleUploadedFile("a.bin", b"x" * 3_000_000)}
    response = client.post(f"{API}/parse", body, format="multipart")

    assert response.json()["data"]["value"] == {"file": ["a.bin", 3_000_000]}
    assert [one.closed for one in files] == [True]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("path", "body"), [("plain", {}), ("parse", {"ids": [1]})])
def test_what_a_call_was_is_freed_with_its_answer(client, path, body):
    """And not searched for later, among all that is in memory."""
    method = "POST" if body else "GET"
    environ = {**client._base_environ(), "wsgi.input": BytesIO(json.dumps(body).encode())}
    environ |= {"PATH_INFO": f"{API}/{path}", "REQUEST_METHOD": method, **client._credentials}
    environ |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(json.dumps(body)))}
    application = WSGIHandler()
    gc.collect()
    gc.disable()
    try:
        answer = application(environ, lambda *_: None)
        assert answer.status_code == 200
        view = ref(answer.renderer_context["view"])
        request = ref(view().request._request)
        answer.close()
        del answer
        assert (view(), request()) == (None, None)
    finally:
        gc.enable()


def test_a_file_that_is_too_large(client, settings):
    settings.FILE_UPLOAD_MAX_SIZE = 1000
    body = {"file": SimpleUploadedFile("a.bin", b"x" * 1001)}
    response = client.post(f"{API}/parse", body, format="multipart")

    assert (response.status_code, response.json()["key"]) == (413, "payload_too_large")


@pytest.mark.parametrize(("sender", "status"), [("127.0.0.1", 301), ("", 301), ("10.9.9.9", 200)])
def test_only_a_trusted_proxy_is_believed_that_https_came_before_it(
    anonymous, db, settings, sender, status
):
    settings.TRUSTED_PROXIES = [ip_network("10.9.9.9")]
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    response = anonymous.get(
        "/bookyflow/sign-in", REMOTE_ADDR=sender, HTTP_X_FORWARDED_PROTO="https"
    )

    assert response.status_code == status
