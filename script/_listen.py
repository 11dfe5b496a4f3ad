"""Bring the events of a BookyFlow site to a program on this machine, signed as webhooks are.

It follows the site's feed of events with a key pair that has the scope webhooks_get, and posts each
event to an address of yours, in the order in which they happened, until that answers with 2xx. The
site needs no way to reach this machine. Where it was, it keeps in a file, and goes on from there
when it is started again; the first time it begins with what happens from then on.

The key pair comes from the environment, BOOKYFLOW_CLIENT_ID and BOOKYFLOW_CLIENT_SECRET, since
what stands in options can be read by everybody on the machine. So may the secret that signs,
BOOKYFLOW_WEBHOOK_SECRET; without one it is made, shown, and kept in the file as well.

Needs Python 3.11 and nothing else. Ctrl-C stops it, and lets your program answer first, for a few
seconds.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import signal
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any, NoReturn

API = "/bookyflow/api"
WAIT = 20  # seconds that the site may wait for news
PATIENCE = 15  # seconds for an answer, beyond that
LARGEST_PAGE = 1000
LONGEST_PAUSE = 30  # seconds between two tries
LAST_WORDS = 5  # seconds that an event on its way may take when the end is asked for
EARLY = 60  # seconds before its end that a token is replaced
PREFIX = "whsec_"
LEAST_SECRET, SECRET_BYTES = 24, 32
OK, REDIRECTS, UNAUTHORISED, GONE, LATER = 200, 300, 401, 410, {429, 503}


class Refused(Exception):
    """What no other try will change."""


@dataclass
class Answer:
    """Status, headers and body; status 0 where nobody answered, with the reason as body."""

    status: int
    body: bytes
    headers: Message = field(default_factory=Message)

    @property
    def is_good(self) -> bool:
        """Whether it is a 2xx."""
        return OK <= self.status < REDIRECTS

    @property
    def pause(self) -> int | None:
        """The seconds that Retry-After asks for."""
        text = self.headers.get("Retry-After", "")
        return int(text) if text.isdigit() else None

    @property
    def told(self) -> str:
        """What went wrong, in a line."""
        text = self.body.decode(errors="replace")
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            found = json.loads(text)
            text = found.get("detail") or found.get("error_description") or text
        return " ".join(text.split())[:200]


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """As the site does it, redirects are not followed."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """None: the redirect is the answer."""


# What is on this machine is never reached by way of a proxy.
TO_RECEIVER = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirects)
TO_SITE = urllib.request.build_opener(NoRedirects)


def send(
    opener: urllib.request.OpenerDirector,
    url: str,
    headers: dict[str, str],
    body: bytes | None = None,
    *,
    seconds: float = PATIENCE,
) -> Answer:
    """Make a call and return what was answered, whatever that is."""
    request = urllib.request.Request(url, body, headers)  # noqa: S310  # checked by `address`
    try:
        with opener.open(request, timeout=seconds) as answer:
            return Answer(answer.status, answer.read(), answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read(), error.headers)
    except (OSError, ValueError, ArithmeticError) as error:
        reason = getattr(error, "reason", error)
        return Answer(0, str(reason).encode())


class Pauses:
    """How long to wait after tries that failed: twice as long each time, up to a limit."""

    def __init__(self) -> None:
        self.failures = 0

    def wait(self, answer: Answer) -> None:
        """Wait as long as the answer asks for, or else as long as it is the turn of."""
        own = min(LONGEST_PAUSE, 2**self.failures)
        self.failures += 1
        time.sleep(own if answer.pause is None else min(answer.pause, 10 * LONGEST_PAUSE))

    def reset(self) -> None:
        """It worked."""
        self.failures = 0


class Site:
    """The feed of a site, read with a key pair."""

    def __init__(self, url: str, client_id: str, client_secret: str) -> None:
        self.url = url.rstrip("/")
        pair = f"{quoted(client_id)}:{quoted(client_secret)}".encode()
        self._basic = f"Basic {base64.b64encode(pair).decode()}"
        self._token, self._until = "", 0.0
        self._pauses = Pauses()

    def page(self, after: str, *, wait: int, limit: int = 100) -> dict[str, Any]:
        """Events behind a cursor, and where to go on; waits for some. Raises Refused."""
        query = urllib.parse.urlencode({"after": after, "limit": limit, "wait": wait})
        while True:
            answer = self._read(f"{self.url}{API}/webhooks/events?{query}", wait + PATIENCE)
            if answer.is_good:
                self._pauses.reset()
                found: dict[str, Any] = json.loads(answer.body)["data"]["feed"]
                return found
            if answer.status == UNAUTHORISED and not self._pauses.failures:
                self._token = ""  # it has ended early: once more with another one
            elif answer.status and answer.status not in LATER and answer.status < 500:  # noqa: PLR2004
                raise Refused(f"{answer.status}: {answer.told}")
            say(f"the site: {answer.status or 'no answer'}: {answer.told}")
            self._pauses.wait(answer)

    def _read(self, url: str, seconds: float) -> Answer:
        if not self._token or time.monotonic() > self._until:
            granted = self._grant()
            if not granted.is_good:
                return granted
            facts = json.loads(granted.body)
            self._token = str(facts["access_token"])
            self._until = time.monotonic() + int(facts["expires_in"]) - EARLY
        return send(TO_SITE, url, {"Authorization": f"Bearer {self._token}"}, seconds=seconds)

    def _grant(self) -> Answer:
        body = urllib.parse.urlencode(
            {"grant_type": "client_credentials", "scope": "webhooks_get"}
        ).encode()
        headers = {
            "Authorization": self._basic,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        answer = send(TO_SITE, f"{self.url}{API}/oauth/token", headers, body)
        if answer.status in {400, 401, 403}:
            raise Refused(f"no token: {answer.status}: {answer.told}")
        return answer


class Ending:
    """Signals to end: they interrupt what waits, but no event on its way before it is noted.

    Meanwhile a second one ends it all the same, and so does the end of LAST_WORDS. Who keeps asking
    is not heard any more: the interpreter gives signals that it handles their usual effect back
    before it ends, and the program would not end with 0.
    """

    def __init__(self) -> None:
        self._is_held = self._is_asked = False

    def listen(self) -> None:
        """Take SIGTERM and Ctrl-C from now on; they raise KeyboardInterrupt."""
        self._set(self._take)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let what is done in here come to its end first."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
        if self._is_asked:
            self._end()

    def _take(self, *_: object) -> None:
        if self._is_asked or not self._is_held:
            self._end()
        self._is_asked = True
        last = threading.Timer(LAST_WORDS, self._give_up)
        last.daemon = True
        last.start()

    def _end(self) -> NoReturn:
        self._set(signal.SIG_IGN)
        raise KeyboardInterrupt

    def _set(self, handler: Callable[..., None] | signal.Handlers) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, handler)

    def _give_up(self) -> None:
        """End now: the file is whole at any time, and the event comes again."""
        say("Stopped; the receiver has not answered.")
        os._exit(0)


class Receiver:
    """The address that events are posted to, and the secret that they are signed with."""

    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self._key = key_of(secret)
        self._pauses = Pauses()

    def post(self, event: dict[str, Any]) -> Answer:
        """Post an event once. Raises Refused where the address is given up (410)."""
        name, kind = event["id"], event["message"]["type"]
        text = json.dumps(event["message"], ensure_ascii=False, separators=(",", ":"))
        body = text.encode()
        began = time.monotonic()
        answer = send(TO_RECEIVER, self.url, self._headers(name, body), body)
        took = f"{1000 * (time.monotonic() - began):.0f} ms"
        if answer.is_good:
            say(f"{kind} {name}: {answer.status} ({took})")
            self._pauses.reset()
            return answer
        told = f"{answer.status}" if answer.status else f"no answer, {answer.told}"
        say(f"{kind} {name}: {told} ({took}); it is tried again")
        if answer.status == GONE:
            raise Refused("The receiver wants no more events (410).")
        return answer

    def wait(self, answer: Answer) -> None:
        """Wait until it is tried again."""
        self._pauses.wait(answer)

    def _headers(self, name: str, body: bytes) -> dict[str, str]:
        second = str(int(time.time()))
        signed = b".".join((name.encode(), second.encode(), body))
        digest = hmac.new(self._key, signed, hashlib.sha256).digest()
        return {
            "Content-Type": "application/json",
            "User-Agent": "BookyFlow-listen",
            "webhook-id": name,
            "webhook-timestamp": second,
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        }


class State:
    """What is kept between two runs, in a file that only its owner can read."""

    def __init__(self, file: Path, site: str) -> None:
        self.file, self.site = file, site
        self.cursor: str | None = None
        self.secret = ""
        if not file.exists():
            return
        try:
            known = json.loads(file.read_text(encoding="utf-8"))
            self.secret = str(known["secret"])
            self.cursor = known["cursor"] if known["site"] == site else None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Refused(f"{file} is no file of this program's: {error}") from None

    def save(self) -> None:
        """Write it whole or not at all."""
        facts = {"site": self.site, "cursor": self.cursor, "secret": self.secret}
        beside = self.file.with_name(f"{self.file.name}.new")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(json.dumps(facts))
        beside.replace(self.file)


def main() -> int:
    """Follow until stopped (0), or until that is no use (1)."""
    ending = Ending()
    ending.listen()
    options = parsed()
    try:
        follow(options, ending)
    except Refused as refusal:
        say(str(refusal))
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
    return 0


def parsed() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(
        prog="script/listen",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--to", required=True, type=address, help="where events are posted to")
    parser.add_argument("--site", default="http://127.0.0.1:8000", type=address)
    parser.add_argument("--from-start", action="store_true", help="begin with the oldest event")
    parser.add_argument(
        "--cursor-file",
        type=Path,
        default=Path(".bookyflow-listen"),
        help="where it is kept how far it has come (%(default)s)",
    )
    for name in ("client-id", "client-secret", "webhook-secret"):
        variable = f"BOOKYFLOW_{name.upper().replace('-', '_')}"
        text = f"instead of {variable}"
        parser.add_argument(f"--{name}", default=os.environ.get(variable, ""), help=text)
    options = parser.parse_args()
    if not options.client_id or not options.client_secret:
        parser.error("Set BOOKYFLOW_CLIENT_ID and BOOKYFLOW_CLIENT_SECRET: a key pair of the site.")
    if options.webhook_secret:
        try:
            key_of(options.webhook_secret)
        except ValueError as error:
            parser.error(str(error))
    return options


def follow(options: argparse.Namespace, ending: Ending) -> None:
    """Post what happens, event by event, for ever. Raises Refused."""
    state = State(options.cursor_file, options.site)
    state.secret = options.webhook_secret or state.secret or made_secret()
    site = Site(options.site, options.client_id, options.client_secret)
    receiver = Receiver(options.to, state.secret)
    if options.from_start:
        state.cursor = ""
    elif state.cursor is None:
        state.cursor = newest(site)
    state.save()
    if not options.webhook_secret:
        say(f"Events are signed with {state.secret}")
    say(f"Following {site.url}, posting to {options.to} (Ctrl-C stops it).")
    while True:
        page = site.page(state.cursor, wait=WAIT)
        for event in page["events"]:
            deliver(event, receiver, state, ending)
        if state.cursor != page["next"]:
            state.cursor = page["next"]
            state.save()


def deliver(event: dict[str, Any], receiver: Receiver, state: State, ending: Ending) -> None:
    """Post an event until it is taken, and note that. Raises Refused."""
    while True:
        with ending.held():
            answer = receiver.post(event)
            if answer.is_good:
                state.cursor = event["cursor"]
                state.save()
                return
        receiver.wait(answer)


def newest(site: Site) -> str:
    """The cursor behind all that has happened so far."""
    cursor, has_more = "", True
    while has_more:
        page = site.page(cursor, wait=0, limit=LARGEST_PAGE)
        cursor, has_more = str(page["next"]), bool(page["has_more"])
    return cursor


def made_secret() -> str:
    """A new secret to sign with."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The bytes that a secret stands for. Raises ValueError."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if len(key) < LEAST_SECRET:
        raise ValueError(f"A secret is {PREFIX} and {LEAST_SECRET} bytes or more in base64.")
    return key


def quoted(text: str) -> str:
    """As HTTP Basic of OAuth has ids and secrets."""
    return urllib.parse.quote(text, safe="")


def address(text: str) -> str:
    """An address with http or https, for argparse."""
    parts = urllib.parse.urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text} does not begin with http:// or https://")
    return text


def say(message: str) -> None:
    """Print a line at once, also into a pipe."""
    sys.stdout.write(f"{message}\n")
    sys.stdout.flush()
