"""A guest books in the form, in a real browser: what no test client can show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, FrameLocator, Page, expect, sync_playwright

from bookyflow.availability.models import Occupancy
from bookyflow.booking_sessions import payment
from bookyflow.booking_sessions.models import BookingSession
from bookyflow.core.acting import SYSTEM
from bookyflow.properties.models import CustomField, Property, RoomsList
from bookyflow.properties.plugin_settings import plugin_settings_save
from bookyflow.reservations.models import Booking, BookingState, Hold
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import DailyRate, Extra
from tests.browsers import BROWSER, OPTIONS, needs_browser
from tests.conftest import make_hotel
from tests.domain.payments.conftest import STRIPE, stripe, stripe_server  # noqa: F401  # fixtures
from tests.domain.reservations.conftest import price
from tests.stripe import signature

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 15_000  # milliseconds; the machine may be busy

pytestmark = [pytest.mark.browser, needs_browser]


@pytest.fixture
def house(live_server) -> Property:
    """Doubles and a single, two nights at least, breakfast, bicycles, and a question."""
    house = make_hotel(name="Harbour House", tel="+44 1326 555 0100")
    double, _ = RoomType.objects.get_or_create(name="Double", property=None)
    single, _ = RoomType.objects.get_or_create(name="Single", property=None)
    Room.objects.filter(property=house).update(max_adults=2, max_occupancy=2)
    Room.objects.create(property=house, room_type=single, number="4", max_adults=1, max_occupancy=1)
    price(house, double, 120, nights=120)
    price(house, double, 95, name="Not refundable", nights=120)
    price(house, single, 80, nights=120)
    DailyRate.objects.filter(property=house).update(min_stay=2)
    offered = {"property": house, "is_published": True}
    Extra.objects.create(name="Breakfast", price=12, model="per_person_per_night", **offered)
    Extra.objects.create(name="Bicycle", price=9, model="per_night", max_quantity=4, **offered)
    CustomField.objects.create(
        property=house, name="diet", description="What do you not eat?", required=True
    )
    changed = {"allow_children": True, "children_count_for_capacity": False}
    for name, value in {**changed, "deposit_kind": "none"}.items():
        setattr(house.settings, name, value)
    house.settings.save()
    return house


@pytest.fixture
def stay(house) -> tuple[date, date]:
    """Three nights in a month that is not the first one shown."""
    first = house.settings.today() + timedelta(days=40)
    return first.replace(day=10), first.replace(day=13)


@pytest.fixture
def browser(house) -> Iterator[Browser]:
    """Chromium, ended before the database is emptied."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=BROWSER, args=list(OPTIONS))
        yield launched
        launched.close()


@pytest.fixture
def open_form(browser, live_server, house) -> Callable[..., Page]:
    """A window with the form."""

    def opened(viewport: Any = None, *, clock: bool = False, **context: Any) -> Page:
        made = browser.new_context(
            base_url=str(live_server.url),
            viewport=viewport or DESKTOP,
            locale="en-GB",
            **context,
        )
        page = watched(made.new_page())
        if clock:
            page.clock.install()
        page.goto(f"/bookyflow/book/{house.pk}")
        return page

    return opened


def watched(page: Page) -> Page:
    """A page that fails the test when a script fails."""
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    return page


def apart(work: Callable[[], Any]) -> Any:
    """What the database says: the browser's event loop forbids queries in its own thread."""

    def done() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(done).result()


def checked(page: Page, step: str) -> None:
    """A step that stands in the window, on a desk in light and on a telephone in dark.

    Without a violation of the rules that axe knows; without motion, so that no colour is on its way
    to another. Ends in the size that the page had.
    """
    usual = page.viewport_size
    for size, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.locator(f"#step-{step}")).to_be_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width == size["width"], f"{step} is {width} px wide"
    page.set_viewport_size(usual)


def day(where: Page | FrameLocator, wanted: date) -> Any:
    return where.locator(f"[data-day='{wanted}']")


def choose(where: Page | FrameLocator, stay: tuple[date, date]) -> None:
    """Click the days of arrival and departure, turning to their month."""
    while not day(where, stay[0]).count():
        where.get_by_role("button", name="Next month").click()
    for wanted in stay:
        day(where, wanted).click()


def go_on(where: Page | FrameLocator, step: str, name: str = "Continue") -> None:
    """Press the step's button, and see another one."""
    where.locator(".book-step:not([hidden])").get_by_role("button", name=name).click()
    expect(where.locator(f"#step-{step} h2")).to_be_focused()


def fill(where: Page | FrameLocator) -> None:
    """Say who the guest is."""
    where.get_by_label("First name").fill("Grace")
    where.get_by_label("Surname").fill("Hopper")
    where.get_by_label("E-mail").fill("grace@guest.example")
    where.get_by_label("Mobile phone").fill("+1 555 0100")
    where.get_by_label("Country").select_option("US")
    where.get_by_label("Region").select_option(label="New York")
    where.get_by_label("What do you not eat?").fill("Fish")


def until_details(where: Page | FrameLocator, stay: tuple[date, date]) -> None:
    """Choose dates and a double at the first tariff."""
    choose(where, stay)
    go_on(where, "guests")
    go_on(where, "rooms")
    where.get_by_role("button", name="Double, Flexible, number of rooms: one more").click()
    expect(where.get_by_text("Total for your stay: €360.00")).to_be_visible()
    go_on(where, "address")


def only_booking() -> Booking:
    return apart(lambda: Booking.objects.get(kind="booking"))


def test_books_from_the_calendar_to_the_confirmation(open_form, stay):
    page = open_form(reduced_motion="reduce")
    choose(page, stay)
    expect(page.locator("#calendar-help")).to_contain_text("(3 nights)")
    checked(page, "dates")
    go_on(page, "guests")

    page.get_by_role("button", name="Children: one more").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Age of child 1 on arrival")).to_be_focused()
    expect(page.locator("#problems")).to_contain_text("Please choose the age of each child.")
    checked(page, "guests")
    page.get_by_role("button", name="Children: one less").click()
    go_on(page, "rooms")

    page.get_by_role("button", name="Double, Not refundable, number of rooms: one more").click()
    page.get_by_label("Breakfast").check()
    page.get_by_role("button", name="Bicycle, quantity: one more").click()
    expect(page.get_by_text("Total for your stay: €384.00")).to_be_visible()  # 285 + 72 + 27
    checked(page, "rooms")
    go_on(page, "address")
    expect(page.locator("#hold")).to_contain_text("Your rooms are held for you until")

    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("First name")).to_be_focused()
    checked(page, "address")
    fill(page)
    page.get_by_label("Remarks").fill("We arrive late.")
    go_on(page, "review")
    chosen = ("Double (Not refundable)", "Breakfast", "Bicycle")
    for told in ("Grace Hopper", "Fish", *chosen, "€384.00"):
        expect(page.locator("#step-review")).to_contain_text(told)
    checked(page, "review")

    page.get_by_role("button", name="Book with obligation to pay").dblclick()
    expect(page.get_by_role("heading", name="Your booking is confirmed.")).to_be_focused()
    checked(page, "done")
    booked = only_booking()
    assert booked.state == BookingState.CONFIRMED
    assert (booked.arrival, booked.departs_on) == stay
    assert booked.total == Decimal("384.00")
    assert booked.answers == {"diet": "Fish"}
    expect(page.locator("#step-done")).to_contain_text(booked.number)


def press_until(page: Page, key: str, selector: str) -> None:
    """Press a key until an element has the focus, which must show on the way."""
    for _ in range(60):
        page.keyboard.press(key)
        outline, is_there = page.evaluate(
            """selector => {
              const at = document.activeElement, style = getComputedStyle(at);
              return [style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
                      at.matches(selector)];
            }""",
            selector,
        )
        assert outline >= 2 or page.evaluate("document.activeElement === document.body")
        if is_there:
            return
    pytest.fail(f"{selector} is not reached by {key}")


def choose_by_keys(page: Page, tomorrow: date, stay: tuple[date, date]) -> None:
    """Go to the days of a stay, past what cannot be chosen."""
    keys = page.keyboard
    press_until(page, "Tab", ".day")
    expect(day(page, tomorrow)).to_be_focused()
    spoken = f"{tomorrow:%A}, {tomorrow.day} {tomorrow:%B %Y}, from €80.00, free"
    expect(day(page, tomorrow)).to_have_attribute("aria-label", spoken)
    keys.press("ArrowLeft")  # today is too soon, and no day before it is reached
    expect(day(page, tomorrow)).to_be_focused()
    keys.press("PageDown")
    keys.press("PageDown")
    press_until(page, "ArrowLeft", f"[data-day='{stay[0]}']")
    keys.press("Enter")
    expect(page.locator("#told")).to_contain_text("At least 2 nights.")
    keys.press("ArrowRight")
    keys.press("Space")  # one night is too short
    expect(page.locator("#told")).to_contain_text("stay too short")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    keys.press("Space")
    expect(day(page, stay[1])).to_have_attribute("aria-pressed", "true")


def test_books_with_the_keyboard_alone(open_form, house, stay):
    page = open_form()
    keys = page.keyboard
    choose_by_keys(page, house.settings.today() + timedelta(days=1), stay)
    press_until(page, "Tab", "#step-dates .btn-brand")
    keys.press("Enter")
    expect(page.locator("#step-guests h2")).to_be_focused()
    press_until(page, "Tab", "#guests-adults")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.locator("#step-rooms h2")).to_be_focused()
    press_until(page, "Tab", "[aria-label='Single, Flexible, number of rooms: one more']")
    keys.press("Space")
    press_until(page, "Tab", "#extras [type=checkbox]")
    keys.press("Space")
    press_until(page, "Tab", "#step-rooms .btn-brand")
    keys.press("Enter")
    expect(page.locator("#step-address h2")).to_be_focused()
    for words in ("Grace", "Hopper", "grace@guest.example", "+1 555 0100"):
        keys.press("Tab")
        keys.type(words)
    keys.press("Tab")
    keys.type("United Sta")
    expect(page.get_by_label("Region")).to_be_visible()
    keys.press("Tab")
    keys.type("New Y")
    keys.press("Tab")
    keys.type("Fish")
    press_until(page, "Tab", "#step-address .btn-brand")
    keys.press("Enter")
    expect(page.locator("#step-review h2")).to_be_focused()
    press_until(page, "Tab", "#step-review .btn-brand")
    keys.press("Enter")

    expect(page.get_by_role("heading", name="Your booking is confirmed.")).to_be_focused()
    booked = only_booking()
    assert (booked.arrival, booked.departs_on, booked.adults) == (*stay, 1)
    assert booked.total == Decimal("276.00")  # 3 nights at 80, and breakfast for one


class Embedding(BaseHTTPRequestHandler):
    """A site of the owner with the form in a frame, as docs/booking_form.md has it."""

    form = ""
    timeout = 1  # seconds; browsers open connections ahead, and send nothing on them

    def do_GET(self) -> None:  # the name of the library's
        """Answer with the page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f'<h1>Inn</h1><iframe src="{self.form}" title="Book"></iframe>'.encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def sites(live_server, house) -> Iterator[list[str]]:
    """Two sites that show the form in a frame; the first one may."""
    handler = type(
        "Handler", (Embedding,), {"form": f"{live_server.url}/bookyflow/book/{house.pk}"}
    )
    servers = [ThreadingHTTPServer(("localhost", 0), handler) for _ in range(2)]
    for server in servers:
        Thread(target=server.serve_forever, daemon=True).start()
    found = [f"http://localhost:{server.server_port}" for server in servers]
    house.settings.booking_form_sites = found[0]
    house.settings.save()
    yield found
    for server in servers:
        server.shutdown()
        server.server_close()


def test_books_in_a_frame_of_the_owners_site_and_of_no_other(sites, browser, stay):
    context = browser.new_context(viewport=DESKTOP, locale="en-GB")
    page = watched(context.new_page())
    page.goto(sites[0])
    form = page.frame_locator("iframe")
    until_details(form, stay)
    fill(form)
    go_on(form, "review")
    form.get_by_role("button", name="Book with obligation to pay").click()
    expect(form.get_by_role("heading", name="Your booking is confirmed.")).to_be_visible()
    assert only_booking().arrival == stay[0]
    assert context.cookies() == []

    refused = []
    page.on("console", lambda line: refused.append(line.text))
    page.goto(sites[1])
    page.wait_for_timeout(500)
    assert page.frame_locator("iframe").locator("#book").count() == 0
    assert any("frame-ancestors" in text for text in refused), refused


def test_goes_back_and_survives_lost_answers(open_form, house, stay):
    page = open_form()
    until_details(page, stay)
    page.go_back()
    expect(page.locator("#step-rooms")).to_be_visible()
    page.get_by_role("button", name="Double, Flexible, number of rooms: one more").click()
    expect(page.get_by_text("Total for your stay: €720.00")).to_be_visible()
    page.get_by_role("button", name="Double, Flexible, number of rooms: one less").click()
    expect(page.get_by_text("Total for your stay: €360.00")).to_be_visible()
    go_on(page, "address")
    fill(page)
    go_on(page, "review")

    # Loaded anew, it goes on where it was.
    page.reload()
    expect(page.locator("#step-review")).to_contain_text("Grace Hopper")

    # What is held ends meanwhile, and the price rises: nothing is booked at another price unseen.
    def ends() -> None:
        Hold.objects.update(expires_at=timezone.now())
        Occupancy.objects.update(expires_at=timezone.now())
        DailyRate.objects.filter(property=house, price=120).update(price=150)

    apart(ends)
    page.get_by_role("button", name="Book with obligation to pay").click()
    expect(page.get_by_text("changed from €360.00 to €450.00")).to_be_visible()
    assert apart(Booking.objects.filter(kind="booking").count) == 0

    # The answer to the booking is lost: it is asked for again, and there is one booking.
    lost: list[str] = []

    def lose_once(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.headers["idempotency-key"])
        route.fetch()
        route.abort()

    page.route(re.compile("/booking/create$"), lose_once)
    page.get_by_role("button", name="Book with obligation to pay").click()
    expect(page.get_by_role("heading", name="Your booking is confirmed.")).to_be_focused()
    assert lost
    assert only_booking().total == Decimal("450.00")
    page.go_back()
    expect(page.locator("#step-done")).to_be_visible()


@pytest.fixture
def one_by_one(house):
    """The house offers its rooms one by one."""
    house.settings.rooms_list = RoomsList.LIST
    house.settings.save()


def test_keeps_rooms_that_are_chosen_one_by_one(one_by_one, open_form, stay):
    page = open_form(clock=True)
    choose(page, stay)

    # A session that was left alone is over: the form begins anew, with the same dates.
    apart(BookingSession.objects.all().delete)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("You were away for a while")).to_be_visible()
    go_on(page, "guests")
    go_on(page, "rooms")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#problems")).to_have_text("Please choose at least one room.")
    page.get_by_label("2 (Double), Flexible").check()
    page.get_by_label("2 (Double), Not refundable").check()
    expect(page.get_by_label("2 (Double), Flexible")).not_to_be_checked()
    expect(page.get_by_text("Total for your stay: €285.00")).to_be_visible()
    go_on(page, "address")

    # Near the end the guest may keep the rooms; afterwards, have them held again.
    def ends_in(minutes: int) -> None:
        until = timezone.now() + timedelta(minutes=minutes)
        Hold.objects.filter(expires_at__gt=timezone.now()).update(expires_at=until)
        Occupancy.objects.update(expires_at=until)

    apart(lambda: ends_in(4))
    page.clock.fast_forward(timedelta(minutes=11).seconds * 1000)
    page.get_by_role("button", name="Keep my rooms").click()
    expect(page.locator("#told")).to_contain_text("Your rooms are held until")
    apart(lambda: ends_in(0))
    page.clock.fast_forward(timedelta(minutes=16).seconds * 1000)
    expect(page.get_by_text("Your rooms are no longer held for you.").last).to_be_visible()
    page.get_by_role("button", name="Hold my rooms again").click()
    expect(page.locator("#hold")).to_contain_text("Your rooms are held for you until")


@pytest.fixture
def paying(house, stripe):  # noqa: F811  # the fixture
    """The house takes a fifth in advance, by card or to its account."""
    plugin_settings_save(plugin="stripe", values=STRIPE, property_id=house.pk, by=SYSTEM)
    told = {"active": "1", "instructions": "IBAN AT61 1904 3002"}
    plugin_settings_save(plugin="manual", values=told, property_id=house.pk, by=SYSTEM)
    house.settings.deposit_kind, house.settings.deposit_value = "percentage", Decimal(20)
    house.settings.save()
    return stripe


def pay(page: Page, house: Property, stripe: Any) -> None:  # noqa: F811
    """Pay at the service, which tells of it, and see it told in the form."""
    checkout = "https://checkout.stripe.example/**"
    page.context.route(checkout, lambda route: route.fulfill(body="Pay"))
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Pay now: €72.00").click()
    opened.value.wait_for_url(checkout)
    body = stripe.event("checkout.session.completed", stripe.pay())
    notice = page.url.split("/book/")[0] + f"/api/payments/stripe/{house.pk}/notice"
    headers = {"Stripe-Signature": signature(body), "Content-Type": "application/json"}
    assert httpx.post(notice, content=body, headers=headers).status_code == 200
    confirmed = page.get_by_role("heading", name="Your booking is confirmed.")
    expect(confirmed).to_be_visible(timeout=PATIENCE)
    opened.value.goto(stripe.session["sent"]["success_url"])
    expect(opened.value.get_by_role("heading", name="Thank you")).to_be_visible()


@pytest.mark.parametrize("is_first", [False, True], ids=["afterwards", "before"])
def test_pays_the_deposit_by_card(paying, open_form, house, stay, monkeypatch, is_first):
    if not is_first:
        monkeypatch.setattr(payment, "_pages", [])
    page = open_form(PHONE)
    until_details(page, stay)
    fill(page)
    go_on(page, "review")
    go_on(page, "done", "Book with obligation to pay")

    begun = "Pay now" if is_first else "It is confirmed once the deposit has come."
    expect(page.locator("#done-title")).to_contain_text(begun)
    if not is_first:
        expect(page.get_by_text("IBAN AT61 1904 3002")).to_be_visible()
        checked(page, "done")
    pay(page, house, paying)

    booked = only_booking()
    assert (booked.state, booked.paid) == (BookingState.CONFIRMED, Decimal("72.00"))


@pytest.fixture
def another_page(live_server) -> Iterator[httpx.Client]:
    """A client with a session of its own."""
    headers = {"X-BOOKYFLOW-booking-session-id": "of-another-page"}
    base = f"{live_server.url}/bookyflow/api/booking"
    with httpx.Client(base_url=base, headers=headers) as client:
        yield client


def test_goes_on_with_a_session_that_another_page_began(paying, another_page, open_form, stay):
    """A client sends its guest to where `create` says, with the session's id and token."""
    api = another_page
    page = open_form()
    house = int(page.url.rpartition("/")[2])

    def value(answer: httpx.Response) -> Any:
        assert answer.status_code == 200, answer.text
        return next(iter(answer.json()["data"].values()))

    begun = value(api.get(f"/initialise/{house}/en-GB"))["response"]["data"]
    first, last = map(str, stay)
    value(api.post("/set/dates", json={"arrivalDate": first, "departureDate": last}))
    value(api.post("/set/guest/numbers", json={"adults": 2}))
    pair = next(iter(value(api.get("/rooms"))["rooms"]))
    value(api.post("/set/property/booking", json={"selectedRooms": pair}))
    guest = {"firstname": "Grace", "surname": "Hopper", "email": "grace@guest.example"}
    guest |= {"tel_mobile": "+1 555 0100", "country": "US", "region": "US-NY"}
    value(api.post("/set/address", json=guest | {"answers": {"diet": "Nuts"}}))
    refused = api.post("/create").json()

    token = begun["session_token"]
    page.goto(f"{refused['confirmation_url']}&jsid=of-another-page#{token}")

    expect(page.locator("#step-review")).to_contain_text("Hopper")
    assert "jsid" not in page.url
    assert token not in page.url
    go_on(page, "done", "Book with obligation to pay")
    expect(page.locator("#done-title")).to_contain_text("Pay now")
