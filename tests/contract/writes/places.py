"""Properties, their settings, pictures and staff."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

from django.core.files import File
from django.db import transaction

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.channels.services import channel_property_create
from bookyflow.core.acting import Actor
from bookyflow.core.places import region_number
from bookyflow.pictures.images import image_add, image_remove
from bookyflow.pictures.models import Image
from bookyflow.pictures.putting import (
    NamedPicture,
    PictureToPut,
    picture_put,
    picture_remove,
)
from bookyflow.properties.access import staff_add, staff_remove
from bookyflow.properties.bulk import (
    NewProperty,
    PropertyChange,
    properties_change,
    properties_create,
)
from bookyflow.properties.locking import properties_lock
from bookyflow.properties.models import Property, PropertyType
from bookyflow.properties.services import property_create, property_draft, property_texts_save
from bookyflow.property_lifecycle.bulk import properties_publish, properties_unpublish
from bookyflow.property_lifecycle.opening import FirstRooms, property_open, property_open_priced
from bookyflow.property_lifecycle.publication import (
    completeness,
    completeness_refresh,
    property_approve,
    property_publish,
    property_review,
    property_unapprove,
    property_unpublish,
)
from bookyflow.property_settings.rates import cleaning_fee_set, last_minute_set
from bookyflow.property_settings.services import changeover_set, settings_change, settings_save
from bookyflow.rooms.models import RoomType
from bookyflow.rooms.services import unit_add_default
from bookyflow.tariffs.models import TaxRate
from bookyflow.tariffs.services import base_price_set
from tests.conftest import make_hotel
from tests.contract.writes import World, write
from tests.pictures import picture


def facts_of(w: World) -> dict:
    kind = w.hotel.property_type_id
    return {"owner_id": w.manager.pk, "name": "New", "property_type_id": kind, "by": w.by}


def make_ready(prop: Property, w: World) -> None:
    """Give a hotel what it needs to be published."""
    base_price_set(property_id=prop.pk, price=Decimal(100), max_people=2, by=w.by)
    Property.objects.filter(pk=prop.pk).update(street="Quay Street", is_complete=True)
    assert set(completeness(prop)) <= {"main_image"}


@write(property_create, "property_created")
def _(w: World):
    facts = facts_of(w)
    yield lambda: property_create(**facts, country="GB")
    yield lambda: property_create(**facts, country="XX")


@write(property_create, "property_created", "manager_added")
def _(w: World):
    facts = facts_of(w)
    User.objects.filter(pk=w.manager.pk).update(access_level=AccessLevel.REGISTERED)
    yield lambda: property_create(**facts, country="GB")


@write(property_open, "property_created", "property_updated")
def _(w: World):
    facts = facts_of(w) | {"language": "en-GB", "texts": {"property_description": "By the sea."}}
    yield lambda: property_open(**facts, country="GB")
    yield lambda: property_open(**facts, country="XX")


@write(channel_property_create, "property_created")
def _(w: World):
    facts = facts_of(w) | {"channel_id": w.channel.pk, "remote_id": "7"}
    region = region_number("GB-CON")
    yield lambda: channel_property_create(**facts, country="GB", region_id=region)
    yield lambda: channel_property_create(**facts, country="GB", region_id=region)


@write(property_texts_save, "property_updated")
def _(w: World):
    here = {"property_id": w.hotel.pk, "language": "en-GB", "by": w.by}
    texts = {"property_description": "By the sea."}
    yield lambda: property_texts_save(**here, texts=texts)
    yield lambda: property_texts_save(**here, texts=texts)
    yield lambda: property_texts_save(**here, texts={"description": "By the sea."})


@write(property_publish, "property_published")
def _(w: World):
    make_ready(w.hotel, w)
    Property.objects.update(is_published=False)
    yield lambda: property_publish(prop=w.hotel, by=w.by)
    yield lambda: property_publish(prop=w.hotel, by=w.by)


@write(property_publish, "property_completed", "property_published")
def _(w: World):
    make_ready(w.hotel, w)
    Property.objects.update(is_published=False, is_complete=False)
    yield lambda: property_publish(prop=w.hotel, by=w.by)
    Property.objects.update(is_published=False, is_approved=False)
    yield lambda: property_publish(prop=w.hotel, by=w.by)


@write(property_unpublish, "property_unpublished")
def _(w: World):
    yield lambda: property_unpublish(prop=w.hotel, by=w.by)
    yield lambda: property_unpublish(prop=w.hotel, by=w.by)


def as_super(w: World) -> None:
    w.manager.access_level = AccessLevel.SUPER_MANAGER
    w.manager.save()


@write(property_approve, "property_approved")
def _(w: World):
    as_super(w)
    Property.objects.update(is_approved=False, is_published=False)
    yield lambda: property_approve(prop=w.hotel, by=w.by)
    yield lambda: property_approve(prop=w.hotel, by=w.by)
    yield lambda: property_approve(prop=w.hotel, by=Actor(user_id=w.stranger.pk))


@write(property_unapprove, "property_unpublished", "property_unapproved")
def _(w: World):
    as_super(w)
    yield lambda: property_unapprove(prop=w.hotel, by=w.by)
    yield lambda: property_unapprove(prop=w.hotel, by=w.by)
    yield lambda: property_unapprove(prop=w.hotel, by=Actor(user_id=w.stranger.pk))


@write(completeness_refresh, "property_completed")
def _(w: World):
    make_ready(w.hotel, w)
    Property.objects.update(is_complete=False)
    yield lambda: completeness_refresh(property_id=w.hotel.pk, by=w.by)
    yield lambda: completeness_refresh(property_id=w.hotel.pk, by=w.by)


@write(property_review, "property_completed")
def _(w: World):
    make_ready(w.hotel, w)
    Property.objects.update(is_complete=False)
    yield lambda: property_review(property_id=w.hotel.pk, by=w.by)
    yield lambda: property_review(property_id=w.hotel.pk, by=w.by)


@write(staff_add, "manager_added")
def _(w: World):
    yield lambda: staff_add(user_id=w.stranger.pk, property_id=w.hotel.pk, by=w.by)
    yield lambda: staff_add(user_id=w.stranger.pk, property_id=w.hotel.pk, by=w.by)


@write(staff_add, "manager_updated")
def _(w: World):
    here = {
        "user_id": w.stranger.pk,
        "property_id": w.hotel.pk,
        "level": AccessLevel.MANAGER,
        "by": w.by,
    }
    staff_add(**here)
    User.objects.filter(pk=w.stranger.pk).update(access_level=AccessLevel.RECEPTIONIST)
    yield lambda: staff_add(**here)
    yield lambda: staff_add(**here)


@write(staff_remove, "manager_deleted")
def _(w: World):
    staff_add(user_id=w.stranger.pk, property_id=w.hotel.pk, by=w.by)
    yield lambda: staff_remove(user_id=w.stranger.pk, property_id=w.hotel.pk, by=w.by)
    yield lambda: staff_remove(user_id=w.stranger.pk, property_id=w.hotel.pk, by=w.by)


@write(properties_create, "property_created", "property_created")
def _(w: World):
    kind = w.hotel.property_type

    def new() -> list[NewProperty]:
        return [
            NewProperty(
                *property_draft(property_type=kind, is_test=False, name=name, country="GB"),
                features=features,
            )
            for name, features in (("One", ()), ("Two", wrong))
        ]

    facts = {"owner_id": w.manager.pk, "language": "en-GB", "by": w.by}
    wrong: tuple[int, ...] = ()
    yield lambda: properties_create(new=new(), **facts)
    wrong = (0,)
    yield lambda: properties_create(new=new(), **facts)


@write(properties_change, "property_updated", "property_updated")
def _(w: World):
    make_hotel(w.manager, name="Other")

    def change(**changes) -> None:
        with transaction.atomic():
            locked = properties_lock(Property.objects.all()).values()
            wanted = [PropertyChange(prop=prop, **changes) for prop in locked]
            properties_change(changes=wanted, language="en-GB", by=w.by)

    yield lambda: change(fields={"town": "Falmouth"})
    yield lambda: change(features_added=[0])


@write(properties_unpublish, "property_unpublished", "property_unpublished")
def _(w: World):
    both = [w.hotel.pk, make_hotel(w.manager, name="Other").pk]
    yield lambda: properties_unpublish(property_ids=both, by=w.by)
    yield lambda: properties_unpublish(property_ids=both, by=w.by)


@write(properties_publish, "property_published", "property_published")
def _(w: World):
    hotels = [w.hotel, make_hotel(w.manager, name="Other")]
    for hotel in hotels:
        make_ready(hotel, w)
    both = [hotel.pk for hotel in hotels]
    Property.objects.update(is_published=False)
    yield lambda: properties_publish(property_ids=both, by=w.by)
    yield lambda: properties_publish(property_ids=both, by=w.by)


@write(settings_save, "property_settings_updated")
def _(w: World):
    def save(**values) -> None:
        settings_save(prop=w.hotel, values=values, by=w.by)

    yield lambda: save(margin=5)
    yield lambda: save(margin=5)
    yield lambda: save(margin="much")
    yield lambda: save(nobody_knows_it=1)


@write(settings_change, "property_settings_updated")
def _(w: World):
    def change(**values) -> None:
        settings_change(prop=w.hotel, values=values, by=w.by)

    yield lambda: change(margin=5)
    yield lambda: change(margin=5)
    yield lambda: change(margin="much")


@write(changeover_set, "changeover_day_enabled")
def _(w: World):
    here = {"prop": w.hotel, "is_on": True, "by": w.by}
    yield lambda: changeover_set(**here, weekday=6)
    yield lambda: changeover_set(**here, weekday=6)
    yield lambda: changeover_set(**here, weekday=7)


@write(changeover_set, "changeover_day_disabled")
def _(w: World):
    here = {"prop": w.hotel, "weekday": 6, "by": w.by}
    changeover_set(**here, is_on=True)
    yield lambda: changeover_set(**here, is_on=False)
    yield lambda: changeover_set(**here, is_on=False)


@write(cleaning_fee_set, "property_settings_updated")
def _(w: World):
    TaxRate.objects.create(code="A", description="VAT", rate=20)
    here = {"prop": w.hotel, "cleaning_fee": Decimal(30), "by": w.by}
    yield lambda: cleaning_fee_set(**here, tax_code="A")
    yield lambda: cleaning_fee_set(**here, tax_code="A")
    yield lambda: cleaning_fee_set(**here, tax_code="B")


@write(last_minute_set, "property_settings_updated")
def _(w: World):
    here = {"prop": w.hotel, "percent": 20, "is_on": True, "by": w.by}
    yield lambda: last_minute_set(**here, days=14)
    yield lambda: last_minute_set(**here, days=14)
    yield lambda: last_minute_set(**here, days=-1)


@write(image_add, "image_added")
def _(w: World):
    here = {"prop": w.hotel, "kind": Image.Kind.SLIDESHOW, "by": w.by}
    yield lambda: image_add(**here, file=picture())
    yield lambda: image_add(**here, file=BytesIO(b"no picture"))


@write(image_remove, "image_deleted")
def _(w: World):
    kind = Image.Kind.SLIDESHOW
    image = image_add(prop=w.hotel, kind=kind, file=picture(), by=w.by)
    again = Image.objects.get(pk=image.pk)
    yield lambda: image_remove(image=image, by=w.by)
    yield lambda: image_remove(image=again, by=w.by)


@write(picture_put, "image_added")
def _(w: World):
    def put(**where):
        picture = PictureToPut(Image.Kind.SLIDESHOW, **where)
        return lambda: picture_put(property_id=w.hotel.pk, picture=picture, by=w.by)

    yield put(file=File(picture()))
    yield put(file=File(BytesIO(b"no picture")))
    yield put(address="https://cdn.example/view.jpg")
    yield put(address="ftp://cdn.example/view.jpg")


@write(picture_remove, "image_deleted")
def _(w: World):
    kind = Image.Kind.SLIDESHOW
    image_add(prop=w.hotel, kind=kind, file=picture(), by=w.by, name="view.jpg")
    named = NamedPicture(kind, "view.jpg")
    for _ in "ab":
        yield lambda: picture_remove(property_id=w.hotel.pk, picture=named, by=w.by)


@write(unit_add_default, "rooms_multiple_added")
def _(w: World):
    villa = PropertyType.objects.get(name="Villa")
    prop = property_create(**facts_of(w) | {"property_type_id": villa.pk}, country="GB")
    yield lambda: unit_add_default(property_id=prop.pk, by=w.by)
    yield lambda: unit_add_default(property_id=prop.pk, by=w.by)
    yield lambda: unit_add_default(property_id=w.hotel.pk, by=w.by)


@write(
    property_open_priced,
    "property_created",
    "rooms_multiple_added",
    "tariffs_updated",
)
def _(w: World):
    kind = RoomType.objects.get(name="Double", property=None)
    kind.property_types.add(w.hotel.property_type)
    first = FirstRooms(3, 2, Decimal(90), kind.pk)
    yield lambda: property_open_priced(**facts_of(w), country="GB", first=first)
    yield lambda: property_open_priced(**facts_of(w), country="XX", first=first)
    nothing = FirstRooms(3, 2, Decimal(90), 0)
    yield lambda: property_open_priced(**facts_of(w), country="GB", first=nothing)
