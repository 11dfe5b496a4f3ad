"""Changeover day, cleaning fee, security deposit and last-minute discount."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

import pytest

from bookyflow.events.models import Event
from bookyflow.properties.models import BookingModel, PropertySettings, PropertyType
from bookyflow.tariffs.models import TaxRate
from tests.features.cmf.conftest import BASE, FORM, refusal, shown, value

pytestmark = pytest.mark.django_db

CHANGEOVER = BASE + "property/changeover/day"
CLEANING, PRICE = BASE + "property/cleaningfee", BASE + "property/cleaning/price"
SECURITY = BASE + "property/securitydeposit"
LAST_MINUTE = BASE + "property/lastminute/discount"


@pytest.fixture
def vat(db):
    """A rate of tax that no property begins with."""
    values = {"description": "VAT", "rate": Decimal("19.50")}
    return TaxRate.objects.update_or_create(code="01", defaults=values)


def stored(prop) -> PropertySettings:
    return PropertySettings.objects.get(pk=prop.pk)


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_the_changeover_day_is_set_and_ends(ota, hotel):
    for body in ({"enable_changeover_day": 1}, {"enable_changeover_day": 0}):
        body |= {"property_uid": hotel.pk, "changeover_day_of_week": 6}
        assert value(ota.put(CHANGEOVER, body)) is shown("put_property_changeover_day")
        assert value(ota.put(CHANGEOVER, body)) is True
        answer = value(ota.get(f"{CHANGEOVER}/{hotel.pk}"))
        assert answer == shown(
            "property_changeover_day", changeover_day_enabled=body["enable_changeover_day"]
        )

    assert kinds() == ["changeover_day_enabled", "changeover_day_disabled"]
    assert stored(hotel).fixed_period_nights == 7


def test_days_are_called_as_the_reader_says(ota, hotel):
    found = value(ota.get(f"{CHANGEOVER}/{hotel.pk}", HTTP_ACCEPT_LANGUAGE="de"))

    assert found["days_of_week"]["0"] == "Sonntag"


@pytest.mark.parametrize("bad", [-1, 7, 10**30])
def test_what_is_no_weekday(ota, hotel, bad):
    body = {"property_uid": hotel.pk, "changeover_day_of_week": bad, "enable_changeover_day": 1}

    found = refusal(ota.put(CHANGEOVER, body))

    assert found == (400, "changeover_day_invalid", ["changeover_day_of_week"])
    assert kinds() == []


def test_a_cleaning_fee_has_its_rate_of_tax(ota, hotel, vat):
    assert value(ota.get(f"{CLEANING}/{hotel.pk}")) == "0.00"
    form = urlencode({"property_uid": hotel.pk, "cleaningfee": "25,00", "tax_rate_code": "01"})

    for _ in range(2):
        answer = value(ota.put(CLEANING, form, content_type=FORM))
        assert answer is shown("put_property_cleaningfee")

    assert value(ota.get(f"{CLEANING}/{hotel.pk}")) == shown("property_cleaningfee")
    settings = stored(hotel)
    assert (settings.cleaning_fee, settings.cleaning_fee_tax_rate) == (25, Decimal("19.50"))
    assert kinds() == ["property_settings_updated"]


def test_an_unknown_rate_of_tax_leaves_the_fee(ota, hotel, vat):
    hotel.settings.cleaning_fee = 30
    hotel.settings.save()
    body = {"property_uid": hotel.pk, "cleaningfee": 75, "tax_rate_code": "1"}

    assert refusal(ota.put(CLEANING, body)) == (400, "tax_rate_code_unknown", ["tax_rate_code"])
    assert stored(hotel).cleaning_fee == 30


def test_the_older_call_leaves_the_rate_of_tax(ota, hotel, vat):
    body = {"property_uid": hotel.pk, "cleaningfee": "75.00", "tax_rate_code": "01"}
    value(ota.put(CLEANING, body))

    response = ota.put(PRICE, {"property_uid": hotel.pk, "cleaning_price": 60})

    assert response["Link"].startswith('</bookyflow/api/cmf/property/cleaningfee>; rel="successor')
    answer = value(response)
    assert answer == value(ota.get(f"{BASE}property/{hotel.pk}"))
    assert answer["other_settings"] == {"cleaning_fee": "60.00", "security_deposit": "0.00"}
    assert stored(hotel).cleaning_fee_tax_rate == Decimal("19.50")
    assert value(ota.put(PRICE, {"property_uid": hotel.pk})) == answer


def test_a_security_deposit(ota, hotel):
    assert value(ota.get(f"{SECURITY}/{hotel.pk}")) == "0.00"

    for _ in range(2):
        answer = value(ota.put(SECURITY, {"property_uid": hotel.pk, "security_deposit": "50"}))
        assert answer is shown("put_property_securitydeposit")

    assert value(ota.get(f"{SECURITY}/{hotel.pk}")) == shown("property_securitydeposit")
    assert kinds() == ["property_settings_updated"]


def test_single_rooms_have_a_wiseprice(ota, hotel):
    body = {"property_uid": hotel.pk, "threashold": 14, "discount": 20}

    answer = value(ota.put(LAST_MINUTE, body | {"active": 1}))

    assert answer == shown("put_property_lastminute_discount")
    value(ota.put(LAST_MINUTE, body | {"discount": 5}))
    assert value(ota.get(f"{LAST_MINUTE}/{hotel.pk}")) == shown(
        "property_lastminute_discount",
        wisepricethreshold=14,
        wiseprice10discount="1",
        wiseprice25discount="2.5",
        wiseprice50discount="5",
        wiseprice75discount="5",
    )
    assert not stored(hotel).last_minute_on


def test_a_whole_unit_has_a_last_minute_discount(ota, hotel):
    PropertyType.objects.filter(pk=hotel.property_type_id).update(flag=BookingModel.SINGLE_ROOM)
    body = {"property_uid": hotel.pk, "threashold": 14, "discount": 20}
    terms = {"lastminutethreshold": 14, "lastminutediscount": "20"}

    answer = value(ota.put(LAST_MINUTE, body))

    assert answer == {"success": True, "updated_settings": {"lastminuteactive": 0} | terms}
    value(ota.put(LAST_MINUTE, body | {"active": True}))
    assert value(ota.get(f"{LAST_MINUTE}/{hotel.pk}")) == {"lastminuteactive": 1} | terms
    assert refusal(ota.put(LAST_MINUTE, body | {"threashold": 209})) == (
        400,
        "validation_failed",
        ["threashold"],
    )


AMOUNTS = [None, "", [], True, -1, "NaN", "1e3", "0.001", "12.3456", 10**9, "ten"]
COUNTS = [None, "", [], {}, True, 1, 0, -2, 2.5, 10**30, "many"]
FLAGS = [None, "", 2, -1, "yes", [], 1.5]


@pytest.mark.parametrize(
    ("path", "good", "name", "hostile"),
    [
        (CLEANING, {"cleaningfee": 5, "tax_rate_code": "01"}, "cleaningfee", AMOUNTS),
        (CLEANING, {"cleaningfee": 5, "tax_rate_code": "01"}, "tax_rate_code", [None, "", 1, []]),
        (PRICE, {}, "cleaning_price", AMOUNTS),
        (SECURITY, {}, "security_deposit", AMOUNTS),
        (LAST_MINUTE, {"discount": 20}, "threashold", [*COUNTS, 4000]),
        (LAST_MINUTE, {"threashold": 9}, "discount", [*COUNTS, 101]),
        (LAST_MINUTE, {"threashold": 9, "discount": 20}, "active", FLAGS),
        (CHANGEOVER, {"enable_changeover_day": 1}, "changeover_day_of_week", [None, "", [], "x"]),
        (CHANGEOVER, {"changeover_day_of_week": 1}, "enable_changeover_day", FLAGS),
    ],
)
def test_refuses_hostile_fields(ota, hotel, vat, path, good, name, hostile):
    good = good | {"property_uid": hotel.pk}

    found = {repr(bad): refusal(ota.put(path, good | {name: bad})) for bad in hostile}

    assert found == dict.fromkeys(found, (400, "validation_failed", [name]))
    assert kinds() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CHANGEOVER, {"changeover_day_of_week": 6, "enable_changeover_day": 1}),
        (CLEANING, {"cleaningfee": 75, "tax_rate_code": "01"}),
        (PRICE, {"cleaning_price": 75}),
        (SECURITY, {"security_deposit": 75}),
        (LAST_MINUTE, {"threashold": 9, "discount": 20}),
    ],
)
def test_only_while_the_property_is_as_the_channel_knows_it(ota, hotel, vat, path, body):
    body = body | {"property_uid": hotel.pk}

    assert refusal(ota.put(path, body, HTTP_IF_MATCH='"v9"')) == (412, "precondition_failed", [])
    assert ota.put(path, body, HTTP_IF_MATCH=f'"v{hotel.version}"').status_code == 200
