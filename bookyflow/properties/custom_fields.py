"""Questions of a property's own, and their typed answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from bookyflow.accounts.selectors import acts_as_super_manager
from bookyflow.core.acting import Actor
from bookyflow.core.dates import is_possible
from bookyflow.core.errors import DomainError
from bookyflow.core.texts import is_text
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import CustomField, CustomValue, Property, PropertyType
from bookyflow.properties.services import property_touch

LONGEST = 2000
CHANGEABLE = ("purpose", "name", "description", "answer", "default", "required")
_FLAGS = {"1": True, "0": False, "true": True, "false": False}
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Answer = str | bool  # what JSON can hold: text, a number as decimal text, yes or no, an ISO date


def custom_fields_of(*, prop: Property, purpose: CustomField.Purpose) -> list[CustomField]:
    """The fields of a property by id: its own and those of the site for its type."""
    fits = Q(property_types=None) | Q(property_types=prop.property_type_id)
    found = CustomField.objects.filter(
        Q(property=prop) | Q(property=None) & fits, purpose=purpose
    ).distinct()
    own = {field.name for field in found if field.property_id is not None}
    return [field for field in found if field.property_id is not None or field.name not in own]


def custom_answers_check(*, prop: Property, answers: Mapping[str, object]) -> dict[str, Answer]:
    """The answers of a guest who books, each of its field's type: name → answer, to be kept.

    A field without an answer has its default, or is left out. Raises `validation_failed` with
    `fields` for an unknown name, an answer of another type, and a required one that is missing.
    """
    fields = custom_fields_of(prop=prop, purpose=CustomField.Purpose.BOOKING)
    known = {field.name for field in fields}
    problems = {name: ["There is no such field."] for name in answers if name not in known}
    found: dict[str, Answer] = {}
    for field in fields:
        given = answers.get(field.name)
        try:
            answer = answer_of(field, given)
            if answer is None:
                answer = answer_of(field, field.default)
        except ValidationError as error:
            problems[field.name] = error.messages
            continue
        if answer is not None:
            found[field.name] = answer
        elif field.required:
            problems[field.name] = ["It is required."]
    if problems:
        raise DomainError("validation_failed", fields=problems)
    return found


def custom_values_of(*, prop: Property) -> dict[str, Answer | None]:
    """What a property says in its fields: name → value; the default, or None, where nothing."""
    stored = dict(CustomValue.objects.filter(property=prop).values_list("field", "value"))
    found: dict[str, Answer | None] = {}
    for field in custom_fields_of(prop=prop, purpose=CustomField.Purpose.PROPERTY):
        try:
            found[field.name] = answer_of(field, stored.get(field.pk) or field.default)
        except ValidationError:  # the type of the field was changed after the value was given
            found[field.name] = answer_of(field, field.default)
    return found


def answer_of(field: CustomField, given: object) -> Answer | None:
    """An answer of the field's type; None for an empty one. Raises ValidationError."""
    if given is None or given == "":
        return None
    if not isinstance(given, str | bool | int | float | Decimal) or len(str(given)) > LONGEST:
        raise ValidationError("One value of reasonable length is needed.")
    text = str(given).strip()
    return _READERS[CustomField.Answer(field.answer)](text) if text else None


@transaction.atomic
def custom_field_save(
    *,
    property_id: int | None,
    by: Actor,
    field_id: int | None = None,
    property_type_ids: Collection[int] | None = None,
    **values: object,
) -> CustomField:
    """Add a field, or change what is given of one; one event, unless nothing changed.

    `values` are those of CHANGEABLE. Without a property the field is every property's, or that of
    `property_type_ids`, and a super manager is needed. Raises `custom_field_not_found`, `conflict`
    for a name that there is, and `validation_failed`.
    """
    field = _field(property_id, field_id, by)
    before = {name: getattr(field, name) for name in CHANGEABLE}
    for name, value in values.items():
        if name not in CHANGEABLE:
            raise DomainError("validation_failed", fields={name: ["It cannot be set."]})
        setattr(field, name, value)
    custom_field_validate(field)
    changed = field_id is None or before != {name: getattr(field, name) for name in CHANGEABLE}
    field.save()
    changed |= property_type_ids is not None and _types_set(field, set(property_type_ids))
    if changed:
        _record(EventKind.CUSTOM_FIELD_SAVED, property_id, field.pk, by)
    return field


@transaction.atomic
def custom_field_delete(*, property_id: int | None, field_id: int, by: Actor) -> None:
    """Remove a field with what properties say in it; answers that were given stay with bookings.

    Raises `custom_field_not_found`.
    """
    _field(property_id, field_id, by).delete()
    _record(EventKind.CUSTOM_FIELD_DELETED, property_id, field_id, by)


@transaction.atomic
def custom_values_save(*, property_id: int, values: Mapping[str, object], by: Actor) -> None:
    """Say something in fields of a property: name → value, "" or None for nothing.

    One event, unless nothing changed. Raises `validation_failed` as `custom_answers_check` does.
    """
    locked = property_lock(property_id)
    fields = {
        field.name: field
        for field in custom_fields_of(prop=locked, purpose=CustomField.Purpose.PROPERTY)
    }
    problems: dict[str, list[str]] = {}
    wanted: dict[int, str] = {}
    for name, value in values.items():
        try:
            wanted |= _wanted(fields.get(name), value)
        except ValidationError as error:
            problems[name] = error.messages
    if problems:
        raise DomainError("validation_failed", fields=problems)
    if _values_write(locked, wanted):
        property_touch([locked.pk])
        subject = ("property", locked.pk)
        record(EventKind.PROPERTY_UPDATED, by=by, property_id=locked.pk, subject=subject)


def _wanted(field: CustomField | None, value: object) -> dict[int, str]:
    if field is None:
        raise ValidationError("There is no such field.")
    answer = answer_of(field, value)
    if answer is None and field.required and not field.default:
        raise ValidationError("It is required.")
    return {field.pk: "" if answer is None else str(answer)}


def _values_write(prop: Property, wanted: Mapping[int, str]) -> bool:
    """Store values by field id; whether anything changed."""
    there = dict(CustomValue.objects.filter(property=prop).values_list("field", "value"))
    changed = {pk: text for pk, text in wanted.items() if text != there.get(pk, "")}
    CustomValue.objects.bulk_create(
        [CustomValue(property=prop, field_id=pk, value=text) for pk, text in changed.items()],
        update_conflicts=True,
        unique_fields=["property", "field"],
        update_fields=["value"],
    )
    return bool(changed)


def _field(property_id: int | None, field_id: int | None, by: Actor) -> CustomField:
    """The field, locked, or a new one."""
    if property_id is not None:
        property_lock(property_id)
    elif not acts_as_super_manager(by):
        raise DomainError("forbidden", "Only a super manager changes fields of the site.")
    if field_id is None:
        return CustomField(property_id=property_id)
    field = (
        CustomField.objects.select_for_update().filter(pk=field_id, property=property_id).first()
    )
    if field is None:
        raise DomainError("custom_field_not_found")
    return field


def custom_field_validate(field: CustomField) -> None:
    """Raise DomainError `validation_failed` for a value at fault, `conflict` for a name there is.

    Both have `fields`. One query.
    """
    try:
        field.clean_fields()
        answer_of(field, field.default)
    except ValidationError as error:
        fields = error.message_dict if hasattr(error, "error_dict") else {"default": error.messages}
        raise DomainError("validation_failed", fields=fields) from error
    same = CustomField.objects.filter(
        property=field.property_id, purpose=field.purpose, name=field.name
    )
    if same.exclude(pk=field.pk).exists():
        problem = "There is a field of this name."
        raise DomainError("conflict", problem, fields={"name": [problem]})


def _types_set(field: CustomField, wanted: set[int]) -> bool:
    if wanted == set(field.property_types.values_list("pk", flat=True)):
        return False
    if PropertyType.objects.filter(pk__in=wanted).count() != len(wanted):
        raise DomainError("property_type_id_incorrect")
    field.property_types.set(wanted)
    return True


def _record(kind: EventKind, property_id: int | None, field_id: int, by: Actor) -> None:
    record(kind, by=by, property_id=property_id, subject=("custom_field", field_id))


def _text(text: str) -> Answer:
    if not is_text(text):
        raise ValidationError("Control characters are not allowed.")
    return text


def _number(text: str) -> Answer:
    if not _NUMBER.fullmatch(text):
        raise ValidationError("A number is needed.")
    return f"{Decimal(text):f}"


def _flag(text: str) -> Answer:
    if text.lower() not in _FLAGS:
        raise ValidationError("1 or 0 is needed.")
    return _FLAGS[text.lower()]


def _date(text: str) -> Answer:
    try:
        # Checked by its form, too: the library reads weeks and dates without hyphens as well.
        found = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or not is_possible(found):
        raise ValidationError("A date YYYY-MM-DD is needed.")
    return found.isoformat()


_READERS = {
    CustomField.Answer.TEXT: _text,
    CustomField.Answer.NUMBER: _number,
    CustomField.Answer.FLAG: _flag,
    CustomField.Answer.DATE: _date,
}
