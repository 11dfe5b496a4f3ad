#!/bin/sh
# ruff's defaults rewrite a well-typed __exit__ into one that mypy refuses.
#
# A class that passes on what __exit__ was given, as *args: Any, is right. Rule PYI036, among the rules that ruff
# selects by itself, makes *args: object of it, as a fix that counts as safe; and object cannot be passed on.
#
# Whom it hurts: who has `ruff check --fix` in a hook without rules of an own, such as users of
# openapi-python-client 0.29.1 with `--meta none`, which formats what it makes with ruff: its client.py then has
# twelve errors under `mypy --strict`. With any other --meta it writes a pyproject.toml that selects rules.
#
# Exit code 0: still so. Written on 2026-11-28.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ruff==0.17.6 mypy==2.4.1

cd "$folder"
cat >lent.py <<'PYTHON'
from contextlib import ExitStack
from typing import Any


class Lent:
    def __init__(self, inner: ExitStack) -> None:
        self.inner = inner

    def __exit__(self, *args: Any) -> None:
        self.inner.__exit__(*args)
PYTHON

types() { venv/bin/mypy --config-file= --strict lent.py | tail -n 1 || true; }

venv/bin/ruff --version
before=$(types)
venv/bin/ruff check --isolated --quiet --fix lent.py
after=$(types)
echo "expected: $before"
echo "seen:     $after"
grep -n "__exit__(self" lent.py
case "$before|$after" in
"Success: no issues found in 1 source file|Found 3 errors in 1 file (checked 1 source file)") exit 0 ;;
*) exit 1 ;;
esac
