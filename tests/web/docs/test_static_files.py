"""Static files of a production site: hashed names, compressed, kept for ever."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings as project
from django.contrib.staticfiles import storage
from django.core.management import call_command
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from whitenoise.middleware import WhiteNoiseMiddleware

NOT_OURS = ["admin", "unfold", "drf_spectacular_sidecar", "bootstrap", "rest_framework"]
BACKEND = "bookyflow.web.static_files.HashedFiles"
SCRIPTS = Path(project.BASE_DIR) / "bookyflow/web/static/web/book"
pytestmark = pytest.mark.django_db  # an answer that ends closes connections
IMPORTED = re.compile(r'(?:from|import)\s*\(?"(\./[^"]+)"')


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """What collectstatic makes of our own files, as it does in production."""
    root = tmp_path_factory.mktemp("static")
    storages = {**project.STORAGES, "staticfiles": {"BACKEND": BACKEND}}
    with override_settings(STATIC_ROOT=root, STORAGES=storages, WHITENOISE_USE_FINDERS=False):
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=NOT_OURS)
        yield Path(root), storage.staticfiles_storage


def test_scripts_import_each_other_by_the_names_that_there_are(collected):
    root, files = collected
    main = root / files.stored_name("web/book/main.js")
    met, waiting = set(), [main]
    while waiting:
        script = waiting.pop()
        met.add(script)
        found = {(script.parent / name).resolve() for name in IMPORTED.findall(script.read_text())}
        waiting += [one for one in found if one not in met]

    assert len(met) == len(
        list((Path(project.BASE_DIR) / "bookyflow/web/static/web/book").glob("*.js"))
    )
    for script in met:
        assert re.search(r"\.[0-9a-f]{12}\.js$", script.name)


def test_hashed_files_are_compressed_and_kept(collected):
    root, files = collected
    serve = WhiteNoiseMiddleware(lambda request: HttpResponse(status=404))
    request = RequestFactory().get(files.url("web/site.css"), headers={"Accept-Encoding": "br"})

    answer = serve(request)

    assert answer.status_code == 200
    assert answer["Content-Encoding"] == "br"
    assert "immutable" in answer["Cache-Control"]
    assert len(b"".join(answer.streaming_content)) < (root / "web/site.css").stat().st_size / 2
    answer.close()
