"""What the tests of a whole run have seen of the API: every refusal and field that is promised.

Each answer that a CheckedClient gets is noted. At the end of a run of all tests, what the document
promises and no test has seen fails the run; so does an exemption that is not needed any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bookyflow.api.checks import feature_routes
from bookyflow.api.schema.document import BundledGenerator, document
from bookyflow.core.errors import ERRORS

EXEMPT = Path(__file__).parent / "contract" / "unseen.txt"
SEEN: set[str] = set()


def refusal(operation: str, status: int, key: str) -> None:
    """Note that an operation was refused so."""
    SEEN.add(f"{operation} refuses {status} {key}")


def answer(operation: str, body: Any) -> None:
    """Note the fields of a success that had a value."""
    SEEN.update(f"{operation} answers {path}" for path in _filled(body, ""))


def _filled(value: Any, path: str) -> Iterator[str]:
    """Paths of what is neither null nor empty. Keys that are data, such as ids, are all one."""
    if isinstance(value, list):
        for item in value:
            yield from _filled(item, f"{path}[]")
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _filled(inner, f"{path}.{name}")
    elif value not in {None, ""}:
        yield path


def promised() -> set[str]:
    """All that is promised by the features that BookyFlow brings."""
    found = document(BundledGenerator.features)
    components = found["components"]["schemas"]
    lines = set()
    for route in feature_routes():
        if route.feature in BundledGenerator.features and route.contract:
            name = route.contract.name
            lines |= {f"{name} refuses {_status(key)} {key}" for key in route.contract.raises}
    for methods in found["paths"].values():
        for operation in methods.values():
            if "oauth" not in operation["tags"]:
                lines |= {
                    f"{operation['operationId']} answers {path}"
                    for path in _fields(_success(operation), components, "")
                }
    return lines


def _status(key: str) -> int:
    return ERRORS[key].status


def _success(operation: dict[str, Any]) -> dict[str, Any]:
    code = next(code for code in operation["responses"] if code < "300")
    schema: dict[str, Any] = operation["responses"][code]["content"]["application/json"]["schema"]
    return schema


def _fields(schema: dict[str, Any], components: dict[str, Any], path: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    if "allOf" in schema:
        for part in schema["allOf"]:
            yield from _fields(part, components, path)
    elif "properties" in schema:
        for name, inner in schema["properties"].items():
            yield from _fields(inner, components, f"{path}.{name}")
    elif "items" in schema:
        yield from _fields(schema["items"], components, f"{path}[]")
    elif isinstance(inner := schema.get("additionalProperties"), dict) and inner:
        yield from _fields(inner, components, f"{path}.*")
    else:
        yield path


def is_seen(line: str, seen: set[str]) -> bool:
    """Whether a promised line was seen; `*` in it stands for any key."""
    if ".*" not in line:
        return line in seen
    head, *rest = line.split(".*")
    return any(_matches(one, head, rest) for one in seen if one.startswith(head + "."))


def _matches(line: str, head: str, rest: list[str]) -> bool:
    pattern = re.escape(head) + "".join(r"\.[^\[]+?" + re.escape(part) for part in rest)
    return re.fullmatch(pattern, line) is not None


def faults(seen: set[str]) -> list[str]:
    """What is promised and was not seen, and exemptions without need."""
    exempt = dict(_exemptions())
    missing = {line for line in promised() if not is_seen(line, seen)}
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
