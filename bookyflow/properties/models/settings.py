"""How a property books, prices and bills: one typed row each, instead of keys and values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from bookyflow.core.choices import choices_of
from bookyflow.core.dates import today_in, zone_info
from bookyflow.pricing.deposits import DepositKind, FeeKind
from bookyflow.pricing.inputs import CityTaxModel
from bookyflow.properties.models.property import Property


class PriceModel(models.IntegerChoices):
    """Which nights a stay is priced by; the numbers are the interface's."""

    FLAT = 1, "The first night's price for every night"
    AVERAGE = 2, "The mean of the nights"


class TariffMode(models.IntegerChoices):
    """Which editor writes the prices; the numbers are the interface's."""

    NORMAL = 0
    ADVANCED = 1
    MICROMANAGE = 2
    COMPATIBILITY = 3
    STANDARD = 5


class DepositDue(models.TextChoices):
    """When a security deposit is to be paid."""

    BOOKING = "booking"
    ARRIVAL = "arrival"


class FeePer(models.TextChoices):
    """What a cleaning fee is charged for."""

    BOOKING = "per_booking"
    ROOM = "per_room"


class PricePeriod(models.TextChoices):
    """For how long prices are shown; the letters are the interface's."""

    DAY = "D"
    WEEK = "W"
    MONTH = "M"


class RoomsList(models.IntegerChoices):
    """How rooms are offered; the numbers are the interface's."""

    LIST = 1
    BY_TYPE = 2


def _percent(
    default: int, help_text: str = "", **more: Any
) -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=Decimal(default),
        **more,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=help_text,
    )


def _amount(default: int = 0, help_text: str = "") -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(
        max_digits=12,
        decimal_places=3,
        default=Decimal(default),
        validators=[MinValueValidator(0)],
        help_text=help_text,
    )


def _count(
    default: int, *, least: int = 0, most: int = 3650, help_text: str = ""
) -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(
        default=default,
        validators=[MinValueValidator(least), MaxValueValidator(most)],
        help_text=help_text,
    )


def _on(help_text: str = "") -> models.BooleanField[bool, bool]:
    return models.BooleanField(default=True, help_text=help_text)


def _off(help_text: str = "") -> models.BooleanField[bool, bool]:
    return models.BooleanField(default=False, help_text=help_text)


def _text(length: int = 255, help_text: str = "") -> models.CharField[str, str]:
    return models.CharField(max_length=length, blank=True, default="", help_text=help_text)


WEEKDAYS = r"^[0-6](,[0-6])*$"
# Origins as browsers write them, each once behind a space: these go into a header as they are.
_SITE = r"(https://[a-z0-9][a-z0-9.-]*|http://localhost)(:[0-9]{1,5})?"
SITES = rf"^({_SITE}( {_SITE})*)?$"
SUNDAY, SATURDAY = 0, 6


class PropertySettings(models.Model):
    """The settings of a property. Amounts are in `currency`.

    Days to arrival count today and the day of arrival (reference R-WP-1). Weekdays go from 0
    Sunday to 6 Saturday.
    """

    property = models.OneToOneField(
        Property, models.CASCADE, related_name="settings", primary_key=True
    )

    # Prices
    currency = models.CharField(max_length=3, default="EUR")
    prices_inclusive = models.BooleanField(default=True, help_text="Entered prices contain tax.")
    accommodation_tax_rate = _percent(20)
    per_person_per_night = models.BooleanField(default=False)
    price_model = models.PositiveSmallIntegerField(choices=PriceModel, default=PriceModel.AVERAGE)
    tariff_mode = models.PositiveSmallIntegerField(
        choices=TariffMode, default=TariffMode.MICROMANAGE
    )
    prices_weekly = _off("Entered prices are for seven nights (advanced tariffs only).")
    minimum_charged_guests = _count(1, least=1, most=100, help_text="Payers per room, at least.")
    use_guest_types = _off("Adults are counted by guest types with price variances.")
    single_supplement_on = _off("One supplement for all rooms, instead of the room's own.")
    single_supplement = _amount(10, "Net, per night; or per cent of the nightly price.")
    single_supplement_is_percentage = _off()
    cleaning_fee = _amount()
    cleaning_fee_per = models.CharField(max_length=12, choices=FeePer, default=FeePer.BOOKING)
    cleaning_fee_tax_rate = _percent(0)
    city_tax = _amount(0, "Amount, or per cent of the accommodation without tax.")
    city_tax_model = models.CharField(
        max_length=20, choices=choices_of(CityTaxModel), default=CityTaxModel.SINGLE.value
    )
    city_tax_exempt_under_age = _count(18, most=100, help_text="Younger guests are not counted.")
    city_tax_max_nights = models.PositiveSmallIntegerField(null=True, blank=True)
    security_deposit = _amount(0, "Refundable; in no total.")
    security_deposit_due = models.CharField(
        max_length=10, choices=DepositDue, default=DepositDue.ARRIVAL
    )
    price_on_application = _text(100, "Shown instead of a price where there is none.")
    prefill_price = _amount(100, "Offered when prices are entered.")
    years_to_price = _count(2, least=1, most=10)
    rate_multiplier = models.DecimalField(
        max_digits=8,
        decimal_places=3,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.001"))],
        help_text="Offered as a factor when prices are entered.",
    )
    margin = _percent(0, "The site's part of prices; for display.")

    # Deposit and cancellation
    deposit_kind = models.CharField(
        max_length=12, choices=choices_of(DepositKind), default=DepositKind.PERCENTAGE.value
    )
    deposit_value = _amount(20)
    deposit_rounded_up = _off("To whole units of the currency.")
    deposit_full_when_near = _off("The whole total when arrival is near.")
    deposit_near_days = _count(60)
    minimum_deposit = _amount()
    cancellation_threshold = _count(
        14, most=100, help_text="A guest may cancel when arrival is more days away than this."
    )
    cancellation_fee_kind = models.CharField(
        max_length=12, choices=choices_of(FeeKind), default=FeeKind.NONE.value
    )
    cancellation_fee = _amount(0, "Per cent of the total, or an amount.")
    cancellation_free_days = _count(
        0, help_text="Free of charge when arrival is at least so many days away; 0: never."
    )
    no_show_fee_kind = models.CharField(
        max_length=12, choices=choices_of(FeeKind), default=FeeKind.NONE.value
    )
    no_show_fee = _amount(0, "Per cent of the total, or an amount.")
    cancellation_fee_tax_rate = _percent(0, "Contained in the fee.", db_default=Decimal(0))
    no_show_fee_tax_rate = _percent(0, "Contained in the fee.", db_default=Decimal(0))

    # Booking rules
    visitors_can_book = _on("Else visitors are sent to the contact form; staff may book.")
    only_registered_can_book = _off()
    external_booking_url = models.URLField(blank=True, default="")
    requires_approval = _off("Bookings of guests begin as enquiries.")
    enquiry_hold_hours = _count(24, help_text="An enquiry holds its nights so long; 0: not at all.")
    hold_minutes = _count(60, least=1, help_text="A hold before payment lasts so long.")
    whole_day_booking = _off("The day of departure is occupied, too.")
    min_days_before_arrival = _count(1)
    advance_limit_on = _off()
    advance_limit_days = _count(90)
    booking_form_sites = models.CharField(
        max_length=2000,
        blank=True,
        default="",
        db_default="",
        validators=[
            RegexValidator(
                SITES,
                "Sites such as https://www.example.com are needed, without a path, separated by "
                "single spaces.",
            )
        ],
        help_text="Sites that may show the booking form in a frame, separated by spaces.",
    )
    minimum_interval = models.PositiveSmallIntegerField(
        default=1, help_text="Minimum stay, in nights, of a first price; length of a preset stay."
    )
    asks_for_departure = _on("Else a stay lasts `minimum_interval` nights.")
    fixed_periods_on = _off()
    fixed_period_nights = _count(7, least=1)
    fixed_periods_most = _count(4, least=1)
    short_break_on = _off()
    short_break_nights = _count(4, least=1)
    fixed_arrival_on = _off()
    fixed_arrival_weekday = _count(SUNDAY, most=SATURDAY, help_text="The changeover day.")
    fixed_arrival_dates = _count(12, least=1, most=208, help_text="How many dates are offered.")
    weekend_days = models.CharField(
        max_length=13,
        default="5,6",
        db_default="5,6",
        validators=[RegexValidator(WEEKDAYS)],
        help_text="Weekend nights: weekdays, 0 Sunday to 6 Saturday, separated by commas.",
    )
    default_guests = _count(2, least=1, most=100)
    rooms_shown_per_type = _count(4, least=1, most=1000)
    shows_extras = _on()

    # Guests
    allow_children = _off()
    children_count_for_capacity = _on("Children need places in the rooms as well.")
    child_min_age = _count(0, most=17, help_text="Youngest age that is taken.")

    # Automatic discounts
    wiseprice_on = _off("A discount while the house is empty; for several rooms only.")
    wiseprice_days = _count(60, help_text="It applies to arrivals within so many days.")
    wiseprice_10 = _percent(30, "At most 10 % of the rooms of the type taken.")
    wiseprice_25 = _percent(20, "More than 10 % and at most 25 %.")
    wiseprice_50 = _percent(10, "More than 25 % and at most 50 %.")
    wiseprice_75 = _percent(5, "More than 50 % and at most 75 %.")
    last_minute_on = _off("For properties that are let as a whole only.")
    last_minute_days = _count(6, least=1, most=208, help_text="6: arrival at most 5 days ahead.")
    last_minute_discount = _percent(20)

    # Required fields of guests
    requires_first_name = _on()
    requires_surname = _on()
    requires_house = _off()
    requires_street = _off()
    requires_town = _off()
    requires_region = _on()
    requires_country = _on()
    requires_postcode = _off()
    requires_phone = _off()
    requires_mobile = _on()

    # Language, calendar, display
    language = models.CharField(max_length=5, default="en-GB")
    time_zone = models.CharField(
        max_length=40, blank=True, default="", help_text="IANA name. Empty: not known yet."
    )
    time_zone_given = _off("Somebody has set it; else it follows the country and the position.")
    default_country = models.CharField(max_length=2, blank=True, default="")
    detect_country = _on()
    date_input_format = _text(20)
    shows_calendar = _on()
    shows_only_calendar = _off()
    calendar_months = _count(12, least=1, most=48)
    calendar_from_january = _off()
    hides_street = _off("The street is not shown on the public page.")
    date_style = _count(1, least=1, most=20, help_text="Number of a style of dates.")
    number_format = _count(
        2,
        least=1,
        most=6,
        help_text="1: 123.456,00; 2: 123,456.00; 3: 123456.00; 4: 123 456.00; 5: 123 456,00; "
        "6: 123456.",
    )
    hides_decimals = _off()
    symbol_behind = _off("The currency's symbol stands behind the number.")
    price_period = models.CharField(
        max_length=1, choices=PricePeriod, default=PricePeriod.DAY, help_text="For display."
    )
    rooms_list = models.PositiveSmallIntegerField(choices=RoomsList, default=RoomsList.BY_TYPE)

    # Invoices: the seller
    numbers_invoices_by_pattern = _on()
    invoice_pattern = models.CharField(
        max_length=50,
        default="{N}",
        help_text="{N} running number, {Y} year, {D} date of issue (YYYYMMDD).",
    )
    invoice_first_number = models.PositiveIntegerField(default=1001)
    invoice_due_days = _count(14)
    business_name = _text()
    business_house = _text(50)
    business_street = _text()
    business_town = _text()
    business_region = _text(10)
    business_country = _text(2)
    business_postcode = _text(50)
    business_phone = _text(50)
    business_email = _text(254)
    vat_number = _text(50)
    vat_number_validated = _off()

    # Channels and feeds
    api_privacy_off = models.BooleanField(
        default=False, help_text="Any channel of a manager reaches the property, linked or not."
    )
    local_admin_allowed = _off("A property of a channel may be edited here, too.")
    ical_includes_enquiries = _off()

    class Meta:
        verbose_name_plural = "property settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(accommodation_tax_rate__range=(0, 100)),
                name="property_tax_rate_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(deposit_value__gte=0)
                & Q(cleaning_fee__gte=0)
                & Q(security_deposit__gte=0),
                name="property_fees_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(weekend_days__regex=WEEKDAYS), name="property_weekend_days_known"
            ),
            models.CheckConstraint(
                condition=Q(booking_form_sites__regex=SITES),
                name="property_booking_form_sites_are_origins",
            ),
            models.CheckConstraint(
                condition=Q(fixed_arrival_weekday__lte=SATURDAY),
                name="property_changeover_day_known",
            ),
            models.CheckConstraint(
                condition=Q(fixed_period_nights__gte=1)
                & Q(fixed_periods_most__gte=1)
                & Q(short_break_nights__gte=1),
                name="property_fixed_periods_positive",
            ),
            models.CheckConstraint(
                condition=~Q(deposit_kind=DepositKind.PERCENTAGE.value) | Q(deposit_value__lte=100),
                name="property_deposit_at_most_all",
            ),
            models.CheckConstraint(
                condition=Q(minimum_deposit__gte=0)
                & Q(cancellation_fee__gte=0)
                & Q(no_show_fee__gte=0)
                & Q(city_tax__gte=0)
                & Q(single_supplement__gte=0),
                name="property_charges_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(cleaning_fee_tax_rate__range=(0, 100))
                & Q(wiseprice_10__range=(0, 100))
                & Q(wiseprice_25__range=(0, 100))
                & Q(wiseprice_50__range=(0, 100))
                & Q(wiseprice_75__range=(0, 100))
                & Q(last_minute_discount__range=(0, 100)),
                name="property_percentages_in_range",
            ),
            models.CheckConstraint(
                condition=Q(cancellation_fee_tax_rate__range=(0, 100))
                & Q(no_show_fee_tax_rate__range=(0, 100)),
                name="property_fee_taxes_in_range",
            ),
            models.CheckConstraint(
                condition=Q(minimum_charged_guests__gte=1)
                & Q(hold_minutes__gte=1)
                & Q(minimum_interval__gte=1),
                name="property_counts_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"settings of property {self.property_id}"

    def weekend(self) -> frozenset[int]:
        """The weekdays whose nights are a weekend's, 0 Sunday to 6 Saturday."""
        return frozenset(map(int, self.weekend_days.split(",")))

    def today(self) -> date:
        """The property's own date now; that of UTC while its time zone is not known."""
        return today_in(self.time_zone)

    def zone(self) -> ZoneInfo:
        """The property's own time zone; UTC while it is not known."""
        return zone_info(self.time_zone)
