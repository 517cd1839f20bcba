"""`trustmgr lab` as a process: what it prints, and how it ends."""

from __future__ import annotations

import hashlib
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.lab.clients import look
from trustmgr.lab.sites import SITES

not_on_windows = pytest.mark.skipif(
    sys.platform == "win32", reason="of POSIX: signals that another process could send"
)


@contextmanager
def process(*words: str) -> Iterator[subprocess.Popen[str]]:
    """``trustmgr lab WORDS``, ended at the latest with the block."""
    started = subprocess.Popen(
        [sys.executable, "-m", "trustmgr", "lab", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def first_line(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    line = running.stdout.readline()
    assert line or running.poll() is None, running.communicate()[1]
    return line


@not_on_windows
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_json_then_serving_then_a_quiet_end(number: signal.Signals) -> None:
    with process("--port", "0", "--json") as running:
        told = json.loads(first_line(running))
        assert set(told) >= {"schema", "ca_file", "ca_sha256", "port", "sites"}
        assert told["schema"] == 1
        root = x509.load_pem_x509_certificate(Path(told["ca_file"]).read_bytes())
        assert hashlib.sha256(root.public_bytes(Encoding.DER)).hexdigest() == told["ca_sha256"]
        assert [site["name"] for site in told["sites"]] == [site.name for site in SITES]
        assert set(told["sites"][0]) == {
            "name",
            "host",
            "port",
            "target",
            "starttls",
            "causes",
            "verdict",
            "description",
        }
        leaf, intermediate = look(told["port"], "good.localhost").chain
        leaf.verify_directly_issued_by(intermediate)
        intermediate.verify_directly_issued_by(root)
        open_connection = socket.create_connection(("127.0.0.1", told["port"]))
        running.send_signal(number)
        out, err = running.communicate(timeout=20)
        open_connection.close()
    assert (running.returncode, out, err) == (0, "", "")
    assert not Path(told["ca_file"]).exists()


@not_on_windows
def test_text_for_people(tmp_path: Path) -> None:
    file = tmp_path / "my lab's CA.pem"
    with process("--port", "0", "--ca-file", str(file)) as running:
        lines = []
        while "Ctrl-C ends the lab." not in (lines or [""])[-1]:
            lines.append(first_line(running))
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=20)
    text = "".join(lines)
    assert (running.returncode, err) == (0, "")
    assert lines[0].split() == ["site", "target", "causes"]
    for site in SITES:
        assert re.search(rf"^{re.escape(site.name)} +{re.escape(site.asked_as)}:\d+ ", text, re.M)
    assert "trustmgr inspect expired.localhost:" in text
    assert "curl --cacert" in text
    assert str(file) in text
    assert file.read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")


def refused(*words: str) -> str:
    with process(*words) as running:
        out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (2, ""), err
    assert "Traceback" not in err
    return err


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        if port > 65000:
            pytest.skip("no free ports here above the one given")
        err = refused("--port", str(port))
    assert f"Port {port} is in use" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("port", ["x", "-1", "65536", "99999999999999999999", "²", ""])
def test_a_port_that_is_none(port: str) -> None:
    assert "is no port" in refused(f"--port={port}")


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    err = refused("--port", "0", "--ca-file", str(tmp_path / "absent" / "ca.pem"))
    assert "could not be written" in err
    assert err.count("\n") == 1
