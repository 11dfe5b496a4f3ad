"""A client of the API as a careful engineer would write one: it can repeat every write."""

from __future__ import annotations

import time
import uuid
from typing import Any

import httpx

PATIENCE = 60.0  # seconds for which a call that got no answer is tried again
PAUSE = 0.2
TRY_AGAIN = {httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE}


class Client:
    """One caller with its own connection and token, a context manager; not shared by threads.

    A write carries an Idempotency-Key, so it is sent again after a broken connection, a 503 or a
    429 without taking effect twice. `retries` counts how often that was needed.
    """

    def __init__(
        self,
        url: str,
        client_id: str,
        client_secret: str,
        channel: str,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self.http = httpx.Client(base_url=f"{url.rstrip('/')}/bookyflow/api", timeout=60)
        self.credentials = (client_id, client_secret)
        self.headers = {"X-BOOKYFLOW-channel-name": channel}
        self.retries = 0
        self.patience = patience

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def call(
        self, method: str, path: str, body: Any = None, extra: dict[str, str] | None = None
    ) -> httpx.Response:
        """One call, with `extra` headers. Raises httpx.TransportError when nobody answers for as
        long as its patience lasts."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if body is not None else {}
        headers |= extra or {}
        deadline = time.monotonic() + self.patience
        while True:
            try:
                answer = self._once(method, path, body, headers)
                if not self._is_passing(answer) or time.monotonic() > deadline:
                    return answer
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
            self.retries += 1
            time.sleep(PAUSE)

    def get(self, path: str) -> Any:
        """What lies under `response`."""
        answer = self.call("GET", path)
        answer.raise_for_status()
        return answer.json()["data"]["response"]

    def put(self, path: str, body: Any, method: str = "PUT") -> Any:
        """What lies under `response` of a write that must succeed."""
        answer = self.call(method, path, body)
        answer.raise_for_status()
        return answer.json()["data"]["response"]

    def _once(self, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        if "Authorization" not in self.headers:
            signed_in = self._sign_in()
            if signed_in is not None:
                return signed_in
        answer = self.http.request(method, path, json=body, headers=self.headers | headers)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self.headers.pop("Authorization")
        return answer

    def _sign_in(self) -> httpx.Response | None:
        answer = self.http.post(
            "/oauth/token", data={"grant_type": "client_credentials"}, auth=self.credentials
        )
        if answer.status_code != httpx.codes.OK:
            return answer
        self.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return None

    def _is_passing(self, answer: httpx.Response) -> bool:
        """Whether another try may end differently."""
        if answer.status_code == httpx.codes.CONFLICT:
            return bool(answer.json().get("key") == "idempotency_in_progress")
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            return "error" not in answer.json()  # an old token; not wrong credentials
        return answer.status_code in TRY_AGAIN
