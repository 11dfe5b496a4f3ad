"""Booking for somebody: what is free, at which price, for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bookyflow.core.errors import DomainError
from bookyflow.guests.models import Guest
from bookyflow.guests.search import guests_found
from bookyflow.guests.selectors import guest_one
from bookyflow.properties.models import Property
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.reservations.services import Remarks
from bookyflow.reservations.staff_booking import (
    StaffBooking,
    staff_book,
    staff_booked,
    staff_quote,
)
from bookyflow.reservations.staff_offers import FreeNow, staff_offers
from bookyflow.reservations.stay_request import StayRequest
from bookyflow.tariffs.overrides import NONE, Overrides
from bookyflow.web.bookings.guest_form import NAMES
from bookyflow.web.bookings.new_forms import LONGEST_ONCE, BookForm, StaySearch, WhoForm
from bookyflow.web.pages import actor_of, form_methods, property_page, user_of

MOST_GUESTS = 8  # that a search for a guest shows


@dataclass
class NewBooking:
    """The page as it stands."""

    prop: Property
    search: StaySearch
    found: FreeNow | None = None
    form: BookForm | None = None
    who: WhoForm | None = None
    guest: Guest | None = None
    guests: list[Guest] | None = None
    quote: Quote | None = None
    text: str = ""
    room: str = ""

    @property
    def room_is_taken(self) -> bool:
        """Whether a certain room was asked for that somebody has on one of the nights."""
        if not self.room or self.found is None:
            return False
        return self.room not in {str(one.pk) for one in self.found.rooms}

    @property
    def status(self) -> int:
        """The status of the page."""
        forms = [one for one in (self.search, self.form, self.who) if one is not None]
        return max(one.http_status for one in forms)

    def propose(self) -> None:
        """Show what the first choice costs; why it cannot be had is told beside the choice."""
        assert self.form is not None  # noqa: S101  # for the type checker
        try:
            self.quote = self._quoted(self.form.proposed(self.search.asked()))
        except DomainError:
            self.quote = None

    def price(self) -> None:
        """Show what the choice costs, or why it cannot be had."""
        assert self.form is not None  # noqa: S101  # for the type checker
        if self.form.is_valid():
            wanted = self.form.request_of(self.search.asked())
            try:
                self.quote = self._quoted(wanted, self.form.cleaned_data["override"])
            except DomainError as error:
                self.form.refuse(error)

    def _quoted(self, wanted: StayRequest, override: Overrides = NONE) -> Quote:
        return staff_quote(
            property_id=self.prop.pk,
            stay_request=wanted,
            override=override,
            guest_id=self.guest.pk if self.guest else None,
        )


@property_page()
@form_methods
def booking_new(request: HttpRequest, prop: Property) -> HttpResponse:
    """Look for rooms, then book one. The address has what is looked for, the form the rest."""
    page = _opened(request, prop)
    booked = None
    if page.form is not None and request.method == "POST":
        booked = _sent(request, page)
    if booked is None and request.POST.get("do") == "book":
        booked = _booked_before(request, prop)
    if booked is not None:
        return booked
    return render(request, "web/bookings/new.html", _shown(page), status=page.status)


def _opened(request: HttpRequest, prop: Property) -> NewBooking:
    """The page with what is free, where that is asked for."""
    search = StaySearch(request.GET.dict(), today=prop.settings.today())
    page = NewBooking(prop, search, room=_number(request.GET.get("room", "")))
    if not search.is_valid():
        return page
    rooms = search.cleaned_data["rooms"]
    try:
        page.found = staff_offers(prop=prop, asked=search.asked(), rooms=rooms)
    except DomainError as error:
        search.refuse(error)
        return page
    if page.found.offers:
        page.guest = _known(prop, request.POST.get("guest") or request.GET.get("guest", ""))
        page.form = BookForm(
            request.POST.dict() | {"override": request.POST.getlist("override")}
            if request.method == "POST"
            else None,
            prop=prop,
            found=page.found,
            rooms=rooms,
            arrival=search.cleaned_data["arrival"],
            room=page.room,
        )
        page.who = WhoForm(initial=_told(page.guest))
        if request.method != "POST":
            page.propose()
    return page


def _sent(request: HttpRequest, page: NewBooking) -> HttpResponse | None:
    """Do what the button says: look a guest up, take one, show the price, or book."""
    assert page.form is not None  # noqa: S101  # for the type checker
    if "take" in request.POST:
        page.guest = _known(page.prop, request.POST["take"])
        page.who = WhoForm(initial=_told(page.guest))
        page.price()
        return None
    if request.POST.get("do") != "book":
        page.who = WhoForm(initial={name: request.POST.get(name, "") for name in NAMES})
        if request.POST.get("do") == "find":
            _look_up(request.POST, page)
        page.price()
        return None
    page.who = WhoForm(request.POST)
    page.price()
    if page.quote is None or not page.who.is_valid():
        return None
    return _book(request, page, page.form, page.who)


def _booked_before(request: HttpRequest, prop: Property) -> HttpResponse | None:
    """To the booking of a form that was sent twice: what it took is no longer free."""
    once = request.POST.get("once", "")[:LONGEST_ONCE]
    made = staff_booked(property_id=prop.pk, once=once, user_id=user_of(request).pk)
    return None if made is None else redirect("web:booking", prop.pk, made.pk)


def _book(
    request: HttpRequest, page: NewBooking, form: BookForm, who: WhoForm
) -> HttpResponse | None:
    asked = StaffBooking(
        form.request_of(page.search.asked()),
        who.details(),
        Remarks(form.cleaned_data["remarks"], language=who.cleaned_data["language"]),
        form.cleaned_data["override"],
        page.guest.pk if page.guest else None,
    )
    try:
        made = staff_book(
            property_id=page.prop.pk, asked=asked, by=actor_of(request), once=form.once
        )
    except DomainError as error:
        (who if error.fields.keys() & set(NAMES) else form).refuse(error)
        page.quote = None
        return None
    messages.success(request, _("Booking %(number)s is made.") % {"number": made.number})
    return redirect("web:booking", page.prop.pk, made.pk)


def _look_up(data: QueryDict, page: NewBooking) -> None:
    """Guests by name or e-mail address: here the guest book is read."""
    page.text = data.get("guest_text", "").strip()[:254]
    if page.text:
        found = guests_found(property_id=page.prop.pk, text=page.text)
        page.guests = list(found[:MOST_GUESTS])


def _known(prop: Property, text: str) -> Guest | None:
    """The guest of a number; None for any other text. Here the guest book is read."""
    if not _number(text):
        return None
    try:
        return guest_one(guest_id=int(text), property_id=prop.pk)
    except DomainError:
        return None


def _number(text: str) -> str:
    """An id as it stands in an address; "" for any other text."""
    is_id = text.isascii() and text.isdigit() and len(text) < 19  # noqa: PLR2004  # a bigint
    return text if is_id else ""


def _told(guest: Guest | None) -> dict[str, str]:
    return {name: getattr(guest, name) for name in NAMES} if guest else {}


def _shown(page: NewBooking) -> dict[str, Any]:
    return {
        "page": page,
        "prop": page.prop,
        "today": page.prop.settings.today(),
        "currency": page.prop.settings.currency,
    }
