"""Starting, stopping, crowds and nonsense."""

from __future__ import annotations

import errno
import os
import socket
import stat
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.lab.clients import look
from trustmgr.errors import UnreadableInput, UsageError
from trustmgr.lab import Lab, running_lab
from trustmgr.lab.sites import SITES


def refuses(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def lab_threads() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name == "trustmgr-lab"]


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="no /proc here to count descriptors in"
)
def test_stop_leaves_no_thread_socket_or_file() -> None:
    with running_lab():  # loads every module and warms what stays open
        pass
    threads, descriptors = len(lab_threads()), open_descriptors()
    clients = []
    with running_lab() as lab:
        for site in lab.sites.values():
            clients.append(socket.create_connection(("127.0.0.1", site.port)))
        clients += [socket.create_connection(("127.0.0.1", lab.port)) for _ in range(20)]
        clients[0].sendall(b"\x16\x03\x01")
        look(lab.port, "good.localhost", ask=True)
        folder = lab.ca_file.parent
        assert folder.is_dir()
    for client in clients:
        client.settimeout(20)
        try:
            while client.recv(4096):  # a banner may have come before the end
                pass
        except ConnectionError:
            pass
        client.close()
    assert refuses(lab.port)
    assert all(refuses(site.port) for site in lab.sites.values())
    assert not folder.exists()
    assert (len(lab_threads()), open_descriptors()) == (threads, descriptors)


def test_an_error_inside_stops_the_lab_too() -> None:
    with pytest.raises(ZeroDivisionError), running_lab() as lab:
        raise ZeroDivisionError
    assert refuses(lab.port)


def test_two_labs_share_nothing() -> None:
    with running_lab() as one, running_lab() as two:
        assert one.ca_der != two.ca_der
        ports = [
            {lab.port, lab.http_port, *(s.port for s in lab.sites.values())} for lab in (one, two)
        ]
        assert not ports[0] & ports[1]
        assert len(ports[0]) == len(SITES) + 2


def test_the_root_is_written_for_this_user_only(lab: Lab) -> None:
    assert lab.ca_file.read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")
    assert b"PRIVATE" not in lab.ca_file.read_bytes()
    if sys.platform != "win32":
        assert stat.S_IMODE(lab.ca_file.stat().st_mode) == 0o600
        assert stat.S_IMODE(lab.ca_file.parent.stat().st_mode) == 0o700


@pytest.fixture
def free_row() -> Iterator[int]:
    """A port with enough free ones above it."""
    for start in range(20000, 60000, 500):
        ports = range(start, start + len(SITES) + 2)
        if all(refuses(port) for port in ports):
            yield start
            return
    pytest.skip("no free ports here in a row")


def test_chosen_ports_and_a_kept_file(free_row: int, tmp_path: Path) -> None:
    file = tmp_path / "it's the lab's.pem"
    with running_lab(free_row, file) as lab:
        assert lab.port == free_row
        assert [s.port for s in lab.sites.values()] == [
            free_row + 1 + number for number in range(len(SITES))
        ]
        first = file.read_bytes()
        with pytest.raises(UsageError, match=f"Port {free_row} is in use"), running_lab(free_row):
            pass
    with running_lab(ca_file=file):
        assert file.read_bytes() not in (first, b"")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [file.name]


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "precious.pem"
    precious.write_text("precious")
    taken = [precious, tmp_path, tmp_path / "absent" / "ca.pem"]
    if os.name == "posix":  # on Windows links are an administrator's
        (tmp_path / "link.pem").symlink_to(precious)
        taken.append(tmp_path / "link.pem")
    for path in taken:
        with pytest.raises(UnreadableInput), running_lab(ca_file=path):
            pass
    assert precious.read_text() == "precious"


def test_ports_beyond_the_last_are_refused() -> None:
    with pytest.raises(UsageError, match="65535"), running_lab(65530):
        pass


def test_hundreds_at_once(lab: Lab) -> None:
    idle = [socket.create_connection(("127.0.0.1", lab.port), timeout=20) for _ in range(150)]
    names = [name for name in lab.sites if name.startswith("good")]

    def visit(number: int) -> bytes:
        site = lab.sites[names[number % len(names)]]
        return look(lab.port if number % 2 else site.port, site.host, ask=True).body

    try:
        with ThreadPoolExecutor(50) as pool:
            bodies = list(pool.map(visit, range(300)))
    finally:
        for connection in idle:
            connection.close()
    assert all(b"If you can read this" in body for body in bodies)


GARBAGE = {
    "zeros": bytes(4096),
    "half a greeting": b"\x16\x03\x01\x02\x00\x01",
    "a false length": b"\x16\x03\x01\xff\xff" + b"x" * 70000,
    "another message": b"\x16\x03\x03\x00\x04\x02\x00\x00\x00",
    "an alert": b"\x15\x03\x03\x00\x02\x02\x28",
    "http": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "endless head": b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20000,
    "a huge body": b"POST /ocsp HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n",
    "a false number": "POST /ocsp HTTP/1.1\r\nContent-Length: ²\r\n\r\n".encode("latin-1"),
    "a strange path": b"GET /issuer/../../etc/passwd.cer HTTP/1.1\r\n\r\n",
    "a false crl": b"GET /crl/99999999.crl HTTP/1.1\r\n\r\n",
    "connect to nowhere": b"CONNECT \xff\xfe:x HTTP/1.1\r\n\r\n",
    "lines": b"\r\n" * 5000,
    "a long line": b"EHLO " + b"x" * 100000,
    "nothing": b"",
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_hurts_nobody(kind: str, lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    ports = [lab.port, lab.http_port, *(s.port for s in lab.sites.values())]
    connections = [socket.create_connection(("127.0.0.1", port), timeout=20) for port in ports]
    for connection in connections:
        try:
            connection.sendall(GARBAGE[kind])
            connection.shutdown(socket.SHUT_WR)
        except OSError as error:
            # That it has ended already is an answer, too; POSIX's word for it is no ConnectionError.
            assert isinstance(error, ConnectionError) or error.errno == errno.ENOTCONN
    for connection in connections:
        try:
            while connection.recv(65536):
                pass
        except ConnectionError:
            pass
        connection.close()
    assert b"If you can read this" in look(lab.port, "good.localhost", ask=True).body
    assert not caplog.records  # asyncio logs what nobody caught


def test_pages_are_whole(lab: Lab) -> None:
    body = look(lab.port, "good.localhost", ask=True).body
    head, _, page = body.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert f"Content-Length: {len(page)}".encode() in head
    assert b"\r\nDate: " in head
    assert b"\r\nConnection: close" in head
