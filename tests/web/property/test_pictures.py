"""Pictures: uploaded, described, ordered, deleted."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bookyflow.core.acting import SYSTEM
from bookyflow.pictures.images import image_add
from bookyflow.pictures.models import Image
from tests.conftest import make_hotel
from tests.pictures import picture


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def send(signed_in, here):
    def do(*files, shows="slideshow"):
        return signed_in.post(f"{here}/pictures", {"shows": shows, "pictures": list(files)})

    return do


def upload(name: str = "house.png", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture().read() if content is None else content, "image/png")


def kept(house, kind="slideshow"):
    return list(Image.objects.filter(property=house, kind=kind).order_by("position"))


def test_several_are_uploaded_ordered_and_made_main(signed_in, here, send, house):
    assert send(upload("a.png"), upload("b.png")).status_code == 302
    first, second = kept(house)
    page = signed_in.get(f"{here}/pictures").content.decode()
    assert page.count("Not described") == 2

    assert signed_in.post(f"{here}/pictures/{second.pk}/earlier").status_code == 302
    assert kept(house) == [second, first]
    assert signed_in.post(f"{here}/pictures/{second.pk}/earlier").status_code == 302  # the first
    assert kept(house) == [second, first]

    assert signed_in.post(f"{here}/pictures/{first.pk}/main").status_code == 302
    assert kept(house, "main") == [first]


def test_one_is_described_and_deleted(signed_in, here, send, house):
    send(upload(), shows="main")
    (image,) = kept(house, "main")
    where = f"{here}/pictures/{image.pk}"

    assert signed_in.post(where, {"alt_text": "The quay at dusk"}).status_code == 302
    assert 'alt="The quay at dusk"' in signed_in.get(f"{here}/pictures").content.decode()
    assert signed_in.post(where, {"alt_text": "x" * 256}).status_code == 400

    assert signed_in.get(f"{where}/delete").status_code == 200
    assert signed_in.post(f"{where}/delete").status_code == 302
    assert signed_in.post(f"{where}/delete").status_code == 404
    assert not Image.objects.exists()


def test_a_room_type_has_pictures(send, house):
    kind = house.rooms.first().room_type_id

    assert send(upload(), shows=f"room_type-{kind}").status_code == 302

    assert kept(house, "room_type")[0].room_type_id == kind


@pytest.mark.parametrize("content", [b"", b"no picture", b"<svg/>" * 100])
def test_what_is_no_picture_is_refused(send, content):
    page = send(upload("house.png", content))

    assert (page.status_code, list(page.context["form"].errors)) == (400, ["pictures"])
    assert not Image.objects.exists()


def test_faults_of_an_upload(send, monkeypatch):
    monkeypatch.setattr("bookyflow.web.property.pictures.LARGEST_FILE", 10)

    assert "is larger than" in send(upload()).content.decode()
    assert send().status_code == 400
    assert "At most 20 at once" in send(*[upload() for _ in range(21)]).content.decode()
    assert list(send(shows="room_type-0").context["form"].errors) == ["shows", "pictures"]


def test_what_is_another_property_s_is_not_there(signed_in, here, manager):
    other = make_hotel(manager, name="Other")
    theirs = image_add(prop=other, kind=Image.Kind.MAIN, file=picture(), by=SYSTEM)

    for path in ("", "/delete", "/main", "/earlier"):
        assert signed_in.post(f"{here}/pictures/{theirs.pk}{path}").status_code == 404


def test_the_page_asks_as_often_for_many(signed_in, here, house, django_assert_max_num_queries):
    def ask() -> int:
        with django_assert_max_num_queries(30) as asked:
            signed_in.get(f"{here}/pictures")
        return len(asked)

    def add(count: int) -> None:
        Image.objects.bulk_create(
            Image(property=house, kind="slideshow", file=f"properties/1/{n}/large.jpg")
            for n in range(count)
        )

    add(2)
    ask()
    before = ask()
    add(20)

    assert ask() == before
