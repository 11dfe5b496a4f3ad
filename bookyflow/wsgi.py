from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookyflow.settings")

from bookyflow.core.telemetry import telemetry_start  # needs the settings

telemetry_start()  # before the middleware is put together
application = get_wsgi_application()

from bookyflow.core.checks import refuse_unsafe_production  # noqa: E402  # needs Django set up
from bookyflow.core.ending import signals  # noqa: E402  # with the others
from bookyflow.core.server_checks import warn_of_other_clocks  # noqa: E402  # the same

refuse_unsafe_production()
signals.listen()
warn_of_other_clocks()

# Else the first call loads them, and each search for garbage goes through all of them.
get_resolver().url_patterns  # noqa: B018  # loads what it reads

# What is loaded stays, so that nobody has to look through it again and again; and what calls leave
# behind is looked for as often as they leave much, and not as the program is large.
gc.collect()
gc.freeze()
