"""The system's own store, changed for real in a private mount namespace."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from platform_backends import steps
from platform_backends.base import Origin, Privilege
from platform_backends.linux_ca_certificates import CaCertificatesStore
from platform_backends.tool_settings.certs_folder import CertsFolderStore
from tests.cli.running import trustmgr
from tests.clients.serving import tls_server
from tests.contract.namespace import STORE, snapshot, tmpfs
from tests.making import Made, chain
from tests.where import ON_THE_MACHINE
from trustmgr.engine import Engine
from trustmgr.plan import Confirmation
from trustmgr.remedy import guard

pytestmark = ON_THE_MACHINE
SYSTEM = "linux.ca-certificates"
YES = Confirmation(named_file=True)


@pytest.fixture(scope="module")
def served() -> tuple[Made, Made, Made]:
    return chain("site.localhost")


@pytest.fixture
def machine(private_machine: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The private machine with a clean environment for clients."""
    monkeypatch.setenv("HOME", str(tmp_path))
    path = [p for p in os.environ["PATH"].split(":") if "shims" not in p]
    monkeypatch.setenv("PATH", ":".join(path))
    return private_machine


@pytest.fixture
def file(tmp_path: Path, served: tuple[Made, Made, Made]) -> str:
    path = tmp_path / "ca.pem"
    path.write_bytes(served[2].pem)
    return str(path)


def everything() -> dict[str, tuple[str, int, str]]:
    found = snapshot(*STORE)
    found["conf"] = ("file", 0, Path("/etc/ca-certificates.conf").read_text())
    return found


def in_bundle(made: Made) -> bool:
    body = made.pem.decode().splitlines()[1]
    return body in Path("/etc/ssl/certs/ca-certificates.crt").read_text()


@pytest.fixture
def site(tmp_path: Path, served: tuple[Made, Made, Made]) -> Iterator[str]:
    with tls_server(tmp_path, *served[:2]) as port:
        yield f"site.localhost:{port}"


#: Java's own store is fed by a hook that these private mounts leave out.
READING_SYSTEM = [w for c in ("python", "curl", "openssl") for w in ("--client", c)]


def curl(site: str) -> int:
    words = ["curl", "-sS", "-o", os.devnull, "--max-time", "20", f"https://{site}/"]
    return subprocess.run(words, capture_output=True, check=False).returncode


def python(site: str) -> bool:
    code = (
        "import ssl, socket, sys; h, p = sys.argv[1].split(':');"
        "s = socket.create_connection(('127.0.0.1', int(p)), 20);"
        "ssl.create_default_context().wrap_socket(s, server_hostname=h)"
    )
    words = [shutil.which("python3") or sys.executable, "-c", code, site]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def test_import_makes_real_clients_accept_and_undo_restores(
    machine: Path, file: str, site: str, served: tuple[Made, Made, Made]
) -> None:
    before = everything()
    assert curl(site) == 60
    assert not python(site)
    assert trustmgr("verify", site).code == 1
    done = trustmgr("import", file, "--yes")
    assert done.code == 0, done
    assert "update-ca-certificates" in done.out
    assert curl(site) == 0
    assert python(site)
    verified = trustmgr("verify", site, "--json", *READING_SYSTEM)
    assert verified.code == 0, verified
    assert {c["store"] for c in verified.json["clients"].values()} == {SYSTEM}
    changed = everything()
    again = trustmgr("import", file, "--yes")
    assert again.code == 0
    assert "Nothing had to be changed" in again.out
    assert everything() == changed
    assert f"{served[2].sha256}" in trustmgr("list", "--store", SYSTEM).out
    undone = trustmgr("undo")
    assert undone.code == 0, undone
    assert everything() == before
    assert curl(site) == 60
    assert trustmgr("verify", site).code == 1


def test_distrust_of_a_vendors_root_and_undo(machine: Path) -> None:
    before = everything()
    listed = trustmgr("list", "--store", SYSTEM, "--json").json["certificates"]
    vendor = next(c for c in listed if c["stores"][SYSTEM]["origin"] == "vendor")
    assert trustmgr("distrust", vendor["sha256"]).code == 0
    table = trustmgr("list", "--store", SYSTEM).out
    row = next(line for line in table.splitlines() if vendor["sha256"] in line)
    assert "distrusted" in row
    assert trustmgr("undo").code == 0
    assert everything() == before


def test_distrust_of_what_we_added_is_refused_clearly(
    machine: Path, file: str, served: tuple[Made, Made, Made]
) -> None:
    assert trustmgr("import", file, "--yes").code == 0
    changed = everything()
    refused = trustmgr("distrust", served[2].sha256)
    assert refused.code == 2
    assert "trustmgr remove" in refused.err
    assert everything() == changed
    assert trustmgr("remove", served[2].sha256).code == 0
    assert not in_bundle(served[2])


def test_a_full_disk_loses_nothing(
    machine: Path, file: str, served: tuple[Made, Made, Made]
) -> None:
    copy = machine / "certs"
    shutil.copytree("/etc/ssl/certs", copy, symlinks=True)
    size = sum(p.lstat().st_size for p in copy.rglob("*") if p.is_file())
    tmpfs(Path("/etc/ssl/certs"), f"size={size + (300 << 10)},mode=755")
    shutil.copytree(copy, "/etc/ssl/certs", symlinks=True, dirs_exist_ok=True)
    before = everything()
    ran = trustmgr("import", file, "--yes")
    assert ran.code == 5, ran
    assert "space" in ran.err.lower()
    assert ran.err.count("\n") == 1
    assert everything() == before
    assert trustmgr("history", "--json").json["changes"][0]["state"] == "failed"
    assert not guard.marked()


def test_a_missing_update_ca_certificates_loses_nothing(machine: Path, file: str) -> None:
    from platform_backends.linux_ca_certificates import layout
    from tests.contract.namespace import bind

    before = everything()
    nothing = machine / "nothing"
    nothing.write_text("")
    for tool in layout.TOOLS:
        if tool.exists():
            bind(nothing, tool)
    ran = trustmgr("import", file, "--yes")
    assert ran.code in (2, 5), ran
    assert "update-ca-certificates" in ran.err + ran.out
    assert everything() == before


def _killed(act: Callable[[], object], moment: Callable[[str], bool]) -> list[str]:
    """Run in a child that is killed, with all it started, at the first step that `moment` names."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:

        def reached(name: str) -> None:
            name = re.sub(r"[0-9a-f]{16}", "*", name)  # what is different each time
            os.write(writing, f"{name}\n".encode())
            if moment(name):
                os.kill(os.getpid(), signal.SIGKILL)

        steps.reached = reached
        try:
            act()
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        names = told.read().splitlines()
    os.waitpid(child, 0)
    return names


def test_a_kill_at_every_step_then_the_next_start(
    machine: Path, served: tuple[Made, Made, Made]
) -> None:
    engine = Engine()

    def add() -> object:
        plan = engine.plan_import([served[2].der], stores=[SYSTEM], from_network=False)
        return engine.apply(plan, YES)

    before = everything()
    names = _killed(add, lambda name: False)
    assert in_bundle(served[2])
    engine.undo()
    assert everything() == before
    moments = list(dict.fromkeys(names))
    assert len(moments) > 5
    for moment in moments:
        _killed(add, lambda name, at=moment: name == at)  # type: ignore[misc]
        said = engine.recover()
        assert len(said) == 1, moment
        assert "rolled back" in said[0]
        assert everything() == before, moment
        assert engine.history()[0].state == "rolled-back"
        assert not guard.marked()
        assert engine.recover() == ()


def test_a_removal_that_was_killed_is_finished(
    machine: Path, served: tuple[Made, Made, Made]
) -> None:
    engine = Engine()
    before = everything()
    engine.apply(engine.plan_import([served[2].der], stores=[SYSTEM], from_network=False), YES)
    for moment in ("record begun", "sources placed", "updated"):

        def remove() -> object:
            plan = engine.plan_remove(served[2].sha256, stores=[SYSTEM])
            return engine.apply(plan, Confirmation())

        _killed(remove, lambda name, at=moment: name == at)  # type: ignore[misc]
        (sentence,) = engine.recover()
        assert "finished" in sentence
        assert everything() == before
        assert engine.history()[0].state == "done"
        engine.undo()
        assert in_bundle(served[2])


def test_killed_from_outside_while_the_command_runs(
    machine: Path, file: str, served: tuple[Made, Made, Made]
) -> None:
    before = everything()
    for delay in (0.1, 0.4, 0.8, 1.2):
        process = subprocess.Popen(
            [sys.executable, "-m", "trustmgr", "import", file, "--yes"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(delay)
        process.kill()
        process.wait()
        ran = trustmgr("history", "--json")
        assert ran.code == 0
        pending = [c for c in ran.json["changes"] if c["state"] == "pending"]
        assert pending == []
        done = [c for c in ran.json["changes"] if c["undoable"]]
        assert in_bundle(served[2]) == bool(done)
        if done:
            assert trustmgr("undo").code == 0
        assert everything() == before


@pytest.fixture
def granted(machine: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A desktop session with a pkexec that grants everything."""
    granting = tmp_path / "bin" / "pkexec"
    granting.parent.mkdir()
    granting.write_text('#!/bin/sh\nexec "$@"\n')
    granting.chmod(0o755)
    monkeypatch.setenv("PATH", f"{granting.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":99")


@pytest.mark.usefixtures("granted")
def test_the_whole_way_through_the_helper(
    served: tuple[Made, Made, Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an ordinary user."""
    monkeypatch.setattr(CaCertificatesStore, "privilege", Privilege.ADMINISTRATOR)
    engine, before = Engine(), everything()
    vendor = next(e for e in engine.store(SYSTEM).entries() if e.origin is Origin.VENDOR)
    engine.apply(engine.plan_import([served[2].der], stores=[SYSTEM], from_network=False), YES)
    assert in_bundle(served[2])
    engine.undo()
    assert everything() == before
    engine.apply(engine.plan_distrust(vendor.sha256), Confirmation())
    assert everything() != before
    engine.undo()
    assert everything() == before
    engine.apply(engine.plan_import([served[2].der], stores=[SYSTEM], from_network=False), YES)
    engine.apply(engine.plan_remove(served[2].sha256), Confirmation())
    assert everything() == before


@pytest.mark.usefixtures("granted")
def test_the_folder_of_a_registry_through_the_helper(
    served: tuple[Made, Made, Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Docker's certs.d is root's: the same way, and undo takes the folders away that were made."""
    monkeypatch.setattr(CertsFolderStore, "privilege", Privilege.ADMINISTRATOR)
    docker, store = Path("/etc/docker"), "tool.docker@registry.example:5000"
    docker.mkdir(exist_ok=True)
    engine, before = Engine(), snapshot(docker)
    engine.apply(engine.plan_import([served[2].der], stores=[store], from_network=False), YES)
    (path,) = (docker / "certs.d" / "registry.example:5000").glob("*.crt")
    assert served[2].pem in path.read_bytes()
    assert store in [one.id for one in engine.stores()]
    engine.undo()
    assert snapshot(docker) == before
    assert store not in [one.id for one in engine.stores()]
