"""An owner without any client: a property opened, filled, priced and published in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import today_in
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.services import base_price_set
from tests.accounts.conftest import PASSWORD
from tests.browsers import BROWSER, OPTIONS, needs_browser, sizes
from tests.conftest import make_hotel
from tests.pictures import picture
from tests.web.test_browser import watched

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}

pytestmark = [pytest.mark.browser, needs_browser]


@pytest.fixture
def site(live_server, settings, tmp_path) -> str:
    """A running site with Mona, who has a hotel with prices and wants another property."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    settings.MEDIA_ROOT = tmp_path / "media"
    mona = User.objects.create_user("mona", password=PASSWORD, access_level=AccessLevel.MANAGER)
    hotel = make_hotel(mona)
    RoomType.objects.get(name="Double", property=None).property_types.add(hotel.property_type)
    base_price_set(property_id=hotel.pk, price=Decimal(100), max_people=2, by=SYSTEM)
    return str(live_server.url)


@pytest.fixture
def browser(site) -> Iterator[Browser]:
    """Chromium, ended before the database is emptied: its event loop forbids queries meanwhile."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=BROWSER, args=list(OPTIONS))
        yield launched
        launched.close()


def signed_in(browser: Browser, site: str, viewport: ViewportSize) -> Page:
    page = watched(browser.new_page(base_url=site, viewport=viewport))
    page.goto("/bookyflow/sign-in")
    page.locator("main input[type=text]").fill("mona")
    page.locator("main input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def checked(page: Page) -> None:
    """Without a violation of the rules that axe knows."""
    page.wait_for_load_state()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def told(page: Page, text: str) -> None:
    """What was done is said, on a page that is no wider than the window."""
    expect(page.get_by_role("status")).to_contain_text(text)
    assert page.viewport_size is not None
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == page.viewport_size["width"], page.url


def open_property(page: Page) -> str:
    """Fill in what a property begins with; its number."""
    page.goto("/bookyflow/properties/new")
    page.get_by_label("Name").fill("Mill House")
    page.get_by_label("Type", exact=True).select_option("Hotel")
    page.get_by_label("Country", exact=True).select_option("Austria")
    page.get_by_label("Town").fill("Linz")
    page.get_by_label("Room type").select_option("Double")
    page.get_by_label("Price a night").fill("85")
    page.get_by_role("button", name="Open the property").click()
    told(page, "The property is made")
    checked(page)
    return page.url.rstrip("/").split("/")[-2]


def add_rooms(page: Page, number: str) -> None:
    page.goto(f"/bookyflow/p/{number}/property/rooms")
    page.get_by_role("link", name="Add rooms").click()
    page.get_by_label("Room type").select_option("Double")
    page.get_by_label("How many rooms").fill("2")
    page.get_by_role("button", name="Add the rooms").click()
    expect(page.get_by_role("link", name="03")).to_be_visible()
    told(page, "The rooms are added")


def set_prices(page: Page, number: str) -> None:
    """Add a rate plan and price it for a year, looked at before."""
    page.goto(f"/bookyflow/p/{number}/prices/plans/new")
    page.get_by_label("Name").fill("Half board")
    page.get_by_label("Price a night").fill("110")
    page.get_by_role("button", name="Save").click()
    told(page, "The rate plan is added")
    last = today_in("Europe/Vienna") + timedelta(days=364)
    page.goto(f"/bookyflow/p/{number}/prices/nights")
    page.get_by_label("Last night").fill(last.isoformat())
    page.get_by_label("Double: Half board").check()
    page.get_by_label("Price", exact=True).select_option("Set the price to")
    page.get_by_label("Amount or per cent").fill("120")
    page.get_by_label("Shortest stay").fill("2")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="365 days would change")).to_be_visible()
    checked(page)
    page.get_by_role("button", name="Save").first.click()
    told(page, "365 days are changed.")
    checked(page)


def fill_in(page: Page, number: str, photo: Path) -> None:
    """Write a text, upload a picture and describe it, say where the property is."""
    page.goto(f"/bookyflow/p/{number}/property/texts")
    page.locator("#id_property_description").fill("Three rooms by the water.")
    page.get_by_role("button", name="Save").click()
    told(page, "The texts are saved")
    tabs = page.get_by_role("navigation", name="Property")
    tabs.get_by_role("link", name="Pictures").click()
    page.get_by_label("Pictures").set_input_files(photo)
    page.get_by_role("button", name="Upload").click()
    told(page, "1 picture is added")
    page.get_by_role("link", name="Describe").click()
    page.get_by_label("What the picture shows").fill("The mill from the river")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_alt_text("The mill from the river")).to_be_visible()
    tabs.get_by_role("link", name="Publishing").click()
    page.get_by_role("link", name="Street, or place on the map").click()
    page.get_by_label("Street and number").fill("Hafen 1")
    page.get_by_role("button", name="Save").click()
    told(page, "The address is saved")


@pytest.mark.parametrize("viewport", sizes(PHONE, DESKTOP))
def test_an_owner_opens_a_property_and_publishes_it(browser, site, tmp_path, viewport):
    photo = tmp_path / "mill.jpg"
    photo.write_bytes(picture().read())
    page = signed_in(browser, site, viewport)

    number = open_property(page)
    add_rooms(page, number)
    set_prices(page, number)
    fill_in(page, number, photo)
    page.goto(f"/bookyflow/p/{number}/property")
    page.get_by_role("button", name="Publish").click()

    told(page, "The property is published")
    assert httpx.get(f"{site}/bookyflow/book/{number}").status_code == 200


def test_a_price_is_changed_in_the_calendar_by_keyboard(browser, site):
    page = signed_in(browser, site, DESKTOP)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Prices").click()
    cells = page.locator("[data-plan]")
    cells.nth(2).focus()

    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".chosen")).to_have_count(3)
    page.keyboard.press("Enter")
    page.get_by_label("Price", exact=True).focus()
    page.keyboard.press("S")  # Set the price to
    page.keyboard.press("Tab")
    page.keyboard.type("135")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("3 days are changed.")
    expect(page.locator(".price", has_text="135")).to_have_count(3)
