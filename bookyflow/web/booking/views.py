"""The booking form of a property, which sites of its owner may show in a frame.

A page like any other, whose script books by the public API alone. It needs no cookie, since
browsers keep them from frames of other sites.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from bookyflow.api.wire.languages import accepted, chosen
from bookyflow.core.errors import DomainError
from bookyflow.core.languages import family, nearest, texts_in
from bookyflow.properties.contact import contact_for_guests
from bookyflow.properties.models import Property, RoomsList
from bookyflow.properties.selectors import property_names, published_property
from bookyflow.reservations.quotes.eligibility import may_book
from bookyflow.reservations.stay_request import VISITOR
from bookyflow.web.booking.texts import form_texts
from bookyflow.web.pages import CONTENT_SECURITY_POLICY, page


@page
@xframe_options_exempt
@require_safe
def booking_form(request: HttpRequest, property_id: int) -> HttpResponse:
    """Book a stay at a published property, in `?lang=`, the browser's language or its own."""
    prop = published_property(property_id)
    if prop is None:
        raise Http404
    language = _language(request, prop)
    with texts_in(language):
        # Without the request: nothing in the page may ask for a session and set its cookie.
        text = render_to_string("web/booking/form.html", _context(request, prop, language))
    return HttpResponse(
        text,
        headers={"Content-Security-Policy": _policy(prop), "Content-Language": language},
    )


def _language(request: HttpRequest, prop: Property) -> str:
    """The first one wanted that we have texts in; with the country of the property's own."""
    own = prop.settings.language
    wanted = (
        nearest(request.GET.get("lang", "")),
        *map(nearest, accepted(request.headers.get("Accept-Language", ""))),
        own,
    )
    ours = dict(settings.LANGUAGES)
    found = next((tag for tag in wanted if family(tag) in ours), "")
    return own if found == family(own) else chosen(found)


def _policy(prop: Property) -> str:
    """The site's policy, but for who may frame the page, and where pictures may lie."""
    ancestors = f"frame-ancestors 'self' {prop.settings.booking_form_sites}".strip()
    policy = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", ancestors)
    media = urlsplit(settings.MEDIA_URL)
    if media.netloc:
        policy = policy.replace("img-src", f"img-src {media.scheme}://{media.netloc}")
    return policy


def _context(request: HttpRequest, prop: Property, language: str) -> dict[str, object]:
    is_paid, is_bookable = request.GET.get("back") == "payment", _is_bookable(prop)
    return {
        "site": settings.SITE_NAME,
        "prop": prop,
        "name": property_names(properties=[prop], language=language)[prop.pk],
        "language": language,
        "languages": [(code, name, code == family(language)) for code, name in settings.LANGUAGES],
        "contact": contact_for_guests(prop),
        "is_paid": is_paid,
        "is_bookable": is_bookable,
        "is_whole": prop.property_type.is_single_unit,
        "setup": None if is_paid or not is_bookable else _setup(prop, language),
    }


def _setup(prop: Property, language: str) -> dict[str, object]:
    """What the script begins with."""
    return {
        "api": settings.API_BASE,
        "property": prop.pk,
        "language": language,
        "perPerson": prop.settings.per_person_per_night,
        "isWhole": prop.property_type.is_single_unit,
        "byRoom": prop.settings.rooms_list == RoomsList.LIST,
        "guests": prop.settings.default_guests,
        "texts": form_texts(),
    }


def _is_bookable(prop: Property) -> bool:
    try:
        may_book(prop, VISITOR)
    except DomainError:
        return False
    return True
