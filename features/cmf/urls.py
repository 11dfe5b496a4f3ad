"""The endpoints by noun, each in a package with its own paths, views and serializers."""

from __future__ import annotations

from features.cmf.admin import urls as admin
from features.cmf.announce import urls as announce
from features.cmf.ari import urls as ari
from features.cmf.availability import urls as availability
from features.cmf.blocks import urls as blocks
from features.cmf.bookings import urls as bookings
from features.cmf.changes import urls as changes
from features.cmf.content import urls as content
from features.cmf.coupons import urls as coupons
from features.cmf.dictionary import urls as dictionary
from features.cmf.extras import urls as extras
from features.cmf.guesttypes import urls as guesttypes
from features.cmf.images import urls as images
from features.cmf.invoices import urls as invoices
from features.cmf.links import urls as links
from features.cmf.location import urls as location
from features.cmf.managers import urls as managers
from features.cmf.properties import urls as properties
from features.cmf.publication import urls as publication
from features.cmf.rates import urls as rates
from features.cmf.reservations import urls as reservations
from features.cmf.reviews import urls as reviews
from features.cmf.rooms import urls as rooms
from features.cmf.settings import urls as settings
from features.cmf.webhooks import urls as webhooks

urlpatterns = [
    *admin.urlpatterns,
    *announce.urlpatterns,
    *ari.urlpatterns,
    *availability.urlpatterns,
    *blocks.urlpatterns,
    *bookings.urlpatterns,
    *changes.urlpatterns,
    *content.urlpatterns,
    *dictionary.urlpatterns,
    *images.urlpatterns,
    *location.urlpatterns,
    *coupons.urlpatterns,
    *dictionary.urlpatterns,
    *extras.urlpatterns,
    *guesttypes.urlpatterns,
    *links.urlpatterns,
    *managers.urlpatterns,
    *invoices.urlpatterns,
    *properties.urlpatterns,
    *publication.urlpatterns,
    *rates.urlpatterns,
    *reservations.urlpatterns,
    *reviews.urlpatterns,
    *rooms.urlpatterns,
    *settings.urlpatterns,
    *webhooks.urlpatterns,
]
