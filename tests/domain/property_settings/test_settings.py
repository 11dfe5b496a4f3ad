from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from bookyflow.accounts.site import site_settings_save
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.core.percent import PERCENTAGE
from bookyflow.events.models import Event
from bookyflow.pricing.deposits import DepositKind
from bookyflow.properties.models import (
    BookingModel,
    Property,
    PropertySettings,
    PropertyType,
)
from bookyflow.properties.services import property_create
from bookyflow.property_settings import names
from bookyflow.property_settings.services import (
    changeover_set,
    settings_save,
)
from bookyflow.property_settings.values import settings_values
from bookyflow.tariffs.models import TaxRate
from tests.domain.conftest import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(hotel, by):
    def do(**values):
        return settings_save(prop=hotel, values=values, by=by)

    return do


def stored(prop) -> PropertySettings:
    return PropertySettings.objects.get(pk=prop.pk)


def refused(save, **values):
    with pytest.raises(DomainError) as error:
        save(**values)
    assert error.value.key == "validation_failed"
    return error.value.fields


def test_every_field_has_one_public_name():
    fields = {field.name for field in PropertySettings._meta.concrete_fields}

    untold = {"property", "deposit_kind", "time_zone_given"}
    assert set(names.fields().values()) == fields - untold
    assert len(set(names.fields().values())) == len(names.fields())
    assert set(names.ALIASES.values()) <= names.fields().keys()
    assert not names.DROPPED.keys() & names.fields().keys()
    assert not names.DERIVED.keys() & names.fields().keys()


def test_stores_what_is_given_in_whatever_spelling(hotel, save):
    changed = save(
        property_currencycode="CHF",
        time_zone="Europe/Zurich",
        language="de-CH",
        minimuminterval="3",
        cancellation_threshold=7,
        variable_deposit_threshold="30",
        singlePersonSupplement="1",
        singlePersonSupplimentCost="12.50",
        cleaning_fee=25.5,
        requireApproval=True,
        hold_minutes="20",
        city_tax_max_nights=21,
        poa_price=" On request ",
    )

    settings = stored(hotel)
    assert (settings.currency, settings.time_zone, settings.language) == (
        "CHF",
        "Europe/Zurich",
        "de-CH",
    )
    assert (settings.minimum_interval, settings.cancellation_threshold) == (3, 7)
    assert (settings.deposit_near_days, settings.hold_minutes) == (30, 20)
    assert (settings.single_supplement_on, settings.single_supplement) == (True, Decimal("12.50"))
    assert (settings.cleaning_fee, settings.requires_approval) == (Decimal("25.5"), True)
    assert (settings.city_tax_max_nights, settings.price_on_application) == (21, "On request")
    assert changed == [
        "cancellation_threashold",
        "city_tax_max_nights",
        "cleaning_fee",
        "hold_minutes",
        "minimuminterval",
        "poa_price",
        "property_currencycode",
        "property_language",
        "requireApproval",
        "singlePersonSuppliment",
        "singlePersonSupplimentCost",
        "time_zone",
        "variable_deposit_threashold",
    ]


@pytest.mark.parametrize(
    "sites",
    [
        "",
        "https://www.harbour.example",
        "https://harbour.example:8443 http://localhost:3000 https://xn--hfen-5qa.example",
    ],
)
def test_sites_that_may_frame_the_booking_form(hotel, save, sites):
    save(booking_form_sites=f" {sites} ")

    assert stored(hotel).booking_form_sites == sites


@pytest.mark.parametrize("name", ["defaultcountry", "property_business_country"])
@pytest.mark.parametrize(
    ("code", "stored"), [("uk", "GB"), ("EL", "GR"), ("XK", "XK"), ("FRA", "FR")]
)
def test_a_country_may_be_any_code_in_use(hotel, save, name, code, stored):
    save(**{name: code})

    assert settings_values(hotel)[name] == stored


def test_records_which_names_changed_and_no_values(hotel, save, by):
    save(depositValue=30, property_vat_number="GB980780684", minimuminterval=1)

    event = Event.objects.get()
    assert (event.kind, event.property_id, event.user_id) == (
        "property_settings_updated",
        hotel.pk,
        by.user_id,
    )
    assert event.data == {"names": ["depositValue", "property_vat_number"]}
    assert (hotel.version, Property.objects.get(pk=hotel.pk).version) == (2, 2)


def test_records_nothing_when_nothing_changed(hotel, save):
    assert save(depositValue="20.000", perPersonPerNight=0, chargeDepositYesNo="1") == []

    assert not Event.objects.exists()
    assert Property.objects.get(pk=hotel.pk).version == 1


def test_saving_all_that_was_read_changes_nothing(hotel, save):
    TaxRate.objects.create(code="T20", description="VAT", rate=20)
    for changes in (
        {},
        {"chargeDepositYesNo": 0},
        {"deposit_kind": "one_night", "depositValue": 30},
    ):
        settings_save(prop=hotel, values=changes, by=SYSTEM)
        read = settings_values(hotel)
        Event.objects.all().delete()
        for name in ("cal_input", "defaultcountry"):  # defaults of others, now the property's own
            read.pop(name)

        assert save(**read) == []
        assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("property_currencycode", "EUX"),
        ("currency", "eur"),
        ("time_zone", "Mars/Olympus"),
        ("property_language", "xx-GB"),
        ("defaultcountry", "XX"),
        ("defaultcountry", "ZZZ"),
        ("property_business_country", "XX"),
        ("property_business_email", "nobody"),
        ("perPersonPerNight", "2"),
        ("perPersonPerNight", None),
        ("minimuminterval", "many"),
        ("minimuminterval", "1.5"),
        ("minimuminterval", True),
        ("minimuminterval", [3]),
        ("minimuminterval", "9" * 21),
        ("minimuminterval", 0),
        ("mindaysbeforearrival", "1e999999999"),
        ("mindaysbeforearrival", "0e999999999"),
        ("mindaysbeforearrival", "1_0"),
        ("mindaysbeforearrival", "٣"),
        ("mindaysbeforearrival", -1),
        ("depositValue", "NaN"),
        ("depositValue", "1e400"),
        ("depositValue", -1),
        ("depositValue", 101),
        ("cleaning_fee", "1.2345"),
        ("tariffmode", 4),
        ("tariffmode", "9"),
        ("city_tax_models", "perdog"),
        ("weekenddays", "7"),
        ("fixedArrivalDay", 7),
        ("custom_invoice_pattern", "2027"),
        ("custom_invoice_pattern", "{N}\n"),
        ("poa_price", "a" * 101),
        ("poa_price", 7),
        ("externalBookingFormUrl", "javascript:alert(1)"),
        ("cancellation_threashold", 101),
        ("lastminutethreshold", 0),
        ("deposit_kind", "most"),
        ("depAmount", "yes"),
        ("accommodation_tax_code", 12345),
        ("accommodation_tax_code", "x"),
        ("accommodation_tax_code", [1]),
        ("city_tax_max_nights", -1),
        ("booking_form_sites", "*"),
        ("booking_form_sites", "https://*.harbour.example"),
        ("booking_form_sites", "http://harbour.example"),
        ("booking_form_sites", "https://harbour.example/"),
        ("booking_form_sites", "https://Harbour.example"),
        ("booking_form_sites", "https://harbour.example, https://other.example"),
        ("booking_form_sites", "https://harbour.example; script-src *"),
        ("booking_form_sites", "https://me:secret@harbour.example"),
        ("booking_form_sites", "https://localhost https://" + "a" * 2000),
    ],
)
def test_refuses_a_value_and_names_it_as_it_was_given(hotel, save, name, value):
    fields = refused(save, hold_minutes=5, **{name: value})

    assert list(fields) == [name]
    assert fields[name][0]
    assert stored(hotel).hold_minutes == hotel.settings.hold_minutes == 60
    assert not Event.objects.exists()


def test_tells_every_problem_at_once(save):
    assert refused(save, noSuchSetting=1, avlcal_black="#BEBEBE", encKey="x", currency="?") == {
        "noSuchSetting": ["There is no such setting."],
        "avlcal_black": ["It only concerned the display and is not kept."],
        "encKey": ["Secrets are no settings."],
        "currency": ["Not a current ISO 4217 code."],
    }


@pytest.mark.parametrize(
    "name", ["H\u00f4tel Le\u00a0Goff", "خانه\u200cی دریا", "👨\u200d👩\u200d👧 Inn"]
)
def test_a_name_may_be_in_any_script(hotel, save, name):
    save(property_business_name=name)

    assert stored(hotel).business_name == name


@pytest.mark.parametrize("name", ["Two\nlines", "Two\u2029lines", "a\0b", "\udcff", "a\u202eb"])
def test_a_name_is_one_line(save, name):
    assert list(refused(save, property_business_name=name)) == ["property_business_name"]


def test_names_that_mean_the_same_must_agree(hotel, save):
    save(cancellation_threashold=7, cancellation_threshold="7")

    assert stored(hotel).cancellation_threshold == 7
    assert refused(save, cancellation_threashold=8, cancellation_threshold=9) == {
        "cancellation_threshold": ["It differs from cancellation_threashold, which says the same."]
    }


def test_an_old_fault_elsewhere_does_not_stand_in_the_way(hotel, save):
    PropertySettings.objects.filter(pk=hotel.pk).update(time_zone="Mars/Olympus")

    assert save(minimuminterval=2) == ["minimuminterval"]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"chargeDepositYesNo": 0}, "none"),
        ({"depositIsPercentage": 0}, "fixed"),
        ({"depositIsOneNight": "1"}, "one_night"),
        ({"depositIsOneNight": 1, "depAmount": 1}, "one_night"),
        ({"depAmount": True}, "full"),
        ({"deposit_kind": "full"}, "full"),
        ({"depositIsPercentage": 1}, "percentage"),
        ({"chargeDepositYesNo": 0, "depAmount": 1, "deposit_value": 30}, None),
        ({"deposit_kind": "full", "depAmount": 1}, None),
    ],
)
def test_four_names_say_what_deposit_is_asked_for(hotel, save, given, kind):
    if kind is None:
        assert refused(save, **given)
        kind = "percentage"
    else:
        save(**given)

    assert stored(hotel).deposit_kind == kind


def test_a_deposit_comes_back_as_a_percentage(hotel, save):
    save(chargeDepositYesNo=0)
    shown = settings_values(hotel)
    save(chargeDepositYesNo=1)

    assert (shown["chargeDepositYesNo"], shown["depositIsPercentage"]) == (False, True)
    assert stored(hotel).deposit_kind == DepositKind.PERCENTAGE


def test_an_amount_does_not_become_a_percentage_above_all(hotel, save):
    save(depositIsPercentage=0, depositValue=250)

    assert refused(save, depositIsPercentage=1) == {"depositValue": [PERCENTAGE]}
    assert save(depositIsPercentage=1, depositValue=25) == ["depositIsPercentage", "depositValue"]


@pytest.mark.parametrize(
    ("kind", "fee"),
    [
        ("cancellation_fee_kind", "cancellation_fee"),
        ("no_show_fee_kind", "no_show_fee"),
        ("supplimentChargeIsPercentage", "singlePersonSupplimentCost"),
        ("city_tax_models", "city_tax_value"),
    ],
)
def test_a_share_is_at_most_all(save, kind, fee):
    others = {"supplimentChargeIsPercentage": 1, "city_tax_models": "percentbookingtotal"}
    share = others.get(kind, "percentage")
    save(**{fee: 120})

    assert refused(save, **{kind: share}) == {fee: [PERCENTAGE]}


@pytest.mark.parametrize("value", ["12.345", "0.001"])
def test_a_share_has_two_decimals_at_most(save, value):
    kind = {"depositIsPercentage": 1}

    assert refused(save, **kind, depositValue=value) == {"depositValue": [PERCENTAGE]}
    assert save(**kind, depositValue="12.25") == ["depositValue"]


def test_the_tax_code_stands_for_its_rate(hotel, save):
    reduced = TaxRate.objects.create(code="R", description="Reduced", rate=Decimal("7.5"))

    assert settings_values(hotel)["accommodation_tax_code"] in {
        None,
        *TaxRate.objects.filter(rate=20).values_list("pk", flat=True),
    }
    assert save(accommodation_tax_code=str(reduced.pk)) == ["accommodation_tax_rate"]
    assert stored(hotel).accommodation_tax_rate == Decimal("7.5")
    assert settings_values(hotel)["accommodation_tax_code"] == reduced.pk
    # Of the two, the one that differs from what is stored was meant.
    save(accommodation_tax_code=reduced.pk, accommodation_tax_rate=10)
    assert stored(hotel).accommodation_tax_rate == 10
    save(accommodation_tax_code=reduced.pk, accommodation_tax_rate=10)
    assert stored(hotel).accommodation_tax_rate == Decimal("7.5")
    assert refused(save, accommodation_tax_code=reduced.pk + 999, accommodation_tax_rate=1)


def test_a_code_and_a_rate_that_both_change_must_agree(hotel, save):
    reduced = TaxRate.objects.create(code="R", description="Reduced", rate=Decimal("7.5"))

    assert refused(save, accommodation_tax_code=reduced.pk, accommodation_tax_rate=3) == {
        "accommodation_tax_code": ["It differs from accommodation_tax_rate."]
    }


def test_what_follows_from_others_may_be_given_as_it_is(save):
    assert save(singleRoomProperty="0", accommodates="6", item_hire_property=False) == []
    assert refused(
        save, singleRoomProperty="1", accommodates=7, bookingform_requiredfields_email=0
    ) == {
        "singleRoomProperty": ["It follows from the type of the property."],
        "accommodates": ["It follows from the rooms."],
        "bookingform_requiredfields_email": ["An e-mail address is always asked for."],
    }


def test_a_new_vat_number_is_not_validated(hotel, save):
    save(property_vat_number="GB980780684", property_vat_number_validated=1)
    first = stored(hotel).vat_number_validated
    save(property_vat_number="GB980780684")
    same = stored(hotel).vat_number_validated
    save(property_vat_number="GB 000 4726 31")

    assert (first, same, stored(hotel).vat_number_validated) == (True, True, False)


def test_values_that_follow_from_others(hotel, save):
    hotel.rooms.update(max_children=1)
    before = settings_values(hotel)
    save(occupancy_levels_include_children=0)
    after = settings_values(hotel)

    keys = ("accommodates", "accommodates_adults", "accommodates_children")
    assert [before[key] for key in keys] == [9, 6, 3]
    assert [after[key] for key in keys] == [6, 6, 0]
    assert before["cal_input"] == "%d/%m/%Y"
    assert before["defaultcountry"] == "GB"


@pytest.mark.parametrize(
    ("flag", "name"),
    [
        (BookingModel.SINGLE_ROOM, "singleRoomProperty"),
        (BookingModel.ITEM_HIRE, "item_hire_property"),
        (BookingModel.REAL_ESTATE, "is_real_estate_listing"),
    ],
)
def test_values_that_follow_from_the_type(hotel, flag, name):
    hotel.property_type = PropertyType.objects.create(name="Other", flag=flag)
    of_type = ("singleRoomProperty", "item_hire_property", "is_real_estate_listing")

    values = settings_values(hotel)

    assert [key for key in of_type if values[key]] == [name]


def test_one_query_reads_them(hotel, django_assert_num_queries):
    prop = Property.objects.select_related("settings", "property_type").get(pk=hotel.pk)

    with django_assert_num_queries(1):
        settings_values(prop)


def test_a_site_with_a_least_deposit_gets_it(hotel, save):
    site_settings_save(values={"minimum_deposit_percentage": 25}, by=SYSTEM)

    changed = save(minimuminterval=2)
    assert changed == ["depositValue", "minimuminterval"]
    assert Event.objects.get().data == {"names": changed}
    save(chargeDepositYesNo=0)
    none = stored(hotel)
    save(depositIsOneNight=1, depositValue=40)
    one_night = stored(hotel)
    save(depositIsPercentage=0, depositValue=500)
    fixed = stored(hotel)
    save(depAmount=1)

    assert [(s.deposit_kind, s.deposit_value) for s in (none, one_night, fixed)] == [
        ("percentage", 25),
        ("percentage", 25),
        ("percentage", 25),
    ]
    assert stored(hotel).deposit_kind == DepositKind.FULL


def test_a_site_with_one_currency_or_few_languages_has_no_others(hotel, save):
    site_settings_save(
        values={"global_currency": "CHF", "languages": ["en-GB", "de-CH"]}, by=SYSTEM
    )

    assert save(minimuminterval=2) == ["minimuminterval"]  # the old currency stays
    save(currencyCode="CHF", property_language="de-CH")
    assert refused(save, currencyCode="EUR", property_language="fr-FR") == {
        "currencyCode": ["Every property of this site sells in CHF."],
        "property_language": ["This site has en-GB, de-CH."],
    }


def test_the_same_rules_hold_for_a_new_property(manager):
    with pytest.raises(ValidationError, match="ISO 4217"):
        property_create(
            by=SYSTEM,
            owner_id=manager.pk,
            name="Inn",
            country="GB",
            property_type_id=1,
            settings={"currency": "EUX"},
        )


def test_changeover_sets_what_belongs_together(hotel, by):
    settings_save(prop=hotel, values={"short_break_on": 1, "fixed_period_nights": 14}, by=by)
    Event.objects.all().delete()
    for _ in range(2):
        changeover_set(prop=hotel, weekday=6, is_on=True, by=by)

    settings = stored(hotel)
    assert (settings.fixed_periods_on, settings.fixed_period_nights) == (True, 7)
    assert (settings.fixed_arrival_on, settings.fixed_arrival_weekday) == (True, 6)
    assert (settings.fixed_arrival_dates, settings.short_break_on) == (12, False)
    event = Event.objects.get()
    assert (event.kind, event.data) == ("changeover_day_enabled", {"changeover_day_of_week": 6})


def test_changeover_ends(hotel, by):
    changeover_set(prop=hotel, weekday=0, is_on=True, by=by)
    Event.objects.all().delete()
    for _ in range(2):
        changeover_set(prop=hotel, weekday=5, is_on=False, by=by)

    settings = stored(hotel)
    assert (settings.fixed_periods_on, settings.fixed_arrival_on) == (False, False)
    assert settings.fixed_arrival_weekday == 5
    assert [event.kind for event in Event.objects.all()] == ["changeover_day_disabled"]


@pytest.mark.parametrize("weekday", [-1, 7])
def test_changeover_needs_a_weekday(hotel, by, weekday):
    with pytest.raises(DomainError) as error:
        changeover_set(prop=hotel, weekday=weekday, is_on=True, by=by)

    assert error.value.key == "changeover_day_invalid"


@pytest.mark.django_db(transaction=True)
def test_changes_at_once_all_stay(hotel):
    keys = ["minimuminterval", "advanceBookingsLimit", "returnRoomsLimit", "hold_minutes"]

    def change(number):
        prop = Property.objects.select_related("settings").get(pk=hotel.pk)
        return settings_save(prop=prop, values={keys[number]: 33}, by=SYSTEM)

    assert at_once(4, change) == [[key] for key in keys]
    values = settings_values(Property.objects.get(pk=hotel.pk))
    assert [values[key] for key in keys] == [33] * 4
    assert Property.objects.get(pk=hotel.pk).version == 5


def test_an_unknown_property_is_not_found(hotel, save):
    hotel.pk = 999_999
    with pytest.raises(DomainError, match="property_not_found"):
        save(minimuminterval=2)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("depAmount", True),
        ("accommodation_tax_code", True),
        ("singleRoomProperty", True),
        ("currency", True),
        ("currencyCode", True),
        ("noSuchSetting", False),
        ("beds24_key", False),
        ("property", False),
    ],
)
def test_says_which_names_are_known(name, known):
    assert names.is_known(name) is known


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("GB 980 7806 84", "GB980780684"),
        ("980780684", "GB980780684"),  # of a seller in Britain
        ("de136695976", "DE136695976"),
        ("US 12-3456789", "US 12-3456789"),  # no VAT number of Europe
        ("", ""),
    ],
)
def test_a_vat_number_is_kept_in_one_form(hotel, save, given, kept):
    save(property_vat_number="ATU13585627")
    save(property_vat_number=given)

    assert stored(hotel).vat_number == kept


def test_the_country_of_the_seller_comes_with_its_number(hotel, save):
    save(property_vat_number="U13585627", business_country="AT")

    assert stored(hotel).vat_number == "ATU13585627"


def test_a_wrong_vat_number_is_refused_with_its_reason(hotel, save):
    with pytest.raises(DomainError) as refused:
        save(property_vat_number="GB123456789")

    assert refused.value.fields == {
        "property_vat_number": ["It is no VAT number of GB: a digit is wrong."]
    }
