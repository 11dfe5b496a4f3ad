"""Static files of a production site."""

from __future__ import annotations

from collections.abc import Callable
from re import Match
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

OURS = "web/"


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Files whose names have a digest of what is in them, each compressed beside itself.

    Scripts of ours that import each other get their names put right. Those of packages stay as they
    are: some name what is not in them, in comments too (findings/static-imports-in-comments.sh).
    """

    support_js_module_import_aggregation = True

    def url_converter(self, name: str, *args: Any, **kwargs: Any) -> Callable[[Match[str]], str]:
        """Put right what a file names; nothing in the scripts of others."""
        if name.endswith(".js") and not name.startswith(OURS):
            return lambda found: found[0]
        converter: Callable[[Match[str]], str] = super().url_converter(name, *args, **kwargs)
        return converter
