"""What compose.yaml starts: what can be reached, and what each may do."""

from __future__ import annotations

import os
import re
import subprocess
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
import yaml

from benchmarks.drill.parts import SHIPPED
from bookyflow.embedded.programs import directory_of_programs
from tests.clusters import new_cluster

ROOT = SHIPPED.parents[1]
TEXT = (ROOT / "compose.yaml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
OURS = {"migrate", "web", "worker"}
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def test_only_the_proxy_can_be_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert SERVICES["proxy"]["volumes"] == [
        f"./{SHIPPED.relative_to(ROOT)}:/etc/nginx/conf.d/default.conf:ro"
    ]
    assert "server web:8000;" in SHIPPED.read_text()
    assert SERVICES["web"]["expose"] == ["8000"]


@pytest.mark.parametrize("name", SERVICES)
def test_none_may_write_outside_its_data_or_become_more_than_it_is(name):
    service = SERVICES[name]

    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert "cap_add" not in service
    if name not in OURS:  # whose image says so itself
        assert service["user"] not in {"", "root", "0"}


def test_the_image_does_not_run_as_root():
    lines = (ROOT / "Dockerfile").read_text().splitlines()

    assert [line for line in lines if line.startswith("USER ")] == ["USER bookyflow"]


def test_secrets_are_files_of_those_who_need_them():
    made = set(re.findall(r"> secrets/(\w+)$", OPERATIONS, re.MULTILINE))
    assert {f"secrets/{name}" for name in made} == {
        one["file"] for one in COMPOSE["secrets"].values()
    }
    for service in SERVICES.values():
        given = service.get("secrets", [])
        used = re.findall(r"/run/secrets/(\w+)", str(service.get("environment", "")))
        assert set(used) <= set(given)
        for name in service.get("environment", {}):
            assert not re.search(r"PASSWORD$|SECRET_KEY$|_KEYS?$|_URL$", name), name
    assert SERVICES["postgres"]["secrets"] == ["postgres_password", "database_password"]
    assert SERVICES["redis"]["secrets"] == ["redis_configuration"]
    assert "secrets" not in SERVICES["proxy"]


def test_the_sites_role_is_no_superuser(tmp_path):
    """The script that compose.yaml has PostgreSQL run, on a new server."""
    (tmp_path / "password").write_text('it\'s a "secret"\n')
    with new_cluster(tmp_path / "postgres") as url:
        address = urlsplit(url)
        programs = f"{directory_of_programs()}:{os.environ['PATH']}"
        environment = {
            "PATH": programs,
            "PGHOST": parse_qs(address.query)["host"][0],
            "PGPORT": str(address.port),
            "POSTGRES_USER": "postgres",
            "DATABASE_PASSWORD_FILE": str(tmp_path / "password"),
        }
        other = address._replace(path="/postgres").geturl()
        with psycopg.connect(other, autocommit=True) as admin:  # none in the image's new server
            admin.execute("DROP DATABASE bookyflow")
        script = ROOT / "docs" / "compose" / "role.sh"
        subprocess.run([script], env=environment, check=True)
        with psycopg.connect(url) as admin:
            (may,) = admin.execute(
                "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication"
                " FROM pg_roles WHERE rolname = 'bookyflow'"
            ).fetchall()
            (owner,) = admin.execute(
                "SELECT datdba::regrole::text FROM pg_database WHERE datname = 'bookyflow'"
            ).fetchall()

    assert (may, owner) == ((False,), ("bookyflow",))
