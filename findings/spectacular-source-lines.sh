#!/bin/sh
# drf-spectacular's command reads the source of every class, for warnings that there are none of.
#
# `manage.py spectacular` notes with each serializer and view at which line of which file it is defined, in case that
# a warning has to name it: whether one comes or not. Before Python 3.13 the line of a class is found by parsing its
# whole file, once for each class in it; what was found is kept for 1,000 classes and found anew beyond.
#
# Whom it hurts: who has a document of some hundred operations and compares it with the committed one in each check:
# under a profiler 269 of 292 seconds went there. The schema view does not do it, so that the same document is served much sooner than it is
# written, and a profile of the view shows nothing.
#
# Exit code 0: still so. Written on 2026-11-29.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    Django==5.2.19 djangorestframework==3.18.3 drf-spectacular==0.30.0

cat >"$folder/rooms.py" <<'PYTHON'
from django.urls import path
from rest_framework import generics, serializers

CLASSES = 30
serials = [
    type(f"Room{number}", (serializers.Serializer,), {"number": serializers.IntegerField(), "__module__": __name__})
    for number in range(CLASSES)
]


def view(serializer):
    return type("View" + serializer.__name__, (generics.GenericAPIView,), {
        "serializer_class": serializer, "get": lambda self, request: None, "__module__": __name__,
    })


urlpatterns = [path(f"rooms/{number}", view(one).as_view()) for number, one in enumerate(serials)]
PYTHON

cd "$folder"
venv/bin/python - <<'PYTHON'
import inspect
import io
import sys
from contextlib import redirect_stderr
from importlib.metadata import version

import django
from django.conf import settings
from django.core.management import call_command

settings.configure(
    INSTALLED_APPS=["rest_framework", "drf_spectacular"],
    ROOT_URLCONF="rooms",
    SECRET_KEY="x",
    REST_FRAMEWORK={
        "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
    },
)
django.setup()

asked = []
original = inspect.getsourcelines
inspect.getsourcelines = lambda of: asked.append(of) or original(of)
told = io.StringIO()
with redirect_stderr(told):
    call_command("spectacular", file="document.yaml")
print("drf-spectacular", version("drf-spectacular"), "on Python", sys.version.split()[0])
print(f"warnings: {told.getvalue().strip() or 'none'}")
print(f"expected: no source is read; seen: it was looked up for {len(asked)} classes")
sys.exit(0 if not told.getvalue() and len(asked) >= 60 else 1)
PYTHON
