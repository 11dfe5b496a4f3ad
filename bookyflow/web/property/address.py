"""Where a property is and how it is reached."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bookyflow.accounts.models import AccessLevel
from bookyflow.core.places import countries_named, region, regions_named
from bookyflow.properties.editing import property_change
from bookyflow.properties.models import Property
from bookyflow.property_settings.services import settings_save
from bookyflow.web.editing import FormPage, GroupedForm, form_page, posted
from bookyflow.web.pages import actor_of, form_methods, property_page
from bookyflow.web.words import language_now

LINES = ("name", "street", "town", "postcode", "tel", "email", "permit_number")
OTHERS = ("latitude", "longitude", "stars", "superior", "country")


class AddressForm(GroupedForm):
    """Name, address, contact, place on the map."""

    name = forms.CharField(label=_("Name"), max_length=255)
    street = forms.CharField(label=_("Street and number"), max_length=255, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=50, required=False)
    town = forms.CharField(label=_("Town"), max_length=255, required=False)
    country = forms.ChoiceField(label=_("Country"))
    region_id = forms.TypedChoiceField(
        label=_("Region"), coerce=int, empty_value=None, required=False
    )
    tel = forms.CharField(label=_("Telephone"), max_length=50, required=False)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("Bookings are told there, too.")
    )
    latitude = forms.DecimalField(
        label=_("Latitude"),
        max_digits=8,
        decimal_places=5,
        min_value=-90,
        max_value=90,
        required=False,
        help_text=_("Degrees, such as 51.88412."),
    )
    longitude = forms.DecimalField(
        label=_("Longitude"),
        max_digits=8,
        decimal_places=5,
        min_value=-180,
        max_value=180,
        required=False,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        help_text=_("What day it is at the property. Left to itself it follows the place."),
    )
    stars = forms.IntegerField(label=_("Stars"), min_value=0, max_value=5, initial=0)
    superior = forms.BooleanField(label=_("Superior"), required=False)
    permit_number = forms.CharField(label=_("Number of the permit"), max_length=100, required=False)

    groups = (
        (_("Address"), ("name", "street", "postcode", "town", "country", "region_id")),
        (_("Contact"), ("tel", "email")),
        (_("Place and time"), ("latitude", "longitude", "time_zone")),
        (_("Class and permit"), ("stars", "superior", "permit_number")),
    )

    def __init__(self, *args: Any, prop: Property, **options: Any) -> None:
        super().__init__(*args, **options)
        language = language_now()
        here: Any = self.fields["country"]
        here.choices = [(one.code, one.name) for one in countries_named(language)]
        # Of the country that is sent, so that both can be changed at once without a script.
        country = self.data.get("country", prop.country) if self.is_bound else prop.country
        regions: Any = self.fields["region_id"]
        regions.choices = [
            ("", _("None")),
            *((one.number, one.name) for one in regions_named(language) if one.country == country),
        ]
        zones: Any = self.fields["time_zone"]
        zones.choices = [("", _("That of the place")), *((z, z) for z in _zones())]


@property_page(AccessLevel.MANAGER)
@form_methods
def address(request: HttpRequest, prop: Property) -> HttpResponse:
    """Change where the property is and how it is reached."""
    initial: dict[str, Any] = {name: getattr(prop, name) for name in (*LINES, *OTHERS)}
    found = region(prop.region) if prop.region else None
    initial["region_id"] = found.number if found else None
    given = prop.settings.time_zone_given
    initial["time_zone"] = prop.settings.time_zone if given else ""
    data = posted(request)
    if data is not None and data.get("country") != prop.country:
        data = data.copy()
        data["region_id"] = ""  # the list on the page was that of the former country
    form = AddressForm(data, prop=prop, initial=initial)
    by = actor_of(request)

    @transaction.atomic
    def save() -> None:
        said = dict(form.cleaned_data)
        zone = said.pop("time_zone")
        property_change(property_id=prop.pk, values=said, by=by)
        if zone != initial["time_zone"]:
            settings_save(prop=prop, values={"time_zone": zone}, by=by)

    page = FormPage(
        _("Address and contact"),
        reverse("web:property_address", args=[prop.pk]),
        _("The address is saved."),
        tabs="web/property/_tabs.html",
        tab="address",
        context={"prop": prop},
    )
    return form_page(request, form, page, save)


def _zones() -> list[str]:
    return sorted(one for one in available_timezones() if "/" in one and not one.startswith("Etc/"))
