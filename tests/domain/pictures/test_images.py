from __future__ import annotations

import io

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from PIL import Image as Picture
from PIL import ImageCms, PngImagePlugin

from bookyflow.billing.pdf import pdf_fault
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.pictures import renditions as limits
from bookyflow.pictures.images import (
    image_add,
    image_make_main,
    image_of,
    image_remove,
    image_reorder,
    images_of,
    names_of,
)
from bookyflow.pictures.models import Image
from bookyflow.pictures.renditions import renditions
from bookyflow.tariffs.models import Extra
from tests.conftest import make_hotel
from tests.pictures import picture

pytestmark = pytest.mark.django_db

MAIN, SLIDESHOW, ROOM = Image.Kind.MAIN, Image.Kind.SLIDESHOW, Image.Kind.ROOM


@pytest.fixture
def add(hotel, by):
    def do(kind=SLIDESHOW, file=None, room=None, prop=hotel):
        return image_add(prop=prop, kind=kind, file=file or picture(), by=by, room=room)

    return do


def opened(content: bytes) -> Picture.Image:
    return Picture.open(io.BytesIO(content))


def key_of(file) -> str:
    with pytest.raises(DomainError) as refused:
        renditions(file)
    return refused.value.key


def test_three_sizes_lie_in_the_storage(add):
    image = add(file=picture(size=(2000, 1000)))

    names = names_of(image)
    assert image.file.name == names["large"]
    sizes = {}
    for size, name in names.items():
        with default_storage.open(name) as file:
            sizes[size] = opened(file.read()).size
    assert sizes == {"large": (1600, 800), "medium": (800, 400), "small": (320, 160)}


def test_a_small_picture_is_not_enlarged():
    assert {opened(one).size for one in renditions(picture(size=(300, 200))).values()} == {
        (300, 200)
    }


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_whatever_was_sent_becomes_jpeg(form):
    assert {opened(one).format for one in renditions(picture(form=form)).values()} == {"JPEG"}


def test_nothing_of_the_metadata_stays():
    exif = Picture.Exif()
    exif[0x010F] = "Secret camera"
    exif.get_ifd(0x8825)[1] = "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sent = picture(exif=exif, comment=b"Secret place", icc_profile=profile)
    note = PngImagePlugin.PngInfo()
    note.add_text("Author", "Secret person")

    for file in (sent, picture(form="PNG", pnginfo=note)):
        for content in renditions(file).values():
            assert not opened(content).getexif()
            assert b"Secret" not in content
            assert not {"exif", "comment", "icc_profile", "xmp"} & opened(content).info.keys()


def test_a_picture_taken_sideways_stands_upright():
    exif = Picture.Exif()
    exif[0x0112] = 6

    assert opened(renditions(picture(size=(400, 200), exif=exif))["large"]).size == (200, 400)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_becomes_white(mode):
    layer = Picture.new("RGBA", (64, 64), (200, 0, 0, 0)).convert(mode)
    file = io.BytesIO()
    layer.save(file, "PNG", **({"transparency": 0} if mode == "P" else {}))
    file.seek(0)

    assert min(opened(renditions(file)["small"]).getpixel((30, 30))) > 250


def test_colours_of_another_profile_are_converted():
    """With this profile everything is darker, so that an ignored one would show."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()

    assert opened(renditions(picture(icc_profile=profile))["small"]).mode == "RGB"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"MZ" * 100,
    ],
)
def test_what_is_no_picture_is_refused(content):
    assert key_of(io.BytesIO(content)) == "image_invalid"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("pdf", [False, True])
def test_half_a_picture_is_refused(form, pdf):
    """Also once PDFs are made, by a library that takes half a picture for a whole one."""
    if pdf:
        pdf_fault()
    content = picture(form=form, size=(200, 200), noisy=True).read()

    assert key_of(io.BytesIO(content[: len(content) // 2])) == "image_invalid"


@pytest.mark.parametrize("form", ["BMP", "TIFF", "ICO"])
def test_other_formats_are_refused(form):
    assert key_of(picture(form=form)) == "image_invalid"


def test_too_many_pixels_are_refused_before_they_are_decoded():
    """A few kilobytes that would take 300 MB: the size is known from the header."""
    assert key_of(picture(form="PNG", size=(4_001, 5_000), mode="1")) == "image_invalid"
    assert key_of(picture(form="PNG", size=(20_000, 20_000), mode="1")) == "image_invalid"


def test_too_large_a_file_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "LARGEST_FILE", 1000)

    assert key_of(picture(size=(200, 200), noisy=True)) == "payload_too_large"


def test_too_small_a_picture_is_refused():
    assert key_of(picture(size=(15, 200))) == "image_invalid"


def test_pictures_keep_the_order_in_which_they_came(add, hotel):
    made = [add(), add(), add()]

    found = list(images_of(property_id=hotel.pk, kind=SLIDESHOW))

    assert found == made
    assert [image.position for image in found] == [0, 1, 2]


def test_a_new_main_picture_takes_the_place_of_the_old_one(
    add, hotel, django_capture_on_commit_callbacks
):
    old = names_of(add(MAIN))
    with django_capture_on_commit_callbacks(execute=True):
        new = add(MAIN)

    assert list(images_of(property_id=hotel.pk, kind=MAIN)) == [new]
    assert not any(map(default_storage.exists, old.values()))
    assert all(map(default_storage.exists, names_of(new).values()))
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["image_added", "image_deleted", "image_added"]


def test_files_go_only_with_the_change(add, by):
    image = add()
    names = names_of(image)
    with transaction.atomic():
        image_remove(image=image, by=by)
        transaction.set_rollback(True)

    assert all(map(default_storage.exists, names.values()))


def test_the_event_tells_of_the_picture(add, hotel):
    room = hotel.rooms.first()
    image = add(ROOM, room=room)

    event = Event.objects.get()
    assert event.property_id == hotel.pk
    assert event.data == {"image_id": image.pk, "resource_type": "room", "room_uid": room.pk}
    hotel.refresh_from_db()
    assert hotel.version == 2


def test_the_room_is_the_propertys(add, hotel, stranger):
    foreign = make_hotel(stranger, name="Foreign").rooms.first()
    with pytest.raises(DomainError) as refused:
        add(ROOM, room=foreign)
    assert refused.value.key == "room_not_found"
    for kind, room in ((ROOM, None), (MAIN, hotel.rooms.first())):
        with pytest.raises(ValueError, match="room"):
            add(kind, room=room)


def test_the_database_refuses_a_room_of_another_property(add, hotel, stranger):
    foreign = make_hotel(stranger, name="Foreign").rooms.first()
    image = add(ROOM, room=hotel.rooms.first())
    image.room = foreign

    with pytest.raises(IntegrityError, match="image_room_of_its_property"), transaction.atomic():
        image.save()


def test_nothing_stays_of_a_picture_that_is_refused(add, media):
    with pytest.raises(DomainError):
        add(file=io.BytesIO(b"no picture"))

    assert not Image.objects.exists()
    assert list(media.iterdir()) == []


def test_pictures_of_room_types_and_extras(hotel, by, stranger):
    foreign = make_hotel(stranger, name="Foreign")
    shared = hotel.rooms.first().room_type
    breakfast = Extra.objects.create(property=hotel, name="Breakfast", price=10)
    theirs = Extra.objects.create(property=foreign, name="Breakfast", price=10)
    of_type = image_add(
        prop=hotel, kind=Image.Kind.ROOM_TYPE, room_type=shared, file=picture(), by=by
    )
    of_extra = image_add(prop=hotel, kind=Image.Kind.EXTRA, extra=breakfast, file=picture(), by=by)

    assert (of_type.room_type, of_extra.extra) == (shared, breakfast)
    with pytest.raises(DomainError, match="not_found"):
        image_add(prop=hotel, kind=Image.Kind.EXTRA, extra=theirs, file=picture(), by=by)
    with pytest.raises(ValueError, match="needs it"):
        image_add(prop=hotel, kind=Image.Kind.EXTRA, room_type=shared, file=picture(), by=by)
    assert Event.objects.order_by("id").last().data["extra_uid"] == breakfast.pk


def test_pictures_are_put_in_another_order(hotel, add, by):
    images = [add() for _ in range(3)]
    wanted = [images[2].pk, images[0].pk, images[1].pk]
    Event.objects.all().delete()

    for _ in range(2):
        image_reorder(prop=hotel, image_ids=wanted, by=by)

    assert [image.pk for image in images_of(property_id=hotel.pk, kind=SLIDESHOW)] == wanted
    assert [event.kind for event in Event.objects.all()] == ["property_updated"]


def test_an_order_names_every_picture_once(hotel, add, by, stranger):
    first, second = add(), add()
    foreign = add(prop=make_hotel(stranger, name="Foreign"))
    main = add(kind=MAIN)

    for ids in ([first.pk], [first.pk, first.pk], [first.pk, second.pk, main.pk]):
        with pytest.raises(DomainError, match="validation_failed"):
            image_reorder(prop=hotel, image_ids=ids, by=by)
    for ids in ([], [foreign.pk]):
        with pytest.raises(DomainError, match="image_not_found"):
            image_reorder(prop=hotel, image_ids=ids, by=by)


def test_a_picture_of_the_slide_show_becomes_the_main_one(hotel, add, by):
    main, first, second = add(kind=MAIN), add(), add()
    of_room = add(kind=ROOM, room=hotel.rooms.first())
    Event.objects.all().delete()

    for _ in range(2):
        image_make_main(image=first, by=by)

    assert images_of(property_id=hotel.pk, kind=MAIN).get() == first
    assert list(images_of(property_id=hotel.pk, kind=SLIDESHOW)) == [second, main]
    assert [event.kind for event in Event.objects.all()] == ["property_updated"]
    with pytest.raises(DomainError, match="image_not_found"):
        image_make_main(image=of_room, by=by)


@pytest.mark.parametrize("act", [image_remove, image_make_main])
def test_a_picture_that_somebody_has_removed_is_not_found(add, by, act):
    image = add()
    again = Image.objects.get(pk=image.pk)
    image_remove(image=image, by=by)
    before = Event.objects.count()

    with pytest.raises(DomainError) as refused:
        act(image=again, by=by)

    assert refused.value.key == "image_not_found"
    assert Event.objects.count() == before


def test_greys_of_sixteen_bits_keep_their_brightness():
    grey = Picture.new("I;16", (40, 40), 128 * 256)
    file = io.BytesIO()
    grey.save(file, "PNG")
    file.seek(0)

    shown = opened(renditions(file)["small"]).getpixel((20, 20))

    assert all(abs(channel - 128) <= 2 for channel in shown)


def test_finds_a_picture_of_a_property(hotel, add, stranger):
    image = add()

    assert image_of(property_id=hotel.pk, image_id=image.pk) == image
    with pytest.raises(DomainError, match="image_not_found"):
        image_of(property_id=make_hotel(stranger, name="Foreign").pk, image_id=image.pk)
