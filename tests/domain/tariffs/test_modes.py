from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.properties.models import Property, TariffMode
from bookyflow.tariffs.models import DailyRate, TariffType
from bookyflow.tariffs.modes import tariff_mode_set
from tests.domain.tariffs.conftest import june, settings_set

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june_2030")]
SIMPLE = [TariffMode.NORMAL, TariffMode.ADVANCED, TariffMode.STANDARD, TariffMode.COMPATIBILITY]


@pytest.fixture
def change(hotel, by):
    """Change the hotel's mode; the problem that stands in the way, if any."""

    def to(mode: TariffMode) -> str:
        try:
            tariff_mode_set(property_id=hotel.pk, mode=mode, by=by)
        except DomainError as error:
            return f"{error.key}: {error.detail}"
        return ""

    return to


def mode_of(prop) -> int:
    prop.settings.refresh_from_db()
    return prop.settings.tariff_mode


@pytest.mark.parametrize("mode", SIMPLE)
def test_one_price_fits_every_mode_and_stays(hotel, save, change, mode):
    save()
    before = list(DailyRate.objects.values())

    assert change(mode) == ""

    assert mode_of(hotel) == mode
    assert list(DailyRate.objects.values()) == before
    event = Event.objects.last()
    assert (event.kind, event.data) == ("property_settings_updated", {"names": ["tariffmode"]})
    assert Property.objects.get().version == 2


@pytest.mark.parametrize("mode", SIMPLE)
def test_every_mode_goes_back_to_prices_night_by_night(hotel, save, change, mode):
    save()
    save({june(3): Decimal(1), june(5): Decimal(2)})
    settings_set(hotel, tariff_mode=mode)

    assert change(TariffMode.MICROMANAGE) == ""
    assert mode_of(hotel) == TariffMode.MICROMANAGE


def test_the_same_mode_again_is_no_change(hotel, save, change):
    save()

    assert change(TariffMode.MICROMANAGE) == ""
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    ("prices", "min_stays"),
    [
        ({june(3): Decimal(90), june(4): Decimal(95)}, None),
        ({june(3): Decimal(90), june(5): Decimal(90)}, None),
        ({june(3): Decimal(90), june(4): Decimal(90)}, {june(3): 1, june(4): 2}),
    ],
)
def test_several_prices_or_a_gap_do_not_fit_one_price(hotel, save, change, prices, min_stays):
    save(prices, min_stays, name="Flexible")
    problem = "tariff_mode_not_possible: Several prices in one tariff: Flexible."

    assert [change(mode) for mode in SIMPLE[:2]] == [problem, problem]
    assert mode_of(hotel) == TariffMode.MICROMANAGE
    assert (DailyRate.objects.count(), Event.objects.count()) == (2, 1)
    assert change(TariffMode.STANDARD) == ""


def test_past_nights_do_not_count(hotel, save, change):
    pk = save()
    DailyRate.objects.create(
        property=hotel, tariff_type_id=pk, date=june(1).replace(month=5), price=Decimal(1)
    )

    assert change(TariffMode.ADVANCED) == ""


def test_two_tariffs_of_a_room_type_do_not_fit_one_of_each(hotel, save, change):
    save()
    second = save()
    problem = "tariff_mode_not_possible: Several tariffs for one room type: Double."

    assert change(TariffMode.NORMAL) == change(TariffMode.STANDARD) == problem
    TariffType.objects.filter(pk=second).update(deleted_at=timezone.now())
    assert change(TariffMode.STANDARD) == ""


def test_weekly_prices_are_known_to_advanced_tariffs_only(hotel, save, change):
    save()
    settings_set(hotel, tariff_mode=TariffMode.ADVANCED, prices_weekly=True)

    assert "seven nights" in change(TariffMode.MICROMANAGE)
    assert mode_of(hotel) == TariffMode.ADVANCED
