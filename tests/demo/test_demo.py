"""The demonstration's data, and the worked example in it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bookyflow.accounts.models import User
from bookyflow.demo.example import DOUBLE, NAMES, TWIN
from bookyflow.demo.management.commands.demo import booking_lines, curl_lines, quote_line
from bookyflow.demo.services import demo_make
from bookyflow.guests.models import Guest
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking
from bookyflow.reservations.tokens import guest_token
from bookyflow.tariffs.models import Extra


@pytest.fixture
def demo(db):
    return demo_make(known={})


def test_it_is_made_once(demo):
    again = demo_make(known={"logins": demo.logins, "client_id": demo.client_id})

    assert again.properties == demo.properties
    assert again.logins == demo.logins
    assert Property.objects.count() == 5
    assert User.objects.filter(username="manager").count() == 1
    assert Booking.objects.exists()


@pytest.mark.parametrize(
    ("inclusive", "total", "deposit"), [(True, "802.50", "160.50"), (False, "930.30", "186.06")]
)
def test_the_worked_example_has_its_price(demo, anonymous, inclusive, total, deposit):
    prop = Property.objects.select_related("settings").get(name=NAMES[inclusive])
    arrival = prop.settings.today() + timedelta(days=100)
    guest = Guest.objects.get(property=prop)

    answer = anonymous.post(
        "/bookyflow/api/booking/quote",
        {
            "property_uid": prop.pk,
            "arrival": arrival.isoformat(),
            "departure": (arrival + timedelta(days=3)).isoformat(),
            "rooms": [
                {"room_type_uid": DOUBLE, "adults": 2},
                {"room_type_uid": TWIN, "adults": 1},
            ],
            "extras": {str(extra.pk): 1 for extra in Extra.objects.filter(property=prop)},
            "guest_token": guest_token(guest.pk),
        },
    )

    quote = answer.json()["data"]["quote"]
    assert (quote["total"], quote["deposit_required"]) == (total, deposit)
    assert sum(Decimal(line["gross"]) for line in quote["lines"]) == Decimal(total)


def test_the_lines_for_a_shell_name_what_there_is(demo):
    lines = booking_lines("http://test", demo)

    assert str(demo.examples[0].property_id) in lines[0]
    assert demo.examples[0].guest_token in lines[0]
    assert demo.examples[1].guest_token in quote_line("http://test", demo.examples[1])
    assert len(curl_lines("http://test", demo)) == 5
