from __future__ import annotations

import pytest

from bookyflow.plugins.manifest import Feature, Scope
from bookyflow.plugins.models import FeatureState
from tests.api import root
from tests.api.redis_server import redis  # noqa: F401  # a fixture


def _scope(name: str, level: int) -> Scope:
    return Scope(name, level, "user", f"Label of {name}", f"What {name} is for.")


PROBE = Feature(
    name="probe",
    title="Probe",
    version="1.0.0",
    section="extras",
    auth_free=False,
    requires=(),
    scopes=(
        _scope("probe_get", 1),
        _scope("probe_set", 1),
        _scope("fine_get", 70),
        _scope("cmf_admin", 90),
    ),
    module="tests.api.probe",
    bundled=True,
)


@pytest.fixture
def probe(settings, db) -> Feature:
    """A feature with endpoints for tests of the kit, mounted and switched on."""
    settings.FEATURES = (*settings.FEATURES, PROBE)
    settings.ROOT_URLCONF = root.__name__
    FeatureState.objects.get_or_create(name="probe", version="1.0.0", enabled=True)
    return PROBE


@pytest.fixture
def client(probe, client_for):
    """A client with both scopes of the probe."""
    return client_for("probe_get probe_set")
