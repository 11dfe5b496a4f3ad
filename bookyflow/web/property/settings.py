"""The settings that an owner needs, by topic and in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bookyflow.accounts.models import AccessLevel
from bookyflow.core.currencies import EXPONENTS
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property, PropertySettings
from bookyflow.property_settings.services import settings_save
from bookyflow.web.editing import FormPage, GroupedForm, form_page, posted
from bookyflow.web.fields import MoneyField
from bookyflow.web.pages import actor_of, form_methods, property_page
from bookyflow.web.words import WEEKDAYS

Text = str | Promise
Words = Mapping[str, tuple[Text, Text]]  # field → what it is called, help

DEPOSIT_KINDS = (
    ("none", _("No deposit")),
    ("percentage", _("Per cent of the total")),
    ("fixed", _("An amount")),
    ("one_night", _("One night")),
    ("full", _("The whole total")),
)
FEE_KINDS = (
    ("none", _("Nothing")),
    ("percentage", _("Per cent of the total")),
    ("fixed", _("An amount")),
    ("first_night", _("The first night")),
)
CITY_TAX_MODELS = (
    ("single", _("Once per booking")),
    ("pernight", _("Per night")),
    ("perguest", _("Per guest")),
    ("perguestpernight", _("Per guest and night")),
    ("percentbookingtotal", _("Per cent of the accommodation without tax")),
)
CHOICES: Mapping[str, Any] = {
    "currency": [(code, code) for code in sorted(EXPONENTS)],
    "deposit_kind": DEPOSIT_KINDS,
    "city_tax_model": CITY_TAX_MODELS,
    "fixed_arrival_weekday": WEEKDAYS,
    "cancellation_fee_kind": FEE_KINDS,
    "no_show_fee_kind": FEE_KINDS,
    "cleaning_fee_per": [("per_booking", _("Per booking")), ("per_room", _("Per room"))],
    "security_deposit_due": [("booking", _("With the booking")), ("arrival", _("On arrival"))],
}


@dataclass(frozen=True)
class Topic:
    """Settings that belong together: a page."""

    key: str
    title: Text
    lead: Text
    words: Words


TOPICS = (
    Topic(
        "prices",
        _("Prices and taxes"),
        _("How the prices that you enter are meant, and what is added to them."),
        {
            "currency": (
                _("Currency"),
                _("It can be changed as long as amounts that there are can be expressed in it."),
            ),
            "prices_inclusive": (_("Prices that are entered contain the tax"), ""),
            "accommodation_tax_rate": (_("Tax on accommodation, per cent"), ""),
            "per_person_per_night": (_("Prices are per person, not per room"), ""),
            "minimum_charged_guests": (
                _("Guests that are charged for at least"),
                _("In each room, where prices are per person."),
            ),
            "single_supplement_on": (_("One person alone pays a supplement"), ""),
            "single_supplement": (_("Supplement a night"), ""),
            "single_supplement_is_percentage": (_("The supplement is per cent"), ""),
            "cleaning_fee": (_("Cleaning fee"), ""),
            "cleaning_fee_per": (_("Charged"), ""),
            "city_tax": (_("City tax"), _("An amount or per cent, by the way it is reckoned.")),
            "city_tax_model": (_("How city tax is reckoned"), ""),
            "city_tax_exempt_under_age": (_("Guests below this age pay no city tax"), ""),
        },
    ),
    Topic(
        "deposit",
        _("Deposit"),
        _("What guests pay in advance, and what is kept for damage and given back."),
        {
            "deposit_kind": (_("Deposit"), ""),
            "deposit_value": (_("Amount or per cent"), ""),
            "deposit_rounded_up": (_("Round it up to whole units of the currency"), ""),
            "deposit_full_when_near": (_("Ask for the whole total when arrival is near"), ""),
            "deposit_near_days": (_("Near means: days to arrival"), ""),
            "security_deposit": (_("Security deposit"), _("Given back after the stay.")),
            "security_deposit_due": (_("To be paid"), ""),
        },
    ),
    Topic(
        "cancellation",
        _("Cancellation"),
        _("Until when guests may cancel, and what that costs them."),
        {
            "cancellation_threshold": (
                _("Guests may cancel until so many days before arrival"),
                "",
            ),
            "cancellation_free_days": (
                _("Free of charge until so many days before arrival"),
                _("0: never free."),
            ),
            "cancellation_fee_kind": (_("A cancellation costs"), ""),
            "cancellation_fee": (_("Amount or per cent"), ""),
            "no_show_fee_kind": (_("Who does not come pays"), ""),
            "no_show_fee": (_("Amount or per cent"), ""),
        },
    ),
    Topic(
        "booking",
        _("Booking"),
        _("Who may book, how far ahead and for how long."),
        {
            "visitors_can_book": (_("Guests can book online"), ""),
            "requires_approval": (
                _("Bookings of guests are enquiries until you accept them"),
                "",
            ),
            "enquiry_hold_hours": (_("Hours that an enquiry keeps its rooms"), _("0: not at all.")),
            "hold_minutes": (_("Minutes that rooms are kept during payment"), ""),
            "min_days_before_arrival": (_("Days between booking and arrival, at least"), ""),
            "advance_limit_on": (_("Limit how far ahead guests book"), ""),
            "advance_limit_days": (_("Days ahead, at most"), ""),
            "minimum_interval": (_("Nights that a stay begins with"), ""),
            "fixed_arrival_on": (_("Guests arrive on one day of the week only"), ""),
            "fixed_arrival_weekday": (_("The day of arrival"), ""),
            "weekend_days": (
                _("Weekend nights"),
                _("Days of the week, 0 Sunday to 6 Saturday, with commas: 5,6."),
            ),
            "whole_day_booking": (_("The day of departure is taken, too"), ""),
            "shows_extras": (_("Offer extras in the booking form"), ""),
            "booking_form_sites": (
                _("Your own sites that show the booking form"),
                _("Such as https://www.example.com, with spaces between them."),
            ),
        },
    ),
    Topic(
        "guests",
        _("Guests"),
        _("Children, and what guests have to tell of themselves."),
        {
            "allow_children": (_("Children are welcome"), ""),
            "child_min_age": (_("Youngest age"), ""),
            "children_count_for_capacity": (_("Children count where rooms are filled"), ""),
            "default_guests": (_("Guests that the booking form begins with"), ""),
            "requires_first_name": (_("Ask for the first name"), ""),
            "requires_surname": (_("Ask for the surname"), ""),
            "requires_street": (_("Ask for the street"), ""),
            "requires_postcode": (_("Ask for the postcode"), ""),
            "requires_town": (_("Ask for the town"), ""),
            "requires_region": (_("Ask for the region"), ""),
            "requires_country": (_("Ask for the country"), ""),
            "requires_phone": (_("Ask for the telephone"), ""),
            "requires_mobile": (_("Ask for the mobile telephone"), ""),
            "hides_street": (_("Do not show the street of the property in public"), ""),
        },
    ),
    Topic(
        "discounts",
        _("Automatic discounts"),
        _("Lower prices while the house is empty or arrival is near."),
        {
            "wiseprice_on": (_("Lower prices while few rooms of a type are taken"), ""),
            "wiseprice_days": (_("For arrivals within so many days"), ""),
            "wiseprice_10": (_("Per cent off while at most 10 % are taken"), ""),
            "wiseprice_25": (_("Per cent off up to 25 %"), ""),
            "wiseprice_50": (_("Per cent off up to 50 %"), ""),
            "wiseprice_75": (_("Per cent off up to 75 %"), ""),
            "last_minute_on": (
                _("Last-minute discount"),
                _("Of properties that are let as a whole."),
            ),
            "last_minute_days": (_("For arrivals within so many days"), ""),
            "last_minute_discount": (_("Per cent off"), ""),
        },
    ),
    Topic(
        "invoices",
        _("Invoices"),
        _("Who the seller is, and how invoices are numbered."),
        {
            "business_name": (_("Business name"), ""),
            "business_house": (_("House number"), ""),
            "business_street": (_("Street"), ""),
            "business_postcode": (_("Postcode"), ""),
            "business_town": (_("Town"), ""),
            "business_country": (_("Country"), _("Two letters, such as GB.")),
            "business_phone": (_("Telephone"), ""),
            "business_email": (_("E-mail"), ""),
            "vat_number": (_("VAT number"), ""),
            "invoice_pattern": (
                _("Number"),
                _("{N} is the running number, {Y} the year, {D} the day of issue."),
            ),
            "invoice_first_number": (_("First number"), ""),
            "invoice_due_days": (_("Days to pay"), ""),
        },
    ),
    Topic(
        "language",
        _("Language"),
        _("The language of texts and messages where a guest's own is not known."),
        {"language": (_("Language"), _("A tag such as en-GB or de."))},
    ),
)
CONFIRMED = "confirmed"
BY_KEY = {one.key: one for one in TOPICS}


class TopicForm(GroupedForm):
    """The settings of a topic, with the fields of the model."""

    def __init__(self, *args: Any, topic: Topic, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, (label, text) in topic.words.items():
            field = _field(name)
            field.label, field.help_text = str(label), str(text)
            field.widget.attrs = {"class": _look(field.widget)}
            self.fields[name] = field
        if CONFIRMED in self.data:
            self._ask()

    def refuse(self, error: DomainError) -> None:
        """Show a refusal; where it asks whether the change is meant, with a box to say so."""
        if error.key != "confirmation_needed":
            super().refuse(error)
            return
        self._ask()
        self.add_error(
            CONFIRMED,
            _(
                "There are open bookings. They keep the currency, tax and kind of prices that they "
                "were made with; the change is for new bookings only."
            ),
        )

    def _ask(self) -> None:
        self.fields[CONFIRMED] = forms.BooleanField(
            label=_("Yes, change it for new bookings"),
            required=False,
            widget=forms.CheckboxInput({"class": "form-check-input"}),
        )


def _look(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


def _field(name: str) -> forms.Field:
    column: Any = PropertySettings._meta.get_field(name)
    if name in CHOICES:
        return forms.ChoiceField(choices=CHOICES[name])
    if column.get_internal_type() == "DecimalField" and column.decimal_places > 2:  # noqa: PLR2004  # an amount
        return MoneyField()
    found: forms.Field = column.formfield()
    return found


@property_page(AccessLevel.MANAGER)
@require_safe
def first_topic(request: HttpRequest, prop: Property) -> HttpResponse:
    """The settings begin with the first topic."""
    return redirect("web:property_settings_topic", prop.pk, TOPICS[0].key)


@property_page(AccessLevel.MANAGER)
@form_methods
def topic_page(request: HttpRequest, prop: Property, topic: str) -> HttpResponse:
    """Change the settings of a topic."""
    here = BY_KEY.get(topic)
    if here is None:
        raise Http404
    initial = {name: getattr(prop.settings, name) for name in here.words}
    form = TopicForm(posted(request), topic=here, initial=initial)
    page = FormPage(
        here.title,
        reverse("web:property_settings_topic", args=[prop.pk, here.key]),
        _("The settings are saved."),
        tabs="web/property/_settings_tabs.html",
        tab="settings",
        context={"prop": prop, "topics": TOPICS, "topic": here.key},
        lead=here.lead,
    )
    by = actor_of(request)

    def save() -> None:
        said = form.cleaned_data
        changed = {name: said[name] for name in form.changed_data if name in here.words}
        if changed:
            confirmed = said.get(CONFIRMED, False)
            settings_save(prop=prop, values=changed, by=by, confirmed=confirmed)

    return form_page(request, form, page, save)
