"""The API browser, the reference and the catalogue of errors in a real browser."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.accounts.services import key_pair_create
from bookyflow.core.acting import SYSTEM
from bookyflow.plugins import registry
from tests.browsers import BROWSER, OPTIONS, needs_browser
from tests.web.test_browser import watched

pytestmark = [pytest.mark.browser, needs_browser]
PATIENCE = 60_000  # milliseconds: the document is made once in each process
SCREEN, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 900}
TYPICAL = {  # endpoints to read, to write with a body, and to delete, by the heading of their list
    "Core API · Echo": [("get", "echo")],
    "Core API · Properties": [("get", "properties/all")],
    "New Booking Engine · Booking": [
        ("post", "booking/quote"),
        ("delete", "booking/{reference}"),
    ],
}


@pytest.fixture
def pair(live_server, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    registry.install("echo")
    registry.set_enabled("echo", on=True)
    mona = User.objects.create_user("mona", access_level=AccessLevel.MANAGER)
    key, secret = key_pair_create(owner=mona, label="A", scopes=["echo_get"], by=SYSTEM)
    return key.client_id, secret


@pytest.fixture
def browser(pair):
    """Chromium, ended before the database is emptied."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=BROWSER, args=list(OPTIONS))
        yield launched
        launched.close()


def violations(page):
    return [(one["id"], one["nodes"][0]["html"]) for one in Axe().run(page).response["violations"]]


def test_an_endpoint_is_tried_out_with_a_key_pair(browser, pair, live_server):
    context = browser.new_context(
        base_url=live_server.url, viewport=SCREEN, reduced_motion="reduce"
    )
    page = watched(context.new_page())
    page.set_default_timeout(PATIENCE)

    page.goto("/bookyflow/api/docs")
    page.get_by_role("button", name="Authorize").click()
    page.locator("[data-name=clientId]").fill(pair[0])
    page.locator("[data-name=clientSecret]").fill("wrong")
    page.locator(".auth-btn-wrapper .authorize").click()
    expect(page.locator(".auth-container .errors")).to_contain_text("invalid_client")
    page.locator("[data-name=clientSecret]").fill(pair[1])
    page.get_by_text("select all").click()
    page.locator(".auth-btn-wrapper .authorize").click()
    expect(page.locator(".auth-btn-wrapper").get_by_text("Logout")).to_be_visible()

    page.reload()
    expect(page.locator(".btn.authorize.locked")).to_be_visible(timeout=PATIENCE)
    kept = json.loads(page.evaluate("sessionStorage.getItem('bookyflow.token')"))
    assert pair[1] not in json.dumps(kept)
    page.get_by_text("Core API · Echo").click()
    page.locator(".opblock-summary-control").first.click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table .response-col_status").last).to_contain_text("200")

    for size, scheme in ((SCREEN, "light"), (PHONE, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_the_catalogue_is_searched_and_the_reference_is_read(browser, live_server):
    page = watched(browser.new_page(base_url=live_server.url))
    page.goto("/bookyflow/docs/errors")
    page.get_by_label("Find a key or a word").fill("room_taken")

    expect(page.locator("[data-entry]:visible")).to_have_count(1)
    assert violations(page) == []

    page.goto("/bookyflow/api/reference")
    expect(page.get_by_text("The first five minutes").first).to_be_visible(timeout=PATIENCE)


def test_an_opened_endpoint_fits_a_screen(browser, live_server):
    page = watched(browser.new_page(base_url=live_server.url, viewport=SCREEN))
    page.set_default_timeout(PATIENCE)
    page.goto("/bookyflow/api/docs")
    heights = {}
    for section, paths in TYPICAL.items():
        page.locator(".opblock-tag", has_text=section).locator("a").click()
        for method, path in paths:
            address = f"[data-path='/bookyflow/api/{path}']"
            endpoint = page.locator(f".opblock-{method}", has=page.locator(address))
            endpoint.locator(".opblock-summary-control").click()
            endpoint.locator(".responses-table .microlight").first.wait_for()
            heights[method, path] = endpoint.bounding_box()["height"]
            endpoint.locator(".opblock-summary-control").click()
        page.locator(".opblock-tag", has_text=section).locator("a").click()

    assert {one: height for one, height in heights.items() if height > SCREEN["height"]} == {}
    assert len(heights) == 4
