"""Starts the MCP server of docs/agents.md, lists its tools, calls some, is refused.

script/clients runs this against a site of its own.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx2
import mcp_server
from fastmcp import Client
from fastmcp.client.transports import PythonStdioTransport
from fastmcp.exceptions import ToolError

PROPERTY = int(os.environ["BOOKYFLOW_PROPERTY"])
ARRIVAL = date.fromisoformat(os.environ["BOOKYFLOW_ARRIVAL"])
SERVER = Path(mcp_server.__file__)


def check(*, holds: bool, claim: str) -> None:
    """Print what was seen, or end."""
    if not holds:
        sys.exit(f"not so: {claim}")
    print(f"  {claim}")


async def main() -> None:
    """Talk to the server as an agent's host does, over its standard input and output."""
    async with Client(PythonStdioTransport(SERVER, env=dict(os.environ))) as agent:
        tools = {tool.name: tool for tool in await agent.list_tools()}
        only_read = {
            name
            for name, tool in tools.items()
            if tool.annotations and tool.annotations.read_only_hint
        }
        check(holds=len(only_read) < len(tools), claim=f"{len(tools)} tools, {len(only_read)} read")
        check(
            holds="cmf_property_price" in only_read and "cmf_put_reservations_add" not in only_read,
            claim="what changes something is marked",
        )
        check(
            holds=not any(name.startswith(("oauth", "booking")) for name in tools),
            claim="what needs no key pair is no tool",
        )
        await call(agent)


async def call(agent: Client[Any]) -> None:
    """List, price, try to book, be refused."""
    listed = await agent.call_tool("properties_list_ids", {})
    ids = (listed.structured_content or {})["data"]["ids"]
    check(holds=PROPERTY in ids, claim=f"properties {ids}")

    stay = {
        "property_uid": PROPERTY,
        "start_date": ARRIVAL.isoformat(),
        "end_date": (ARRIVAL + timedelta(days=1)).isoformat(),
        "number_of_people": 2,
    }
    priced = await agent.call_tool("cmf_property_price", stay)
    price = (priced.structured_content or {})["data"]["response"]["2"]["total"]
    check(holds=float(price) > 0, claim=f"two nights for two cost {price}")

    await try_a_booking(agent, price)
    try:
        await agent.call_tool("cmf_property_price", stay | {"end_date": "2020-01-01"})
    except ToolError as error:
        check(holds="The last night is before the first." in str(error), claim=str(error)[:100])
    else:
        sys.exit("a stay that ends before it begins was priced")


async def try_a_booking(agent: Client[Any], price: str) -> None:
    """See what a reservation would come to, without making it."""
    guest = {
        "surname": "Somerville",
        "email": "mary@guest.example",
        "phone": "+44 1834 000000",
        "address": "1 High Street",
        "post_code": "SA70 7BX",
        "country_code": "GB",
    }
    nights = {
        "property_id": PROPERTY,
        "date_from": ARRIVAL.isoformat(),
        "date_to": (ARRIVAL + timedelta(days=1)).isoformat(),
        "channel_price": price,
        "guest_number": 2,
    }
    reservation = {
        "remote_reservation_id": f"agent-{ARRIVAL}",
        "referrer": "agent",
        "guest_info": guest,
        "stay_infos": [nights],
    }
    tried = await agent.call_tool(
        "cmf_put_reservations_add",
        {"X-BOOKYFLOW-dry-run": "1", "reservations": {"reservations": [reservation]}},
    )
    outcome = (tried.structured_content or {})["data"]["response"]
    check(holds=bool(outcome["successful_bookings"]), claim="a reservation would be accepted")
    booked = await agent.call_tool("cmf_property_list_bookings", {"property_uid": PROPERTY})
    check(holds=f"agent-{ARRIVAL}" not in str(booked.structured_content), claim="and is not made")


def see_scopes() -> None:
    """Fewer scopes, fewer tools."""
    document = {
        "paths": {
            "/open": {"get": {"security": [{}]}},
            "/texts": {"get": {"security": [{"oauth2": ["content_get"]}]}},
            "/prices": {
                "get": {"security": [{"oauth2": ["tariffs_get"]}]},
                "put": {"security": [{"oauth2": ["tariffs_set"]}]},
            },
        }
    }
    paths = mcp_server.allowed(document, {"content_get", "tariffs_get"})["paths"]
    check(
        holds={path: list(item) for path, item in paths.items()}
        == {"/texts": ["get"], "/prices": ["get"]},
        claim="tools are what the scopes allow",
    )


def see_renewal() -> None:
    """A token that has ended costs one call more."""
    pair = mcp_server.KeyPair()
    pair.token = "ended"  # noqa: S105  # a word, no secret
    answer = httpx2.get(f"{mcp_server.URL}/bookyflow/api/properties/all", auth=pair)
    check(holds=answer.is_success, claim="a token that has ended is renewed")


if __name__ == "__main__":
    see_scopes()
    see_renewal()
    asyncio.run(main())
