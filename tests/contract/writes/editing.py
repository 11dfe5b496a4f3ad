"""What a property is, says and shows."""

from __future__ import annotations

from functools import partial

from bookyflow.pictures.images import (
    image_add,
    image_describe,
    image_make_main,
    image_reorder,
)
from bookyflow.pictures.models import Image
from bookyflow.properties.custom_fields import (
    custom_field_delete,
    custom_field_save,
    custom_values_save,
)
from bookyflow.properties.editing import (
    asking_price_set,
    property_change,
    property_describe,
    property_features_set,
)
from bookyflow.properties.models import BookingModel, CustomField, Property, PropertyType
from bookyflow.properties.plugin_settings import plugin_settings_save
from bookyflow.properties.selectors import features_usable
from bookyflow.property_lifecycle.deletion import property_delete
from bookyflow.property_lifecycle.type_change import property_type_change
from tests.conftest import make_hotel
from tests.contract.writes import World, write
from tests.domain.conftest import book, stay
from tests.pictures import picture

SLIDESHOW = Image.Kind.SLIDESHOW


@write(property_change, "property_updated")
def _(w: World):
    yield lambda: property_change(property_id=w.hotel.pk, values={"town": "Falmouth"}, by=w.by)
    yield lambda: property_change(property_id=w.hotel.pk, values={"town": "Falmouth"}, by=w.by)
    yield lambda: property_change(property_id=w.hotel.pk, values={"country": "XX"}, by=w.by)


@write(property_describe, "property_updated", "property_updated")
def _(w: World):
    said = {"texts": {"property_description": "Lovely"}, "values": {"permit_number": "BE-1"}}
    describe = partial(property_describe, property_id=w.hotel.pk, language="de", by=w.by)
    yield partial(describe, **said)
    yield partial(describe, **said)
    yield partial(describe, texts={"property_name": "Kind."}, values={"permit_number": "a\nb"})


@write(asking_price_set, "property_updated")
def _(w: World):
    ask = partial(asking_price_set, property_id=w.hotel.pk, by=w.by)
    PropertyType.objects.filter(pk=w.hotel.property_type_id).update(flag=BookingModel.REAL_ESTATE)
    yield partial(ask, price="485000")
    yield partial(ask, price="485000")
    yield partial(ask, price="4\n5")


@write(property_features_set, "property_updated")
def _(w: World):
    features = [features_usable(prop=w.hotel).first().pk]
    yield lambda: property_features_set(property_id=w.hotel.pk, feature_ids=features, by=w.by)
    yield lambda: property_features_set(property_id=w.hotel.pk, feature_ids=features, by=w.by)
    yield lambda: property_features_set(property_id=w.hotel.pk, feature_ids=[0], by=w.by)


@write(plugin_settings_save, "plugin_settings_saved")
def _(w: World):
    save = partial(plugin_settings_save, property_id=w.hotel.pk, plugin="paypal", by=w.by)
    yield partial(save, values={"active": "1", "owner": "Ada Lovelace"})
    yield partial(save, values={"active": True})
    yield partial(save, values={"active": "perhaps", "mode": "live"})


@write(property_type_change, "rooms_multiple_deleted", "property_updated")
def _(w: World):
    Property.objects.update(is_published=False, is_complete=False)
    other = PropertyType.objects.exclude(pk=w.hotel.property_type_id).get(name="Apartment")
    here = {"prop": w.hotel, "property_type_id": other.pk, "by": w.by}
    yield lambda: property_type_change(**here, confirmed=True)
    yield lambda: property_type_change(**here, confirmed=True)
    yield lambda: property_type_change(**here | {"property_type_id": 0}, confirmed=True)


@write(property_delete, "property_deleted")
def _(w: World):
    other = make_hotel(w.manager, name="Other")
    book(other, stay(3, 2), by=w.by)
    yield lambda: property_delete(prop=w.hotel, by=w.by)
    yield lambda: property_delete(prop=w.hotel, by=w.by)
    yield lambda: property_delete(prop=other, by=w.by)


@write(image_describe, "property_updated")
def _(w: World):
    image = image_add(prop=w.hotel, kind=Image.Kind.MAIN, file=picture(), by=w.by)
    yield lambda: image_describe(image=image, alt_text="The house from the quay", by=w.by)
    yield lambda: image_describe(image=image, alt_text="The house from the quay", by=w.by)
    yield lambda: image_describe(image=image, alt_text="x" * 256, by=w.by)


@write(image_make_main, "property_updated")
def _(w: World):
    image = image_add(prop=w.hotel, kind=SLIDESHOW, file=picture(), by=w.by)
    yield lambda: image_make_main(image=image, by=w.by)
    yield lambda: image_make_main(image=image, by=w.by)


@write(image_reorder, "property_updated")
def _(w: World):
    ids = [image_add(prop=w.hotel, kind=SLIDESHOW, file=picture(), by=w.by).pk for _ in "ab"]
    here = {"prop": w.hotel, "by": w.by}
    yield lambda: image_reorder(**here, image_ids=ids[::-1])
    yield lambda: image_reorder(**here, image_ids=ids[::-1])
    yield lambda: image_reorder(**here, image_ids=[0])


def question(w: World, **values: object) -> CustomField:
    values = {"purpose": CustomField.Purpose.PROPERTY, "name": "pets", "answer": "text"} | values
    return custom_field_save(property_id=w.hotel.pk, by=w.by, **values)


@write(custom_field_save, "custom_field_saved")
def _(w: World):
    field = question(w)
    yield lambda: question(w, field_id=field.pk, required=True)
    yield lambda: question(w, field_id=field.pk, required=True)
    yield lambda: question(w, field_id=0)


@write(custom_field_delete, "custom_field_deleted")
def _(w: World):
    field = question(w)
    yield lambda: custom_field_delete(property_id=w.hotel.pk, field_id=field.pk, by=w.by)
    yield lambda: custom_field_delete(property_id=w.hotel.pk, field_id=field.pk, by=w.by)


@write(custom_values_save, "property_updated")
def _(w: World):
    question(w)
    yield lambda: custom_values_save(property_id=w.hotel.pk, values={"pets": "Dogs"}, by=w.by)
    yield lambda: custom_values_save(property_id=w.hotel.pk, values={"pets": "Dogs"}, by=w.by)
    yield lambda: custom_values_save(property_id=w.hotel.pk, values={"cats": "Yes"}, by=w.by)
