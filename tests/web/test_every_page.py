"""Every page of the site in a browser: no violation of the rules that axe knows, none too wide.

A page that is not visited here fails the first test, so that none is forgotten: pages of the
front-end, of second factors, of the administration, and the reference of the API. Each is opened
once. Its colours are looked at in light and in dark, on a desk: a telephone shows the same ones.
What looks the same all the way up to the page has the same contrast, and is looked at once: the
menu, the rows of a table, the frame of the administration. All other rules, and whether it fits, on
a desk and on a telephone, on each page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from bookyflow.accounts.models import User
from bookyflow.plugins.models import FeatureState
from bookyflow.web.account import second_factor_urls
from tests.browsers import BROWSER, OPTIONS, needs_browser
from tests.web.a_site import PASSWORD, Site, make_site

# A link that has ended, or a step that is refused by now, is a page as well.
SHOWN = {HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.GONE}
# A form goes there, or the account may not: super managers alone, or nobody.
NO_PAGE_HERE = {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.FORBIDDEN}
PARTS = 2  # so that two cores share the work: each makes a site, which takes a while
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PATIENCE = 60_000  # milliseconds, for the reference: its document is made once in each process

NO_PAGE = {  # addresses that show none, and why
    "invoice_print": "a sheet of paper",
    "invoice_pdf": "a file",
    "invoice_facturx": "a file",
    "invoice_xml": "a file",
    "reports_months": "a file",
    "reports_sources": "a file",
    "guest_export": "a file",
    "attachment": "a file",
    "browser_document": "a file",
    "account_login": "the front-end's page to sign in",
    "mfa_login_webauthn": "for the script of that page",
    "mfa_download_recovery_codes": "a file",
    "login": "leads to the front-end's page to sign in",
    "logout": "a form goes there",
    "autocomplete": "for scripts",
    "jsi18n": "a script",
    "view_on_site": "leads elsewhere",
    "search": "what a script puts into a page",
    "app_list": "one of an app, below",
}
BESIDE = (  # pages that are not the front-end's own
    "/bookyflow/docs/errors",
    "/bookyflow/nowhere",
    "/bookyflow/api/reference?feature=email",
)
FORMS_ALONE = {"note_id", "line_id", "payment_id", "invitation_id"}  # in paths that forms go to

COLOURS = ["color-contrast", "link-in-text-block"]
QUICK = {"resultTypes": ["violations"], "preload": False}
ONLY_COLOURS = {  # which take four fifths of the time
    **QUICK,
    "runOnly": COLOURS,
    "resultTypes": ["violations", "incomplete"],
}
STYLES = [
    *("color", "backgroundColor", "backgroundImage", "textShadow", "textDecorationLine"),
    *("fontSize", "fontWeight", "opacity", "filter", "visibility", "display", "position"),
]
NO_COLOURS = {**QUICK, "rules": {rule: {"enabled": False} for rule in COLOURS}}
RUN = "options => axe.run(options).then(({violations}) => violations)"
# Of a page, the elements that look like none that is known, with all that is inside them. A look is
# what decides about contrast, of the element and of all those that it stands in, as two numbers.
# Gives the violations, and the looks that are known now besides: not those that axe was not sure
# of, as where something covers a text.
RUN_ON_NEW = """async ([options, known]) => {
  const seen = new Set(known), looks = new Map(), include = [];
  const mixed = ([a, b], text) => {
    for (let at = 0; at < text.length; at++) {
      a = Math.imul(a ^ text.charCodeAt(at), 2654435761);
      b = Math.imul(b ^ text.charCodeAt(at), 1597334677);
    }
    return [a ^ b >>> 15, b ^ a >>> 13];
  };
  const text = element => (element.value || "") +
    [...element.childNodes].map(one => one.nodeType === 3 ? one.data.trim() : "").join("");
  const own = (element, style) => [
    element.tagName, element.className, Math.min(text(element).length, 2),  // one letter may be art
    (element.control || element).disabled, element.getAttribute("aria-disabled"),
    ...STYLES.map(name => style[name]),
  ].join();
  const look = (element, outside, isInside) => {
    const path = mixed(outside, own(element, getComputedStyle(element))),
      isNew = !seen.has(path.join());
    if (isNew) looks.set(element, path.join());
    if (isNew && !isInside) include.push(element);
    for (const child of element.children) look(child, path, isInside || isNew);
  };
  look(document.body, [1, 2], false);
  if (!include.length) return [[], []];
  const found = await axe.run({include}, {...options, elementRef: true});
  for (const {nodes} of found.incomplete) for (const node of nodes) looks.delete(node.element);
  return [found.violations, [...looks.values()]];
}""".replace("STYLES", str(STYLES))
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass(frozen=True)
class Visit:
    """A page, and whose session looks at it."""

    who: str
    path: str


def patterns(resolver: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """The names of pages in the namespace, each with the parameters of its path."""
    for one in resolver:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns)
        elif isinstance(one, URLPattern) and one.name and one.name not in NO_PAGE:
            yield one.name, list(one.pattern.converters)


def front_end(site: Site) -> Iterator[Visit]:
    """All pages that the front-end has."""
    (root,) = get_resolver().url_patterns
    (web,) = (one for one in root.url_patterns if getattr(one, "namespace", "") == "web")
    for name, parameters in patterns(web.url_patterns):
        if not FORMS_ALONE & set(parameters):
            yield Visit("manager", reverse(f"web:{name}", kwargs=site.of(name, parameters)))
    for path in BESIDE:
        yield Visit("manager", path)


def second_factors(site: Site) -> Iterator[Visit]:
    """Pages of second factors: of one who has them all, of one without, of one who signs in."""
    whose = {"mfa_activate_totp": "manager", "mfa_authenticate": "half"}
    for name, parameters in patterns(second_factor_urls.urlpatterns):
        path = reverse(name, kwargs=site.of(name, parameters))
        yield Visit(whose.get(name, "root"), path)
    yield Visit("manager", reverse("mfa_index"))


def administration(site: Site) -> Iterator[Visit]:
    """Pages of the administration; the same one of many models, of one of them."""
    rows = {
        f"{model._meta.app_label}_{model._meta.model_name}": page.get_queryset(None)
        for model, page in admin.site._registry.items()
    }
    feature, root = FeatureState.objects.earliest("pk"), User.objects.get(username="root")
    for name, parameters in patterns(admin.site.get_urls()):
        model, _, kind = name.rpartition("_")
        if kind in {"history", "delete"} and model != "properties_propertytype":
            continue
        known = {"name": feature.name, "id": root.pk}
        if "object_id" in parameters:
            known["object_id"] = rows[model].earliest("pk").pk
        wanted = {one: known[one] for one in parameters}
        yield Visit("root", reverse(f"admin:{name}", kwargs=wanted))
    yield Visit("root", reverse("admin:app_list", kwargs={"app_label": "accounts"}))
    yield Visit("root", reverse("admin:accounts_user_changelist") + "?q=nobody")


@pytest.fixture
def site(live_server, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    return make_site()


@pytest.fixture
def visits(site) -> list[Visit]:
    """All pages, those of an account together; made while the database may be asked."""
    return [*front_end(site), *second_factors(site), *administration(site)]


@pytest.fixture
def sessions(site) -> dict[str, str]:
    """Who looks: a manager, the administrator, and the latter between password and code."""
    clients = {name: Client() for name in ("manager", "root", "half")}
    for name in ("manager", "root"):
        clients[name].force_login(User.objects.get(username=name))
    clients["half"].post(reverse("account_login"), {"username": "root", "password": PASSWORD})
    return {
        name: client.cookies[settings.SESSION_COOKIE_NAME].value for name, client in clients.items()
    }


@pytest.fixture
def browser(sessions, visits) -> Iterator[Browser]:
    """Chromium, ended before the database is emptied."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=BROWSER, args=list(OPTIONS))
        yield launched
        launched.close()


@pytest.mark.browser
@needs_browser
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_for_everybody(browser, visits, sessions, live_server, part):
    walk = Walk(browser, live_server.url, sessions, visits)
    faults = [
        f"{visit.path}: {fault}" for visit in visits[part::PARTS] for fault in walk.faults_of(visit)
    ]

    assert not faults, "\n".join(faults)


class Walk:
    """Goes from page to page, and tells what is wrong with each."""

    def __init__(
        self, browser: Browser, url: str, sessions: dict[str, str], visits: list[Visit]
    ) -> None:
        """Without movements, which colours would be read in."""
        self._context = browser.new_context(base_url=url, reduced_motion="reduce")
        self._page = self._context.new_page()
        self._page.on("console", self._hear)
        self._said: list[str] = []
        self._url, self._sessions = url, sessions
        self._who = ""
        self._looks: set[str] = set()
        self._paths = {urlsplit(visit.path).path for visit in visits}

    def _hear(self, line: Any) -> None:
        if line.type == "error" and "Content Security Policy" in line.text:
            self._said.append(line.text)

    def faults_of(self, visit: Visit) -> Iterator[str]:
        """What is wrong with a page, in light and dark and both sizes."""
        page = self._page
        self._be(visit.who)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size(DESK)
        status = self._open(visit.path)
        if status not in SHOWN:
            if status not in NO_PAGE_HERE:
                yield f"status {status}"
            return
        if urlsplit(page.url).path not in self._paths:
            yield f"leads to {page.url}, which is not visited"
        page.evaluate(AXE_SCRIPT)
        yield from self._found("light", DESK, self._all_but_colours)
        yield from self._found("light", DESK, self._new_colours)
        yield from self._found("dark", DESK, self._new_colours)
        yield from self._found("dark", PHONE, self._all_but_colours)
        yield from self._said
        self._said.clear()

    def _open(self, path: str) -> int:
        try:
            answer = self._page.goto(path)
        except PlaywrightError:  # an answer without a page
            answer = None
        return answer.status if answer else self._page.request.head(path).status

    def _be(self, who: str) -> None:
        if who != self._who:
            name, url = settings.SESSION_COOKIE_NAME, self._url
            self._context.clear_cookies()
            self._context.add_cookies([{"name": name, "value": self._sessions[who], "url": url}])
            self._who = who

    def _all_but_colours(self) -> list[Any]:
        violations: list[Any] = self._page.evaluate(RUN, NO_COLOURS)
        return violations

    def _new_colours(self) -> list[Any]:
        violations: list[Any]
        violations, fresh = self._page.evaluate(RUN_ON_NEW, [ONLY_COLOURS, list(self._looks)])
        self._looks.update(fresh)
        return violations

    def _found(
        self, scheme: str, size: dict[str, int], violations: Callable[[], list[Any]]
    ) -> Iterator[str]:
        page: Page = self._page
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if page.locator("#reference").count():
            page.locator(f"#reference[data-shown={scheme}]").wait_for(timeout=PATIENCE)
        page.evaluate(SETTLED)
        for found in violations():
            html = found["nodes"][0]["html"][:160]
            yield f"{scheme}, {size['width']}: {found['id']}: {html}"
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            yield f"{scheme}, {size['width']}: {width} px wide"
