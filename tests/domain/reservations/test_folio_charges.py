"""Services, notes and security deposits."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.property_settings.services import settings_save
from bookyflow.reservations.folio_charges import service_add, service_remove
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking, BookingLine, SecurityDeposit
from bookyflow.reservations.notes import note_delete, note_save
from bookyflow.reservations.security_deposits import security_receive, security_settle
from tests.domain.conftest import book as given
from tests.domain.conftest import stay
from tests.domain.reservations.conftest import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(book, stay_request, inn):
    settle(inn, security_deposit=300)
    return book(stay_request)


@pytest.fixture
def do(booking, by):
    def step(service, **details):
        return service(booking_id=booking.pk, property_id=booking.property_id, by=by, **details)

    return step


@pytest.fixture
def do_to(by):
    def add(booking, **details):
        return service_add(booking_id=booking.pk, property_id=booking.property_id, by=by, **details)

    return add


def refusal(step, *args, **details):
    with pytest.raises(DomainError) as caught:
        step(*args, **details)
    return caught.value


def kinds(booking):
    found = Event.objects.filter(subject_kind="booking", subject_id=booking.pk).order_by("id")
    return list(found.values_list("kind", flat=True))[1:]


@pytest.mark.parametrize("asked", ["quoted", "given"])
@pytest.mark.parametrize("inclusive", [True, False])
def test_a_service_is_entered_as_the_booking_was(inn, book, stay_request, do_to, asked, inclusive):
    prop = settle(inn, prices_inclusive=inclusive)
    made = book(stay_request) if asked == "quoted" else given(prop, stay(20, 2))
    settle(inn, prices_inclusive=not inclusive, accommodation_tax_rate=5)

    line = do_to(made, description="Taxi", price=Decimal(10), tax_percent=Decimal(20))

    assert line.gross == (10 if inclusive else 12)


def test_a_service_of_a_booking_of_before_is_entered_as_the_property_has_it(inn, booking, do_to):
    Booking.objects.update(granted={}, prices_inclusive=None)
    settle(inn, prices_inclusive=False)

    line = do_to(booking, description="Taxi", price=Decimal(10), tax_percent=Decimal(20))

    assert line.gross == 12


def test_a_service_adds_to_the_total(do, booking):
    line = do(
        service_add,
        description=" Taxi ",
        price=Decimal("12.50"),
        quantity=2,
        tax_percent=Decimal(10),
    )

    booking.refresh_from_db()
    assert (line.description, line.gross, line.net) == ("Taxi", 25, Decimal("22.73"))
    assert booking.total == 385
    assert kinds(booking) == ["booking_modified"]


def test_a_service_can_be_taken_back(do, booking):
    line = do(service_add, description="Taxi", price=Decimal(20))
    do(service_remove, line_id=line.pk)

    booking.refresh_from_db()
    assert (booking.total, booking.lines.count()) == (360, 1)


def test_a_service_on_an_invoice_is_taken_back_by_a_line(do, booking):
    line = do(service_add, description="Taxi", price=Decimal(20))
    BookingLine.objects.update(billed=True)
    do(service_remove, line_id=line.pk)

    booking.refresh_from_db()
    assert (booking.total, booking.lines.count()) == (360, 3)
    assert refusal(do, service_remove, line_id=line.pk).key == "service_not_found"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"description": " "}, "service_description"),
        ({"description": "x" * 256}, "service_description"),
        ({"price": Decimal(-1)}, "service_value"),
        ({"price": Decimal("NaN")}, "service_value"),
        ({"price": Decimal(10) ** 9}, "service_value"),
        ({"quantity": 0}, "service_qty"),
        ({"quantity": 1001}, "service_qty"),
        ({"tax_percent": Decimal(101)}, "tax_rate"),
        ({"tax_percent": Decimal("7.777")}, "tax_rate"),
    ],
)
def test_a_service_that_cannot_be(do, wrong, field):
    given = {"description": "Taxi", "price": Decimal(20)} | wrong

    assert list(refusal(do, service_add, **given).fields) == [field]


def test_a_total_that_no_column_holds(do, booking):
    dear = {"description": "Yacht", "price": Decimal(10**8 - 1), "quantity": 1000}
    do(service_add, **dear)

    assert list(refusal(do, service_add, **dear).fields) == ["service_value"]
    booking.refresh_from_db()
    assert booking.total == 10**11 - 1000 + 360


def test_what_has_ended_gets_no_service(do):
    do(booking_cancel)

    error = refusal(do, service_add, description="Taxi", price=Decimal(20))

    assert error.key == "booking_state"


def test_notes(do, booking):
    note = do(note_save, text=" Likes tea ")
    changed = do(note_save, text="Likes coffee", note_id=note.pk)
    do(note_delete, note_id=note.pk)

    assert (note.text, changed.pk, changed.text) == ("Likes tea", note.pk, "Likes coffee")
    assert not booking.notes.exists()
    assert kinds(booking) == ["booking_note_saved", "booking_note_saved", "booking_note_deleted"]


def test_a_note_that_cannot_be(do):
    assert refusal(do, note_save, text="  ").key == "validation_failed"
    assert refusal(do, note_save, text="x" * 10_001).key == "validation_failed"
    assert refusal(do, note_save, text="x", note_id=1).key == "note_not_found"
    assert refusal(do, note_delete, note_id=1).key == "note_not_found"


def test_a_security_deposit_is_in_no_total(booking):
    security = booking.security_deposit

    assert (security.amount, security.state, security.due) == (300, "due", "arrival")
    assert booking.total == 360


def test_a_security_deposit_comes_and_goes(do, booking):
    do(security_receive)
    returned = do(security_settle)

    assert (returned.state, returned.withheld) == ("returned", 0)
    assert kinds(booking) == ["deposit_saved", "deposit_saved"]
    assert refusal(do, security_settle).key == "booking_state"


def test_what_has_ended_needs_no_security_but_gives_it_back(do, booking):
    do(security_receive)
    do(booking_cancel)
    assert do(security_settle).state == "returned"

    SecurityDeposit.objects.update(state="due")
    assert refusal(do, security_receive).key == "booking_state"


def test_a_part_can_be_withheld_for_a_reason(do):
    assert refusal(do, security_settle).key == "booking_state"
    do(security_receive)
    for wrong in (
        {"withheld": Decimal(301), "reason": "x"},
        {"withheld": Decimal(-1), "reason": "x"},
        {"withheld": Decimal("NaN"), "reason": "x"},
        {"withheld": Decimal(5)},
    ):
        assert refusal(do, security_settle, **wrong).key == "validation_failed"

    kept = do(security_settle, withheld=Decimal("45.5"), reason="A broken lamp")

    assert (kept.state, kept.withheld, kept.reason) == (
        "withheld",
        Decimal("45.50"),
        "A broken lamp",
    )


def test_a_service_is_rounded_in_the_currency_of_the_booking(inn, book, stay_request, by):
    booking = book(stay_request)
    settings_save(prop=inn, values={"currency": "JPY"}, by=by, confirmed=True)

    line = service_add(
        booking_id=booking.pk,
        property_id=inn.pk,
        description="Dinner",
        price=Decimal("7.35"),
        tax_percent=Decimal(19),
        by=by,
    )

    assert (line.net, line.tax, line.gross) == (Decimal("6.18"), Decimal("1.17"), Decimal("7.35"))
