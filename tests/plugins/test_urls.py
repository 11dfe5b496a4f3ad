from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.urls import Resolver404, URLResolver, path

from bookyflow.plugins.urls import FeatureSegment


def bare(request):
    return HttpResponse()


def one(request, uid):
    return HttpResponse()


@pytest.fixture
def echo():
    routes = [path("", bare), path("<int:uid>", one)]
    return URLResolver(FeatureSegment("echo/"), routes, app_name="echo", namespace="echo")


@pytest.mark.parametrize(
    ("asked", "view", "kwargs"),
    [("echo", bare, {}), ("echo/", bare, {}), ("echo/5", one, {"uid": 5})],
)
def test_a_segment_matches_with_and_without_its_slash(echo, asked, view, kwargs):
    match = echo.resolve(asked)

    assert (match.func, match.kwargs, match.namespace) == (view, kwargs, "echo")


@pytest.mark.parametrize("asked", ["", "ech", "echoes", "echo5", "/echo", "echo//", "echo/x"])
def test_a_segment_matches_nothing_else(echo, asked):
    with pytest.raises(Resolver404):
        echo.resolve(asked)


def test_a_segment_is_written_with_its_slash(echo):
    assert str(echo.pattern) == "echo/"
