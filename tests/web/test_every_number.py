"""Numbers that pages are told in addresses and fields, with far too many digits."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
HUGE = "9" * 5000  # more digits than Python reads as a number


@pytest.mark.parametrize(
    "path",
    [
        "p/{hotel}/prices/nights?plan={huge}&room_type={huge}",
        "p/{hotel}/bookings?page={huge}&source=channel:{huge}",
        "p/{hotel}/bookings/new?room={huge}&take={huge}",
        "p/{hotel}/plan?start={huge}&days={huge}",
        "p/{hotel}/team/guest-log?guest={huge}",
        "developers/requests?key={huge}&property={huge}",
        "developers/events/{hotel}?actor={huge}&number={huge}&page={huge}",
        "properties?q={huge}",
    ],
)
def test_pages_are_shown_or_refused(signed_in, hotel, path):
    answer = signed_in.get(f"/bookyflow/{path.format(hotel=hotel.pk, huge=HUGE)}")
    assert answer.status_code in {200, 400}


def test_a_session_of_no_such_number_is_not_ended(signed_in):
    answer = signed_in.post("/bookyflow/account/sessions", {"end": HUGE}, follow=True)
    assert "0 sessions have ended" in answer.content.decode()
