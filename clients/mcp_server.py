"""BookyFlow as tools of an MCP server: what a key pair may do, and nothing else.

The environment says where the site is (BOOKYFLOW_URL), which key pair to use
(BOOKYFLOW_CLIENT_ID, BOOKYFLOW_CLIENT_SECRET) and, for a channel's key pair, the channel
(BOOKYFLOW_CHANNEL).
"""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import httpx2
from fastmcp import FastMCP
from mcp.types import ToolAnnotations

URL = os.environ["BOOKYFLOW_URL"]
OURS = {"X-BOOKYFLOW-channel-name", "X-BOOKYFLOW-proxy-id", "If-None-Match"}


class KeyPair(httpx2.Auth):
    """Sends a token, and gets a new one when it is refused."""

    requires_response_body = True
    token = ""

    def auth_flow(
        self, request: httpx2.Request
    ) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Ask once more with a new token after a 401."""
        request.headers["Authorization"] = f"Bearer {self.token}"
        if not self.token or (yield request).status_code == httpx2.codes.UNAUTHORIZED:
            self.token = given((yield token_request()))["access_token"]
            request.headers["Authorization"] = f"Bearer {self.token}"
            yield request


def token_request() -> httpx2.Request:
    """What the key pair asks for."""
    form = {
        "grant_type": "client_credentials",
        "client_id": os.environ["BOOKYFLOW_CLIENT_ID"],
        "client_secret": os.environ["BOOKYFLOW_CLIENT_SECRET"],
    }
    return httpx2.Request("POST", f"{URL}/bookyflow/api/oauth/token", data=form)


def given(answer: httpx2.Response) -> Any:
    """The token that was given, with its scopes."""
    return answer.raise_for_status().json()


def allowed(document: dict[str, Any], scopes: set[str]) -> dict[str, Any]:
    """The document with those operations alone that need a scope and get by with these."""
    kept: dict[str, Any] = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            needed = [one["oauth2"] for one in operation["security"] if one.get("oauth2")]
            if any(scopes.issuperset(one) for one in needed):
                operation["parameters"] = [
                    one for one in operation.get("parameters", []) if one.get("name") not in OURS
                ]
                kept.setdefault(path, {})[method] = operation
    return {**document, "paths": kept}


def mark(route: Any, tool: Any) -> None:
    """Say which tools only read, so that a host asks before it calls another one."""
    tool.annotations = ToolAnnotations(read_only_hint=route.method == "GET")


def make_server() -> FastMCP[Any]:
    """A server with the document of the site and the rights of the key pair."""
    with httpx2.Client() as client:
        scopes = set(given(client.send(token_request()))["scope"].split())
        document = client.get(f"{URL}/bookyflow/api/schema").raise_for_status().json()
    headers = {"X-BOOKYFLOW-channel-name": os.environ.get("BOOKYFLOW_CHANNEL", "")}
    api = httpx2.AsyncClient(base_url=URL, auth=KeyPair(), headers=headers)
    return FastMCP.from_openapi(
        allowed(document, scopes), client=api, name="BookyFlow", mcp_component_fn=mark
    )


if __name__ == "__main__":
    make_server().run()
