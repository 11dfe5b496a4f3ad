"""Rate plans, extras and coupons: listed, added, changed, deleted."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bookyflow.tariffs.models import ChildRate, Coupon, DailyRate, Extra, TariffType
from tests.conftest import make_hotel
from tests.web.prices.conftest import double_of


@pytest.fixture
def new_plan(signed_in, here, house, day):
    def send(**changes):
        said = {
            "name": "Flexible",
            "room_type_id": double_of(house).pk,
            "price": "95",
            "first": day(0),
            "last": day(9),
            "min_stay": "2",
            "max_stay": "30",
            "min_people": "1",
            "max_people": "2",
            "arrival_weekday": "7",
            "allow_weekend": "on",
        } | changes
        return signed_in.post(f"{here}/plans/new", said)

    return send


def test_a_rate_plan_is_added_with_its_prices(new_plan, day):
    assert new_plan().status_code == 302

    plan = TariffType.objects.get(name="Flexible")
    rates = DailyRate.objects.filter(tariff_type=plan).order_by("date")
    assert [one.date for one in rates] == [day(n) for n in range(10)]
    assert {(one.price, one.min_stay) for one in rates} == {(Decimal(95), 2)}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"room_type_id": "0"}, "room_type_id"),
        ({"price": "0"}, "price"),
        ({"price": "1e99"}, "price"),
        ({"price": "1.001"}, "price"),
        ({"last": "2020-01-01"}, "last"),
        ({"last": "9999-01-01"}, "last"),
        ({"max_people": "0"}, "max_people"),
        ({"min_people": "3"}, "max_people"),
        ({"min_stay": "0"}, "min_stay"),
    ],
)
def test_faults_of_a_rate_plan(new_plan, changes, field):
    page = new_plan(**changes)

    assert (page.status_code, list(page.context["form"].errors)) == (400, [field])
    assert not TariffType.objects.filter(min_people__gt=0, max_stay=30).exists()


def test_a_rate_plan_is_changed_and_keeps_its_prices(signed_in, here, plan, house):
    said = {
        "name": "Saver",
        "room_type_id": double_of(house).pk,
        "min_people": "1",
        "max_people": "3",
        "max_stay": "14",
        "arrival_weekday": "6",
    }
    before = DailyRate.objects.filter(tariff_type=plan).count()

    assert signed_in.post(f"{here}/plans/{plan.pk}", said).status_code == 302

    plan.refresh_from_db()
    assert (plan.name, plan.max_people, plan.arrival_weekday) == ("Saver", 3, 6)
    assert DailyRate.objects.filter(tariff_type=plan).count() == before


def test_deleting_a_rate_plan_is_asked_first(signed_in, here, plan):
    page = signed_in.get(f"{here}/plans/{plan.pk}/delete").content.decode()

    assert "only rate plan of Double" in page
    assert signed_in.post(f"{here}/plans/{plan.pk}/delete").status_code == 302
    plan.refresh_from_db()
    assert plan.deleted_at is not None
    assert signed_in.get(f"{here}/plans/{plan.pk}").status_code == 404


@pytest.mark.parametrize(("path", "kind"), [("plans", "plan"), ("extras", ""), ("coupons", "")])
def test_lists_ask_as_often_for_many(
    signed_in, here, house, plan, django_assert_max_num_queries, path, kind
):
    def ask() -> int:
        with django_assert_max_num_queries(30) as asked:
            assert signed_in.get(f"{here}/{path}").status_code == 200
        return len(asked)

    def add(first: int, last: int) -> None:
        for number in range(first, last):
            TariffType.objects.create(property=house, room_type=plan.room_type, name=str(number))
            Extra.objects.create(
                property=house, name=str(number), price=1, room_type=plan.room_type
            )
            Coupon.objects.create(property=house, code=f"C{number}", amount=1)

    add(0, 2)
    ask()
    before = ask()
    add(2, 22)

    assert ask() == before


def test_an_extra_is_added_changed_and_deleted(signed_in, here):
    said = {"name": "Breakfast", "price": "12.50", "model": "per_person_per_night"}
    said |= {"minimum": "0", "max_quantity": "1", "is_published": "on"}
    assert signed_in.post(f"{here}/extras/new", said).status_code == 302
    extra = Extra.objects.get()
    assert (extra.price, extra.model, extra.is_published) == (Decimal("12.5"), said["model"], True)
    assert "€12.50" in signed_in.get(f"{here}/extras").content.decode()

    assert signed_in.post(f"{here}/extras/{extra.pk}", said | {"price": "13"}).status_code == 302
    extra.refresh_from_db()
    assert extra.price == 13

    assert signed_in.get(f"{here}/extras/{extra.pk}/delete").status_code == 200
    assert signed_in.post(f"{here}/extras/{extra.pk}/delete").status_code == 302
    assert signed_in.post(f"{here}/extras/{extra.pk}/delete").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price": "-1"}, "price"),
        ({"price": "1.001"}, "price"),
        ({"model": "percentage", "price": "101"}, "price"),
        ({"max_quantity": "0"}, "max_quantity"),
        ({"valid_from": "2027-05-02", "valid_to": "2027-05-01"}, "valid_to"),
        ({"tax_rate_id": "999999"}, "tax_rate_id"),
    ],
)
def test_faults_of_an_extra(signed_in, here, changes, field):
    said = {"name": "Breakfast", "price": "12", "model": "per_booking", "minimum": "0"}
    page = signed_in.post(f"{here}/extras/new", said | {"max_quantity": "1"} | changes)

    assert (page.status_code, list(page.context["form"].errors)) == (400, [field])
    assert not Extra.objects.exists()


def test_a_coupon_is_added_changed_and_deleted(signed_in, here):
    said = {"code": "spring", "is_percentage": "1", "amount": "10"}
    said |= {"min_nights": "0", "min_spend": "0", "rooms_only": "on"}
    assert signed_in.post(f"{here}/coupons/new", said).status_code == 302
    coupon = Coupon.objects.get()
    assert (coupon.code, coupon.amount, coupon.is_percentage) == ("SPRING", 10, True)

    twice = signed_in.post(f"{here}/coupons/new", said)
    assert (twice.status_code, Coupon.objects.count()) == (400, 1)
    assert "code" in twice.context["form"].errors

    said |= {"is_percentage": "0", "amount": "25"}
    assert signed_in.post(f"{here}/coupons/{coupon.pk}", said).status_code == 302
    assert "€25.00" in signed_in.get(f"{here}/coupons").content.decode()
    assert signed_in.post(f"{here}/coupons/{coupon.pk}/delete").status_code == 302
    assert signed_in.get(f"{here}/coupons/{coupon.pk}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "101"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"valid_from": "2027-05-02", "valid_to": "2027-05-01"}, "valid_to"),
        ({"nights_from": "2027-05-02", "nights_to": "2027-05-01"}, "nights_to"),
        ({"max_uses": "0"}, "max_uses"),
        ({"max_uses": "9" * 30}, "max_uses"),
    ],
)
def test_faults_of_a_coupon(signed_in, here, changes, field):
    said = {"is_percentage": "1", "amount": "10", "min_nights": "0", "min_spend": "0"}
    page = signed_in.post(f"{here}/coupons/new", said | changes)

    assert (page.status_code, list(page.context["form"].errors)) == (400, [field])


def test_what_is_another_property_s_is_not_there(signed_in, here, manager):
    other = make_hotel(manager, name="Other")
    extra = Extra.objects.create(property=other, name="Theirs", price=1)
    coupon = Coupon.objects.create(property=other, code="THEIRS", amount=1)
    plan = TariffType.objects.create(property=other, room_type=double_of(other))

    for path in (f"extras/{extra.pk}", f"coupons/{coupon.pk}", f"plans/{plan.pk}"):
        assert signed_in.get(f"{here}/{path}").status_code == 404
        assert signed_in.post(f"{here}/{path}/delete").status_code == 404


def test_rates_of_children_are_added_and_taken_away(signed_in, here, house):
    said = {"age_from_0": "0", "age_to_0": "5", "price_0": "0"}
    said |= {"age_from_1": "6", "age_to_1": "17", "price_1": "25", "per_stay_1": "on"}
    assert signed_in.post(f"{here}/children", said).status_code == 302
    rates = ChildRate.objects.filter(property=house).order_by("age_from")
    assert [(one.age_from, one.age_to, one.per_stay) for one in rates] == [
        (0, 5, False),
        (6, 17, True),
    ]

    assert signed_in.get(f"{here}/children").context["form"]["price_1"].value() == "25"
    assert signed_in.post(f"{here}/children", {}).status_code == 302
    assert not rates.all().exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"age_from_0": "0"}, "age_to_0"),
        ({"age_from_0": "0", "age_to_0": "18", "price_0": "1"}, "age_to_0"),
        ({"age_from_0": "0", "age_to_0": "5", "price_0": "-1"}, "price_0"),
        ({"age_from_0": "6", "age_to_0": "5", "price_0": "1"}, "__all__"),
        ({"age_from_0": "0", "age_to_0": "5", "price_0": "0.001"}, "__all__"),
    ],
)
def test_faults_of_rates_of_children(signed_in, here, said, field):
    page = signed_in.post(f"{here}/children", said)

    assert page.status_code == 400
    assert field in page.context["form"].errors
    assert not ChildRate.objects.exists()
