"""Passkeys in a real browser, with an authenticator that the browser plays."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browsers import needs_browser, sizes
from tests.web.test_browser import PHONE, browser, page, sign_in, site  # noqa: F401  # fixtures

pytestmark = [pytest.mark.browser, needs_browser]


@pytest.mark.parametrize("size", sizes(PHONE, None))
def test_a_passkey_signs_in_alone(page, size):  # noqa: F811  # the fixture
    if size:
        page.set_viewport_size(size)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page)
    page.goto("/bookyflow/account/second-factor/passkeys/new")
    page.get_by_role("textbox", name="Name").fill("My telephone")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes", exact=True)).to_be_visible()

    page.context.clear_cookies()
    page.goto("/bookyflow/sign-in?next=/bookyflow/account/second-factor/passkeys")
    page.get_by_role("button", name="Use a passkey instead").click()

    expect(page.get_by_role("heading", name="My telephone")).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]
