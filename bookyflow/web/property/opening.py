"""A new property with its rooms and a first price, in one go."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from bookyflow.accounts.models import AccessLevel
from bookyflow.core.currencies import EXPONENTS, currency_of_country
from bookyflow.core.places import countries_named
from bookyflow.properties.models import Property
from bookyflow.properties.selectors import property_types
from bookyflow.property_lifecycle.opening import FirstRooms, property_open_priced
from bookyflow.rooms.selectors import room_types_shared
from bookyflow.rooms.services import MOST_ROOMS
from bookyflow.web.editing import GroupedForm, posted
from bookyflow.web.fields import MoneyField
from bookyflow.web.pages import actor_of, form_methods, frame_of, staff_page, user_of
from bookyflow.web.saving import saved
from bookyflow.web.words import language_now


class NewPropertyForm(GroupedForm):
    """What a property begins with."""

    name = forms.CharField(label=_("Name"), max_length=255)
    property_type_id = forms.TypedChoiceField(label=_("Type"), coerce=int)
    country = forms.ChoiceField(label=_("Country"))
    street = forms.CharField(label=_("Street and number"), max_length=255, required=False)
    town = forms.CharField(label=_("Town"), max_length=255, required=False)
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    room_type_id = forms.TypedChoiceField(
        label=_("Room type"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Others can be added afterwards."),
    )
    rooms = forms.IntegerField(
        label=_("How many rooms"),
        min_value=1,
        max_value=MOST_ROOMS,
        initial=1,
        help_text=_("A property that is let as a whole has one."),
    )
    guests = forms.IntegerField(label=_("Adults in each"), min_value=1, max_value=32_767, initial=2)
    price = MoneyField(
        label=_("Price a night"),
        help_text=_("For two years from today. Each night can have its own afterwards."),
    )

    groups = (
        (_("Property"), ("name", "property_type_id")),
        (_("Place"), ("country", "street", "town", "currency")),
        (_("Rooms and a first price"), ("room_type_id", "rooms", "guests", "price")),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices: dict[str, Any] = {
            "property_type_id": [(one.pk, one.name) for one in property_types()],
            "country": [(one.code, one.name) for one in countries_named(language_now())],
            "currency": [
                ("", _("That of the country")),
                *((code, code) for code in sorted(EXPONENTS)),
            ],
            "room_type_id": [
                ("", _("The first that fits the type")),
                *((one.pk, one.name) for one in room_types_shared()),
            ],
        }
        for name, found in choices.items():
            field: Any = self.fields[name]
            field.choices = found

    def clean_price(self) -> Any:
        """A first price is above 0."""
        price = self.cleaned_data["price"]
        if not price:
            raise forms.ValidationError(_("A price above 0 is needed."))
        return price


@staff_page(AccessLevel.MANAGER)
@form_methods
def property_new(request: HttpRequest) -> HttpResponse:
    """Open a property, with its rooms and a first price."""
    form = NewPropertyForm(posted(request), initial={"country": _country(request)})
    made: list[Property] = []

    def save() -> None:
        said = form.cleaned_data
        currency = said["currency"] or currency_of_country(said["country"]) or "EUR"
        made.append(
            property_open_priced(
                by=actor_of(request),
                owner_id=user_of(request).pk,
                name=said["name"],
                country=said["country"],
                property_type_id=said["property_type_id"],
                street=said["street"],
                town=said["town"],
                settings={"currency": currency},
                first=FirstRooms(
                    said["rooms"], said["guests"], said["price"], said["room_type_id"]
                ),
            )
        )

    if request.method == "POST" and form.is_valid() and saved(form, save):
        messages.success(request, str(_("The property is made. This is what it still needs.")))
        return redirect("web:property", made[0].pk)
    context = {"form": form}
    return render(request, "web/property/new.html", context, status=form.http_status)


def _country(request: HttpRequest) -> str:
    """That of a property that the account has: the next one mostly lies there, too."""
    prop = frame_of(request).prop
    return prop.country if prop else "GB"
