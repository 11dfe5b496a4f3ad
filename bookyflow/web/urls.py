from __future__ import annotations

from django.urls import path

from bookyflow.web.views import account, booking_form, invoices, keys

app_name = "web"
urlpatterns = [
    path("", account.home, name="home"),
    path("sign-in", account.sign_in, name="sign_in"),
    path("sign-out", account.sign_out, name="sign_out"),
    path("keys", keys.key_list, name="keys"),
    path("keys/new", keys.key_new, name="key_new"),
    path("keys/<int:key_id>", keys.key_detail, name="key"),
    path("keys/<int:key_id>/revoke", keys.key_revoke, name="key_revoke"),
    path("keys/<int:key_id>/secrets", keys.secret_add, name="secret_add"),
    path(
        "keys/<int:key_id>/secrets/<int:secret_id>/retire",
        keys.secret_retire,
        name="secret_retire",
    ),
    path("bookyflow/book/<int:property_id>", booking_form.booking_form, name="booking_form"),
    path("invoices/<int:invoice_id>/print", invoices.invoice_print, name="invoice_print"),
]
