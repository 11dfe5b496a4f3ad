"""A call of the log as a line for a shell: its form, never what was in it, nor a secret."""

from __future__ import annotations

import json
import re
import shlex

from django.conf import settings

from bookyflow.accounts.models import KeyPair
from bookyflow.api.contract import SAFE
from bookyflow.api.models import RequestLog

_PLACE = re.compile(r"<(?:[a-z_]+:)?([a-z_]+)>")


def curl_of(entry: RequestLog, *, url: str, key: KeyPair | None, channel: str = "") -> str:
    """The call with its values as words to replace; the token comes from $SECRET.

    `url` is the site's address with its slash. The log has no values, so that they cannot be here.
    """
    lines = [f"curl -X {entry.method} {shlex.quote(url + _path(entry.route))}"]
    if key is not None:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if channel:
        lines.append(f"-H {shlex.quote('X-BOOKYFLOW-channel-name: ' + channel)}")
    if entry.proxied_by:
        lines.append(f"-H 'X-BOOKYFLOW-proxy-id: {entry.user_id}'")
    if body := _body(entry):
        lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(body)}"]
    return _token(url, key) + " \\\n  ".join(lines)


def path_shown(route: str) -> str:
    """A route below the API's address, with the names of its values in braces."""
    path = _PLACE.sub(lambda found: f"{{{found[1]}}}", route)
    return path.removeprefix(f"{settings.API_BASE}/".lstrip("/")) or path


def _token(url: str, key: KeyPair | None) -> str:
    if key is None:
        return ""
    ask = f'curl -s -u "{key.client_id}:$SECRET" -d grant_type=client_credentials'
    read = "python3 -c 'import json,sys; print(json.load(sys.stdin)[\"access_token\"])'"
    return f"TOKEN=$({ask} {shlex.quote(url + 'bookyflow/api/oauth/token')} | {read})\n"


def _path(route: str) -> str:
    return _PLACE.sub(lambda found: found[1].upper(), route)


def _body(entry: RequestLog) -> str:
    if entry.method in SAFE:
        return ""
    in_path = set(_PLACE.findall(entry.route))
    names = [name for name in entry.body if name not in in_path]
    return json.dumps({name: name.upper() for name in names}) if names else ""
