"""One key may stand for several reasons; each has a sentence of its own."""

from __future__ import annotations

import pytest

from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property, PropertyType
from bookyflow.reservations import tokens
from bookyflow.reservations.claiming import Claim
from bookyflow.reservations.holds import hold_confirm, hold_make, hold_release
from bookyflow.reservations.public_booking import visitor_hold
from bookyflow.reservations.quotes.codec import quote_json
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.stay_request import VISITOR
from tests.domain.reservations.conftest import GRACE, fresh, settle

pytestmark = pytest.mark.django_db


def unpublished(inn):
    Property.objects.update(is_published=False)


def for_sale(inn):
    Property.objects.update(property_type=PropertyType.objects.create(name="Plot", flag=4))


def by_telephone(inn):
    settle(inn, visitors_can_book=False)


@pytest.mark.parametrize(
    ("arrange", "key", "sentence"),
    [
        (unpublished, "not_bookable_online", "The property is not published."),
        (for_sale, "not_bookable_online", "The property is for sale, not to let."),
        (
            by_telephone,
            "not_bookable_online",
            "The property does not let guests book online.",
        ),
    ],
)
def test_why_a_house_takes_no_bookings(inn, stay_request, arrange, key, sentence):
    arrange(inn)

    with pytest.raises(DomainError) as refused:
        quote_make(prop=fresh(inn), stay_request=stay_request, booker=VISITOR)

    assert (refused.value.key, refused.value.detail) == (key, sentence)


def test_each_reason_has_its_sentence(inn, stay_request):
    """Of people and rooms: too many, and none of an age that is welcome."""
    asked = {
        "The rooms sleep at most 2 adults.": stay_request.changed(adults=3),
        "The property is adults only.": stay_request.changed(child_ages=(5,)),
    }

    for sentence, wanted in asked.items():
        with pytest.raises(DomainError) as refused:
            quote_make(prop=fresh(inn), stay_request=wanted, booker=VISITOR)
        told = refused.value
        assert sentence in {told.detail, *told.fields.get("child_ages", [])}


def test_a_quote_of_before_an_update_says_so(inn, stay_request):
    quote = quote_json(quote_make(prop=fresh(inn), stay_request=stay_request, booker=VISITOR))
    text, _ = tokens.quote_sign(quote | {"v": 2})

    with pytest.raises(DomainError) as refused:
        visitor_hold(claim=Claim(text, address="192.0.2.1"))

    assert refused.value.detail == "The quote was made before the site was updated."


def test_a_hold_that_is_over_and_one_that_was_let_go(inn, stay_request, by, time_machine):
    quote = quote_make(prop=fresh(inn), stay_request=stay_request, booker=VISITOR)
    over, let_go = hold_make(quote=quote, by=by), hold_make(quote=quote, by=by)
    hold_release(hold_id=let_go.pk, property_id=inn.pk, by=by)

    def told(hold):
        place = {"hold_id": hold.pk, "property_id": inn.pk, "by": by}
        with pytest.raises(DomainError) as refused:
            hold_confirm(**place, guest=GRACE, booker=VISITOR)
        return refused.value.detail

    assert told(let_go) == "What was held has been let go."
    time_machine.move_to(over.expires_at)
    assert told(over) == "Hold expired."
