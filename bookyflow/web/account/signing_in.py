"""What happens when somebody has signed in, or has said again who it is."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.signals import authentication_step_completed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from bookyflow.web.pages import FRESH


@receiver(user_logged_in)
def _signed_in(sender: type, *, request: HttpRequest, **also: Any) -> None:
    request.session[FRESH] = time.time()


@receiver(authentication_step_completed)
def _said_again(sender: type, *, request: HttpRequest, **also: Any) -> None:
    # A step on the way in counts for nothing before the last one, which is the signal above.
    if also.get("reauthenticated"):
        request.session[FRESH] = time.time()
