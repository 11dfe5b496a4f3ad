"""A hotel's day without any API client, in a real browser: what a walk-in comes to, to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bookyflow.accounts.models import User
from bookyflow.billing.models import Invoice
from bookyflow.core.acting import Actor
from bookyflow.guests.services import GuestDetails
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking
from tests.accounts.conftest import PASSWORD, make_user
from tests.browsers import BROWSER, OPTIONS, needs_browser
from tests.web.bookings.conftest import make_booking, make_house
from tests.web.test_booking_form_browser import DESKTOP, PATIENCE, PHONE, apart
from tests.web.test_browser import watched

pytestmark = [pytest.mark.browser, needs_browser]


GRACE = GuestDetails("Hopper", "Grace")


@pytest.fixture
def mona(live_server, settings) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    return make_user("mona")


@pytest.fixture
def house(mona) -> Property:
    """Rooms 2 and 3 are taken for the next nights, and room 1 is Grace's from the fourth on."""
    house, by = make_house(mona), Actor(user_id=mona.pk)
    make_booking(house, by, nights=6, room="2")
    make_booking(house, by, nights=3, room="3")
    make_booking(house, by, start=3, room="1", guest=GRACE)
    return house


@pytest.fixture
def browser(house) -> Iterator[Browser]:
    """Chromium, ended before the database is emptied."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=BROWSER, args=list(OPTIONS))
        yield launched
        launched.close()


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(request, browser, live_server, house) -> Page:
    """A window in which Mona is signed in, at the bookings of her house."""
    context = browser.new_context(
        base_url=str(live_server.url), viewport=request.param, locale="en-GB"
    )
    opened = watched(context.new_page())
    opened.set_default_timeout(PATIENCE)
    opened.goto(f"/bookyflow/sign-in?next=/bookyflow/p/{house.pk}/bookings")
    opened.get_by_label("User name").fill("mona")
    opened.get_by_label("Password").fill(PASSWORD)
    opened.get_by_role("button", name="Sign in").click()
    expect(opened.get_by_role("heading", name="Bookings", exact=True)).to_be_visible()
    return opened


def sound(page: Page) -> None:
    """Nothing that axe finds fault with, and nothing wider than the window."""
    assert Axe().run(page).response["violations"] == []
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert width <= 0


def number(page: Page, label: str) -> str:
    """The figure above a label on the page of a booking or invoice."""
    return page.locator(".number", has_text=label).locator("strong").inner_text()


def opened(page: Page, title: str) -> None:
    page.locator("summary", has_text=title).click()


def test_a_day_at_the_desk(page, house):
    today = house.settings.today()
    leaves = today + timedelta(days=3)
    change_prices(page, today)
    walk_in(page, leaves)
    charge_and_pay(page)
    extend_into_a_full_house(page, leaves + timedelta(days=1))
    leave_early(page)
    invoice_and_credit(page)
    apart(lambda: figures_are_right(house))


def change_prices(page: Page, today: date) -> None:
    """Tonight and tomorrow cost more from now on."""
    page.locator(".site-menu").get_by_role("link", name="Prices").click()
    page.get_by_role("link", name="Change many nights").click()
    page.get_by_label("Last night").fill((today + timedelta(days=1)).isoformat())
    page.get_by_label("Double: Flexible").check()
    page.get_by_label("Price", exact=True).select_option("set")
    page.get_by_label("Amount or per cent").fill("137.35")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("row", name="Double: Flexible")).to_contain_text("€137.35")
    sound(page)
    page.locator("#preview").get_by_role("button", name="Save").click()
    expect(page.get_by_text("2 days are changed.")).to_be_visible()
    expect(page.get_by_text("137.35", exact=True)).to_have_count(2)
    page.locator(".site-menu").get_by_role("link", name="Bookings").click()


def walk_in(page: Page, leaves: date) -> None:
    """A room for tonight and two more nights, at the price that is told first."""
    page.get_by_role("link", name="Walk-in").click()
    page.get_by_label("Departure", exact=True).fill(leaves.isoformat())
    page.get_by_role("button", name="Look for rooms").click()
    expect(page.locator("#price")).to_contain_text("€394.70")
    expect(page.locator("#price")).to_contain_text("2 nights at 137.35 + 1 night at 120.00")
    opened(page, "Coupon, agreed price")
    page.get_by_label("Agreed price of the rooms").fill("300")
    page.get_by_label("Coupon").click()  # the price follows what is typed
    expect(page.locator("#price")).to_contain_text("€300.00")
    page.get_by_label("Agreed price of the rooms").fill("")
    page.get_by_label("Coupon").click()
    expect(page.locator("#price")).to_contain_text("€394.70")
    page.get_by_label("First name").fill("Wilma")
    page.get_by_label("Surname").fill("Rudolph")
    sound(page)
    page.get_by_role("button", name="Book", exact=True).dblclick()
    expect(page.get_by_role("heading", name="Wilma Rudolph")).to_be_visible()
    assert number(page, "Still to pay") == "€394.70"
    page.get_by_role("button", name="Check in").click()
    expect(page.get_by_text("The guest is checked in.")).to_be_visible()


def charge_and_pay(page: Page) -> None:
    """Two bottles of wine, and money on account."""
    opened(page, "Add a charge")
    page.get_by_label("What for").fill("Wine")
    page.get_by_label("Price of one").fill("9.55")
    page.get_by_label("How many").fill("2")
    page.get_by_label("Tax in per cent").fill("20")
    page.get_by_role("button", name="Charge it").click()
    expect(page.get_by_text("The charge is on the account.")).to_be_visible()
    opened(page, "Record a payment")
    page.locator("#payment_amount").fill("100")
    page.locator("#payment_method").select_option("card")
    page.get_by_role("button", name="Record the payment").click()
    expect(page.get_by_text("The payment is recorded.")).to_be_visible()
    assert number(page, "Total") == "€413.80"
    assert number(page, "Still to pay") == "€313.80"
    sound(page)


def extend_into_a_full_house(page: Page, leaves: date) -> None:
    """One night more, for which Grace has to move; what it costs is shown before it is done."""
    page.get_by_role("link", name="Change…").click()
    page.get_by_label("Departure", exact=True).fill(leaves.isoformat())
    page.get_by_role("button", name="Show what it costs").click()
    expect(page.get_by_role("heading", name="What can be done")).to_be_visible()
    expect(page.get_by_text("Grace Hopper has room 1")).to_be_visible()
    sound(page)
    page.get_by_role("link", name="Move Grace Hopper to room 3…").click()
    expect(page.get_by_text("Keep the price: €240.00")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Change the booking").click()
    expect(page.get_by_text("Grace Hopper is moved.")).to_be_visible()
    page.get_by_role("button", name="Show what it costs").click()
    expect(page.locator("#difference")).to_have_text("€120.00")
    sound(page)
    page.get_by_role("button", name="Change the booking").click()
    expect(page.get_by_text("The booking is changed.")).to_be_visible()
    assert number(page, "Total") == "€533.80"


def leave_early(page: Page) -> None:
    """But the guest has to leave after one night, and pays for that."""
    page.get_by_role("link", name="Leave early…").click()
    expect(page.get_by_text("€156.45 instead of €533.80: -€377.35.")).to_be_visible()
    page.get_by_role("button", name="Check out now").click()
    expect(page.get_by_text("the nights that are left are free")).to_be_visible()
    assert number(page, "Still to pay") == "€56.45"


def invoice_and_credit(page: Page) -> None:
    """The invoice, which the guest wants for somebody else: taken back by a credit note."""
    page.get_by_role("button", name="Issue an invoice").click()
    expect(page.get_by_role("heading", name="Invoice")).to_be_visible()
    assert number(page, "Gross") == "€156.45"
    assert number(page, "Still to pay") == "€56.45"
    sound(page)
    page.get_by_role("link", name="Cancel…").click()
    page.get_by_role("button", name="Issue the credit note").click()
    expect(page.get_by_role("heading", name="Credit note")).to_be_visible()
    assert number(page, "Gross") == "-€156.45"


def figures_are_right(house: Property) -> None:
    """The walk-in's, and those of bookings that were there before the prices changed."""
    booking = Booking.objects.order_by("pk").last()
    others = Booking.objects.exclude(pk=booking.pk).order_by("pk")
    had = [(one.total, one.occupancies.get().room.number) for one in others]
    assert had == [(720, "2"), (360, "3"), (240, "3")]
    assert (booking.state, booking.total, booking.paid) == (
        "checked_out",
        Decimal("156.45"),
        Decimal(100),
    )
    assert booking.departs_on == house.settings.today() + timedelta(days=1)
    assert booking.occupancies.get().nights.upper == booking.departs_on
    sums = Invoice.objects.order_by("sequence").values_list("kind", "gross", "status")
    assert list(sums) == [
        ("invoice", Decimal("156.45"), 2),
        ("credit_note", Decimal("-156.45"), 1),
    ]
    live = booking.lines.filter(reverses=None, reversed_by=None)
    assert sorted(line.gross for line in live) == [Decimal("19.10"), Decimal("137.35")]
