"""Every page of the site in a browser: no violation of the rules that axe knows, none too wide.

Each in light and dark, on a desk and on a phone. A page that is not visited here fails the first
test, so that none is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Browser, Page, sync_playwright

from bookyflow.accounts.models import User
from tests.browsers import BROWSER, OPTIONS, needs_browser
from tests.web.a_site import make_site

# A link that has ended, or a step that is refused by now, is a page as well.
SHOWN = {HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.GONE}
# A form goes there, or it is for super managers, who see no other pages.
NO_PAGE_HERE = {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.FORBIDDEN}
PARTS = 4  # so that several cores share the work
SIZES = ({"width": 1280, "height": 900}, {"width": 390, "height": 844})

NO_PAGE = {  # addresses that show none, and why
    "invoice_print": "a sheet of paper",
    "invoice_pdf": "a file",
    "reports_months": "a file",
    "reports_sources": "a file",
    "guest_export": "a file",
    "attachment": "a file",
    "browser_document": "a file",
}
BESIDE = ("/bookyflow/docs/errors", "/bookyflow/nowhere")  # pages that are not the front-end's own


def patterns(resolver: URLResolver, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """The names of pages in the namespace, each with the parameters of its path."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one)
        elif isinstance(one, URLPattern):
            yield str(one.name), list(one.pattern.converters)


FORMS_ALONE = {"note_id", "line_id", "payment_id", "invitation_id"}  # in paths that forms go to


def pages() -> dict[str, list[str]]:
    """All pages that the front-end has, with the parameters of their paths."""
    (web,) = (one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "web")
    return {
        name: names
        for name, names in patterns(web)
        if name not in NO_PAGE and not FORMS_ALONE & set(names)
    }


@pytest.fixture
def site(live_server, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    return make_site()


@pytest.fixture
def cookie(site) -> dict[str, str]:
    """A manager's session, made while the database may be asked."""
    client = Client()
    client.force_login(User.objects.get(username="manager"))
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}


@pytest.fixture
def browser(cookie) -> Iterator[Browser]:
    """Chromium, ended before the database is emptied."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=BROWSER, args=list(OPTIONS))
        yield launched
        launched.close()


@pytest.mark.browser
@needs_browser
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_for_everybody(browser, site, cookie, live_server, part):
    page = signed_in(browser, cookie, live_server.url)
    faults = []
    for name, parameters in sorted(pages().items())[part::PARTS]:
        path = reverse(f"web:{name}", kwargs=site.of(name, parameters))
        faults += [f"{path}: {fault}" for fault in faults_of(page, path)]

    for path in BESIDE[part::PARTS]:
        faults += [f"{path}: {fault}" for fault in faults_of(page, path)]

    assert faults == []


def signed_in(browser: Browser, cookie: dict[str, str], url: str) -> Page:
    """A page without movements that colours would be read in."""
    context = browser.new_context(base_url=url, reduced_motion="reduce")
    context.add_cookies([{**cookie, "url": url}])
    return context.new_page()


def faults_of(page: Page, path: str) -> Iterator[str]:
    """What is wrong with a page, in light and dark and both sizes."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    if page.request.head(path).status in NO_PAGE_HERE:
        return
    answer = page.goto(path)
    if answer is None or answer.status not in SHOWN:
        yield f"status {answer and answer.status}"
        return
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for size in SIZES:
            page.set_viewport_size(size)
            for found in Axe().run(page).response["violations"]:
                yield f"{scheme}, {size['width']}: {found['id']}: {found['nodes'][0]['html'][:160]}"
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > size["width"]:
                yield f"{scheme}, {size['width']}: {width} px wide"
    yield from (line for line in said if "Content Security Policy" in line)
