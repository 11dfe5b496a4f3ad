"""Outputs, compiled once from their declaration.

DRF copies every declared field for every answer, which took half of the time of a read. A compiled
output has one set of fields for the life of the process, and looks at each as little as it can.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from decimal import Decimal
from operator import attrgetter
from types import MethodType
from typing import Any

from django.db.models import Manager
from rest_framework import serializers
from rest_framework.fields import SkipField
from rest_framework.relations import PKOnlyObject

from bookyflow.api.wire.fields import Amount, Flag, Money
from bookyflow.core.money import amount_text

Render = Callable[[Any], Any]

_context: ContextVar[Mapping[str, Any]] = ContextVar("context of the answer")
_UNCHANGED = (serializers.CharField, serializers.IntegerField)  # by their to_representation
# What these do, without a call to them for each value.
_SHORT: dict[Any, Render] = {
    serializers.CharField.to_representation: str,
    serializers.IntegerField.to_representation: int,
}
_MISSING = object()


def _amount(value: Any) -> str:
    """As `Amount.to_representation`; a field finds its context by way of all above it."""
    if isinstance(value, Money):
        return amount_text(*value)
    context = _context.get()
    return amount_text(Decimal(value), context.get("currency") or context["view"].currency)


class _Flags(dict[Any, int]):
    """As `Flag.to_representation`, of what is either True or False most of the time."""

    def __missing__(self, value: Any) -> int:
        return int(bool(value))


class _Truths(dict[Any, bool]):
    """As `BooleanField.to_representation`, the same way."""

    def __missing__(self, value: Any) -> Any:
        return _BOOLEAN.to_representation(value)


_BOOLEAN = serializers.BooleanField()
_SHORT[serializers.BooleanField.to_representation] = _Truths({True: True, False: False}).__getitem__
_SHORT[Amount.to_representation] = _amount
_SHORT[Flag.to_representation] = _Flags({True: 1, False: 0}).__getitem__


class Payload(serializers.Serializer[Any]):
    """The root of a compiled output: its fields find the context of the answer being made."""

    @property
    def _context(self) -> Mapping[str, Any]:
        return _context.get({})

    @_context.setter
    def _context(self, given: Mapping[str, Any]) -> None:
        """One for the life of an output would be one for all requests."""


class Compiled:
    """An output that renders values, from many threads at once."""

    def __init__(self, payload: type[Payload]) -> None:
        self._payload = payload
        self._render: Render | None = None

    def __call__(self, value: Any, context: Mapping[str, Any]) -> Any:
        """The value as plain JSON types; fields may ask for `context`."""
        if self._render is None:  # not before its first use: models may not be there
            self._render = renderer(self._payload())
        token = _context.set(context)
        try:
            return self._render(value)
        finally:
            _context.reset(token)


def renderer(field: Any) -> Render:
    """What makes plain JSON types of the field's value, which is not None."""
    represent = type(field).to_representation
    if represent is serializers.Serializer.to_representation:
        return _object(field)
    if represent is serializers.ListSerializer.to_representation:
        return _objects(renderer(field.child))
    if represent is serializers.ListField.to_representation:
        return _items(field.child)
    if represent is serializers.DictField.to_representation:
        return _entries(field.child)
    plain: Render = _SHORT.get(represent, field.to_representation)
    return plain


def _object(serializer: Any) -> Render:
    shown = [field for field in serializer.fields.values() if not field.write_only]
    fields = [(field.field_name, *_parts(field)) for field in shown]

    def render(instance: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        is_dict = isinstance(instance, dict)  # asking for a mapping takes ten times as long
        for name, only, get, make in fields:
            if only is None:
                value = get(instance)
            else:  # here, since a call for each field would take as long as all else
                try:
                    value = instance[only] if is_dict else getattr(instance, only)
                except (AttributeError, KeyError):
                    value = get(instance)
                else:
                    if callable(value):
                        value = value() if type(value) is MethodType else get(instance)
            if value is not _MISSING:
                found[name] = None if value is None else make(value)
        return found

    return render


def _parts(field: Any) -> tuple[str | None, Render, Render]:
    """What of an object has the field's value, how to get it, and what to make of it.

    The first is None where it is more than one attribute or item, or none.
    """

    def careful(instance: Any) -> Any:
        try:
            value = field.get_attribute(instance)
        except SkipField:
            return _MISSING
        return value.pk and value if isinstance(value, PKOnlyObject) else value

    get, names = type(field).get_attribute, field.source_attrs
    in_context = get is Amount.get_attribute and field.currency_source is None
    if get is serializers.Field.get_attribute or in_context:
        only = names[0] if len(names) == 1 else None
        return only, _quick(names, careful), renderer(field)
    if get is Amount.get_attribute:
        return None, _money(field, careful), renderer(field)
    return None, careful, renderer(field)


def _quick(names: Sequence[str], careful: Render) -> Render:
    """Get what has these names, one in the other; none of them stands for the object itself.

    As DRF does, where nothing is unusual: no default, nothing missing or to be called but methods,
    for which DRF reads the signature each time. No mapping but a dict: what others have by such a
    name is to be called. What is unusual is left to `careful`.
    """

    def quick(instance: Any) -> Any:
        value = instance
        try:
            for name in names:
                value = value[name] if isinstance(value, dict) else getattr(value, name)
                if isinstance(value, MethodType):
                    value = value()
        except (AttributeError, KeyError):
            return careful(instance)
        return careful(instance) if callable(value) else value

    return _quickest(names, quick) if names else quick


def _quickest(names: Sequence[str], quick: Render) -> Render:
    """The same in one step, where there are objects all the way; `quick` does the others."""
    attribute = attrgetter(".".join(names))

    def quickest(instance: Any) -> Any:
        if isinstance(instance, dict):
            return quick(instance)
        try:
            value = attribute(instance)
        except AttributeError:
            return quick(instance)
        return quick(instance) if callable(value) else value

    return quickest


def _money(field: Amount, careful: Render) -> Render:
    """Get an amount with its currency, as `Amount` does."""
    amount_of = _quick(field.source_attrs, lambda _: _MISSING)
    currency_of = _quick(field.currency_source or (), lambda _: _MISSING)

    def money(instance: Any) -> Any:
        amount, currency = amount_of(instance), currency_of(instance)
        if amount is None or amount is _MISSING or currency is _MISSING:
            return careful(instance)
        return Money(amount, str(currency))

    return money


def _objects(render: Render) -> Render:
    def each(values: Any) -> list[Any]:
        items = values.all() if isinstance(values, Manager) else values
        return [render(item) for item in items]

    return each


def _items(child: Any) -> Render:
    if type(child) in _UNCHANGED:
        return list
    render = renderer(child)
    return lambda values: [None if item is None else render(item) for item in values]


def _entries(child: Any) -> Render:
    render = renderer(child)
    return lambda values: {
        str(key): None if value is None else render(value) for key, value in values.items()
    }
