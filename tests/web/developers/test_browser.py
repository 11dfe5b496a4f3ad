"""The developers' pages in a real browser, with a client that calls the API meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks.receiver import HOST, Receiver
from bookyflow.accounts.models import AccessLevel, User
from bookyflow.api.http import request_log
from bookyflow.demo.example import DOUBLE, HOTEL, TWIN
from bookyflow.properties.models import PropertyType
from bookyflow.rooms.models import RoomType
from tests.accounts.conftest import PASSWORD
from tests.browsers import BROWSER, OPTIONS, needs_browser
from tests.domain.webhooks.conftest import deliver
from tests.web.test_browser import watched

API = "/bookyflow/api"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

pytestmark = [pytest.mark.browser, needs_browser]


@pytest.fixture
def site(live_server, settings) -> str:
    """A running site with Mona, who manages nothing yet, and what every site starts with."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    settings.WEBHOOK_ALLOWED_HOSTS = [HOST]
    User.objects.create_user("mona", password=PASSWORD, access_level=AccessLevel.MANAGER)
    PropertyType.objects.get_or_create(pk=HOTEL, defaults={"name": "Hotel"})
    for pk, name in ((DOUBLE, "Double"), (TWIN, "Twin")):
        kind, _ = RoomType.objects.get_or_create(pk=pk, defaults={"name": name, "property": None})
        kind.property_types.add(HOTEL)
    return str(live_server.url)


@pytest.fixture
def log(settings, monkeypatch, site) -> request_log.Writer:
    """The log of calls, written when the test says so."""
    settings.REQUEST_LOG = True
    writer = request_log.Writer()
    monkeypatch.setattr(writer, "_start", lambda: None)
    monkeypatch.setattr(request_log, "writer", writer)
    return writer


@pytest.fixture
def browser(site) -> Iterator[Browser]:
    """Chromium, ended before the database is emptied."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=BROWSER, args=list(OPTIONS))
        yield launched
        launched.close()


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(request, browser, site) -> Page:
    opened = watched(browser.new_page(base_url=site, viewport=request.param))
    opened.goto("/bookyflow/sign-in?next=/bookyflow/developers")
    opened.get_by_label("User name").fill("mona")
    opened.get_by_label("Password").fill(PASSWORD)
    opened.get_by_role("button", name="Sign in").click()
    return opened


def beside(work: Any) -> Any:
    """Do something with the database, which the browser's event loop forbids in its thread."""

    def done() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(done).result()


def check(page: Page) -> None:
    """No fault of axe, and no page that is wider than its window."""
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_a_client_is_built_against_a_test_property(page, site, log):
    page.get_by_role("link", name="Begin in test mode").click()
    page.get_by_role("button", name="Make a test property and a key for it").click()
    expect(page.get_by_role("heading", name="Your test key is ready")).to_be_visible()
    client_id = page.locator("#client-id").input_value()
    secret = page.locator("#client-secret").input_value()
    check(page)

    form = {"grant_type": "client_credentials"}
    answer = httpx.post(f"{site}{API}/oauth/token", data=form, auth=(client_id, secret))
    auth = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    listed = httpx.get(f"{site}{API}/properties/all", headers=auth)
    announce = f"{site}{API}/cmf/channel/announce/practice/Practice"
    with_key = auth | {"Idempotency-Key": "once", "X-Request-ID": "find-me-again-42"}
    announced = [httpx.post(announce, headers=with_key) for _ in range(2)]
    beside(log.flush)
    assert len(listed.json()["data"]["ids"]) == 1
    assert [one.status_code for one in announced] == [200, 200]

    page.get_by_role("link", name="I have kept it").click()
    page.get_by_role("link", name="Checklist").click()
    for done in ("Asked for a token", "Announced itself", "Repeated a call"):
        expect(page.get_by_role("row", name=done)).to_contain_text("Done")
    expect(page.get_by_role("row", name="Made a booking")).to_contain_text("Not yet")
    check(page)

    page.goto("/bookyflow/developers/requests")
    page.get_by_label("Request id").fill("find-me-again-42")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(2)
    check(page)
    page.locator("tbody tr a").first.click()
    expect(page.get_by_text("nothing was done twice")).to_be_visible()
    expect(page.get_by_label("As lines for a shell")).to_have_value(
        f'TOKEN=$(curl -s -u "{client_id}:$SECRET" -d grant_type=client_credentials '
        f"{site}{API}/oauth/token | python3 -c 'import json,sys; "
        'print(json.load(sys.stdin)["access_token"])\')\n'
        f"curl -X POST {site}{API}/cmf/channel/announce/CHANNEL_NAME/FRIENDLY_NAME \\\n"
        '  -H "Authorization: Bearer $TOKEN"'
    )
    check(page)


def test_a_webhook_is_tried_out(page, site):
    receiver = Receiver()
    page.goto("/bookyflow/developers/webhooks/new")
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_label("Only these events").check()
    page.locator("summary", has_text="Booking").first.click()
    page.get_by_label("A booking was made.").check()
    check(page)
    page.get_by_role("button", name="Make the webhook").click()
    receiver.secrets.append(page.locator("#signing-secret").input_value())
    page.get_by_role("link", name="I have kept it").click()

    page.get_by_label("Message").select_option("booking_added")
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_text("Not tried yet.")).to_be_visible()
    beside(deliver)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("Delivered", exact=True)).to_be_visible()
    page.get_by_role("button", name="Send again").click()
    beside(deliver)
    page.get_by_role("link", name="Look again").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    check(page)

    receiver.stop()
    assert [one.is_signed for one in receiver.received] == [True, True]
    assert {one.id for one in receiver.received} == {receiver.received[0].id}
