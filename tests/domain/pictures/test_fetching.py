"""Pictures at an address, fetched from a real server."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.core.files import File
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.pictures import fetching, images, renditions
from bookyflow.pictures.fetching import (
    FetchLater,
    fetches_clear,
    image_fetch_request,
    image_fetch_run,
)
from bookyflow.pictures.models import Image, ImageFetch, name_of
from bookyflow.pictures.putting import (
    NamedPicture,
    PictureToPut,
    picture_put,
    picture_remove,
    pictures_of,
)
from bookyflow.pictures.tasks import image_fetch
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.models import Extra
from tests.conftest import make_hotel
from tests.contract.test_jobs import work
from tests.domain.conftest import at_once
from tests.pictures import picture
from tests.servers import only_here, raw, refusal_of, saying, serving

pytestmark = pytest.mark.django_db

MAIN, SLIDESHOW, ROOM = Image.Kind.MAIN, Image.Kind.SLIDESHOW, Image.Kind.ROOM


@pytest.fixture
def by(manager, channel):
    return Actor(user_id=manager.pk, channel_id=channel.pk)


@pytest.fixture
def ask(hotel, by):
    def do(address="https://cdn.example/view.jpg", kind=SLIDESHOW, thing_id=0):
        return image_fetch_request(
            property_id=hotel.pk, kind=kind, thing_id=thing_id, address=address, by=by
        )

    return do


@pytest.fixture
def run(by):
    def do(asked, *, is_last=False):
        image_fetch_run(fetch_id=asked.pk, by=asdict(by), is_last=is_last, resolve=only_here())

    return do


@pytest.fixture
def served():
    """A server that has one picture."""
    with serving(saying(picture().read())) as found:
        yield found


def jobs():
    """Those for pictures of this test, since workers of others leave some."""
    ids = list(ImageFetch.objects.values_list("pk", flat=True))
    return ProcrastinateJob.objects.filter(args__fetch_id__in=ids)


def shown(hotel, kind=SLIDESHOW):
    found = pictures_of(property_id=hotel.pk, kind=kind)
    return [one.file_name() for one in found.images], [one.state for one in found.fetches]


def test_a_picture_is_fetched_and_added_in_the_name_of_who_asked(ask, run, served, hotel, by):
    asked = ask(served.address("/9001/view.jpg?size=large"))
    assert shown(hotel) == ([], ["waiting"])
    assert not Event.objects.exists()

    run(asked)

    assert shown(hotel) == (["view.jpg"], [])
    event = Event.objects.get()
    assert (event.kind, event.user_id, event.channel_id) == (
        "image_added",
        by.user_id,
        by.channel_id,
    )
    assert "Accept: image/*" in served.heard[0]


def test_the_job_knows_ids_only(ask, by):
    asked = ask()

    job = jobs().get()
    assert (job.task_name, job.priority) == ("bookyflow.pictures.tasks.image_fetch", -1)
    assert job.args == {"fetch_id": asked.pk, "by": asdict(by) | {"kind": "user"}}


def test_pictures_keep_the_order_in_which_they_were_asked_for(ask, run, served, hotel, by):
    first, second = ask(served.address("/a.jpg")), ask(served.address("/b.jpg"))
    put = PictureToPut(SLIDESHOW, file=File(picture()))
    picture_put(property_id=hotel.pk, picture=put, by=by)

    run(second)
    run(first)

    names, _ = shown(hotel)
    assert names[:2] == ["a.jpg", "b.jpg"]
    assert len(names) == 3


def test_asked_for_again_while_it_waits_there_is_one(ask, run, served, hotel):
    address = served.address("/a.jpg")

    assert ask(address) == ask(address)
    assert jobs().count() == 1
    other = ask(address, kind=MAIN)
    run(other)
    assert shown(hotel, MAIN) == (["a.jpg"], [])


def test_another_picture_of_the_name_takes_the_place(ask, run, served, hotel, by):
    for name in ("a.jpg", "b.jpg"):
        run(ask(served.address(f"/{name}")))
    before = [one.pk for one in pictures_of(property_id=hotel.pk).images]

    run(ask(served.address("/elsewhere/a.jpg")))

    assert shown(hotel) == (["a.jpg", "b.jpg"], [])
    after = [one.pk for one in pictures_of(property_id=hotel.pk).images]
    assert after[1] == before[1]
    assert after[0] not in before
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["image_added", "image_added", "image_deleted", "image_added"]


@pytest.mark.parametrize(
    ("handler", "key"),
    [
        (saying(b"", status="404 Not Found"), "remote_refused"),
        (saying(b"no picture"), "image_invalid"),
        (saying(picture(size=(5, 5)).read()), "image_invalid"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 20971521\r\n\r\n"), "remote_too_large"),
    ],
)
def test_what_will_not_become_better_has_failed(ask, run, hotel, media, handler, key):
    with serving(handler) as server:
        asked = ask(server.address())
        run(asked)

    asked.refresh_from_db()
    assert (asked.state, asked.failure) == ("failed", key)
    assert asked.detail
    assert shown(hotel) == ([], ["failed"])
    assert list(media.iterdir()) == []
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_inside_is_never_fetched(ask, served):
    """By a worker, as in earnest."""
    asked = ask(served.address())

    work()

    asked.refresh_from_db()
    assert (asked.state, asked.failure) == ("failed", "address_not_allowed")
    assert jobs().get().status == "succeeded"
    assert not served.heard


@pytest.mark.django_db(transaction=True)
def test_a_worker_tries_again_later(ask):
    asked = ask("http://nobody.invalid/view.jpg")

    work()

    asked.refresh_from_db()
    assert (asked.state, asked.failure) == ("waiting", "remote_unavailable")
    job = jobs().get()
    assert (job.status, job.attempts) == ("todo", 1)
    assert job.scheduled_at > timezone.now() + timedelta(seconds=30)


def test_who_does_not_answer_is_asked_again_for_a_while(ask, run, hotel):
    with serving(saying(b"", status="503 Service Unavailable")) as server:
        asked = ask(server.address())
        with pytest.raises(FetchLater, match="remote_unavailable"):
            run(asked)
        asked.refresh_from_db()
        assert (asked.state, asked.failure) == ("waiting", "remote_unavailable")

        run(asked, is_last=True)

    asked.refresh_from_db()
    assert (asked.state, asked.detail) == ("failed", "It answers with status 503.")
    again = ask(asked.address)
    assert (again.state, again.failure) == ("waiting", "")
    assert ImageFetch.objects.get() == again


def test_the_last_try_is_known():
    strategy = image_fetch.retry_strategy
    assert strategy.max_attempts == fetching.TRIES - 1


@pytest.mark.parametrize("gone", ["fetch", "room"])
def test_what_is_no_longer_wanted_is_not_added(ask, run, served, hotel, gone):
    room = hotel.rooms.first()
    asked = ask(served.address("/a.jpg"), kind=ROOM, thing_id=room.pk)
    if gone == "fetch":
        asked_again = ImageFetch.objects.get()
        ImageFetch.objects.all().delete()
        asked.pk = asked_again.pk
    else:
        type(room).objects.filter(pk=room.pk).update(deleted_at=timezone.now())

    run(asked)

    assert not Image.objects.exists()
    assert list(ImageFetch.objects.values_list("failure", flat=True)) == (
        [] if gone == "fetch" else ["room_not_found"]
    )


@pytest.mark.django_db(transaction=True)
def test_a_job_that_runs_twice_at_once_adds_one_picture(ask, run, served, hotel, channel):
    asked = ask(served.address("/view.jpg"))

    assert at_once(2, lambda _: run(asked)) == [None, None]

    assert shown(hotel) == (["view.jpg"], [])
    assert Event.objects.filter(kind="image_added").count() == 1
    assert not Event.objects.filter(kind="image_deleted").exists()


def test_what_it_shows_must_be_the_propertys(ask, hotel, stranger):
    foreign = make_hotel(stranger, name="Foreign")
    theirs = Extra.objects.create(property=foreign, name="Breakfast", price=10)
    own_type = RoomType.objects.create(property=foreign, name="Theirs")

    for kind, thing_id, key in [
        (ROOM, foreign.rooms.first().pk, "room_not_found"),
        (ROOM, 0, "room_not_found"),
        (Image.Kind.EXTRA, theirs.pk, "not_found"),
        (Image.Kind.ROOM_TYPE, own_type.pk, "not_found"),
        (MAIN, 7, "validation_failed"),
    ]:
        assert refusal_of(lambda k=kind, t=thing_id: ask(kind=k, thing_id=t))[0] == key
    assert refusal_of(lambda: ask("http://localhost:22/"))[0] == "address_not_allowed"
    assert not ImageFetch.objects.exists()


def test_no_more_wait_than_said(ask, monkeypatch):
    monkeypatch.setattr(fetching, "MOST_WAITING", 2)
    for name in "ab":
        ask(f"https://cdn.example/{name}.jpg")

    assert refusal_of(lambda: ask("https://cdn.example/c.jpg"))[0] == "too_many_images"
    assert ask("https://cdn.example/a.jpg")


def test_a_property_has_so_many_pictures(hotel, by, monkeypatch):
    monkeypatch.setattr(images, "MOST", 2)

    def put(name):
        put = PictureToPut(SLIDESHOW, file=File(picture(), name))
        picture_put(property_id=hotel.pk, picture=put, by=by)

    for name in ("a.jpg", "b.jpg", "b.jpg"):
        put(name)

    assert refusal_of(lambda: put("c.jpg"))[0] == "too_many_images"


@pytest.mark.parametrize("sources", [{}, {"address": "https://a.example/b", "file": File(None)}])
def test_a_picture_comes_from_one_place(sources):
    with pytest.raises(DomainError) as refused:
        PictureToPut(SLIDESHOW, **sources)
    assert refused.value.fields


def test_pictures_are_removed_by_name_and_by_id(hotel, by, ask):
    named = images.image_add(prop=hotel, kind=SLIDESHOW, file=picture(), by=by, name="a.jpg")
    unnamed = images.image_add(prop=hotel, kind=SLIDESHOW, file=picture(), by=by)
    main = images.image_add(prop=hotel, kind=MAIN, file=picture(), by=by, name="a.jpg")
    ask("https://cdn.example/wanted.jpg")

    def remove(name, kind=SLIDESHOW):
        picture_remove(property_id=hotel.pk, picture=NamedPicture(kind, name), by=by)

    remove(named.file_name())
    remove(f"{unnamed.pk}.jpg")
    remove("wanted.jpg")

    assert shown(hotel) == ([], [])
    for name in ("a.jpg", "wanted.jpg", "", f"{main.pk}.jpg"):
        assert refusal_of(lambda name=name: remove(name))[0] == "image_not_found"
    assert list(pictures_of(property_id=hotel.pk).images) == [main]


def test_what_failed_is_forgotten_in_time(ask):
    asked, newer = ask(), ask("https://cdn.example/newer.jpg")
    ImageFetch.objects.filter(pk=asked.pk).update(created_at=timezone.now() - timedelta(days=15))

    assert fetches_clear() == 1
    assert ImageFetch.objects.get() == newer


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/9001/view.jpg", "view.jpg"),
        ("view.jpg", "view.jpg"),
        ("/", ""),
        ("", ""),
        ("/a%2Fb.jpg", "b.jpg"),
        ("/../..", ""),
        ("/.htaccess", "htaccess"),
        ("/a b<c>.jpg", "a_b_c_.jpg"),
        ("/vi%C3%A9w.jpg", "vi\u00e9w.jpg"),
        ("/" + "x" * 200 + ".jpg", "x" * 96 + ".jpg"),
    ],
)
def test_the_last_part_of_a_path_is_the_name(path, name):
    assert name_of(path) == name


def test_pictures_are_decoded_one_at_a_time(monkeypatch):
    """Whoever waits too long is told to come again."""
    monkeypatch.setattr(renditions, "LONGEST_WAIT", 0.05)
    with renditions._one_at_a_time:
        assert refusal_of(lambda: renditions.renditions(picture()))[0] == "busy"
    assert renditions.renditions(picture())
