"""What the interface calls the settings of a property, and what each name stands for."""

from __future__ import annotations

from functools import cache

from bookyflow.properties.models import PropertySettings

# The interface's name → field of PropertySettings. A field without one goes by its own name.
NAMES = {
    # Prices
    "newTariffModels": "price_model",
    "tariffmode": "tariff_mode",
    "perPersonPerNight": "per_person_per_night",
    "ratemultiplier": "rate_multiplier",
    "margin": "margin",
    "prices_inclusive": "prices_inclusive",
    "property_currencycode": "currency",
    "tariffChargesStoredWeeklyYesNo": "prices_weekly",
    "booking_form_daily_weekly_monthly": "price_period",
    "singlePersonSuppliment": "single_supplement_on",
    "singlePersonSupplimentCost": "single_supplement",
    "supplimentChargeIsPercentage": "single_supplement_is_percentage",
    "cleaning_fee": "cleaning_fee",
    "city_tax_value": "city_tax",
    "city_tax_models": "city_tax_model",
    "tariffsenhanceddefault": "prefill_price",
    "tariffsenhancedyearstoshow": "years_to_price",
    "poa_price": "price_on_application",
    "cformat": "number_format",
    "cformat_strip_decimals": "hides_decimals",
    "currency_symbol_swap": "symbol_behind",
    # Deposit; its kind is told by four names, see DEPOSIT_FLAGS
    "depositValue": "deposit_value",
    "roundupDepositYesNo": "deposit_rounded_up",
    "use_variable_deposits": "deposit_full_when_near",
    "variable_deposit_threashold": "deposit_near_days",
    "minimum_deposit_value": "minimum_deposit",
    # Booking rules
    "visitorscanbookonline": "visitors_can_book",
    "registeredUsersOnlyCanBook": "only_registered_can_book",
    "externalBookingFormUrl": "external_booking_url",
    "requireApproval": "requires_approval",
    "wholeday_booking": "whole_day_booking",
    "mindaysbeforearrival": "min_days_before_arrival",
    "limitAdvanceBookingsYesNo": "advance_limit_on",
    "advanceBookingsLimit": "advance_limit_days",
    "minimuminterval": "minimum_interval",
    "showdepartureinput": "asks_for_departure",
    "fixedPeriodBookings": "fixed_periods_on",
    "fixedPeriodBookingsNumberOfDays": "fixed_period_nights",
    "numberofFixedPeriods": "fixed_periods_most",
    "fixedPeriodBookingsShortYesNo": "short_break_on",
    "fixedPeriodBookingsShortNumberOfDays": "short_break_nights",
    "fixedArrivalDateYesNo": "fixed_arrival_on",
    "fixedArrivalDay": "fixed_arrival_weekday",
    "fixedArrivalDatesRecurring": "fixed_arrival_dates",
    "weekenddays": "weekend_days",
    "defaultNumberOfFirstGuesttype": "default_guests",
    "returnRoomsLimit": "rooms_shown_per_type",
    "booking_form_rooms_list_style": "rooms_list",
    "showExtras": "shows_extras",
    "cancellation_threashold": "cancellation_threshold",
    # Guests
    "allow_children": "allow_children",
    "occupancy_levels_include_children": "children_count_for_capacity",
    # Automatic discounts
    "wisepriceactive": "wiseprice_on",
    "wisepricethreshold": "wiseprice_days",
    "wiseprice10discount": "wiseprice_10",
    "wiseprice25discount": "wiseprice_25",
    "wiseprice50discount": "wiseprice_50",
    "wiseprice75discount": "wiseprice_75",
    "lastminuteactive": "last_minute_on",
    "lastminutethreshold": "last_minute_days",
    "lastminutediscount": "last_minute_discount",
    # Calendar, language, display
    "defaultcountry": "default_country",
    "auto_detect_country_for_booking_form": "detect_country",
    "property_language": "language",
    "cal_input": "date_input_format",
    "dateFormatStyle": "date_style",
    "showAvailabilityCalendar": "shows_calendar",
    "showOnlyAvailabilityCalendar": "shows_only_calendar",
    "CalendarMonthsToShow": "calendar_months",
    "calstartfrombeginningofyear": "calendar_from_january",
    "hide_local_address": "hides_street",
    # Required fields of guests
    "bookingform_requiredfields_name": "requires_first_name",
    "bookingform_requiredfields_surname": "requires_surname",
    "bookingform_requiredfields_region": "requires_region",
    "bookingform_requiredfields_country": "requires_country",
    "bookingform_requiredfields_mobile": "requires_mobile",
    "bookingform_requiredfields_houseno": "requires_house",
    "bookingform_requiredfields_street": "requires_street",
    "bookingform_requiredfields_town": "requires_town",
    "bookingform_requiredfields_postcode": "requires_postcode",
    "bookingform_requiredfields_tel": "requires_phone",
    # Invoices
    "use_custom_invoice_numbers": "numbers_invoices_by_pattern",
    "custom_invoice_pattern": "invoice_pattern",
    "custom_invoice_start_number": "invoice_first_number",
    "property_business_name": "business_name",
    "property_business_houseno": "business_house",
    "property_business_street": "business_street",
    "property_business_town": "business_town",
    "property_business_region": "business_region",
    "property_business_country": "business_country",
    "property_business_postcode": "business_postcode",
    "property_business_telephone": "business_phone",
    "property_business_email": "business_email",
    "property_vat_number": "vat_number",
    "property_vat_number_validated": "vat_number_validated",
    # Channels and feeds
    "api_privacy_off": "api_privacy_off",
    "allow_channel_property_local_admin": "local_admin_allowed",
    "iCalIncludeEnquiries": "ical_includes_enquiries",
}

# Together these say what `deposit_kind` is.
CHARGED, PERCENTAGE, ONE_NIGHT, FULL = (
    "chargeDepositYesNo",
    "depositIsPercentage",
    "depositIsOneNight",
    "depAmount",
)
DEPOSIT_FLAGS = (CHARGED, PERCENTAGE, ONE_NIGHT, FULL)

# The id of a tax rate, which stands for its percentage.
TAX_CODE = "accommodation_tax_code"

# Other spellings → the interface's name. The fields' own names are understood besides.
ALIASES = {
    "singlePersonSupplement": "singlePersonSuppliment",
    "singlePersonSupplementCost": "singlePersonSupplimentCost",
    "supplementChargeIsPercentage": "supplimentChargeIsPercentage",
    "variable_deposit_threshold": "variable_deposit_threashold",
    "number_of_fixed_periods": "numberofFixedPeriods",
    "currencyCode": "property_currencycode",
    "ical_include_enquiries": "iCalIncludeEnquiries",
    "custom_invoice_number_pattern": "custom_invoice_pattern",
    "custom_invoice_first_number": "custom_invoice_start_number",
}

# Names that follow from something else, and from what.
DERIVED = {
    "singleRoomProperty": "It follows from the type of the property.",
    "item_hire_property": "It follows from the type of the property.",
    "is_real_estate_listing": "It follows from the type of the property.",
    "accommodates": "It follows from the rooms.",
    "accommodates_adults": "It follows from the rooms.",
    "accommodates_children": "It follows from the rooms.",
    "minimum_deposit_percentage": "It is a setting of the site.",
    "bookingform_requiredfields_email": "An e-mail address is always asked for.",
}

_DISPLAY = "It only concerned the display and is not kept."
_LEGACY_TAX = "Use the rate of tax on accommodation, and the city tax."
# Names of the interface that have no effect here, and what to do instead.
DROPPED = {
    "extra_guest_price": "Set it with the prices of a tariff.",
    "roomTaxYesNo": _LEGACY_TAX,
    "roomTaxFixed": _LEGACY_TAX,
    "roomTaxPercentage": _LEGACY_TAX,
    "euroTaxYesNo": _LEGACY_TAX,
    "euroTaxPercentage": _LEGACY_TAX,
    "tourist_tax": _LEGACY_TAX,
    "useOnlinepayment": "It follows from the payment providers that are set up.",
    "occupancy_levels": "Set how many guests the rooms take.",
    "child_rates": "Set the rates of children with the prices.",
    "child_policies": "Set the youngest age as child_min_age, and the rates with the prices.",
    "last_invoice_number": "Numbers are taken when invoices are issued.",
    "iCalAnonymousFeed": "Calendars always have a secret address.",
    "compatability_property_configuration": "There is one way to configure a property.",
    "vat_number_validation_response": "It is not kept.",
    "encKey": "Secrets are no settings.",
    "editingOn": _DISPLAY,
    "errorChecking": _DISPLAY,
    "cal_output": _DISPLAY,
    "editiconsize": _DISPLAY,
    "verbosetariffinfo": _DISPLAY,
    "roomslistinpropertydetails": _DISPLAY,
    "currencyCodes": _DISPLAY,
    "facebook_page": _DISPLAY,
    "showSmoking": _DISPLAY,
    "showRoomsListingLink": _DISPLAY,
    "showTariffsLink": _DISPLAY,
    "showSlideshowLink": _DISPLAY,
    "showSlideshowInline": _DISPLAY,
    "showTariffsInline": _DISPLAY,
    "showGoogleCurrencyLink": _DISPLAY,
    "showRoomsInPropertyDetails": _DISPLAY,
    "showRoomImageInBookingFormOverlib": _DISPLAY,
    "showPfeaturesCategories": _DISPLAY,
    "defaultSmokingOption": _DISPLAY,
    "bookyflowdotnet": _DISPLAY,
}
DROPPED_PREFIXES = {
    "avlcal_": _DISPLAY,
    "bookingform_overlib_": _DISPLAY,
    "bookingform_roomlist_": _DISPLAY,
    "inputBox": _DISPLAY,
    "beds24_": "It belongs to the settings of that channel.",
}

# Amounts of the property's currency; other decimal numbers can be percentages.
AMOUNTS = frozenset(
    {"cleaning_fee", "security_deposit", "minimum_deposit_value", "tariffsenhanceddefault"}
)


@cache
def fields() -> dict[str, str]:
    """Every stored setting: its one public name → its field, those without another name too."""
    named = set(NAMES.values()) | {"property", "deposit_kind", "time_zone_given"}
    own = [field.name for field in PropertySettings._meta.concrete_fields]
    return NAMES | {name: name for name in own if name not in named}


def name_of(field: str) -> str:
    """The public name of a field; what is no field with a name of its own stays as it is."""
    return next((name for name, target in NAMES.items() if target == field), field)


@cache
def public_name(given: str) -> str | None:
    """The public name of a stored setting, for any spelling of it; None for other names.

    `deposit_kind` is understood beside the four names that it follows from.
    """
    name = ALIASES.get(given, given)
    if name in fields() or name in DEPOSIT_FLAGS or name in {TAX_CODE, "deposit_kind"}:
        return name
    public = name_of(given)
    return public if public != given else None


def reason_dropped(given: str) -> str | None:
    """Why a name of the interface is not taken; None for a name that never was one."""
    if given in DROPPED:
        return DROPPED[given]
    found = (why for prefix, why in DROPPED_PREFIXES.items() if given.startswith(prefix))
    return next(found, None)


def is_known(given: str) -> bool:
    """Whether `settings_save` would take the name, whatever its value."""
    return public_name(given) is not None or given in DERIVED
