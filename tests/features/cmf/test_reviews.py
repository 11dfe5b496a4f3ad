"""Reviews through a channel."""

from __future__ import annotations

import pytest

from bookyflow.accounts.site import site_settings_save
from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.events.models import Event
from bookyflow.reviews.models import Review
from bookyflow.reviews.rules import ReviewRules
from bookyflow.reviews.services import review_add
from tests.conftest import make_hotel
from tests.domain.reviews.conftest import scored
from tests.examples import as_shown, example
from tests.features.cmf.conftest import BASE, FORM, refusal, value
from tests.features.cmf.test_statements import counted

pytestmark = pytest.mark.django_db

PUT = f"{BASE}property/review"
ANYBODY = ReviewRules(only_guests=False, test_mode=True)


@pytest.fixture
def body(hotel):
    return example("cmf.put_property_review").request | {"property_uid": hotel.pk}


@pytest.fixture
def brought(ota, body):
    """The id of a review that the channel has brought; its event is not in the log any more."""
    found = value(ota.put(PUT, body))["rating_id"]
    Event.objects.all().delete()
    return found


@pytest.fixture
def foreign(stranger):
    """A review of another property."""
    prop = make_hotel(stranger, name="Foreign")
    by = Actor(user_id=stranger.pk)
    return review_add(property_id=prop.pk, draft=scored(), rules=ANYBODY, by=by)


def listed(client, hotel):
    return value(client.get(f"{BASE}property/reviews/{hotel.pk}"))


def events():
    return list(Event.objects.order_by("pk").values_list("kind", "property_id", "channel_id"))


def test_brings_a_review(ota, hotel, linked, body):
    answer = value(ota.put(PUT, body))

    review = Review.objects.get()
    assert answer == {"rating_id": review.pk}
    assert events() == [("review_saved", hotel.pk, linked.pk)]
    found = listed(ota, hotel)
    own = example("cmf.property_reviews").answer
    assert found["summary"] == own["summary"]
    ((uid, by_id),) = found["reviews"].items()
    ((review_id, shown),) = by_id.items()
    assert (uid, review_id) == (str(hotel.pk), str(review.pk))
    expected = own["reviews"]["31"]["88"]
    assert as_shown(shown, expected, "rating_id", "submitted") == expected
    assert shown["rating_id"] == review.pk
    assert shown["submitted"].endswith("Z")


def test_the_same_review_again_is_the_same(ota, body, brought):
    assert value(ota.put(PUT, body)) == {"rating_id": brought}
    assert events() == []


def test_a_form_will_do_and_needs_the_least(ota, hotel):
    form = (
        f"property_uid={hotel.pk}&review_user_display_name=Mila&review_title=Fine"
        "&review_description=Warm.&rating=8.5"
    )

    value(ota.put(PUT, form, content_type=FORM))

    review = Review.objects.get()
    assert (review.pros, review.cons, str(review.overall)) == ("", "", "9.00")


@pytest.mark.parametrize(
    ("name", "hostile"),
    [
        ("rating", [None, "", "0", "0.99", "10.01", "11", -1, "NaN", "Infinity", "x", [], True]),
        ("review_title", [None, "", " ", 5, "x" * 256, "a\nb", []]),
        ("review_description", [None, "", " ", 5, "x" * 5001, {}]),
        ("review_user_display_name", [None, "", " ", 5, "x" * 256]),
        ("pros", [None, 5, "x" * 5001]),
        ("cons", [None, 5, "x" * 5001]),
    ],
)
def test_refuses_what_is_no_review(ota, body, name, hostile):
    found = {repr(bad): refusal(ota.put(PUT, body | {name: bad})) for bad in hostile}

    assert found == dict.fromkeys(found, (400, "validation_failed", [name]))
    assert not Review.objects.exists()


def test_a_site_without_reviews_takes_none(ota, body):
    site_settings_save(values={"reviews_on": False}, by=SYSTEM)

    assert refusal(ota.put(PUT, body)) == (403, "reviews_off", [])


def test_a_site_may_look_first(ota, hotel, body):
    site_settings_save(values={"publishes_reviews": False}, by=SYSTEM)
    value(ota.put(PUT, body))

    found = listed(ota, hotel)

    assert found["summary"] == {"average_rating": "0.00", "number_of_reviews": 0}
    ((_, by_id),) = found["reviews"].items()
    assert [one["published"] for one in by_id.values()] == [0]


@pytest.mark.parametrize(
    ("action", "published", "kind"),
    [("publish", True, "review_published"), ("unpublish", False, "review_unpublished")],
)
def test_shows_and_hides_a_review(ota, hotel, linked, brought, action, published, kind):
    Review.objects.update(is_published=not published)
    shown = example(f"cmf.put_property_review_{action}")
    body = shown.request | {"property_uid": hotel.pk, "review_id": brought}

    for _ in "ab":
        assert value(ota.put(f"{PUT}/{action}", body)) == shown.answer

    assert Review.objects.get().is_published is published
    assert events() == [(kind, hotel.pk, linked.pk)]


def test_deletes_a_review(ota, hotel, linked, brought):
    path = f"{PUT}/{hotel.pk}/{brought}"

    assert value(ota.delete(path)) is example("cmf.delete_property_review").answer
    assert refusal(ota.delete(path)) == (404, "review_not_found", [])
    assert listed(ota, hotel) == {"summary": {"average_rating": "0.00", "number_of_reviews": 0}}
    assert events() == [("review_deleted", hotel.pk, linked.pk)]


def test_reviews_of_others_are_not_found(ota, hotel, foreign):
    body = {"property_uid": hotel.pk, "review_id": foreign.pk}
    answers = [
        ota.put(f"{PUT}/publish", body),
        ota.put(f"{PUT}/unpublish", body),
        ota.delete(f"{PUT}/{hotel.pk}/{foreign.pk}"),
    ]

    assert [refusal(one) for one in answers] == [(404, "review_not_found", [])] * 3
    assert Review.objects.get() == foreign
    assert listed(ota, hotel)["summary"]["number_of_reviews"] == 0


@pytest.mark.parametrize("bad", [None, "", 0, -1, 1.5, "x", [], 10**30])
def test_refuses_what_is_no_id(ota, hotel, bad):
    body = {"property_uid": hotel.pk, "review_id": bad}

    assert refusal(ota.put(f"{PUT}/publish", body)) == (400, "validation_failed", ["review_id"])


def test_who_wrote_is_for_those_who_may_know_guests(client_for, ota, hotel, stranger):
    stranger.email = "ada@guest.example"
    stranger.save()
    by = Actor(user_id=stranger.pk)
    review_add(property_id=hotel.pk, draft=scored(), rules=ANYBODY, by=by)
    knowing = client_for("channel_management guests_get", channel="ota")

    def author(client):
        ((_, by_id),) = listed(client, hotel)["reviews"].items()
        (one,) = by_id.values()
        names = ("user_id", "review_user_username", "review_user_email")
        return [one["review_user_display_name"], *(one[name] for name in names)]

    assert author(ota) == ["Ada Lovelace", stranger.pk, "", ""]
    assert author(knowing) == ["Ada Lovelace", stranger.pk, "stranger", "ada@guest.example"]


def test_the_oldest_come_first_and_in_pages(ota, hotel, body):
    ids = [value(ota.put(PUT, body | {"review_title": f"Week {n}"}))["rating_id"] for n in range(3)]

    first = ota.get(f"{BASE}property/reviews/{hotel.pk}?limit=2")
    second = ota.get(first["Link"].split(";")[0].strip("<>"))

    assert first["X-Total-Count"] == second["X-Total-Count"] == "3"
    pages = [value(one)["reviews"][str(hotel.pk)] for one in (first, second)]
    assert [list(page) for page in pages] == [[str(i) for i in ids[:2]], [str(ids[2])]]
    assert value(second)["summary"]["number_of_reviews"] == 3


def test_more_reviews_take_the_same_statements(ota, hotel, body):
    def grow(number):
        value(ota.put(PUT, body | {"review_title": f"Week {number}"}))

    grow(0)
    few, _ = counted(lambda: ota.get(f"{BASE}property/reviews/{hotel.pk}"))
    for number in range(1, 20):
        grow(number)
    many, _ = counted(lambda: ota.get(f"{BASE}property/reviews/{hotel.pk}"))

    assert few == many <= 6
