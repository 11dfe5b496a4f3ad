"""Pages of our own for what is not there, not allowed, not understood, or broken."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client, RequestFactory
from django.urls import path

from bookyflow.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401
from bookyflow.web.pages import CONTENT_SECURITY_POLICY

pytestmark = pytest.mark.django_db


def _fail(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    path("refused", _fail(PermissionDenied())),
    path("odd", _fail(SuspiciousOperation())),
    path("broken", _fail(RuntimeError("ours"))),
    *urlpatterns,
]


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/docs", 404, "Nothing is here"),
        ("/api", 404, "Nothing is here"),
        ("/bookyflow/nothing", 404, "Nothing is here"),
        ("/refused", 403, "Not for this account"),
        ("/odd", 400, "Not understood"),
        ("/%00", 400, "Not understood"),
        ("/broken", 500, "Something went wrong here"),
    ],
)
@pytest.mark.urls(__name__)
def test_a_fault_is_a_page_of_the_site(address, status, heading, signed_in):
    for client in (Client(raise_request_exception=False), signed_in):
        client.raise_request_exception = False
        answer = client.get(address)

        assert answer.status_code == status
        assert f"<h1>{heading}</h1>" in answer.text
        assert 'class="site-header"' in answer.text
        assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.urls(__name__)
def test_a_broken_page_asks_the_database_no_more_than_who_looks(
    signed_in, django_assert_num_queries
):
    """And that, the session and the account, before it breaks."""
    for client, queries in ((Client(), 0), (signed_in, 2)):
        client.raise_request_exception = False
        with django_assert_num_queries(queries):
            answer = client.get("/broken")

        assert answer.status_code == 500


def test_a_form_without_our_token_is_to_be_sent_again():
    answer = Client(enforce_csrf_checks=True).post("/bookyflow/sign-in", {"username": "x"})

    assert answer.status_code == 403
    assert "<h1>Please send it again</h1>" in answer.text
    assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def test_the_icon_is_served_where_browsers_look_for_it(visitor):
    answer = visitor.get("/favicon.ico")

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert answer["Cache-Control"] == "max-age=86400, public"
    answer.close()


def test_the_site_is_found_without_the_last_slash(visitor):
    assert visitor.get("/bookyflow")["Location"] == "/bookyflow/"


def test_a_persons_browser_is_led_from_the_base_of_the_api_to_the_page_for_people(visitor):
    page = visitor.get("/bookyflow/api", headers={"Accept": "text/html,*/*"})
    call = visitor.get("/bookyflow/api", headers={"Accept": "*/*"})

    assert (page.status_code, page["Location"]) == (302, "/bookyflow/api/docs")
    assert call.status_code == 405


def test_pictures_may_be_kept_for_a_day(visitor, settings, tmp_path):
    (tmp_path / "a.webp").write_bytes(b"RIFF")
    settings.MEDIA_ROOT = tmp_path
    *_, root = urlpatterns
    found = next(one for one in root.url_patterns if str(one.pattern) == "media/<path:path>")

    request = RequestFactory().get("/media/a.webp")
    answer = found.callback(request, path="a.webp", document_root=tmp_path)

    assert answer["Cache-Control"] == "max-age=86400, public"
    answer.close()
