from __future__ import annotations

from django.urls import path

from features.desk.views.amendments import Amendments, Moves
from features.desk.views.bookings import Bookings, Endings
from features.desk.views.guests import Guests
from features.desk.views.invoices import BookingInvoices, Invoices
from features.desk.views.money import Charges, Deposits, Payments
from features.desk.views.notes import Notes
from features.desk.views.presence import Presences

BOOKINGS = "<uid:property_uid>/bookings"
BOOKING = f"{BOOKINGS}/<uid:contract_uid>"
INVOICE = "<uid:property_uid>/invoices/<uid:invoice_uid>"

urlpatterns = [
    path(BOOKINGS, Bookings.as_view({"get": "list_bookings", "post": "create_booking"})),
    path(BOOKING, Bookings.as_view({"get": "read_booking"})),
    path(f"{BOOKING}/approval", Endings.as_view({"put": "approve_booking"})),
    path(f"{BOOKING}/rejection", Endings.as_view({"put": "reject_booking"})),
    path(f"{BOOKING}/keeping", Endings.as_view({"put": "keep_booking"})),
    path(f"{BOOKING}/cancellation/preview", Endings.as_view({"post": "preview_cancellation"})),
    path(f"{BOOKING}/cancellation", Endings.as_view({"put": "cancel_booking"})),
    path(f"{BOOKING}/no_show", Endings.as_view({"put": "mark_no_show"})),
    path(f"{BOOKING}/checkin", Presences.as_view({"put": "check_in", "delete": "undo_check_in"})),
    path(
        f"{BOOKING}/checkout", Presences.as_view({"put": "check_out", "delete": "undo_check_out"})
    ),
    path(f"{BOOKING}/guest", Guests.as_view({"get": "read_guest", "put": "correct_guest"})),
    path(f"{BOOKING}/notes", Notes.as_view({"get": "list_notes", "post": "add_note"})),
    path(
        f"{BOOKING}/notes/<uid:note_uid>",
        Notes.as_view({"put": "update_note", "delete": "delete_note"}),
    ),
    path(f"{BOOKING}/charges", Charges.as_view({"post": "add_charge"})),
    path(f"{BOOKING}/charges/<uid:line_uid>", Charges.as_view({"delete": "remove_charge"})),
    path(f"{BOOKING}/payments", Payments.as_view({"post": "record_payment"})),
    path(
        f"{BOOKING}/payments/<uid:payment_uid>/reversal",
        Payments.as_view({"post": "reverse_payment"}),
    ),
    path(f"{BOOKING}/refunds", Payments.as_view({"post": "record_refund"})),
    path(f"{BOOKING}/deposit", Deposits.as_view({"put": "receive_deposit"})),
    path(f"{BOOKING}/security_deposit/receipt", Deposits.as_view({"put": "receive_security"})),
    path(f"{BOOKING}/security_deposit/return", Deposits.as_view({"put": "return_security"})),
    path(
        f"{BOOKING}/invoices",
        BookingInvoices.as_view({"get": "list_invoices", "post": "issue_invoice"}),
    ),
    path(INVOICE, Invoices.as_view({"get": "read_invoice"})),
    path(f"{INVOICE}/html", Invoices.as_view({"get": "read_invoice_html"})),
    path(f"{INVOICE}/pdf", Invoices.as_view({"get": "read_invoice_pdf"})),
    path(f"{INVOICE}/xml", Invoices.as_view({"get": "read_invoice_xml"})),
    path(f"{INVOICE}/facturx", Invoices.as_view({"get": "read_invoice_facturx"})),
    path(f"{INVOICE}/cancellation", Invoices.as_view({"put": "cancel_invoice"})),
    path(f"{BOOKING}/amendments/preview", Amendments.as_view({"post": "preview_amendment"})),
    path(f"{BOOKING}/amendments", Amendments.as_view({"post": "amend_booking"})),
    path(f"{BOOKING}/moves", Moves.as_view({"post": "move_booking"})),
]
