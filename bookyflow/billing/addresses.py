"""Who sells and who buys, kept with an invoice as they were when it was issued."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking


@dataclass(frozen=True)
class InvoiceAddress:
    """A name and an address. `region` is an ISO 3166-2 code or a name, `country` ISO 3166-1."""

    name: str = ""
    house: str = ""
    street: str = ""
    town: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""
    vat_number: str = ""

    def to_text(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> InvoiceAddress:
        """From what is kept; what was not kept, or was forgotten, is empty."""
        return cls(**json.loads(text)) if text else cls()


def seller_of(prop: Property) -> InvoiceAddress:
    """The property's business as its settings name it, else the property itself."""
    settings = prop.settings
    if not settings.business_name:
        return InvoiceAddress(
            name=prop.name,
            street=prop.street,
            town=prop.town,
            region=prop.region,
            postcode=prop.postcode,
            country=prop.country,
            phone=prop.tel,
            email=prop.email,
            vat_number=settings.vat_number,
        )
    return InvoiceAddress(
        name=settings.business_name,
        house=settings.business_house,
        street=settings.business_street,
        town=settings.business_town,
        region=settings.business_region,
        postcode=settings.business_postcode,
        country=settings.business_country,
        phone=settings.business_phone,
        email=settings.business_email,
        vat_number=settings.vat_number,
    )


def buyer_of(booking: Booking) -> InvoiceAddress:
    """The guest as the booking was made.

    The VAT number is the guest book's, where that has the same person.
    """
    guest, entry = booking.booked_for(), booking.entry_of_its_guest()
    return InvoiceAddress(
        name=f"{guest.first_name} {guest.surname}".strip(),
        house=guest.house,
        street=guest.street,
        town=guest.town,
        region=guest.region,
        postcode=guest.postcode,
        country=guest.country,
        phone=guest.phone or guest.mobile,
        email=guest.email,
        vat_number=entry.vat_number if entry else "",
    )
