"""The front-end in a real browser, with the API behind it: what no test client can show."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bookyflow.accounts.models import AccessLevel, User
from tests.accounts.conftest import PASSWORD, make_property
from tests.browsers import BROWSER, OPTIONS, needs_browser

TOKEN = "/bookyflow/api/oauth/token"
PHONE = {"width": 360, "height": 740}

pytestmark = [pytest.mark.browser, needs_browser]


@pytest.fixture
def site(live_server, settings) -> str:
    """A running site with Mona, who manages a hotel and a test property."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    mona = User.objects.create_user(
        "mona", password=PASSWORD, access_level=AccessLevel.MANAGER, first_name="Mona"
    )
    make_property("Harbour Hotel", mona)
    make_property("Practice House", mona, is_test=True)
    return str(live_server.url)


@pytest.fixture
def browser(site) -> Iterator[Browser]:
    """Chromium, ended before the database is emptied: its event loop forbids queries meanwhile."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=BROWSER, args=list(OPTIONS))
        yield launched
        launched.close()


@pytest.fixture
def page(browser, site) -> Page:
    return watched(browser.new_page(base_url=site))


def watched(page: Page) -> Page:
    """A page that fails the test when a script fails or the content policy blocks something."""
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.on("console", lambda line: _refuse_policy_violation(line.text))
    return page


def _refuse_policy_violation(text: str) -> None:
    assert "Content Security Policy" not in text, text


def sign_in(page: Page) -> None:
    page.goto("/bookyflow/sign-in?next=/bookyflow/developers/keys")
    page.get_by_label("User name").fill("mona")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Key pairs", exact=True)).to_be_visible()


def make_key_pair(page: Page, *scopes: str) -> tuple[str, str]:
    page.goto("/bookyflow/developers/keys/new")
    page.get_by_label("Label").fill("Front desk app")
    for scope in scopes:
        page.locator(f"input[name=scopes][value={scope}]").check()
    page.get_by_role("button", name="Make the key pair").click()
    expect(page.get_by_role("heading", name="Your key pair is ready")).to_be_visible()
    return shown_pair(page)


def shown_pair(page: Page) -> tuple[str, str]:
    """The client id and the secret as the page shows them."""
    return page.locator("#client-id").input_value(), page.locator("#client-secret").input_value()


def ask_token(site: str, client_id: str, secret: str) -> httpx.Response:
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return httpx.post(site + TOKEN, data=form)


def echo(site: str, token: str) -> int:
    answer = httpx.get(site + "/bookyflow/api/echo", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code


def test_a_key_pair_works_until_it_is_revoked(page, site):
    sign_in(page)
    client_id, secret = make_key_pair(page, "echo_get", "content_get")
    assert secret in page.locator("#token-request").input_value()

    granted = ask_token(site, client_id, secret)
    assert granted.status_code == 200
    token = granted.json()["access_token"]
    assert echo(site, token) == 200

    page.get_by_role("link", name="I have kept it").click()
    expect(page.get_by_text(secret)).to_have_count(0)
    page.get_by_role("link", name="Revoke…").click()
    assert echo(site, token) == 200
    page.get_by_role("button", name="Revoke the key pair").click()

    expect(page.get_by_text("Its next request will be refused.")).to_be_visible()
    expect(page.get_by_text("Revoked", exact=True).first).to_be_visible()
    assert echo(site, token) == 401
    assert ask_token(site, client_id, secret).status_code == 401


def test_a_secret_is_changed_without_a_break(page, site):
    sign_in(page)
    client_id, old = make_key_pair(page, "echo_get")
    page.get_by_role("link", name="I have kept it").click()
    page.get_by_role("button", name="Add a secret").click()
    _, new = shown_pair(page)
    assert [ask_token(site, client_id, secret).status_code for secret in (old, new)] == [200, 200]

    page.get_by_role("link", name="I have kept it").click()
    page.get_by_role("link", name=f"Retire the secret ending in {old[-4:]}").click()
    page.get_by_role("button", name="Retire it").click()

    expect(page.get_by_text(f"The secret ending in {old[-4:]} is retired.")).to_be_visible()
    assert [ask_token(site, client_id, secret).status_code for secret in (old, new)] == [401, 200]


def test_taking_a_scope_away_counts_for_tokens_in_use(page, site):
    sign_in(page)
    client_id, secret = make_key_pair(page, "echo_get", "email_get")
    token = ask_token(site, client_id, secret).json()["access_token"]
    assert echo(site, token) == 200

    page.get_by_role("link", name="I have kept it").click()
    page.locator("input[name=scopes][value=echo_get]").uncheck()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("The key pair is changed.")).to_be_visible()
    assert echo(site, token) == 403


def test_the_properties_show_when_they_matter(page):
    sign_in(page)
    page.goto("/bookyflow/developers/keys/new")
    hotel = page.get_by_label("Harbour Hotel")
    expect(hotel).to_be_hidden()

    page.get_by_label("Only these").check()
    expect(hotel).to_be_visible()
    page.get_by_label("Label").fill("Limited")
    page.locator("input[name=scopes][value=echo_get]").check()
    page.get_by_role("button", name="Make the key pair").click()

    expect(page.locator("#problems")).to_be_focused()
    expect(page.get_by_text("Choose at least one property.").first).to_be_visible()
    expect(page.get_by_label("Only these")).to_be_checked()


def test_a_double_click_makes_one_pair_and_shows_its_secret(page):
    sign_in(page)
    page.goto("/bookyflow/developers/keys/new")
    page.get_by_label("Label").fill("Clicked twice")
    page.locator("input[name=scopes][value=echo_get]").check()
    page.get_by_role("button", name="Make the key pair").dblclick()

    expect(page.locator("#client-secret")).to_be_visible()
    page.goto("/bookyflow/developers/keys")
    expect(page.get_by_role("link", name="Clicked twice")).to_have_count(1)


def test_copies_the_secret(page, site):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    sign_in(page)
    _, secret = make_key_pair(page, "echo_get")

    page.get_by_role("button", name="Copy the secret").click()

    expect(page.locator("#copied")).to_have_text("Secret copied.")
    assert page.evaluate("navigator.clipboard.readText()") == secret


def test_works_without_scripts(browser, site):
    page = browser.new_context(base_url=site, java_script_enabled=False).new_page()
    sign_in(page)
    client_id, secret = make_key_pair(page, "echo_get")

    expect(page.get_by_role("button", name="Copy the secret")).to_be_hidden()
    assert ask_token(site, client_id, secret).status_code == 200
    page.get_by_role("link", name="I have kept it").click()
    page.get_by_role("link", name="Revoke…").click()
    page.get_by_role("button", name="Revoke the key pair").click()
    assert ask_token(site, client_id, secret).status_code == 401


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; every stop on the way must show its focus."""
    page.wait_for_load_state()  # with its style sheets
    for _ in range(120):
        page.keyboard.press("Tab")
        element, outline, reached = page.evaluate(
            """selector => {
              const at = document.activeElement, style = getComputedStyle(at);
              return [at.outerHTML.slice(0, 200),
                      style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
                      at.matches(selector)];
            }""",
            selector,
        )
        assert outline >= 2, f"no visible focus at {element}"
        if reached:
            return
    pytest.fail(f"{selector} is not reached by the Tab key")


def test_a_key_pair_is_made_with_the_keyboard_alone(page, site):
    page.goto("/bookyflow/sign-in?next=/bookyflow/developers/keys/new")
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type("mona")
    tab_to(page, "#id_password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="New key pair")).to_be_visible()

    tab_to(page, ".skip-link")
    page.keyboard.press("Enter")
    tab_to(page, "main input")
    assert page.evaluate("document.activeElement.id") == "id_label"
    page.keyboard.type("By keyboard")
    tab_to(page, "input[name=mode]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "input[name=scopes][value=echo_get]")
    page.keyboard.press("Space")
    tab_to(page, "input[name=reach]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "input[name=properties]")  # the test property: live ones are not shown
    page.keyboard.press("Space")
    tab_to(page, "main button:not([type=button])")
    page.keyboard.press("Enter")

    page.wait_for_selector("#client-secret")
    client_id, secret = shown_pair(page)
    assert ask_token(site, client_id, secret).status_code == 200
    tab_to(page, "main .panel a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main").get_by_text("Test", exact=True).first).to_be_visible()


def test_fits_a_phone(browser, site, tmp_path):
    page = watched(browser.new_context(base_url=site, viewport=PHONE).new_page())

    def check(name: str, heading: str) -> None:
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        page.wait_for_load_state()  # with its style sheets, which decide the width
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            shot = page.screenshot(path=tmp_path / f"{name}-{scheme}.png", full_page=True)
            (width,) = struct.unpack(">I", shot[16:20])
            assert width == PHONE["width"], f"{name} is {width} px wide in {scheme}"
            assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], name

    page.goto("/bookyflow/")
    check("welcome", "Bookings, rooms and prices")
    page.goto("/bookyflow/sign-in")
    check("sign-in", "Sign in")
    sign_in(page)
    check("no-keys", "Key pairs")
    page.goto("/bookyflow/")
    check("home", "Today")
    page.goto("/bookyflow/developers/keys/new")
    page.get_by_label("Only these").check()
    page.get_by_role("button", name="Make the key pair").click()
    expect(page.locator("#problems")).to_be_visible()
    page.get_by_label("Label").fill("Unbreakable" * 9)
    check("problems", "New key pair")
    make_key_pair(page, "echo_get", "content_get")
    check("secret", "Your key pair is ready")
    page.get_by_role("link", name="I have kept it").click()
    page.get_by_label("Label").fill("Unbreakable" * 9)
    page.get_by_role("button", name="Save").click()
    check("key", "Unbreakable")
    page.get_by_role("button", name="Add a secret").click()
    page.get_by_role("link", name="I have kept it").click()
    page.get_by_role("link", name="Retire").first.click()
    check("retire", "Retire the secret")
    page.goto("/bookyflow/developers/keys")
    check("keys", "Key pairs")
    page.get_by_role("link", name="Unbreakable").click()
    page.get_by_role("link", name="Revoke…").click()
    check("revoke", "Revoke")
    page.goto("/bookyflow/developers/keys/999999")
    check("not-found", "Nothing is here")
