"""The package that docs/developers.md builds: put in with pip and driven in the plug-in manager."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from math import ceil
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from urllib.parse import urlsplit

import httpx
import psutil
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.events.models import Event
from bookyflow.plugins.models import FeatureState
from bookyflow.plugins.processes import respawn
from bookyflow.plugins.scaffold import write_feature

ROOT = Path(__file__).resolve().parents[2]
MANAGER = "/admin/plugins/featurestate/"
SAUNA = f"{MANAGER}feature/sauna"
BLOCK = re.compile(r"`(bookyflow_sauna/[\w./]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)
PATIENCE = 240  # seconds, for a machine that has much else to do

pytestmark = pytest.mark.django_db(transaction=True)


def build(folder: Path) -> Path:
    """Make the wheel of the guide's package, as a build tool would, without the network."""
    project = write_feature("sauna", folder)
    blocks = BLOCK.findall((ROOT / "docs" / "developers.md").read_text())
    assert len(blocks) == 6
    for name, text in blocks:
        file = project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    facts = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    info = "bookyflow_sauna-1.1.0.dist-info"
    points = facts["entry-points"]["bookyflow.features"].items()
    files = {
        str(file.relative_to(project)): file.read_bytes()
        for file in sorted((project / "bookyflow_sauna").rglob("*"))
        if file.is_file()
    } | {
        f"{info}/METADATA": b"Metadata-Version: 2.1\nName: bookyflow-sauna\nVersion: 1.1.0\n",
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "\n".join(
            ["[bookyflow.features]", *(f"{name} = {module}" for name, module in points)]
        ).encode(),
    }
    wheel = folder / "bookyflow_sauna-1.1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        lines = []
        for name, content in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            lines.append(f"{name},sha256={digest.decode()},{len(content)}")
            archive.writestr(name, content)
        archive.writestr(f"{info}/RECORD", "\n".join([*lines, f"{info}/RECORD,,"]))
    return wheel


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """Of processes of a site that has the test's database, and the package beside it."""
    database = connection.settings_dict["NAME"]
    return os.environ | {
        "PYTHONPATH": str(tmp_path / "packages"),
        "BOOKYFLOW_VAR": str(tmp_path / "var"),
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": urlsplit(settings.DATABASE_URL)._replace(path=f"/{database}").geturl(),
    }


def run_dir(environment: dict[str, str]) -> Path:
    """Where processes leave their ids."""
    found = Path(environment["BOOKYFLOW_VAR"]) / "run"
    found.mkdir(parents=True, exist_ok=True)
    return found


@pytest.fixture
def serve(environment, transactional_db) -> Iterator[Callable[[], str]]:
    """Start a process of the site; its address.

    `rolling` is for one whose worker is replaced on demand: seconds until the old one ends.
    """
    running = []

    def start(*, rolling: int = 0) -> str:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [sys.executable, "manage.py", "runserver", "--noreload", "--skip-checks"]
        command.append(f"127.0.0.1:{port}")
        if rolling:
            command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
            command += ["--port", str(port), "--workers", "1", "--blocking-threads", "4"]
            command += ["--workers-kill-timeout", "5", "--respawn-interval", str(rolling)]
            command += ["--pid-file", str(run_dir(environment) / "web.pid")]
            command.append("bookyflow.wsgi:application")
        running.append(
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        return f"http://127.0.0.1:{port}"

    yield start
    for process in running:
        for worker in psutil.Process(process.pid).children():
            worker.kill()  # at once: it may be replacing one by another, which takes its time
        process.kill()
        process.wait(20)
    with connection.cursor() as cursor:  # what a test that failed has left
        cursor.execute("DROP TABLE IF EXISTS bookyflow_sauna_note")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'bookyflow_sauna'")


@pytest.fixture
def opened() -> Iterator[Callable[[httpx.Client], httpx.Client]]:
    """Close clients at the end."""
    with ExitStack() as stack:
        yield stack.enter_context


def until(look: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.3)


def is_up(address: str) -> bool:
    """Whether the process answers."""
    try:
        return httpx.get(f"{address}/healthz").status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def looking_all_the_time(address: str) -> Iterator[Counter[int | str]]:
    """Somebody who asks the site again and again meanwhile; what they were answered, in the end."""
    seen: Counter[int | str] = Counter()
    over = Signal()

    def look() -> None:
        while not over.wait(0.05):
            try:
                seen[httpx.get(f"{address}/healthz", timeout=60).status_code] += 1
            except httpx.TransportError as error:
                seen[repr(error)] += 1

    thread = Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def client_at(address: str) -> httpx.Client:
    """What asks a process, anew each time: another one may have come in its place."""
    once = httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(base_url=address, follow_redirects=True, timeout=60, limits=once)


class Browser:
    """A browser of somebody who is signed in, as far as forms go."""

    def __init__(self, http: httpx.Client, user: User) -> None:
        signed_in = Client()
        signed_in.force_login(user)
        self.http = http
        self.http.cookies.set("sessionid", signed_in.cookies["sessionid"].value)

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path)

    def post(self, path: str, **form: str) -> httpx.Response:
        token = self.http.cookies.get("csrftoken", "")
        return self.http.post(path, data=form | {"csrfmiddlewaretoken": token})


def put_in(folder: Path, environment: dict[str, str]) -> Path:
    """Have pip put the guide's package beside the site; where it lies."""
    target = folder / "packages"
    pip = [sys.executable, "-m", "pip", "install", "--no-index", "--no-deps", "--quiet"]
    command = [*pip, "--target", str(target), str(build(folder))]
    subprocess.run(command, check=True, env=environment)
    return target


def put_in_while_it_serves(folder: Path, environment: dict[str, str], admin: Browser) -> Path:
    """As `put_in`, with the processes replaced, which nobody who asks meanwhile notices."""
    server = psutil.Process(int((run_dir(environment) / "web.pid").read_text()))
    before = set(server.children())
    assert len(before) == 1
    with looking_all_the_time(str(admin.http.base_url)) as answers:
        target = put_in(folder, environment)
        assert "sauna" in listed(environment)  # which tries it out, before anything that serves
        assert respawn(run_dir(environment)) == ["web"]
        until(lambda: before.isdisjoint(server.children()))
        assert "Notes that staff keep about the sauna" in admin.get(MANAGER).text
    assert list(answers) == [200], answers
    return target


def listed(environment: dict[str, str]) -> str:
    """What `manage.py features list` says."""
    said = subprocess.run(
        [sys.executable, "manage.py", "features", "list"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return said.stdout


def seconds_to_start(environment: dict[str, str]) -> int:
    """How long the site takes to start on this machine, with all else that it does."""
    begun = time.monotonic()
    assert "sauna" not in listed(environment)
    return ceil(time.monotonic() - begun)


def ended(admin: Browser) -> str:
    """The page of a run of the feature once it has ended."""
    until(lambda: "Working" not in admin.get(f"{SAUNA}/progress").text)
    return admin.get(f"{SAUNA}/progress").text


def test_the_guides_package_lives_from_pip_to_its_removal(
    tmp_path, environment, serve, opened, client_for, hotel, manager
):
    (tmp_path / "packages").mkdir()
    FeatureState.objects.filter(name="sauna").delete()
    super_user = User.objects.create_superuser("root", access_level=AccessLevel.SUPER_MANAGER)

    # Put in while the site serves, whose processes are replaced without anybody waiting in vain.
    addresses = [serve(rolling=3 * seconds_to_start(environment))]
    until(lambda: is_up(addresses[0]))
    admin = Browser(opened(client_at(addresses[0])), super_user)
    assert "Notes that staff keep about the sauna" not in admin.get(MANAGER).text
    target = put_in_while_it_serves(tmp_path, environment, admin)
    addresses.append(serve())
    until(lambda: is_up(addresses[1]))
    staff = Browser(opened(client_at(addresses[1])), manager)
    path, page = f"/bookyflow/api/sauna/{hotel.pk}", f"/bookyflow/x/sauna/{hotel.pk}"

    # It is there, and answers nobody.
    assert "not installed" in admin.get(SAUNA).text
    assert staff.get(page).status_code == 404

    admin.post(f"{SAUNA}/install")
    assert "Done." in ended(admin)
    assert staff.get(page).status_code == 404
    assert "Sauna is on." in admin.post(f"{SAUNA}/enable").text
    assert "The settings are saved." in admin.post(f"{SAUNA}/settings", longest_note="20").text

    # Calls, at both processes.
    client = opened(client_at(""))
    token = client_for("sauna_get sauna_set").token
    client.headers["Authorization"] = f"Bearer {token}"
    made = client.post(f"{addresses[1]}{path}", json={"text": "Boiler serviced"})
    assert made.status_code == 201, made.text
    refused = client.post(f"{addresses[0]}{path}", json={"text": "x" * 21})
    assert refused.json()["fields"] == {"text": ["At most 20 characters."]}
    event = Event.objects.get(kind="sauna_note_written")
    assert event.data == {"note_uid": made.json()["data"]["note"]["note_uid"]}
    document = client.get(f"{addresses[0]}/bookyflow/api/schema?format=json").json()
    assert "sauna_note_written" in document["webhooks"]

    # The page, with its entry in the menu.
    assert page in staff.get("/bookyflow/developers/keys").text
    shown = staff.get(page)
    assert "Boiler serviced" in shown.text
    assert "Stones changed" in staff.post(page, text="Stones changed").text
    assert staff.post(page, text="x" * 21).status_code == 400

    # Off, at once and in all processes.
    assert "1 key pair(s) hold sauna_get, sauna_set" in admin.get(f"{SAUNA}/disable").text
    admin.post(f"{SAUNA}/disable")
    for address in addresses:
        answer = client.get(f"{address}{path}")
        assert (answer.status_code, answer.json()["key"]) == (404, "feature_disabled")
    assert staff.get(page).status_code == 404
    assert page not in staff.get("/bookyflow/developers/keys").text

    # Away, with its data; then its code.
    assert "bookyflow_sauna_note" in admin.get(f"{SAUNA}/uninstall").text
    admin.post(f"{SAUNA}/uninstall", data="drop")
    assert "Done." in ended(admin)
    assert "bookyflow_sauna_note" not in connection.introspection.table_names()
    assert not FeatureState.objects.filter(name="sauna").exists()
    assert client.get(f"{addresses[1]}{path}").status_code == 404
    shutil.rmtree(target)
    assert "sauna" not in listed(environment)
