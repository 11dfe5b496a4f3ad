"""Setting fields of a row and knowing which ones are other than before."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import Model


def fields_set(
    instance: Model, values: Mapping[str, object], *, allowed: Collection[str] | None = None
) -> list[str]:
    """Give an unsaved or loaded row new values; the names of those that differ, in order.

    The values are those of Python after it ("12.5" becomes a Decimal). Only what is named in
    `values` is checked, and not against other rows. Raises ValidationError for a value at fault,
    and TypeError for a name outside `allowed`: that is a fault of the caller.
    """
    if allowed is not None and (unknown := values.keys() - set(allowed)):
        raise TypeError(f"{type(instance).__name__} does not take {', '.join(sorted(unknown))}.")
    before = {name: getattr(instance, name) for name in values}
    for name, value in values.items():
        setattr(instance, name, value)
    given = {instance._meta.get_field(name).name for name in values}
    instance.clean_fields(
        exclude={field.name for field in instance._meta.fields if field.name not in given}
    )
    return [name for name in values if getattr(instance, name) != before[name]]
