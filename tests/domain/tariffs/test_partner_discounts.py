from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.tariffs.models import PartnerDiscount
from bookyflow.tariffs.partner_discounts import (
    partner_discount_delete,
    partner_discount_for,
    partner_discount_list,
    partner_discount_save,
)
from tests.conftest import make_hotel
from tests.domain.tariffs.conftest import in_june, june

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(user_with_level):
    return user_with_level(1)


@pytest.fixture
def discount(hotel, agent, by):
    """Give the agent a discount at the hotel: 10 per cent in June, unless told."""

    def give(**values):
        usual = {
            "partner_id": agent.pk,
            "valid_from": june(1),
            "valid_to": june(30),
            "percentage": Decimal(10),
        }
        return partner_discount_save(
            property_id=values.pop("prop", hotel).pk, by=by, **usual | values
        )

    return give


def test_given_changed_and_taken_away(hotel, discount, by):
    one = discount()

    partner_discount_save(
        property_id=hotel.pk, partner_discount_id=one.pk, by=by, percentage=Decimal(12)
    )
    partner_discount_save(
        property_id=hotel.pk, partner_discount_id=one.pk, by=by, percentage="12.00"
    )
    assert partner_discount_list(prop=hotel).get().percentage == 12
    partner_discount_delete(property_id=hotel.pk, partner_discount_id=one.pk, by=by)

    assert not PartnerDiscount.objects.exists()
    found = [(event.kind, event.data["changed"]) for event in Event.objects.all()]
    assert found == [("tariffs_updated", "partner_discounts")] * 3


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"percentage": Decimal(-1)}, "percentage"),
        ({"percentage": Decimal("100.01")}, "percentage"),
        ({"valid_to": date(2030, 5, 31)}, "valid_to"),
    ],
)
def test_values_out_of_range(discount, values, field):
    with pytest.raises(DomainError) as info:
        discount(**values)
    assert list(info.value.fields) == [field]


@pytest.mark.parametrize("values", [{"partner_id": 10**6}, {"valid_to": None}])
def test_values_at_fault(discount, values):
    with pytest.raises(ValidationError):
        discount(**values)


def test_the_window_holds_the_first_and_the_last_night(hotel, agent, discount, user_with_level):
    one = discount(valid_from=june(5), valid_to=june(10))

    def found(first: int, last: int, partner=agent):
        return partner_discount_for(prop=hotel, partner_id=partner.pk, stay=in_june(first, last))

    assert found(5, 11) == one
    assert found(4, 11) is None
    assert found(5, 12) is None
    assert found(5, 11, user_with_level(1)) is None


def test_the_largest_discount_counts(hotel, agent, discount):
    discount()
    larger = discount(percentage=Decimal(15), valid_to=june(8))

    def found(first: int, last: int):
        return partner_discount_for(prop=hotel, partner_id=agent.pk, stay=in_june(first, last))

    assert found(1, 9) == larger
    assert found(1, 10).percentage == 10


def test_those_of_other_properties_are_not_found(hotel, discount, by, stranger):
    foreign = discount(prop=make_hotel(stranger, name="Other"))

    for call in (partner_discount_delete, partner_discount_save):
        with pytest.raises(DomainError) as info:
            call(property_id=hotel.pk, partner_discount_id=foreign.pk, by=by)
        assert info.value.key == "partner_discount_not_found"
