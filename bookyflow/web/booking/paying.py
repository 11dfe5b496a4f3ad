"""Where a client of the booking API sends a guest who has to pay."""

from __future__ import annotations

from django.urls import reverse

from bookyflow.properties.models import Property


def page_to_pay(prop: Property, language: str) -> str:
    """The path of a property's booking form, which goes on with a session that it is handed."""
    return f"{reverse('web:booking_form', args=[prop.pk])}?lang={language}"
