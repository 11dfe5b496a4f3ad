from __future__ import annotations

import pytest
from django.urls import reverse

from bookyflow.rooms.models import Room, RoomFeature, RoomType
from bookyflow.tariffs.models import Coupon, Extra, TariffType, TaxRate

pytestmark = pytest.mark.django_db
DICTIONARIES = [RoomType, RoomFeature, TaxRate]


@pytest.fixture
def staff(client, user_with_level):
    """A client signed in as somebody who may do all in the admin."""
    client.force_login(user_with_level(90, is_staff=True, is_superuser=True))
    return client


def page(model, name: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


@pytest.mark.parametrize("model", [*DICTIONARIES, Room, TariffType, Extra, Coupon])
def test_lists_open(staff, hotel, model):
    assert staff.get(page(model, "changelist")).status_code == 200


@pytest.mark.parametrize("model", [Room, TariffType, Extra, Coupon])
def test_domain_models_are_read_only(staff, model):
    assert staff.get(page(model, "add")).status_code == 403


def test_tax_rates_are_added(staff):
    data = {"code": "02", "description": "Reduced", "rate": "7.00"}

    assert staff.post(page(TaxRate, "add"), data).status_code == 302
    assert TaxRate.objects.get(code="02").rate == 7


def test_shared_room_features_are_added_and_own_ones_left_alone(staff, hotel):
    own = RoomFeature.objects.create(name="Parrot", property=hotel)

    assert staff.post(page(RoomFeature, "add"), {"name": "Balcony"}).status_code == 302
    assert RoomFeature.objects.get(name="Balcony").property is None
    assert staff.get(page(RoomFeature, "change", own.pk)).status_code == 302


def test_deleted_rooms_are_shown(staff, hotel):
    room = Room.objects.filter(property=hotel).first()
    Room.objects.filter(pk=room.pk).update(deleted_at="2030-01-01T00:00Z", number="Gone 7")

    assert "Gone 7" in staff.get(page(Room, "changelist")).content.decode()
