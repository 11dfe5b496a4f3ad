"""What everybody may know of published properties."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from bookyflow.pictures.images import url_of
from bookyflow.pictures.models import Image
from bookyflow.properties.models import BookingModel, Property, PropertyText
from bookyflow.properties.selectors import property_texts


@dataclass(frozen=True)
class ListedProperty:
    """What everybody may know of a published property.

    `thumbnail` is where its main picture is in the small size, without a host unless the storage
    names one; "" without a picture.
    """

    pk: int
    name: str
    latitude: Decimal | None
    longitude: Decimal | None
    room_count: int
    metadescription: str
    thumbnail: str

    @property
    def has_several_rooms(self) -> bool:
        """Whether it has more than one."""
        return self.room_count > 1


def listed_properties(*, language: str) -> list[ListedProperty]:
    """The properties of the public list, by id: published, no tests, no tours. Two queries."""
    main = Image.objects.filter(property=OuterRef("pk"), kind=Image.Kind.MAIN)
    rows = list(
        _listed()
        .annotate(
            rooms_here=Count("rooms", filter=Q(rooms__deleted_at=None)),
            main_picture=Subquery(main.values("file")[:1]),
        )
        .order_by("pk")
    )
    texts = property_texts(property_ids=[row.pk for row in rows], language=language)
    field = PropertyText.Field.META_DESCRIPTION
    return [
        ListedProperty(
            pk=row.pk,
            name=texts.get(row.pk, {}).get(PropertyText.Field.NAME) or row.name,
            latitude=row.latitude,
            longitude=row.longitude,
            room_count=row.rooms_here,
            metadescription=texts.get(row.pk, {}).get(field, ""),
            thumbnail=url_of(row.main_picture, "small") if row.main_picture else "",
        )
        for row in rows
    ]


def listed_property_count() -> int:
    """How many properties are published; tests do not count."""
    return Property.objects.filter(PUBLIC).count()


# What everybody may see.
PUBLIC = Q(deleted_at=None, is_test=False, is_published=True, is_approved=True)


def _listed() -> QuerySet[Property]:
    return Property.objects.filter(PUBLIC).exclude(property_type__flag=BookingModel.TOUR)
