"""What a web worker does not load: libraries that few of them ever need, megabytes each."""

from __future__ import annotations

import subprocess
import sys

from django.conf import settings

SELDOM = (
    "PIL",
    "drf_spectacular.openapi",
    "fido2",
    "icalendar",
    "markdown_it",
    "nh3",
    "recurring_ical_events",
    "requests.adapters",
    "rest_framework.test",
    "weasyprint",
)
WORKER = """
import sys
import bookyflow.wsgi
from django.urls import resolve
resolve("/bookyflow/api/echo")
print(*(name for name in sys.argv[1:] if name in sys.modules))
"""


def test_a_web_worker_starts_without_what_it_seldom_needs():
    command = [sys.executable, "-c", WORKER, *SELDOM]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.split() == []
