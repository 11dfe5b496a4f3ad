"""Finding a route among hundreds by the words of a path, not by trying one after another."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver
from django.urls.resolvers import ResolverMatch, RoutePattern

WORDS = 2  # segments at the beginning of a path that routes are told apart by
MOST, LONGEST = 300, 200  # paths whose routes are remembered, and their characters

AnyRoute = URLPattern | URLResolver


def looks_itself(match: ResolverMatch) -> bool:
    """Whether the view itself refuses with a reason while its feature is off."""
    return bool(getattr(getattr(match.func, "cls", None), "heeds_features", False))


class RememberingResolver(URLResolver):
    """Django's, which knows where the last paths have led to.

    Most calls come by few paths, and to find the way takes longer than much of what is there. A way
    that is not there while a feature is off is not remembered: in the namespace of one, where no
    view looks itself.
    """

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._known: dict[str, ResolverMatch] = {}

    def resolve(self, path: str) -> ResolverMatch:
        """The view behind the path. Raises Resolver404."""
        found = self._known.get(path)
        if found is None:
            found = super().resolve(path)
            if len(path) <= LONGEST and (looks_itself(found) or not found.namespaces):
                if len(self._known) >= MOST:
                    self._known.clear()
                self._known[path] = found
        return found


class Shape(NamedTuple):
    """What the paths that a route may match have in common."""

    words: tuple[str | None, ...]  # the first segments, WORDS at most; None: any
    length: int | None  # how many segments there are; None: any number


class Key(NamedTuple):
    """What is looked at of a path."""

    words: tuple[str | None, ...]  # the first segments, WORDS at most; None: no route's word
    length: int  # how many segments there are; all above what any route has count as one more


class IndexedResolver(URLResolver):
    """Django's, which tries only those of its routes that a path may match, in their order."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._own = str(self.pattern).count("/")  # segments of what the routes are mounted below
        self._fewer: dict[Key, URLResolver] = {}

    def resolve(self, path: str) -> ResolverMatch:
        """The view behind the path. Raises Resolver404."""
        key = self._key(path)
        found = self._fewer.get(key)
        if found is None:
            found = self._fewer[key] = self._with_routes_for(key)
        return found.resolve(path)

    def _key(self, path: str) -> Key:
        segments = _segments(path.split("/")[self._own :])
        words = tuple(word if word in self._words else None for word in segments[:WORDS])
        return Key(words, min(len(segments), self._longest + 1))

    def _with_routes_for(self, key: Key) -> URLResolver:
        routes = [route for shape, route in self._shapes if _may_match(shape, key)]
        return URLResolver(self.pattern, routes, self.default_kwargs, self.app_name, self.namespace)

    @cached_property
    def _shapes(self) -> list[tuple[Shape, AnyRoute]]:
        return [(_shape(route), route) for route in self.url_patterns]

    @cached_property
    def _words(self) -> frozenset[str | None]:
        return frozenset(word for shape, _ in self._shapes for word in shape.words) - {None}

    @cached_property
    def _longest(self) -> int:
        return max((shape.length or 0 for shape, _ in self._shapes), default=0)


def _segments(of: list[str]) -> list[str]:
    return [] if of == [""] else of


def _shape(route: AnyRoute) -> Shape:
    pattern = route.pattern
    if not isinstance(pattern, RoutePattern):  # a regular expression: it may match anything
        return Shape((), None)
    segments = _segments(str(pattern).split("/"))
    has_end = isinstance(route, URLPattern)
    if not has_end:
        segments.pop()  # "", or the beginning of a word: `room` goes with `rooms/` as well
    words = [None if "<" in segment else segment for segment in segments]
    if any(_spans_segments(converter) for converter in pattern.converters.values()):
        has_end = False
        words = words[: words.index(None)]
    return Shape(tuple(words[:WORDS]), len(segments) if has_end else None)


def _spans_segments(converter: Any) -> bool:
    """Whether what stands for one segment may be several; so also where that is not certain."""
    expression = converter.regex.replace("[^/]", "")
    return "/" in expression or "." in expression or "[^" in expression or "\\" in expression


def _may_match(shape: Shape, key: Key) -> bool:
    if shape.length is not None and shape.length != key.length:
        return False
    if len(shape.words) > len(key.words):
        return False
    pairs = zip(shape.words, key.words, strict=False)
    return all(word is None or word == given for word, given in pairs)
