"""The product's URLs with the probe among the features."""

from __future__ import annotations

from django.urls import include, path

from bookyflow.urls import (  # noqa: F401  # Django looks for the handlers in the root
    handler400,
    handler403,
    handler404,
    handler500,
)
from bookyflow.urls import urlpatterns as product
from tests.api.probe.urls import urlpatterns as probe

urlpatterns = [
    path("bookyflow/api/", include(([path("probe/", include((probe, "probe")))], "api"))),
    *product,
]
