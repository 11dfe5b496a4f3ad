"""Pictures that channels bring."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.pictures import fetching
from bookyflow.pictures.fetching import image_fetch_run
from bookyflow.pictures.images import image_add
from bookyflow.pictures.models import Image, ImageFetch
from bookyflow.tariffs.models import Extra
from tests.conftest import make_hotel
from tests.examples import example
from tests.features.cmf.conftest import BASE, FORM, SITE, picture_shown, refusal, shown, value
from tests.features.cmf.test_statements import counted
from tests.pictures import picture
from tests.servers import only_here, saying, serving

pytestmark = pytest.mark.django_db

PUT, GET = f"{BASE}property/image", f"{BASE}property/images"
VIEW = "https://cdn.alpine.example/9001/view.jpg"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Files go to a directory of the test's own."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def add(hotel):
    def do(kind=Image.Kind.SLIDESHOW, name="view.jpg", **what):
        return image_add(prop=hotel, kind=kind, file=picture(), by=SYSTEM, name=name, **what)

    return do


@pytest.fixture
def wish(hotel):
    """The body of a call for a picture at an address."""
    return {"property_uid": hotel.pk, "url": VIEW, "resource_type": "slideshow"}


def jobs():
    """Those for pictures of this test, since workers of others leave some."""
    ids = list(ImageFetch.objects.values_list("pk", flat=True))
    return ProcrastinateJob.objects.filter(args__fetch_id__in=ids)


def upload(**changes):
    return SimpleUploadedFile("view.jpg", picture(**changes).read(), "image/jpeg")


def by_type(**found):
    kinds = ("property", "slideshow", "rooms", "room_types", "extras")
    return {kind: {} for kind in kinds} | found


def test_a_picture_at_an_address_waits_to_be_fetched(ota, hotel, add):
    there = picture_shown(add())
    body = example("cmf.put_property_image").request | {"property_uid": hotel.pk}

    answer = value(ota.put(PUT, body))

    assert answer == shown("put_property_image", images={"0": [there]}, url=SITE) | {
        "fetches": example("cmf.put_property_image").answer["fetches"]
    }
    assert ImageFetch.objects.get().address == body["url"]
    assert value(ota.get(f"{GET}/{hotel.pk}"))["fetches"] == answer["fetches"]


def test_it_is_there_once_the_job_has_run(ota, hotel, linked, wish, manager):
    with serving(saying(picture().read())) as served:
        value(ota.put(PUT, wish | {"url": served.address("/view.jpg")}))
        job = jobs().get()
        image_fetch_run(**job.args, is_last=False, resolve=only_here())

    answer = value(ota.get(f"{GET}/{hotel.pk}"))

    image = Image.objects.get()
    assert answer["images"] == by_type(slideshow={"0": [picture_shown(image)]})
    assert answer["fetches"] == []
    event = Event.objects.get()
    assert (event.kind, event.user_id, event.channel_id) == ("image_added", manager.pk, linked.pk)


def test_lists_all_pictures_by_what_they_show(ota, hotel, add):
    room = hotel.rooms.first()
    breakfast = Extra.objects.create(property=hotel, name="Breakfast", price=10)
    made = {
        "property": add(Image.Kind.MAIN, "front.jpg"),
        "slideshow": add(),
        "rooms": add(Image.Kind.ROOM, "sea.jpg", room=room),
    }
    gone = VIEW.replace("view", "gone")
    told = {"state": "failed", "failure": "remote_refused", "detail": "It answers with status 404."}
    ImageFetch.objects.create(property=hotel, kind="slideshow", address=gone, position=9, **told)

    answer = value(ota.get(f"{GET}/{hotel.pk}"))

    assert answer == {
        "images": by_type(
            property={"0": [picture_shown(made["property"])]},
            slideshow={"0": [picture_shown(made["slideshow"])]},
            rooms={str(room.pk): [picture_shown(made["rooms"])]},
        ),
        "url": SITE,
        "fetches": example("cmf.property_images").answer["fetches"],
    }
    for kind, what in (
        (Image.Kind.ROOM_TYPE, {"room_type": room.room_type}),
        (Image.Kind.EXTRA, {"extra": breakfast}),
    ):
        add(kind, **what)
    found = value(ota.get(f"{GET}/{hotel.pk}"))["images"]
    assert list(found["room_types"]) == [str(room.room_type_id)]
    assert list(found["extras"]) == [str(breakfast.pk)]


def test_a_file_is_there_at_once(ota, hotel, wish):
    del wish["url"]
    room = hotel.rooms.first()
    body = wish | {"file": upload(), "resource_type": "rooms", "resource_id": str(room.pk)}

    answer = value(ota.put(PUT, body, format="multipart"))

    image = Image.objects.get()
    assert (image.room, image.name) == (room, "view.jpg")
    assert answer == {
        "resouce_type": "rooms",
        "images": {str(room.pk): [picture_shown(image)]},
        "url": SITE,
        "fetches": [],
    }


def test_a_file_sent_once_more_with_its_key_is_one_picture(ota, wish):
    del wish["url"]
    for _ in "ab":
        answer = ota.put(
            PUT, wish | {"file": upload()}, format="multipart", HTTP_IDEMPOTENCY_KEY="one"
        )
        assert len(value(answer)["images"]["0"]) == 1

    assert answer["Idempotency-Replayed"] == "true"
    assert Event.objects.filter(kind="image_added").count() == 1


def test_a_file_that_is_larger_than_other_bodies_is_taken(ota, wish):
    """Noise of 20 megapixels has more than the ten megabytes that bodies have elsewhere."""
    del wish["url"]
    large = upload(size=(4400, 4400), noisy=True, quality=95)
    assert large.size > 10 * 1024 * 1024

    value(ota.put(PUT, wish | {"file": large}, format="multipart"))


def test_a_form_names_an_address_as_well(ota, hotel):
    form = f"property_uid={hotel.pk}&url={VIEW}%3Fa=1%26b=2&resource_type=property&resource_id=0"

    answer = value(ota.put(PUT, form, content_type=FORM))

    assert [one["url"] for one in answer["fetches"]] == [f"{VIEW}?a=1&b=2"]


def test_the_same_address_twice_is_one_picture_to_fetch(ota, wish):
    for _ in "ab":
        answer = value(ota.put(PUT, wish))

    assert len(answer["fetches"]) == 1
    assert jobs().count() == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"url": "http://user:secret@a.example/"}, (400, "address_not_allowed", [])),
        ({"url": "ftp://a.example/view.jpg"}, (400, "address_not_allowed", [])),
        ({"url": "view.jpg"}, (400, "address_not_allowed", [])),
        ({"url": ""}, (400, "validation_failed", ["url"])),
        ({"url": 5}, (400, "validation_failed", ["url"])),
        ({"url": "https://a.example/" + "x" * 2000}, (400, "validation_failed", ["url"])),
        ({"file": "no file"}, (400, "validation_failed", ["file"])),
        ({"resource_type": "towns"}, (400, "validation_failed", ["resource_type"])),
        ({"resource_type": None}, (400, "validation_failed", ["resource_type"])),
        ({"resource_type": []}, (400, "validation_failed", ["resource_type"])),
        ({"resource_id": 7}, (400, "validation_failed", ["resource_id"])),
        ({"resource_id": -1}, (400, "validation_failed", ["resource_id"])),
        ({"resource_id": 2**63}, (400, "validation_failed", ["resource_id"])),
        ({"resource_id": "x"}, (400, "validation_failed", ["resource_id"])),
        ({"resource_type": "rooms"}, (404, "room_not_found", [])),
        ({"resource_type": "extras", "resource_id": 2**62}, (404, "not_found", [])),
    ],
)
def test_refuses_what_cannot_be(ota, wish, change, expected):
    assert refusal(ota.put(PUT, wish | change)) == expected
    assert not ImageFetch.objects.exists()


def test_refuses_a_room_of_another_property(ota, wish, stranger):
    foreign = make_hotel(stranger, name="Foreign").rooms.first()
    change = {"resource_type": "rooms", "resource_id": foreign.pk}

    assert refusal(ota.put(PUT, wish | change)) == (404, "room_not_found", [])


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (SimpleUploadedFile("view.jpg", b"no picture"), (400, "image_invalid", [])),
        (SimpleUploadedFile("view.jpg", b""), (400, "validation_failed", ["file"])),
    ],
)
def test_refuses_a_file_that_is_no_picture(ota, wish, file, expected):
    del wish["url"]

    assert refusal(ota.put(PUT, wish | {"file": file}, format="multipart")) == expected
    assert not Image.objects.exists()


def test_refuses_an_address_and_a_file_at_once(ota, wish):
    answer = ota.put(PUT, wish | {"file": upload()}, format="multipart")

    assert refusal(answer) == (400, "validation_failed", ["url"])


def test_refuses_more_than_may_wait(ota, wish, monkeypatch):
    monkeypatch.setattr(fetching, "MOST_WAITING", 1)
    value(ota.put(PUT, wish))

    answer = ota.put(PUT, wish | {"url": VIEW + "?2"})

    assert refusal(answer) == (409, "too_many_images", [])


def test_deletes_a_picture_by_its_name(ota, hotel, add):
    add()
    left = add(name="")
    path = f"{PUT}/{hotel.pk}/{{}}/slideshow/0"

    answer = value(ota.delete(path.format("view.jpg")))
    assert answer["images"] == {"0": [picture_shown(left)]}
    again = ota.delete(path.format("view.jpg"))
    last = value(ota.delete(path.format(left.file_name())))

    assert last == shown("delete_property_image", url=SITE)
    assert refusal(again) == (404, "image_not_found", [])
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["image_added"] * 2 + ["image_deleted"] * 2


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("other.jpg/slideshow/0", (404, "image_not_found", [])),
        ("view.jpg/property/0", (404, "image_not_found", [])),
        ("view.jpg/slideshow/7", (404, "image_not_found", [])),
        ("view.jpg/towns/0", (400, "validation_failed", ["resource_type"])),
        ("view.jpg/slideshow/x", (400, "validation_failed", ["resource_id"])),
        ("view.jpg/slideshow/-1", (400, "validation_failed", ["resource_id"])),
        ("x" * 101 + "/slideshow/0", (400, "validation_failed", ["file_name"])),
        ("..%2F..%2Fview.jpg/slideshow/0", (404, "not_found", [])),
    ],
)
def test_deletes_nothing_else(ota, hotel, add, path, expected):
    add()

    assert refusal(ota.delete(f"{PUT}/{hotel.pk}/{path}")) == expected
    assert Image.objects.count() == 1


def test_takes_back_the_wish_for_a_picture(ota, hotel, wish):
    value(ota.put(PUT, wish))

    assert value(ota.delete(f"{PUT}/{hotel.pk}/view.jpg/slideshow/0"))["fetches"] == []
    assert not ImageFetch.objects.exists()


def test_the_version_counts_pictures_and_is_honoured(ota, hotel, wish):
    del wish["url"]
    for version, status in (("v1", 200), ("v1", 412), ("v2", 200)):
        body = wish | {"file": upload()}
        answer = ota.put(PUT, body, format="multipart", HTTP_IF_MATCH=f'"{version}"')
        assert answer.status_code == status
        hotel.refresh_from_db()


def test_many_pictures_take_the_same_statements(ota, hotel, add):
    def grow(number):
        add(name=f"{number}.jpg")
        add(Image.Kind.ROOM, f"{number}.jpg", room=hotel.rooms.all()[number % 3])
        address = f"https://cdn.example/{number}.jpg"
        ImageFetch.objects.create(
            property=hotel, kind="slideshow", address=address, position=number
        )

    for path in (f"{GET}/{hotel.pk}", f"{BASE}property/{hotel.pk}"):
        grow(0)
        few, _ = counted(lambda path=path: ota.get(path))
        for number in range(1, 8):
            grow(number)
        many, _ = counted(lambda path=path: ota.get(path))
        assert few == many <= 6


def test_a_job_of_a_channel_knows_who_acts(ota, wish, manager, linked):
    value(ota.put(PUT, wish))

    by = jobs().get().args["by"]
    assert (by["user_id"], by["channel_id"], by["kind"]) == (manager.pk, linked.pk, "user")
