"""The site as it is deployed: Granian, on the tests' database."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.db import connection

from benchmarks.serving import Server, granian


def database_url() -> str:
    """The test's own database, as DATABASE_URL names it."""
    facts = connection.settings_dict
    user, password = quote(facts["USER"]), quote(facts["PASSWORD"])
    host, port = facts["HOST"], facts["PORT"]
    if host.startswith("/"):
        return f"postgresql://{user}:{password}@/{facts['NAME']}?host={quote(host)}&port={port}"
    return f"postgresql://{user}:{password}@{host}:{port}/{facts['NAME']}"


@pytest.fixture
def server(transactional_db) -> Iterator[Server]:
    """Granian with one process of four threads, which trusts a proxy on this machine."""
    facts = {"DATABASE_URL": database_url(), "TRUSTED_PROXIES": "127.0.0.1", "REQUEST_LOG": "no"}
    with granian(workers=1, application="bookyflow.wsgi:application", **facts) as running:
        yield running
