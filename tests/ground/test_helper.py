"""The privileged helper as a real process, asked everything it must refuse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from platform_backends import java
from platform_backends.base import SERVER_AUTH_ONLY, Operation, Trust
from platform_backends.certificates import safe_name
from platform_backends.elevation.launcher import helper_command
from platform_backends.elevation.request import MAX_REQUEST, BadRequest, Request
from platform_backends.linux_ca_certificates import CaCertificatesStore, layout
from tests.contract import namespace
from tests.making import make

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of Linux: the helper, so far")

STORE = "linux.ca-certificates"
MADE = make("Helper Root", ca=True)
GOOD = Request(Operation.ADD, STORE, MADE.sha256, MADE.der, SERVER_AUTH_ONLY)


@pytest.fixture(autouse=True)
def never_the_real_store(request: pytest.FixtureRequest) -> None:
    """As root even what must be refused is asked in private mounts only."""
    if os.geteuid() == 0:
        request.getfixturevalue("private_machine")


def ask(text: bytes) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        helper_command(), input=text, capture_output=True, timeout=100, check=False
    )
    assert done.stderr == b""
    return done.returncode, json.loads(done.stdout)


def changed(**fields: object) -> bytes:
    return json.dumps(json.loads(GOOD.to_json()) | fields).encode()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (b"", "BadRequest"),
        (b"not json", "BadRequest"),
        (b"[" * 100_000, "BadRequest"),
        (b'{"operation": "add"}', "BadRequest"),
        (b"null", "BadRequest"),
        (b" " * (MAX_REQUEST + 1), "BadRequest"),
        (changed(operation="run"), "BadRequest"),
        (changed(operation=["add"]), "BadRequest"),
        (changed(extra=1), "BadRequest"),
        (changed(store="folder:/tmp/x"), "BadRequest"),
        (changed(store="../x"), "BadRequest"),
        (changed(store="java."), "BadRequest"),
        (changed(store="java.../../etc/passwd"), "BadRequest"),
        (changed(store="linux.ca-certificates.x"), "BadRequest"),
        (changed(store="tool.git@git.example.org:443"), "BadRequest"),
        (changed(store="tool.docker@"), "StoreUnavailable"),
        (changed(store="tool.docker@../../etc:443"), "StoreUnavailable"),
        (changed(store="tool.docker@[../x]:443"), "StoreUnavailable"),
        (changed(store=None), "BadRequest"),
        (changed(sha256="0" * 64), "BadRequest"),
        (changed(sha256=MADE.sha256.upper()), "BadRequest"),
        (changed(sha256="../../etc/passwd"), "BadRequest"),
        (changed(der="%%%"), "BadRequest"),
        (changed(trust={"server-auth": "very"}), "BadRequest"),
        (changed(trust=[]), "BadRequest"),
        (changed(force="yes"), "BadRequest"),
        (changed(operation="remove"), "BadRequest"),
    ],
)
def test_bad_requests_are_refused(text: bytes, error: str) -> None:
    code, answer = ask(text)
    assert code == 1
    assert answer["error"] == error
    assert answer["sentence"]


@pytest.mark.parametrize("kind", ["two", "key", "pem", "garbage", "empty"])
def test_what_is_not_one_certificate_is_refused(kind: str) -> None:
    der = {
        "two": MADE.pem + make(ca=True).pem,
        "key": MADE.key_pem,
        "pem": MADE.pem,
        "garbage": b"\x30\x03abc",
        "empty": b"",
    }[kind]
    request = Request(Operation.ADD, STORE, MADE.sha256, der, SERVER_AUTH_ONLY)
    code, answer = ask(request.to_json())
    assert code == 1
    assert answer["error"] == "NotACertificate"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="of users: root has the rights")
def test_without_rights_it_says_so() -> None:
    code, answer = ask(GOOD.to_json())
    assert code == 1
    assert answer["error"] == "RightsMissing"


def test_it_loads_neither_qt_nor_the_engine() -> None:
    program = (
        "import sys, platform_backends.elevation.helper as h, platform_backends.discovery;"
        "h.ALLOWED['linux.ca-certificates']('linux.ca-certificates');"
        "print([m for m in sys.modules if m.split('.')[0] in ('PySide6', 'trustmgr', 'ui')])"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_it_adds_and_removes(private_machine: Path) -> None:
    before = namespace.snapshot(*namespace.STORE)
    assert ask(GOOD.to_json()) == (0, {"changed": True})
    assert ask(GOOD.to_json()) == (0, {"changed": False})
    (path,) = layout.LOCAL.glob("trustmgr-*")
    assert path.stat().st_mode & 0o777 == 0o644
    assert any(e.der == MADE.der for e in CaCertificatesStore().entries())
    remove = Request(Operation.REMOVE, STORE, MADE.sha256)
    assert ask(remove.to_json()) == (0, {"changed": True})
    assert namespace.snapshot(*namespace.STORE) == before


def test_it_changes_a_java_that_is_roots_alone(private_machine: Path) -> None:
    place = Path("/etc/ssl/certs/java/cacerts")
    store = next((s for s in java.stores() if getattr(s, "path", None) == place), None)
    if store is None:
        pytest.skip("not installed: a Java with Debian's shared keystore")
    before = namespace.snapshot(*namespace.STORE)
    add = Request(Operation.ADD, store.id, MADE.sha256, MADE.der, SERVER_AUTH_ONLY)
    assert ask(add.to_json()) == (0, {"changed": True})
    assert any(e.der == MADE.der for e in store.entries())
    remove = Request(Operation.REMOVE, store.id, MADE.sha256)
    assert ask(remove.to_json()) == (0, {"changed": True})
    assert namespace.snapshot(*namespace.STORE) == before
    place.parent.chmod(0o777)
    code, answer = ask(add.to_json())
    assert (code, answer["error"]) == (1, "UnsafeFile")


def test_it_changes_the_folder_of_a_registry(private_machine: Path) -> None:
    site = "registry.example.org:5000"
    request = Request(Operation.ADD, f"tool.docker@{site}", MADE.sha256, MADE.der, SERVER_AUTH_ONLY)
    folder = Path("/etc/docker/certs.d") / site
    folder.mkdir(parents=True)
    (folder / "ca.crt").write_bytes(make("Theirs", ca=True).pem)
    before = namespace.snapshot(folder)
    assert ask(request.to_json()) == (0, {"changed": True})
    assert ask(request.to_json()) == (0, {"changed": False})
    (path,) = folder.glob("trustmgr-*.crt")
    assert path.stat().st_mode & 0o777 == 0o644
    remove = Request(Operation.REMOVE, request.store, MADE.sha256)
    assert ask(remove.to_json()) == (0, {"changed": True})
    assert namespace.snapshot(folder) == before


@pytest.mark.parametrize("trap", ["open", "owner", "link", "above", "file", "name"])
def test_traps_in_the_folder_of_a_registry_are_refused(private_machine: Path, trap: str) -> None:
    site = "registry.example.org:5000"
    docker, victim = Path("/etc/docker"), private_machine / "victim"
    folder = docker / "certs.d" / site
    victim.mkdir()
    folder.parent.mkdir(parents=True)
    if trap == "link":
        folder.symlink_to(victim)
    elif trap == "above":
        folder.parent.rmdir()
        folder.parent.symlink_to(victim)
    elif trap == "file":
        folder.write_text("precious")
    else:
        folder.mkdir()
    if trap == "open":
        folder.parent.chmod(0o777)
    elif trap == "owner":
        os.chown(docker, 65534, 0)
    elif trap == "name":
        (folder / safe_name(MADE.der)).symlink_to(victim / "new")
    add = Request(Operation.ADD, f"tool.docker@{site}", MADE.sha256, MADE.der, SERVER_AUTH_ONLY)
    before = namespace.snapshot(docker, victim)
    code, answer = ask(add.to_json())
    assert (code, answer["error"]) == (
        1,
        "StoreUnavailable" if trap == "file" else "UnsafeFile",
    )
    assert namespace.snapshot(docker, victim) == before


def test_a_planted_link_is_refused(private_machine: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (layout.LOCAL / safe_name(MADE.der)).symlink_to(victim)
    code, answer = ask(GOOD.to_json())
    assert (code, answer["error"]) == (1, "UnsafeFile")
    assert victim.read_text() == "precious"


def test_requests_survive_the_journey() -> None:
    assert Request.from_json(GOOD.to_json()) == GOOD
    other = Request(Operation.SET_TRUST, STORE, MADE.sha256, trust=Trust(), force=True)
    assert Request.from_json(other.to_json()) == other
    with pytest.raises(BadRequest):
        Request.from_json(b"\xff")
