"""What the tests of a whole run have seen of the API: every refusal and field that is promised.

Each answer that a CheckedClient gets is noted. At the end of a run of all tests, what the document
promises and no test has seen fails the run; so does an exemption that is not needed any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bookyflow.api.checks import feature_routes
from bookyflow.api.schema.document import BundledGenerator, document
from bookyflow.core.errors import ERRORS

EXEMPT = Path(__file__).parent / "contract" / "unseen.txt"
SEEN: set[str] = set()
_ALL_SEEN: set[str] = set()  # operations of whose answers there is nothing left to see
EMPTY: tuple[Any, ...] = (None, "", [], {})


def refusal(operation: str, status: int, key: str) -> None:
    """Note that an operation was refused so."""
    SEEN.add(f"{operation} refuses {status} {key}")


def answer(operation: str, body: Any) -> None:
    """Note the fields of a success that had a value, by the schema that they are fields of."""
    if operation not in _successes() or operation in _ALL_SEEN:
        return
    schemas = document(BundledGenerator.features)["components"]["schemas"]
    SEEN.update(_filled(body, _successes()[operation], schemas, operation))
    if _promised_of(operation) <= SEEN:
        _ALL_SEEN.add(operation)


def _filled(value: Any, schema: Any, schemas: Any, path: str) -> Iterator[str]:
    """The fields in a value that are neither null nor empty."""
    if value in EMPTY:
        return
    schema, path = _resolved(schema, schemas, path)
    inside = [*_inside(schema, path)]
    for step, inner, where in inside:
        for item in _values(value, step):
            yield from _filled(item, inner, schemas, where)
    if not inside:
        yield f"answers {path}"


def _inside(schema: Any, path: str) -> Iterator[tuple[str, Any, str]]:
    """The schemas in a schema: how to get there, and how they are called."""
    for part in schema.get("allOf", []):
        yield "", part, path
    if "items" in schema:
        yield "[]", schema["items"], path
    for name, inner in schema.get("properties", {}).items():
        yield name, inner, f"{path}.{name}"
    if isinstance(inner := schema.get("additionalProperties"), dict) and inner:
        yield "*", inner, f"{path}.*"


def _values(value: Any, step: str) -> list[Any]:
    match step:
        case "":
            return [value]
        case "[]":
            return list(value)
        case "*":
            return list(value.values())
    return [value.get(step)]


def _resolved(schema: Any, schemas: Any, path: str) -> tuple[Any, str]:
    """A schema without detours, and the name that its fields go by."""
    for part in schema.get("oneOf", []):
        if part.get("type") != "null":
            schema = part  # the first one: behind it may be an empty choice
            break
    if "$ref" in schema:
        path = schema["$ref"].rpartition("/")[2]
        return _resolved(schemas[path], schemas, path)
    return schema, path


@cache
def _successes() -> dict[str, Any]:
    """The schema of each operation's success, by its id."""
    found = document(BundledGenerator.features)
    return {
        operation["operationId"]: content["application/json"]["schema"]
        for methods in found["paths"].values()
        for operation in methods.values()
        if "oauth" not in operation["tags"]
        for content in [_success(operation)]
        if "application/json" in content  # a file promises no fields
    }


def _success(operation: dict[str, Any]) -> Any:
    code = next(code for code in operation["responses"] if code < "300")
    return operation["responses"][code]["content"]


def promised() -> set[str]:
    """All that is promised by the features that BookyFlow brings."""
    lines = {
        f"{route.contract.name} refuses {ERRORS[key].status} {key}"
        for route in feature_routes()
        if route.feature in BundledGenerator.features and route.contract
        for key in route.contract.raises
    }
    for operation in _successes():
        lines |= _promised_of(operation)
    return lines


@cache
def _promised_of(operation: str) -> frozenset[str]:
    """The fields of an operation's success."""
    schemas = document(BundledGenerator.features)["components"]["schemas"]
    return frozenset(_fields(_successes()[operation], schemas, operation))


def _fields(schema: Any, schemas: Any, path: str) -> Iterator[str]:
    schema, path = _resolved(schema, schemas, path)
    inside = [*_inside(schema, path)]
    for _, inner, where in inside:
        yield from _fields(inner, schemas, where)
    if not inside:
        yield f"answers {path}"


def faults(seen: set[str]) -> list[str]:
    """What is promised and was not seen, and exemptions without need."""
    exempt = dict(_exemptions())
    missing = promised() - seen
    return [f"never seen: {line}" for line in sorted(missing - exempt.keys())] + [
        f"exempt without need: {line}" for line in sorted(exempt.keys() - missing)
    ]


def _exemptions() -> Iterator[tuple[str, str]]:
    for line in EXEMPT.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            promise, _, reason = line.partition("  # ")
            assert reason, f"no reason: {line}"
            yield promise.strip(), reason


class Plugin:
    """Gathers what the processes of a run have seen, and judges a run of everything."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.faults: list[str] = []

    @property
    def is_worker(self) -> bool:
        return hasattr(self.config, "workerinput")

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out of the run, and nothing failed before it could be seen."""
        option = self.config.option
        narrowed = (
            option.keyword or option.markexpr or getattr(option, "lf", False) or option.maxfail
        )
        given = [Path(one).resolve() for one in self.config.args]
        return not narrowed and given == [self.config.rootpath / "tests"]

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        SEEN.update(getattr(node, "workeroutput", {}).get("seen", []))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self.is_worker:
            self.config.workeroutput["seen"] = sorted(SEEN)  # type: ignore[attr-defined]
        elif self.is_whole and exitstatus == pytest.ExitCode.OK:
            self.faults = faults(SEEN)
            if self.faults:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.faults:
            terminalreporter.section("promised by the document, seen by no test")
            for fault in self.faults:
                terminalreporter.line(fault)
