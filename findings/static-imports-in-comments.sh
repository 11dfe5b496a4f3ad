#!/bin/sh
# Django's hashed static files take a type in a comment of a script for an import, and collectstatic ends.
#
# ManifestStaticFilesStorage with `support_js_module_import_aggregation` puts hashed names into the imports of scripts. It
# finds them by patterns that know no comments: `@type {import("../htmx").HtmxInternalApi}`, as editors
# read types, is an import of a file that is not there. The extensions that django-htmx carries have such lines, so that
# a site with modules of its own cannot switch the option on while that app is installed.
#
# Whom it hurts: who serves own ES modules under hashed names and installs a package with typed scripts: the
# message names a script that the site may never load. Way out: put names right in the site's own scripts alone.
#
# Expected: files are collected, as without the option. Seen: ValueError for django_htmx/ext/hx-sse-2.js or hx-ws-2.js.
# Exit code 0: still so. Written on 2026-11-29, with Django 5.2.19 and django-htmx 1.29.0.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check Django==5.2.19 django-htmx==1.29.0

cd "$folder"
cat >hashed.py <<'PYTHON'
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class WithModules(ManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
PYTHON

venv/bin/python - <<'PYTHON'
import io
import sys

import django
from django.conf import settings
from django.core.management import call_command

settings.configure(
    INSTALLED_APPS=["django.contrib.staticfiles", "django_htmx"],
    SECRET_KEY="x",
    STATIC_URL="static/",
    STATIC_ROOT="collected",
    STORAGES={
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
        "with_modules": {"BACKEND": "hashed.WithModules"},
    },
)
django.setup()
call_command("collectstatic", interactive=False, stdout=io.StringIO())
print("without the option: collected")

from django.contrib.staticfiles import storage
from django.core.files.storage import storages

storage.staticfiles_storage._wrapped = storages["with_modules"]
try:
    call_command("collectstatic", interactive=False, clear=True, stdout=io.StringIO())
except ValueError as error:
    told = str(error).splitlines()[0]
    print("with the option:", told)
    sys.exit(0 if "htmx" in told else 1)
print("with the option: collected")
sys.exit(1)
PYTHON
