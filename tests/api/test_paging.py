"""Long lists in pages."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DataError, transaction
from django.db.models import F, Value

from bookyflow.api.wire import paging
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property, PropertyType
from bookyflow.properties.selectors import Reach, reachable, reachable_ids
from tests.conftest import make_hotel

API = "/bookyflow/api/probe"


@pytest.fixture
def kinds(db):
    """Five rows."""
    return [PropertyType.objects.create(name=f"Kind {number}") for number in range(5)]


def names(response):
    return next(iter(response.json()["data"].values()))


def all_names(responses):
    return [name for response in responses for name in names(response)]


def pages(client, path):
    """The answers from a path on, as far as Link leads."""
    found = []
    while path:
        found.append(client.get(path))
        assert found[-1].status_code == 200, found[-1].content
        link = re.fullmatch(r'<([^>]+)>; rel="next"', found[-1].get("Link", ""))
        path = link[1] if link else ""
    return found


def cursor(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def test_without_limit_all_come(client, kinds):
    response = client.get(f"{API}/kinds")

    assert names(response) == [kind.name for kind in kinds]
    assert response["X-Total-Count"] == "5"
    assert "Link" not in response


@pytest.mark.parametrize(("limit", "sizes"), [(2, [2, 2, 1]), (5, [5]), (1, [1] * 5)])
def test_links_lead_through_all_of_it_once(client, kinds, limit, sizes):
    found = pages(client, f"{API}/kinds?limit={limit}")

    assert [len(names(page)) for page in found] == sizes
    assert all_names(found) == [kind.name for kind in kinds]
    assert {page["X-Total-Count"] for page in found} == {"5"}


def test_the_link_is_a_path_with_the_rest_of_the_query(client, kinds):
    link = client.get(f"{API}/kinds?limit=2&language=de")["Link"]

    assert link.startswith(f"<{API}/kinds?")
    assert "limit=2" in link
    assert "language=de" in link


def test_rows_that_come_and_go_move_no_page(client, kinds):
    first = client.get(f"{API}/kinds?limit=2")
    kinds[0].delete()
    kinds[1].delete()
    PropertyType.objects.create(name="Kind 9")
    rest = pages(client, re.search("<([^>]+)>", first["Link"])[1])

    assert all_names(rest) == ["Kind 2", "Kind 3", "Kind 4", "Kind 9"]


def test_equal_values_are_told_apart_by_id(client, manager):
    made = [make_hotel(manager, name=f"House {number}") for number in range(4)]
    moment = datetime(2027, 6, 10, 12, 0, 0, 123456, tzinfo=UTC)
    Property.objects.filter(pk__in=[prop.pk for prop in made[:3]]).update(created_at=moment)
    Property.objects.filter(pk=made[3].pk).update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    found = pages(client, f"{API}/houses?limit=1")

    assert all_names(found) == ["House 3", "House 0", "House 1", "House 2"]


def test_a_list_that_is_too_long_goes_on(client, kinds, monkeypatch):
    monkeypatch.setattr(paging, "MOST", 3)
    found = pages(client, f"{API}/kinds")

    assert [len(names(page)) for page in found] == [3, 2]


@pytest.mark.parametrize(
    "bad",
    [
        "!",
        "abc",
        "é",
        cursor(),
        cursor("x"),
        cursor("1", "2"),
        cursor(1),
        cursor(None),
        cursor(["1"]),
        cursor("9" * 30),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        base64.urlsafe_b64encode(b"[" * 150).decode(),
    ],
)
def test_a_bad_cursor(client, bad):
    response = client.get(f"{API}/kinds", {"cursor": bad})

    assert (response.status_code, response.json()["key"]) == (400, "validation_failed")
    assert "cursor" in response.json()["fields"]


@pytest.mark.parametrize(
    "moment",
    [
        "2027-06-10T12:00:00",
        "2027-13-10",
        "now",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "1899-12-31T00:00:00+00:00",
    ],
)
def test_a_bad_moment_in_a_cursor(client, moment):
    response = client.get(f"{API}/houses", {"cursor": cursor(moment, "1")})

    assert (response.status_code, response.json()["key"]) == (400, "validation_failed")


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_a_bad_text_in_a_cursor(kinds, text):
    with pytest.raises(DomainError, match="Invalid cursor for this list"):
        paging.page_of(PropertyType.objects.order_by("name", "pk"), cursor=cursor(text, "1"))


def test_whatever_the_database_cannot_reckon_with_is_the_cursors_fault(kinds):
    shares = PropertyType.objects.annotate(share=Value(1) / (F("pk") - F("pk")))
    found = shares.filter(share__gt=0).order_by("pk")

    with pytest.raises(DomainError, match="Invalid cursor for this list"), transaction.atomic():
        paging.page_of(found, cursor=cursor("1"))
    with pytest.raises(DataError), transaction.atomic():
        paging.page_of(found)


@pytest.mark.parametrize("limit", ["0", "501", "-1", "x"])
def test_a_bad_limit(client, limit):
    response = client.get(f"{API}/kinds", {"limit": limit})

    assert response.status_code == 400
    assert "limit" in response.json()["fields"]


def test_a_whole_list_needs_one_statement_and_a_page_two(client, kinds, django_assert_num_queries):
    with django_assert_num_queries(2):  # one of them authenticates
        client.get(f"{API}/kinds")
    with django_assert_num_queries(3):
        client.get(f"{API}/kinds?limit=2")


def test_an_empty_cursor_is_no_cursor(client_for):
    refused = client_for("content_get").get("/bookyflow/api/properties/all?cursor=")

    assert refused.status_code == 400
    assert set(refused.json()["fields"]) == {"cursor"}


@pytest.mark.parametrize("order", [("-name", "-pk"), ("-pk",), ("property_type__name", "pk")])
def test_pages_go_downwards_and_by_what_is_related(manager, order):
    made = [make_hotel(manager, name=name) for name in ("A", "B", "B", "C")]
    for number, prop in enumerate(made):
        kind, _ = PropertyType.objects.get_or_create(name=f"Kind {number % 2}")
        Property.objects.filter(pk=prop.pk).update(property_type=kind)
    houses = Property.objects.select_related("property_type").order_by(*order)
    found, cursor = [], ""
    while cursor is not None:
        page = paging.page_of(houses, limit=1, cursor=cursor)
        found, cursor = [*found, *page.items], page.next_cursor

    assert found == list(houses)
    assert page.total == 4


@pytest.mark.parametrize("order", [("name", "-pk"), ("name",), ("pk", "name"), ()])
def test_an_order_that_has_no_pages(order):
    with pytest.raises(ImproperlyConfigured, match="no list in pages by"):
        paging.page_of(PropertyType.objects.order_by(*order))


def every(items, limit):
    """Ids, totals and cursors of all pages, and of the empty one behind the last item."""
    found, cursor = [], ""
    while cursor is not None:
        page = paging.page_of(items, limit=limit, cursor=cursor)
        ids = [getattr(item, "id", item) for item in page.items]
        found.append((ids, page.total, page.next_cursor))
        cursor = page.next_cursor
    beyond = paging.page_of(items, limit=limit, cursor=cursor_of(2**62))
    return [*found, (beyond.items, beyond.total, beyond.next_cursor)]


def cursor_of(number):
    return cursor(str(number))


@pytest.mark.parametrize("limit", [None, 1, 2, 3, 9])
@pytest.mark.parametrize("most", [2, 3, 9])
def test_a_list_by_statements_has_the_pages_of_a_queryset(manager, monkeypatch, limit, most):
    monkeypatch.setattr(paging, "MOST", most)
    made = [make_hotel(manager, name=f"House {number}") for number in range(3)]
    reach = Reach(manager.pk, 90, 0, all_properties=True, is_test=False)

    found = every(reachable_ids(reach), limit)

    assert found == every(reachable(reach), limit)
    assert [pk for ids, *_ in found for pk in ids] == [prop.pk for prop in made]


def test_a_list_by_statements_reads_a_page_with_the_total(manager, django_assert_num_queries):
    for number in range(3):
        make_hotel(manager, name=f"House {number}")
    reach = Reach(manager.pk, 90, 0, all_properties=True, is_test=False)

    with django_assert_num_queries(1):
        page = paging.page_of(reachable_ids(reach), limit=2)

    assert (len(page.items), page.total) == (2, 3)
