"""What the script of the booking form says, in the language that is active."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop, ngettext

_TEXTS: Mapping[str, str] = {
    # Headings
    "dates": gettext_noop("Dates"),
    "guests": gettext_noop("Guests"),
    "rooms": gettext_noop("Rooms"),
    "extras": gettext_noop("Extras"),
    "name": gettext_noop("Name"),
    "email": gettext_noop("E-mail"),
    "address": gettext_noop("Address"),
    "phone": gettext_noop("Phone"),
    "remarks": gettext_noop("Remarks"),
    "total": gettext_noop("Total"),
    "deposit": gettext_noop("Of this due in advance"),
    "security": gettext_noop("Security deposit, given back after the stay"),
    "reference": gettext_noop("Booking number"),
    "adults_title": gettext_noop("Adults"),
    "children_title": gettext_noop("Children"),
    # Calendar
    "month_before": gettext_noop("Month before"),
    "month_after": gettext_noop("Next month"),
    "prices": gettext_noop("Prices from, per room and night, in %(currency)s."),
    "prices_of_person": gettext_noop("Prices from, per person and night, in %(currency)s."),
    "choose_arrival": gettext_noop("Choose your day of arrival."),
    "choose_departure": gettext_noop("Now choose your day of departure."),
    "chosen": gettext_noop("%(arrival)s to %(departure)s"),
    "arrival": gettext_noop("arrival"),
    "departure": gettext_noop("departure"),
    "in_stay": gettext_noop("in your stay"),
    "from_price": gettext_noop("from %(price)s"),
    "free": gettext_noop("free"),
    "departure_only": gettext_noop("departure only"),
    "not_free": gettext_noop("not available"),
    "too_short": gettext_noop("stay too short"),
    "no_arrival": gettext_noop("no arrival on this day"),
    "weeks_only": gettext_noop("Stays of %(nights)s nights or a multiple of that."),
    "nothing_free": gettext_noop("At the moment there is nothing that can be booked online."),
    # Guests
    "less": gettext_noop("%(what)s: one less"),
    "more": gettext_noop("%(what)s: one more"),
    "age_of_child": gettext_noop("Age of child %(number)s on arrival"),
    "age_needed": gettext_noop("Please choose the age of each child."),
    # Rooms and extras
    "per_night": gettext_noop("%(price)s per night"),
    "per_person_night": gettext_noop("%(price)s per person and night"),
    "quantity_of": gettext_noop("%(what)s, number of rooms"),
    "quantity_of_extra": gettext_noop("%(what)s, quantity"),
    "always_included": gettext_noop("goes with every stay"),
    "room_needed": gettext_noop("Please choose at least one room."),
    "no_rooms": gettext_noop("No room is free for these dates. Please choose other dates."),
    "pricing": gettext_noop("Calculating the price…"),
    "total_now": gettext_noop("Total for your stay: %(price)s"),
    # Address
    "please_choose": gettext_noop("Please choose"),
    "optional": gettext_noop("optional"),
    "answer_needed": gettext_noop("Please answer this question."),
    # What is held
    "held_until": gettext_noop("Your rooms are held for you until %(time)s."),
    "held_no_more": gettext_noop("Your rooms are no longer held for you."),
    "held_longer": gettext_noop("Your rooms are held until %(time)s now."),
    "held_longest": gettext_noop("Your rooms cannot be held any longer than until %(time)s."),
    "keep": gettext_noop("Keep my rooms"),
    "hold_again": gettext_noop("Hold my rooms again"),
    "price_changed": gettext_noop(
        "The price has changed from %(before)s to %(now)s. Please check it before you book."
    ),
    # Going on
    "step": gettext_noop("Step %(number)s of %(count)s: %(name)s"),
    "please_wait": gettext_noop("One moment, please…"),
    "trying_again": gettext_noop("No answer. Trying again…"),
    "no_connection": gettext_noop(
        "There is no connection to the server. Please check yours and try again."
    ),
    "failed": gettext_noop("That did not work. Please try again in a moment."),
    "session_over": gettext_noop(
        "You were away for a while, so we have started anew. Please check your dates."
    ),
    "to_correct": gettext_noop("Please correct this"),
    # Done
    "confirmed": gettext_noop("Your booking is confirmed."),
    "provisional": gettext_noop("Your booking is made. It is confirmed once the deposit has come."),
    "enquiry": gettext_noop(
        "Your enquiry has been sent. You will hear from us whether we can accept it."
    ),
    "mail_sent": gettext_noop("We have sent the details to %(email)s."),
    "pay_by": gettext_noop("Please pay %(amount)s by %(time)s."),
    "pay_now": gettext_noop("Pay now"),
    "how_to_pay": gettext_noop("How to pay"),
    "payment_page": gettext_noop("Open the payment page"),
    "payment_waits": gettext_noop(
        "Please pay in the window that has opened. This page shows when the payment has come."
    ),
    "not_paid": gettext_noop("Nothing was paid. You can try again."),
    "held_while_paying": gettext_noop(
        "Your rooms are held while you pay. The booking is made once the payment has come."
    ),
    "book_another": gettext_noop("Book another stay"),
}


def _numbers(number: int) -> dict[str, str]:
    return {
        "nights": ngettext("%(count)s night", "%(count)s nights", number),
        "adults": ngettext("%(count)s adult", "%(count)s adults", number),
        "children": ngettext("%(count)s child", "%(count)s children", number),
        "rooms_left": ngettext("%(count)s room left", "%(count)s rooms left", number),
        "up_to": ngettext("for %(count)s guest", "for up to %(count)s guests", number),
        "at_least": ngettext("At least %(count)s night.", "At least %(count)s nights.", number),
        "minutes_left": ngettext(
            "Your rooms are held for %(count)s more minute.",
            "Your rooms are held for %(count)s more minutes.",
            number,
        ),
    }


def form_texts() -> dict[str, str | dict[str, str]]:
    """The texts by name; those that depend on a number have a form for one and one for others."""
    one, other = _numbers(1), _numbers(2)
    plurals = {name: {"one": one[name], "other": other[name]} for name in one}
    return {name: gettext(text) for name, text in _TEXTS.items()} | plurals
