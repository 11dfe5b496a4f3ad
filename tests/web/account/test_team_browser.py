"""An invitation in a real browser: sent by a manager, accepted by a newcomer."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browsers import needs_browser, sizes
from tests.web.test_browser import PHONE, browser, page, sign_in, site  # noqa: F401  # fixtures

pytestmark = [pytest.mark.browser, needs_browser]


def looks_right(shown):
    for scheme in ("light", "dark"):
        shown.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(shown).response["violations"]
        assert not found, [(one["id"], one["nodes"][0]["html"]) for one in found]
    width = shown.evaluate("document.documentElement.scrollWidth")
    assert width <= shown.viewport_size["width"]


@pytest.mark.parametrize("size", sizes(PHONE, None))
def test_a_manager_invites_and_withdraws(page, size):  # noqa: F811  # the fixture
    if size:
        page.set_viewport_size(size)
    sign_in(page)
    page.goto("/bookyflow/")
    page.get_by_role("link", name="Team").click()
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("E-mail address").fill("no address")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.locator("#problems")).to_be_focused()
    looks_right(page)

    page.get_by_label("E-mail address").fill("rita@example.com")
    page.get_by_label("Role").select_option(
        label="Manager: prices, texts, invoices, settings and the team too"
    )
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("The invitation is on its way")).to_be_visible()
    expect(page.get_by_text("rita@example.com", exact=True)).to_be_visible()
    looks_right(page)

    page.get_by_role("button", name="Withdraw the invitation of rita@example.com").click()
    expect(page.get_by_text("The invitation is withdrawn")).to_be_visible()
    expect(page.get_by_text("rita@example.com")).to_have_count(0)
