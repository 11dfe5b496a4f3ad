"""The documents of the project as pages of the site."""

from __future__ import annotations

import re
import shlex

import pytest
from django.conf import settings
from django.urls import Resolver404, resolve

from bookyflow.api.schema.document import document
from bookyflow.api.schema.sections import SECTIONS
from bookyflow.plugins import registry
from bookyflow.web.docs.library import DOCUMENTS, FIRST, SECTION_SLUGS
from bookyflow.web.docs.markdown import rendered
from bookyflow.web.docs.sections import groups_of

pytestmark = pytest.mark.django_db
ANCHORS = re.compile(r'id="([^"]+)"')
LINKS = re.compile(r'href="(/[^"]*)"')


@pytest.fixture
def everything_on():
    for name in registry.features():
        registry.install(name)
    for _ in range(3):  # those that others require first
        for name in registry.features().keys() - registry.enabled():
            try:
                registry.set_enabled(name, on=True)
            except Exception:  # noqa: BLE001  # tried again
                continue


def test_all_documents_of_the_project_are_pages():
    shown = {one.file for one in DOCUMENTS}
    there = {
        str(file.relative_to(settings.BASE_DIR)) for file in settings.BASE_DIR.glob("docs/**/*.md")
    }

    assert there <= shown


@pytest.mark.parametrize("one", DOCUMENTS, ids=lambda one: one.slug)
def test_a_document_is_a_page_whose_links_lead_somewhere(one, visitor):
    page = visitor.get(one.url)

    assert page.status_code == 200
    assert "<h1" in page.text
    assert "style=" not in page.text
    for link in set(LINKS.findall(page.text)):
        path, _, anchor = link.partition("#")
        if path.startswith("/static/"):
            continue
        resolve(path.partition("?")[0])
        if anchor and path.startswith("/bookyflow/docs/"):
            assert anchor in ANCHORS.findall(visitor.get(path).text), link
    for anchor in re.findall(r'href="#([^"]+)"', page.text):
        assert anchor in ANCHORS.findall(page.text), anchor


def test_an_unknown_document_is_not_there(visitor):
    assert visitor.get("/bookyflow/docs/nothing").status_code == 404
    assert visitor.get("/bookyflow/docs/api/nothing").status_code == 404


@pytest.mark.parametrize("slug", SECTION_SLUGS)
def test_a_section_has_a_page(slug, visitor):
    page = visitor.get(f"/bookyflow/docs/api/{slug}")

    assert page.status_code == 200
    assert f"<h1>{SECTION_SLUGS[slug]}</h1>" in page.text


def test_every_endpoint_has_a_line_that_a_shell_understands():
    found = document(frozenset(f.name for f in registry.features().values() if f.bundled))
    calls = [call for name in SECTIONS for group in groups_of(found, name) for call in group.calls]

    assert len(calls) == sum(len(methods) for methods in found["paths"].values())
    for call in calls:
        words = shlex.split(call.line)
        assert words[0] == "curl"
        assert words[-1] == call.path.replace(settings.API_BASE, "$API") or "?" in words[-1]
        assert call.method == ("GET" if "-X" not in words else words[words.index("-X") + 1])


def test_features_without_keys_are_starred():
    found = document(frozenset(["booking", "echo"]))
    titles = [group.title for name in SECTIONS for group in groups_of(found, name)]

    assert titles == ["Tokens", "Booking *", "Echo"]


def test_html_in_a_document_is_text():
    text = "# A `b`\n\n<script>x</script>\n\n[file](../secret.py) [site](https://x.example)"

    page = rendered(text, lambda href: href if "://" in href else None)

    assert "<script>" not in page.html
    assert page.title == "A b"
    assert "secret.py" not in page.html
    assert 'href="https://x.example"' in page.html


def test_the_first_document_begins_with_three_steps(visitor):
    page = visitor.get(FIRST.url).text

    assert page.index("Quick start") < page.index("Core or CMF")
    with pytest.raises(Resolver404):
        resolve("/bookyflow/docs/a/b/c")
