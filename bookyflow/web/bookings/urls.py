from __future__ import annotations

from django.urls import path

from bookyflow.web.bookings import actions, changes, endings, listing, new, page

ONE = "p/<int:property_id>/bookings/<int:booking_id>"

urlpatterns = [
    path("p/<int:property_id>/bookings", listing.bookings, name="bookings"),
    path("p/<int:property_id>/bookings/new", new.booking_new, name="booking_new"),
    path(ONE, page.booking, name="booking"),
    path(f"{ONE}/step", actions.step, name="booking_step"),
    path(f"{ONE}/cancel", endings.cancel, name="booking_cancel"),
    path(f"{ONE}/no-show", endings.no_show, name="booking_no_show"),
    path(f"{ONE}/reject", endings.reject, name="booking_reject"),
    path(f"{ONE}/early", endings.early, name="booking_early"),
    path(f"{ONE}/change", changes.change, name="booking_change"),
    path(f"{ONE}/move", changes.move, name="booking_move"),
    path(f"{ONE}/guest", changes.guest, name="booking_guest"),
    path(f"{ONE}/notes", actions.note_add, name="booking_note"),
    path(f"{ONE}/notes/<int:note_id>/remove", actions.note_remove, name="booking_note_remove"),
    path(f"{ONE}/charges", actions.charge_add, name="booking_charge"),
    path(f"{ONE}/charges/<int:line_id>/void", actions.charge_void, name="booking_charge_void"),
    path(f"{ONE}/payments", actions.payment_add, name="booking_payment"),
    path(f"{ONE}/refunds", actions.refund_add, name="booking_refund"),
    path(
        f"{ONE}/payments/<int:payment_id>/void", actions.payment_void, name="booking_payment_void"
    ),
    path(f"{ONE}/security/held", actions.security_held, name="booking_security_held"),
    path(f"{ONE}/security/returned", actions.security_returned, name="booking_security_returned"),
    path(f"{ONE}/invoice", actions.invoice_add, name="booking_invoice"),
    path(f"{ONE}/messages", actions.message_send, name="booking_message"),
]
