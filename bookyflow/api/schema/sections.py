"""The sections of the API, as the document and the pages about it group its features."""

from __future__ import annotations

from collections.abc import Iterable

from bookyflow.plugins.manifest import Feature

AUTHENTICATION = "Authentication"
TITLES = {  # by the section of a feature's manifest; in the order of the documentation
    "booking": "New Booking Engine",
    "cmf": "Channel Management Framework",
    "core": "Core API",
    "extras": "Core API",
    "messaging": "Messaging API",
}
SECTIONS = (AUTHENTICATION, *dict.fromkeys(TITLES.values()))


def title_of(feature: Feature) -> str:
    """The feature's title; with a star where its calls need no key pair."""
    return f"{feature.title} *" if feature.auth_free else feature.title


def by_section(features: Iterable[Feature]) -> dict[str, list[Feature]]:
    """The features by the name of their section, in the order of sections and titles."""
    found: dict[str, list[Feature]] = {section: [] for section in SECTIONS}
    for feature in sorted(features, key=lambda one: one.title):
        found[TITLES[feature.section]].append(feature)
    return found
