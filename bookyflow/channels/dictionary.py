"""What of a channel's own dictionaries is what in ours."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import transaction

from bookyflow.channels.models import DictionaryMap, DictionaryMapping, LocalType
from bookyflow.core.errors import DomainError
from bookyflow.core.languages import DEFAULT
from bookyflow.core.texts import is_blank, is_line
from bookyflow.properties.dictionaries import Entry, features_named, property_types_named
from bookyflow.rooms.dictionaries import room_features_named, room_types_named

MOST_ITEMS = 5_000
LONGEST_TYPE = 100


@dataclass(frozen=True)
class RemoteItem:
    """An entry of a channel's dictionary, and the id of ours that it is; 0: none is."""

    remote_id: str
    local_id: int = 0
    remote_name: str = ""
    remote_type: str = ""


@dataclass(frozen=True)
class ItemsOfType:
    """The entries of one of our dictionaries: id → name."""

    local_type: LocalType
    items: dict[str, str]


@dataclass(frozen=True)
class Mapped:
    """A map as it is kept, by the channel's ids; `pk` is None where none has been."""

    pk: int | None
    items: dict[str, RemoteItem]


def local_type_of(text: str) -> LocalType:
    """The dictionary of a name. Raises DomainError `item_type_unrecognised`."""
    if text not in LocalType.values:
        raise DomainError("item_type_unrecognised")
    return LocalType(text)


def dictionary_items(*, local_type: str, language: str) -> ItemsOfType:
    """What a channel can map its own entries to, by name in `language`.

    Property types are there whether they are published or not; nothing of a single property is.
    Raises DomainError `item_type_unrecognised`.
    """
    kind = local_type_of(local_type)
    return ItemsOfType(kind, {str(one.pk): one.name for one in _entries(kind, language)})


def dictionary_map(*, channel_id: int, local_type: str) -> Mapped:
    """What a channel has mapped to one of our dictionaries; an entry of ours that is gone is none.

    Raises DomainError `item_type_unrecognised`.
    """
    kind = local_type_of(local_type)
    found = DictionaryMap.objects.filter(channel=channel_id, local_type=kind).first()
    if found is None:
        return Mapped(None, {})
    known = {one.pk for one in _entries(kind, DEFAULT)}
    return Mapped(
        found.pk,
        {
            one.remote_id: RemoteItem(
                remote_id=one.remote_id,
                local_id=one.local_id if one.local_id in known else 0,
                remote_name=one.remote_name,
                remote_type=one.remote_type,
            )
            for one in found.items.all()
        },
    )


@transaction.atomic
def dictionary_map_save(
    *, channel_id: int, local_type: str, remote_type: str, items: Collection[RemoteItem]
) -> int:
    """Keep what a channel maps to one of our dictionaries, in place of all that it has mapped so.

    Returns the id of the map, which stays. Raises DomainError `item_type_unrecognised`, and
    `validation_failed` for a name of the channel's dictionary that is none, an entry that comes
    twice, and an id that our dictionary does not have.
    """
    kind = local_type_of(local_type)
    if is_blank(remote_type) or not is_line(remote_type) or len(remote_type) > LONGEST_TYPE:
        problem = f"One line of text is needed, at most {LONGEST_TYPE} characters."
        raise DomainError("validation_failed", fields={"remote_type": [problem]})
    if problems := dict(_problems(kind, items)):
        raise DomainError("validation_failed", fields=problems)
    DictionaryMap.objects.get_or_create(channel_id=channel_id, local_type=kind)
    kept = DictionaryMap.objects.select_for_update().get(channel=channel_id, local_type=kind)
    kept.items.all().delete()
    DictionaryMapping.objects.bulk_create(
        DictionaryMapping(
            map=kept,
            remote_id=one.remote_id,
            remote_name=one.remote_name,
            remote_type=remote_type,
            local_id=one.local_id or None,
        )
        for one in items
    )
    kept.save(update_fields=["changed_at"])
    return kept.pk


def _problems(kind: LocalType, items: Collection[RemoteItem]) -> Iterator[tuple[str, list[str]]]:
    known = {0, *(one.pk for one in _entries(kind, DEFAULT))}
    seen = set()
    for number, one in enumerate(items):
        if one.local_id not in known:
            yield f"items[{number}].local_id", ["There is no such item; 0: none."]
        if one.remote_id in seen:
            yield f"items[{number}].remote_id", ["It is there more than once."]
        seen.add(one.remote_id)


def _entries(kind: LocalType, language: str) -> Collection[Entry]:
    match kind:
        case LocalType.PROPERTY_TYPE:
            return property_types_named(language=language, unpublished=True)
        case LocalType.PROPERTY_FEATURE:
            return features_named(language=language)
        case LocalType.ROOM_FEATURE:
            return room_features_named()
        case LocalType.ROOM_TYPE:
            return room_types_named(language=language)
