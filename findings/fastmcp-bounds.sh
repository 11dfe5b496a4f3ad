#!/bin/sh
# FastMCP makes floats of the bounds of integers, and forgets what an operation does.
#
# A tool made from an OpenAPI document has the operation's description or its summary, never both; the summary is
# what says in one line what the operation does. And minimum and maximum of an integer come as floats: 1.0, and
# 9.223372036854776e+18 for the largest number of 64 bits, which is one more than it.
#
# Whom it hurts: who gives a model tools made from a document with ids of 64 bits: it reads that an id of 2^63 is
# allowed, which the API then refuses; and it chooses among tools by descriptions that begin in the middle. Write
# descriptions whose first sentence is the summary.
#
# Exit code 0: still so. Written on 2026-11-28.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check fastmcp==4.2.3

FASTMCP_LOG_LEVEL=ERROR "$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import sys
from importlib.metadata import version

from fastmcp import FastMCP

LARGEST = 2**63 - 1
number = {"type": "integer", "minimum": 1, "maximum": LARGEST}
operation = {
    "operationId": "price_stay",
    "summary": "Price a stay.",
    "description": "The last night counts.",
    "parameters": [{"name": "id", "in": "path", "required": True, "schema": number}],
    "responses": {"200": {"description": "Priced."}},
}
document = {
    "openapi": "3.1.0",
    "info": {"title": "Stays", "version": "1"},
    "servers": [{"url": "http://127.0.0.1:9"}],
    "paths": {"/stays/{id}": {"get": operation}},
}
(tool,) = asyncio.run(FastMCP.from_openapi(document).list_tools())
seen = tool.parameters["properties"]["id"]
print("FastMCP", version("fastmcp"))
print(f"expected: minimum 1, maximum {LARGEST}; seen: minimum {seen['minimum']}, maximum {seen['maximum']}")
print(f"expected: Price a stay. … The last night counts.; seen: {tool.description}")
still = (
    repr(seen["minimum"]) == "1.0"
    and int(seen["maximum"]) == LARGEST + 1
    and tool.description == "The last night counts."
    and not tool.title
)
sys.exit(0 if still else 1)
PYTHON
