"""Routes are found by their words, and found the same ones as Django finds in turn."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, include, path, re_path
from django.urls.resolvers import RoutePattern

from bookyflow.plugins import routing
from bookyflow.plugins.routing import IndexedResolver, RememberingResolver
from bookyflow.plugins.urls import FeatureSegment, SwitchedResolver

BELOW = "inn/"


def view(name):
    def answer(request, **kwargs):
        return HttpResponse(name)

    return answer


NESTED = [path("", view("nested bare")), path("<int:uid>", view("nested one"))]
ROUTES = [
    path("", view("bare")),
    path("rooms", view("rooms")),
    path("<str:any>", view("any")),
    path("rooms/<int:uid>", view("room")),
    path("rooms/<str:any>", view("any room")),
    path("rooms/list/<int:uid>", view("listed")),
    path("rooms-<int:uid>/beds", view("beds")),
    path("<int:uid>/rooms", view("rooms of one")),
    path("slash/", view("slash")),
    path("files/<path:where>/info", view("info")),
    path("files/<path:where>", view("file")),
    path("nested/", include(NESTED)),
    path("half", include([path("way", view("half way")), path("", view("half"))])),
    re_path("^y(?P<year>[0-9]{4})/(?P<month>[0-9]{2})$", view("month")),
    path("<str:any>/<str:other>/<str:third>", view("three")),
    path("a/b/c/d", view("deep")),
]
PATHS = [
    *("inn", "inn/", "inn/rooms", "inn/12", "inn/rooms/12", "inn/rooms/list", "inn/rooms/list/3"),
    *("inn/rooms/list/x", "inn/rooms-3/beds", "inn/rooms-x/beds", "inn/5/rooms", "inn/x/rooms"),
    *("inn/slash", "inn/slash/", "inn/files/a", "inn/files/a/b/c", "inn/files/a/b/info"),
    *("inn/files", "inn/files/", "inn/nested", "inn/nested/", "inn/nested/7", "inn/nested/x"),
    *("inn/half", "inn/halfway", "inn/y2027/06", "inn/y2027/6", "inn/a/b/c", "inn/a/b/c/d"),
    *("inn/a/b/c/d/e", "inn/a/b/c/d/e/f/g", "inn//", "inn/rooms/", "innrooms", "in", ""),
]


def found(resolver, asked):
    try:
        match = resolver.resolve(asked)
    except Resolver404:
        return None
    return match.func, match.args, match.kwargs, match.route, match.namespaces, match.app_names


@pytest.mark.parametrize("asked", PATHS)
def test_the_route_is_the_one_that_django_finds(asked):
    usual = URLResolver(FeatureSegment(BELOW), ROUTES, {"extra": 1}, "inn", "inn")
    indexed = IndexedResolver(FeatureSegment(BELOW), ROUTES, {"extra": 1}, "inn", "inn")

    assert found(indexed, asked) == found(usual, asked)


def features():
    (root,) = get_resolver().url_patterns
    (api,) = [one for one in root.url_patterns if isinstance(one, IndexedResolver)]
    return [one for one in api.url_patterns if isinstance(one, SwitchedResolver)]


SEGMENTS = {
    "uid": "7",
    "int": "7",
    "date": "2027-06-10",
    "month": "2027-06",
    "lang": "de-DE",
    "flag": "1",
    "reference": "1234567890",
}


def path_of(route):
    """A path that the route matches."""
    segment = r"<(?:([a-z]+):)?[a-z0-9_]+>"
    return re.sub(segment, lambda one: SEGMENTS.get(one[1], "some"), str(route.pattern))


@pytest.mark.parametrize("feature", features(), ids=lambda one: one.namespace)
def test_each_route_of_a_feature_is_found(feature):
    usual = URLResolver(
        feature.pattern, feature.url_patterns, {}, feature.app_name, feature.namespace
    )

    for route in feature.url_patterns:
        assert isinstance(route, URLPattern)
        asked = f"{feature.pattern}{path_of(route)}"
        assert found(usual, asked) is not None, asked
        assert found(feature, asked) == found(usual, asked)


def test_few_routes_are_tried():
    tried = []

    class Watched(RoutePattern):
        def match(self, asked):
            tried.append(asked)
            return super().match(asked)

    routes = [URLPattern(Watched(f"r{n}/<int:uid>", is_endpoint=True), view(n)) for n in range(99)]
    indexed = IndexedResolver(FeatureSegment(BELOW), routes, {}, "inn", "inn")

    assert indexed.resolve("inn/r50/3").kwargs == {"uid": 3}
    assert len(tried) == 1
    with pytest.raises(Resolver404):
        indexed.resolve("inn/s50/3")
    assert len(tried) == 1


def endpoint(name, **attributes):
    """A view of a class, as REST framework makes them."""
    made = view(name)
    made.cls = type("View", (), attributes)
    return made


@pytest.fixture
def remembering(monkeypatch):
    """A resolver, and the paths that it has looked for."""
    monkeypatch.setattr(routing, "MOST", 3)
    looked = []

    class Watched(RoutePattern):
        def match(self, asked):
            looked.append(asked)
            return super().match(asked)

    inside = [
        URLPattern(
            RoutePattern("api/<int:uid>", is_endpoint=True), endpoint(1, heeds_features=True)
        ),
        URLPattern(RoutePattern("page/<int:uid>"), view(2)),
    ]
    routes = [
        URLResolver(Watched("feature/"), inside, None, "feature", "feature"),
        URLPattern(Watched("token"), view(3)),
        URLPattern(Watched("<path:rest>"), view(4)),
    ]
    return RememberingResolver(RoutePattern(""), routes), looked


@pytest.mark.parametrize(
    ("asked", "is_known"),
    [
        ("feature/api/7", True),
        ("feature/page/7", False),
        ("token", True),
        ("x" * 200, True),
        ("x" * 201, False),
    ],
)
def test_the_way_is_remembered_where_no_switch_is_on_it(remembering, asked, is_known):
    resolver, looked = remembering
    first = found(resolver, asked)
    looked.clear()

    assert found(resolver, asked) == first is not None
    assert bool(looked) is not is_known


def test_so_many_ways_are_remembered_and_each_is_its_own(remembering):
    resolver, _ = remembering
    for uid in (1, 2, 3, 4, 1):
        assert resolver.resolve(f"feature/api/{uid}").kwargs == {"uid": uid}
    assert len(resolver._known) == 2
