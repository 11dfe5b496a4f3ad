from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.tariffs.coupons import (
    ALPHABET,
    coupon_delete,
    coupon_list,
    coupon_save,
    coupon_update,
    coupon_usable,
)
from bookyflow.tariffs.models import Coupon
from tests.conftest import make_hotel
from tests.domain.conftest import at_once
from tests.domain.tariffs.conftest import in_june, june

pytestmark = pytest.mark.django_db


@pytest.fixture
def coupon(hotel, by):
    """Add a coupon of the hotel: SPRING, 10 per cent, unless told."""

    def add(*, prop=hotel, **values):
        usual = {"code": "SPRING", "amount": 10}
        return coupon_save(property_id=prop and prop.pk, by=by, **usual | values)

    return add


@pytest.fixture
def use(hotel):
    """Use a coupon of the hotel for three nights on 5 June; it has been used so often."""

    def ask(code="SPRING", *, used=0, of_guest=0, **asked):
        def uses(coupon_id: int, guest_id: int | None) -> int:
            return used if guest_id is None else of_guest

        known = {"today": june(5), "guest_id": None, "nights": 3}
        return coupon_usable(prop=hotel, code=code, uses=uses, **known | asked)

    return ask


def problem(call, *args, **asked) -> str:
    with pytest.raises(DomainError) as info:
        call(*args, **asked)
    assert info.value.key == "coupon_invalid"
    assert info.value.fields == {"coupon": [info.value.detail]}
    return info.value.detail


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_a_coupon_without_a_code_gets_one_that_nobody_guesses(hotel, coupon):
    one, other = coupon(code=""), coupon(code=None)

    assert len(one.code) == 15
    assert set(one.code) <= set(ALPHABET)
    assert one.code != other.code
    assert list(coupon_list(prop=hotel)) == [one, other]
    assert kinds() == ["coupon_saved", "coupon_saved"]
    assert Event.objects.first().subject_id == one.pk


def test_codes_are_kept_in_capitals_and_come_once_per_property(coupon, stranger):
    assert coupon(code=" spring 30 ").code == "SPRING 30"
    with pytest.raises(IntegrityError, match="coupon_code_once"), transaction.atomic():
        coupon(code="Spring 30")

    coupon(code="SPRING 30", prop=make_hotel(stranger, name="Other"))
    coupon(code="SPRING 30", prop=None)
    with pytest.raises(IntegrityError, match="coupon_code_once"), transaction.atomic():
        coupon(code="spring 30", prop=None)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": Decimal(-1)}, "amount"),
        ({"amount": Decimal(101)}, "amount"),
        ({"amount": Decimal("12.345")}, "amount"),
        ({"code": "A\x07"}, "code"),
        ({"code": "A\u2028B"}, "code"),
        ({"code": "\u200b"}, "code"),
        ({"valid_from": date(2030, 6, 2), "valid_to": date(2030, 6, 1)}, "valid_to"),
        ({"nights_from": date(2030, 6, 2), "nights_to": date(2030, 6, 1)}, "nights_to"),
    ],
)
def test_values_that_do_not_go_together(coupon, values, field):
    with pytest.raises(DomainError) as info:
        coupon(**values)
    assert (info.value.key, list(info.value.fields)) == ("validation_failed", [field])
    assert not Coupon.objects.exists()


def test_a_code_may_be_in_any_script(coupon):
    assert coupon(code="été\u00a027 خانه\u200cی").code == "ÉTÉ\u00a027 خانه\u200cی"


def test_an_amount_may_be_above_100_and_is_needed(coupon):
    assert coupon(amount=Decimal(250), is_percentage=False).amount == 250
    with pytest.raises(ValidationError):
        coupon(amount=None)


def test_a_guest_must_be_the_propertys(hotel, coupon, stranger):
    own = Guest.objects.create(property=hotel, surname="Lovelace")
    foreign = Guest.objects.create(property=make_hotel(stranger, name="Other"), surname="Byron")

    assert coupon(guest_id=own.pk).guest == own
    with pytest.raises(DomainError) as info:
        coupon(code="B", guest_id=foreign.pk)
    assert list(info.value.fields) == ["guest_id"]


def test_changing_what_is_given(hotel, coupon, by):
    one = coupon(max_uses=5)

    coupon_update(property_id=hotel.pk, coupon_id=one.pk, by=by, code="summer", amount=Decimal(15))
    coupon_update(property_id=hotel.pk, coupon_id=one.pk, by=by, code="Summer")

    kept = Coupon.objects.get()
    assert (kept.code, kept.amount, kept.max_uses, kept.version) == ("SUMMER", 15, 5, 2)
    assert kinds() == ["coupon_saved", "coupon_updated"]


def test_a_deleted_coupon_is_gone_and_its_code_free(hotel, coupon, by, use, stranger):
    one = coupon()
    foreign = coupon(prop=make_hotel(stranger, name="Other"))
    coupon_delete(property_id=hotel.pk, coupon_id=one.pk, by=by)

    assert problem(use) == "There is no coupon with this code."
    for pk in (one.pk, foreign.pk, 0):
        for call in (coupon_delete, coupon_update):
            with pytest.raises(DomainError) as info:
                call(property_id=hotel.pk, coupon_id=pk, by=by)
            assert info.value.key == "coupon_not_found"
    assert coupon().pk != one.pk
    assert kinds()[2] == "coupon_deleted"


@pytest.mark.parametrize("code", ["SPRING", "spring", " Spring "])
def test_a_code_is_known_in_any_case(coupon, use, code):
    one = coupon()

    assert use(code) == one


def test_the_propertys_own_coupon_comes_before_one_for_every_property(coupon, use):
    everywhere = coupon(prop=None, amount=5)
    assert use() == everywhere

    own = coupon()

    assert use() == own


def test_a_coupon_of_another_property_is_unknown(coupon, use, stranger):
    coupon(prop=make_hotel(stranger, name="Other"))

    assert problem(use) == "There is no coupon with this code."


@pytest.mark.parametrize(
    ("terms", "asked", "found"),
    [
        ({"valid_from": date(2030, 6, 6)}, {}, "The coupon cannot be used before 2030-06-06."),
        ({"valid_to": date(2030, 6, 4)}, {}, "The coupon could be used until 2030-06-04."),
        ({"min_nights": 4}, {}, "The coupon is for stays of 4 nights or more."),
        (
            {"nights_from": date(2030, 6, 9)},
            {"stay": in_june(6, 9)},
            "The coupon is for other nights.",
        ),
        (
            {"nights_to": date(2030, 6, 5)},
            {"stay": in_june(6, 9)},
            "The coupon is for other nights.",
        ),
        ({"max_uses": 3}, {"used": 3}, "The coupon is used up."),
        (
            {"max_uses_per_guest": 1},
            {"of_guest": 1, "guest_id": 7},
            "The guest has used the coupon as often as it may be.",
        ),
        (
            {"min_spend": Decimal(200)},
            {"spend": Decimal("199.99")},
            "The coupon is for bookings of 200.000 or more.",
        ),
    ],
)
def test_why_a_coupon_is_not_valid(coupon, use, terms, asked, found):
    coupon(**terms)

    assert problem(use, **asked) == found


@pytest.mark.parametrize(
    ("terms", "asked"),
    [
        ({"valid_from": date(2030, 6, 5), "valid_to": date(2030, 6, 5)}, {}),
        ({"min_nights": 3}, {}),
        ({"nights_from": date(2030, 6, 8)}, {"stay": in_june(6, 9)}),
        ({"nights_to": date(2030, 6, 6)}, {"stay": in_june(6, 9)}),
        ({"max_uses": 3}, {"used": 2}),
        ({"max_uses_per_guest": 1}, {"of_guest": 1}),
        ({"max_uses_per_guest": 2}, {"of_guest": 1, "guest_id": 7}),
        ({"min_spend": Decimal(200)}, {"spend": Decimal(200)}),
    ],
)
def test_limits_include_their_ends(coupon, use, terms, asked):
    assert coupon(**terms) == use(**asked)


def test_a_coupon_of_one_guest(hotel, coupon, use):
    ada = Guest.objects.create(property=hotel, surname="Lovelace")
    one = coupon(guest_id=ada.pk)

    assert use(guest_id=ada.pk) == one
    for other in (None, ada.pk + 1):
        assert problem(use, guest_id=other) == "The coupon is for another guest."


def test_uses_are_counted_only_where_they_are_limited(hotel, coupon):
    coupon()

    def uses(coupon_id: int, guest_id: int | None) -> int:
        raise AssertionError("nobody asked")

    found = coupon_usable(prop=hotel, code="spring", today=june(1), guest_id=3, nights=1, uses=uses)

    assert found.code == "SPRING"


@pytest.mark.django_db(transaction=True)
def test_with_a_lock_the_last_use_is_had_once(hotel, coupon):
    one = coupon(max_uses=1)

    def uses(coupon_id: int, guest_id: int | None) -> int:
        return Coupon.objects.get(pk=coupon_id).version - 1  # stands for bookings made with it

    def book(number: int) -> bool:
        with transaction.atomic():
            coupon_usable(
                prop=hotel,
                code="SPRING",
                today=june(1),
                guest_id=None,
                nights=1,
                uses=uses,
                lock=True,
            )
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.05)")
                cursor.execute(
                    "UPDATE tariffs_coupon SET version = version + 1 WHERE id = %s", [one.pk]
                )
        return True

    results = at_once(4, book)

    assert results.count(True) == 1
    assert {one.key for one in results if one is not True} == {"coupon_invalid"}
