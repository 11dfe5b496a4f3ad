"""Inputs that become values of the domain, and the way back for the names in refusals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Generic, TypeVar

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers
from rest_framework.fields import SkipField, empty, get_error_detail

from bookyflow.core.errors import DomainError

T = TypeVar("T")
Convert = Callable[[Any], Any]

_CHECKED = object()
_context: ContextVar[Mapping[str, Any]] = ContextVar("context of the input")
_STEP = re.compile(r"[^\[\].]+")  # of a path such as ranges[1].first


class In(serializers.Serializer[Any], Generic[T]):
    """A body, or a part of one, that becomes what `builds` makes of its fields.

    These are handed over by name as their `source` says, and only those that were sent or have a
    default; all but `property_uid`, which a view has. A DomainError of `builds` is the error of the
    fields that it names, as the caller knows them. `aliases` adds to what the sources say: domain
    name → name on the wire.
    """

    builds: Callable[..., T]
    aliases: ClassVar[Mapping[str, str]] = MappingProxyType({})

    def to_internal_value(self, data: Any) -> Any:
        """The value. Raises ValidationError."""
        fields = self._checked(data)
        fields.pop("property_uid", None)
        try:
            return type(self).builds(**fields)
        except DomainError as error:
            problems = on_the_wire(error.fields, type(self))
            raise serializers.ValidationError(problems or {"": [error.detail]}) from None

    def _checked(self, data: Any) -> dict[str, Any]:
        """What the fields make of their parts of an object, by source. Raises ValidationError.

        As DRF does, without looking for what these fields do not have each time. What is no plain
        object is DRF's, and so is an input that has more than fields.
        """
        if type(data) is not dict or self._plain is None:
            return dict(super().to_internal_value(data))
        found: dict[str, Any] = {}
        problems: dict[str, Any] = {}
        for name, source, missing, convert, check in self._plain:
            given = data.get(name, empty)
            if given is empty and missing is not _CHECKED:
                if missing is not empty:
                    found[source] = missing
                continue
            try:
                usual = given is not empty and given is not None
                found[source] = convert(given) if usual else check(given)
            except (serializers.ValidationError, DjangoValidationError) as error:
                problems[name] = _problem(error)
            except SkipField:
                pass
        if problems:
            raise serializers.ValidationError(problems)
        return found

    @cached_property
    def _plain(self) -> list[tuple[str, str, Any, Convert, Convert]] | None:
        """Of each field its name, its source, and what there is where it is missing; how the value
        is made of what is there, and how else. None where more is to be done than that.
        """
        fields: list[Any] = [field for field in self.fields.values() if not field.read_only]
        if getattr(self.root, "partial", False) or any(
            len(field.source_attrs) != 1
            or type(field).get_value not in _BY_NAME
            or type(field).validate_empty_values is not serializers.Field.validate_empty_values
            or hasattr(self, f"validate_{field.field_name}")
            for field in fields
        ):
            return None
        return [
            (
                field.field_name,
                field.source,
                _default(field),
                _conversion(field),
                field.run_validation,
            )
            for field in fields
        ]


def _problem(error: serializers.ValidationError | DjangoValidationError) -> Any:
    if isinstance(error, DjangoValidationError):
        return get_error_detail(error)
    return error.detail


def _default(field: Any) -> Any:
    """What there is of a field that is missing: `empty` for nothing, _CHECKED where it says."""
    is_known = not field.required and (field.default is empty or not callable(field.default))
    return field.default if is_known else _CHECKED


def _conversion(field: Any) -> Convert:
    """How a field makes its value of what was sent and is not null.

    Without what `run_validation` does around it, where that comes to nothing.
    """
    kind = type(field)
    is_plain = kind.run_validation in _PLAIN and getattr(kind, "validate", None) in _NO_MORE
    convert: Convert = field.run_validation
    return field.to_internal_value if is_plain and not field.validators else convert


# How fields get what was sent for them in a plain object: by their name.
_BY_NAME = frozenset(
    kind.get_value
    for kind in (
        serializers.Field,
        serializers.Serializer,
        serializers.ListSerializer,
        serializers.ListField,
        serializers.DictField,
    )
)

_PLAIN = frozenset(
    kind.run_validation
    for kind in (serializers.Field, serializers.Serializer, serializers.ListSerializer)
)
_NO_MORE = frozenset({None, serializers.Serializer.validate, serializers.ListSerializer.validate})


class _Context(Mapping[str, Any]):
    """What fields may ask for, of the call whose input is being checked."""

    def __getitem__(self, name: str) -> Any:
        return _context.get()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_context.get())

    def __len__(self) -> int:
        return len(_context.get())


@cache
def _declared(kind: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The fields of an input, for the life of the process: checking changes nothing of them."""
    return kind(context=_Context())


def checked(kind: type[serializers.Serializer[Any]], data: Any, context: Mapping[str, Any]) -> Any:
    """What an input makes of what was sent; from many threads at once. Raises ValidationError.

    DRF copies every declared field for every call, which took a fifth of the time of a booking.
    """
    token = _context.set(context)
    try:
        return _declared(kind).run_validation(data)
    finally:
        _context.reset(token)


def on_the_wire(fields: Mapping[str, Any], body: type[serializers.Serializer[Any]]) -> Any:
    """Problems by field of the domain, by the names that the body has for them.

    A path such as ranges[1].first is followed step by step. Those of a field that is an object
    itself may come by its own fields.
    """
    objects = _objects(body)
    found: dict[str, Any] = {}
    for field, problems in fields.items():
        name = _path(field, body)
        is_inside = name in objects and isinstance(problems, Mapping)
        found[name] = on_the_wire(problems, objects[name]) if is_inside else problems
    return found


def detail_on_the_wire(error: DomainError, body: type[serializers.Serializer[Any]]) -> str:
    """What an error says, where it begins with a field by the name that the body has for it."""
    field, colon, rest = error.detail.partition(": ")
    return _path(field, body) + colon + rest if field in error.fields else error.detail


def error_on_the_wire(error: DomainError, body: type[serializers.Serializer[Any]]) -> None:
    """Have an error, and those of its items, name fields as the body does."""
    for one in (error, *(error.results or {}).values()):
        one.detail = detail_on_the_wire(one, body)
        one.fields = on_the_wire(one.fields, body)


def _path(field: str, body: type[serializers.Serializer[Any]]) -> str:
    names = _names(body)
    return _STEP.sub(lambda step: names.get(step[0], step[0]), field)


@cache
def _objects(
    body: type[serializers.Serializer[Any]],
) -> dict[str, type[serializers.Serializer[Any]]]:
    """The fields of a body that are objects, by their names on the wire."""
    inner = {name: getattr(field, "child", field) for name, field in body().fields.items()}
    return {
        name: type(field)
        for name, field in inner.items()
        if isinstance(field, serializers.Serializer)
    }


@cache
def _names(body: type[serializers.Serializer[Any]]) -> dict[str, str]:
    names = dict(_renamed(body()))
    return names | dict(getattr(body, "aliases", {}))


def _renamed(field: Any) -> Iterator[tuple[str, str]]:
    """Domain name and wire name of all fields that differ, outer ones last: they win."""
    for name, inner in getattr(field, "fields", {}).items():
        yield from _renamed(inner)
        if inner.source != name:
            yield inner.source, name
    child = getattr(field, "child", None)
    if isinstance(child, serializers.Field):
        yield from _renamed(child)
        for source, name in getattr(child, "aliases", {}).items():
            yield source, name
