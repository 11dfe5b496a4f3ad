"""Take the pictures of docs/pictures anew, of the demonstration that script/server serves.

Needs Chromium, as browser tests do. Exit code 1 where there is no demonstration or a page fails.
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from _setup import ROOT, say
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browsers import BROWSER, OPTIONS

FOLDER = ROOT / "docs" / "pictures"
FACTS = ROOT / "var" / "demo.json"
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
COLOURS = 96  # flat pages need no more, and take a third of the space
TALLEST = 1600  # pixels; what is further down says nothing new


@dataclass(frozen=True)
class Shot:
    """A page that is pictured: `{property}` in its path is the first hotel.

    `follow` is a pattern of CSS for a link on that page that leads on to what is meant.
    """

    name: str
    path: str
    follow: str = ""
    login: str = "manager"
    phone: bool = False
    dark: bool = False


SHOTS = (
    Shot("welcome", "/bookyflow/", login=""),
    Shot("sign_in", "/bookyflow/sign-in", login=""),
    Shot("home", "/bookyflow/"),
    Shot("desk", "/bookyflow/p/{property}"),
    Shot("desk_phone", "/bookyflow/p/{property}", phone=True),
    Shot("room_plan", "/bookyflow/p/{property}/plan"),
    Shot("room_plan_dark", "/bookyflow/p/{property}/plan", dark=True),
    Shot("bookings", "/bookyflow/p/{property}/bookings"),
    Shot("booking", "/bookyflow/p/{property}/bookings", follow="main td a, main th a"),
    Shot("booking_new", "/bookyflow/p/{property}/bookings/new"),
    Shot("guests", "/bookyflow/p/{property}/guests"),
    Shot("messages", "/bookyflow/p/{property}/messages"),
    Shot("invoices", "/bookyflow/p/{property}/invoices"),
    Shot("prices", "/bookyflow/p/{property}/prices"),
    Shot("prices_phone", "/bookyflow/p/{property}/prices", phone=True),
    Shot("prices_many_nights", "/bookyflow/p/{property}/prices/nights"),
    Shot("rate_plans", "/bookyflow/p/{property}/prices/plans"),
    Shot("property", "/bookyflow/p/{property}/property"),
    Shot("rooms", "/bookyflow/p/{property}/property/rooms"),
    Shot("settings", "/bookyflow/p/{property}/property/settings/prices"),
    Shot("property_new", "/bookyflow/properties/new"),
    Shot("reports", "/bookyflow/p/{property}/reports"),
    Shot("team", "/bookyflow/p/{property}/team"),
    Shot("account", "/bookyflow/account"),
    Shot("developers", "/bookyflow/developers"),
    Shot("keys", "/bookyflow/developers/keys"),
    Shot("key_new", "/bookyflow/developers/keys/new"),
    Shot("request_log", "/bookyflow/developers/requests"),
    Shot("test_mode", "/bookyflow/developers/test"),
    Shot("webhooks", "/bookyflow/developers/webhooks"),
    Shot("events", "/bookyflow/developers/events/{property}"),
    Shot("api_browser", "/bookyflow/api/docs"),
    Shot("documentation", "/bookyflow/docs/"),
    Shot("booking_form", "/bookyflow/book/{property}", login=""),
    Shot("plugin_manager", "/admin/plugins/featurestate/", login="super"),
)


def main() -> int:
    """Take them all; 0, or 1."""
    parser = argparse.ArgumentParser(prog="script/pictures", description=__doc__)
    parser.add_argument("--only", default="", help="those whose name contains this")
    options = parser.parse_args()
    if not FACTS.exists() or BROWSER is None:
        say("This needs Chromium, and the demonstration of a running script/server.")
        return 1
    FOLDER.mkdir(exist_ok=True)
    wanted = [shot for shot in SHOTS if options.only in shot.name]
    for shot, picture in taken(json.loads(FACTS.read_text()), wanted):
        if picture is None:
            say(f"{shot.path} does not show what is wanted.")
            return 1
        (FOLDER / f"{shot.name}.png").write_bytes(smaller(picture))
        say(f"docs/pictures/{shot.name}.png")
    return 0


def taken(facts: dict[str, Any], shots: Iterable[Shot]) -> Iterator[tuple[Shot, bytes | None]]:
    """The pictures, as PNG; None for one that could not be taken."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=list(OPTIONS))
        for shot in shots:
            yield shot, one_taken(browser, facts, shot)
        browser.close()


def one_taken(browser: Browser, facts: dict[str, Any], shot: Shot) -> bytes | None:
    """One picture, in a session of its own."""
    context = browser.new_context(
        base_url=facts["url"],
        viewport=PHONE if shot.phone else DESK,
        color_scheme="dark" if shot.dark else "light",
        reduced_motion="reduce",
    )
    try:
        page = context.new_page()
        if shot.login:
            sign_in(page, shot.login, facts["logins"][shot.login])
        answer = page.goto(shot.path.format(property=next(iter(facts["properties"].values()))))
        if answer is None or not answer.ok:
            return None
        if shot.follow:
            page.locator(shot.follow).first.click()
        page.wait_for_load_state("networkidle")
        height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
        width = page.viewport_size["width"] if page.viewport_size else DESK["width"]
        clip = {"x": 0, "y": 0, "width": width, "height": height}
        return page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]  # a dictionary
    finally:
        context.close()


def sign_in(page: Page, name: str, password: str) -> None:
    """Sign in by the form, as people do."""
    page.goto("/bookyflow/sign-in")
    page.locator("input[autocomplete=username]").fill(name)
    page.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def smaller(picture: bytes) -> bytes:
    """The same picture with fewer colours."""
    made = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as full:
        full.convert("RGB").quantize(COLOURS).save(made, "PNG", optimize=True)
    return made.getvalue()
