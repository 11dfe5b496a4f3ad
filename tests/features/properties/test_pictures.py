from __future__ import annotations

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.core.acting import SYSTEM
from bookyflow.pictures.images import image_add, names_of
from bookyflow.pictures.models import Image
from tests.features.properties.conftest import read
from tests.pictures import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def add(hotel, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    def do(kind, room=None):
        return image_add(prop=hotel, kind=kind, file=picture(), by=SYSTEM, room=room)

    return do


def address(image, size):
    directory = image.file.name.rpartition("/")[0]
    return f"http://testserver/media/{directory}/{size}.jpg"


def sizes(image):
    return {size: address(image, size) for size in ("large", "medium", "small")}


def test_nothing_there(reader, hotel):
    assert read(reader, hotel, "images/main") is None
    assert read(reader, hotel, "images/slideshow") == []
    assert read(reader, hotel, "images/room") == {}


def test_each_kind_has_its_own(reader, hotel, add):
    first, second, _ = hotel.rooms.order_by("number")
    main = add(Image.Kind.MAIN)
    slides = [add(Image.Kind.SLIDESHOW) for _ in range(2)]
    of_rooms = [add(Image.Kind.ROOM, room) for room in (second, first, second)]

    assert read(reader, hotel, "images/main") == sizes(main)
    assert read(reader, hotel, "images/slideshow") == [sizes(slide) for slide in slides]
    assert read(reader, hotel, "images/room") == {
        str(second.pk): [sizes(of_rooms[0]), sizes(of_rooms[2])],
        str(first.pk): [sizes(of_rooms[1])],
    }


def test_the_order_is_by_position(reader, hotel, add):
    first, second = (add(Image.Kind.SLIDESHOW) for _ in range(2))
    Image.objects.filter(pk=first.pk).update(position=9)

    assert read(reader, hotel, "images/slideshow") == [sizes(second), sizes(first)]


def test_addresses_are_those_of_the_site_that_serves_them(reader, hotel, add, settings):
    settings.MEDIA_URL = "https://img.example.org/"
    add(Image.Kind.MAIN)

    assert read(reader, hotel, "images/main")["small"].startswith(
        f"https://img.example.org/properties/{hotel.pk}/"
    )


def test_many_pictures_take_the_same_statements(reader, hotel, add):
    counts = []
    for number in (1, 5):
        for _ in range(number):
            add(Image.Kind.SLIDESHOW)
        with CaptureQueriesContext(connection) as captured:
            read(reader, hotel, "images/slideshow")
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 6


def test_the_address_leads_to_the_picture(reader, hotel, anonymous):
    """Served from where the settings say, which the route has read when it was made."""
    image = image_add(prop=hotel, kind=Image.Kind.MAIN, file=picture(), by=SYSTEM)
    try:
        address = read(reader, hotel, "images/main")["small"].removeprefix("http://testserver")
        response = anonymous.get(address)
        content = b"".join(response.streaming_content)
        response.close()

        assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
        assert content.startswith(b"\xff\xd8\xff")
        for path in (
            "/media/../accounts",
            "/media/%2e%2e/postgres/PG_VERSION",
            "/media/",
            "/media/x",
        ):
            assert anonymous.get(path).status_code in {400, 404}
    finally:
        for name in names_of(image).values():
            default_storage.delete(name)
