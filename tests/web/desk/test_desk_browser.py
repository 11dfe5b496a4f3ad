"""A day at the desk in a real browser: with the keyboard alone, and with the mouse on the plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.core.acting import SYSTEM
from bookyflow.properties.models import Property
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.services import quote_book
from bookyflow.reservations.stay_request import STAFF, RoomRequest, StayRequest
from bookyflow.rooms.models import Room, RoomType
from tests.accounts.conftest import PASSWORD
from tests.browsers import BROWSER, OPTIONS, needs_browser, sizes
from tests.conftest import make_hotel
from tests.domain.conftest import ADA
from tests.domain.reservations.conftest import fresh, price
from tests.web.test_browser import tab_to, watched

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 15_000  # milliseconds; the machine may be busy

pytestmark = [pytest.mark.browser, needs_browser]


@pytest.fixture
def house(live_server, settings) -> Property:
    """Rita's three doubles at 120 a night; a guest comes today, another one in three days."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    rita = User.objects.create_user(
        "rita", password=PASSWORD, access_level=AccessLevel.RECEPTIONIST
    )
    house = make_hotel(rita)
    price(house, RoomType.objects.get(name="Double", property=None), 120, nights=60)
    house = fresh(house)
    sell(house, "1", 0, 2)
    sell(house, "2", 3, 5)
    return house


def sell(house: Property, number: str, start: int, end: int) -> None:
    today = house.settings.today()
    wanted = RoomRequest(room_id=Room.objects.get(property=house, number=number).pk)
    first, last = today + timedelta(days=start), today + timedelta(days=end)
    asked = StayRequest(first, last, (wanted,), adults=2)
    quote = quote_make(prop=house, stay_request=asked, booker=STAFF)
    quote_book(quote=quote, guest=ADA, booker=STAFF, by=SYSTEM)


@pytest.fixture
def browser(house) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=BROWSER, args=list(OPTIONS))
        expect.set_options(timeout=PATIENCE)
        yield launched
        launched.close()


def at_desk(browser: Browser, live_server, size, scheme="light") -> Page:
    """The desk, after signing in by keyboard."""
    context = browser.new_context(
        base_url=live_server.url, viewport=size, color_scheme=scheme, reduced_motion="reduce"
    )
    page = watched(context.new_page())
    page.goto("/bookyflow/sign-in")
    page.keyboard.type("rita")
    tab_to(page, "#id_password, [name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Arrivals")).to_be_visible()
    return page


def check(page: Page) -> None:
    """Anybody can use it, and it is as wide as the screen."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == page.viewport_size["width"]


@pytest.mark.parametrize(("size", "scheme"), sizes((PHONE, "dark"), (DESKTOP, "light")))
def test_a_day_without_a_mouse(browser, live_server, house, size, scheme):
    page = at_desk(browser, live_server, size, scheme)
    check(page)

    tab_to(page, "#arrivals ~ table .step button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Guest checked in.")).to_be_visible()

    tab_to(page, ".site-menu a[href$='/plan']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Room plan")).to_be_visible()
    check(page)
    tab_to(page, ".bar.s-provisional > a")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Ada Lovelace")).to_be_visible()
    tab_to(page, "#id_to_room")
    page.keyboard.press("ArrowDown")  # from room 2 to room 3
    tab_to(page, "dialog form[method=get] button")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("Keep the price: €240.00")).to_be_visible()
    check(page)
    tab_to(page, "dialog form[method=post].panel button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ada Lovelace is moved.")).to_be_visible()
    expect(bars(page, "3")).to_have_count(1)

    tab_to(page, "section .plan-row:last-child .plan-label a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Block rooms")).to_be_visible()
    check(page)
    tab_to(page, "#id_reason")
    page.keyboard.type("Paint")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The rooms are blocked.")).to_be_visible()
    expect(bars(page, "3")).to_have_count(2)


def row(page: Page, number: str) -> Locator:
    """The nights of a room; the rooms are in the order of their numbers."""
    return page.locator(".track").nth(int(number) - 1)


def bars(page: Page, number: str) -> Locator:
    return row(page, number).locator(".bar:not(.ghost)")


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()


def test_the_plan_with_a_mouse(browser, live_server, house):
    page = at_desk(browser, live_server, DESKTOP)
    today = house.settings.today()
    page.goto(f"/bookyflow/p/{house.pk}/plan?from={today}")
    dialog = page.get_by_role("dialog")

    def where(number, ahead, part=0.75):
        """The point of a part of a day in the row of a room."""
        box = row(page, number).bounding_box()
        return box["x"] + box["width"] / 14 * (ahead + part), box["y"] + box["height"] / 2

    # Onto a guest who is there: it is said, and the bar goes back.
    drag(page, where("2", 3), where("1", 0))
    expect(dialog.get_by_text("Room 1 is not free")).to_be_visible()
    expect(page.locator(".ghost")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".ghost")).to_have_count(0)
    expect(page.locator(".moved")).to_have_count(0)
    expect(bars(page, "2")).to_have_count(1)

    # To another room and a day later; nothing is written before it is confirmed.
    drag(page, where("2", 3), where("3", 4))
    expect(dialog.get_by_text("no difference").first).to_be_visible()
    dialog.get_by_role("button", name="Change the booking").click()
    expect(page.get_by_text("Ada Lovelace is moved.")).to_be_visible()
    expect(bars(page, "3")).to_have_class("bar s-provisional b10 e14")

    # Its edge two days on, which costs two nights more.
    drag(page, where("3", 6, 0.45), where("3", 8, 0.45))
    dialog.get_by_text("Price only what is new: €480.00").click()
    expect(dialog.get_by_text("+€240.00").first).to_be_visible()
    dialog.get_by_role("button", name="Change the booking").click()
    expect(bars(page, "3")).to_have_class("bar s-provisional b10 e18")

    # Over free nights, to block them; and the block to another room.
    drag(page, where("2", 1, 0.5), where("2", 2, 0.5))
    expect(dialog.get_by_role("link", name="Book these nights instead")).to_be_visible()
    dialog.get_by_label("Reason").fill("Paint")
    dialog.get_by_role("button", name="Block", exact=True).click()
    expect(page.get_by_text("The rooms are blocked.")).to_be_visible()
    expect(bars(page, "2")).to_have_class("bar s-block b4 e8")
    drag(page, where("2", 2), where("3", 2))
    dialog.get_by_role("button", name="Change the block").click()
    expect(page.get_by_text("The block is changed.")).to_be_visible()
    expect(bars(page, "3")).to_have_count(2)
