"""The real update-ca-certificates, in a private mount namespace (needs root; skipped otherwise)."""

from __future__ import annotations

import gzip
import multiprocessing
import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    Entry,
    NotOurs,
    Origin,
    Privilege,
    Store,
    StoreError,
    Trust,
    TrustNotSupported,
    UnsafeFile,
    WriteFailed,
)
from platform_backends.certificates import safe_name
from platform_backends.linux_ca_certificates import CaCertificatesStore, layout, tool
from platform_backends.system_store import run
from tests.contract import namespace
from tests.contract.killing import count_steps, killed_at
from tests.contract.namespace import NamespaceRefused, bind, private_mounts, snapshot, unbind
from tests.contract.store_contract import NAMES, StoreContract, found, named
from tests.making import Made, chain, make

pytestmark = pytest.mark.skipif(
    not layout.BUNDLE.exists() or tool.find() is None, reason="not installed: ca-certificates"
)

TRUSTED = Trust.everything(Decision.TRUSTED)
DISTRUSTED = Trust.everything(Decision.DISTRUSTED)


def whole() -> dict[str, tuple[str, int, str]]:
    """Everything a change may write; our own records apart."""
    conf = layout.CONF.read_bytes().hex()
    return snapshot(*namespace.STORE) | {str(layout.CONF): ("file", 0, conf)}


def vendor(store: Store) -> Entry:
    return next(e for e in store.entries() if e.origin is Origin.VENDOR)


@contextmanager
def instead_of_tool(scratch: Path, script: str) -> Iterator[None]:
    """Another program where update-ca-certificates is."""
    path, real = scratch / "instead", tool.find()
    assert real is not None
    path.write_text("#!/bin/sh\n" + script)
    path.chmod(0o755)
    bind(path, real)
    try:
        yield
    finally:
        unbind(real)


@pytest.fixture
def store(private_machine: Path) -> CaCertificatesStore:
    return CaCertificatesStore()


@pytest.mark.slow
class TestCaCertificates(StoreContract):
    writes = 2
    examples = 2

    def folders(self, store: Store) -> tuple[Path, ...]:
        return (*namespace.STORE,)

    @pytest.fixture
    def store(self, private_machine: Path) -> CaCertificatesStore:
        return CaCertificatesStore()

    @pytest.fixture
    def foreign(self, store: CaCertificatesStore) -> Made:
        made = make("Administrator's Root", ca=True)
        (layout.LOCAL / "theirs (old).crt").write_bytes(made.pem)
        subprocess.run(tool.command(fresh=False), check=True, capture_output=True)
        return made

    # Each name takes three seconds here: all of them at once instead of one by one.
    @pytest.mark.parametrize("name", ["all"])
    def test_names_are_harmless(self, store: Store, name: str) -> None:
        before = self.state(store)
        made = [named(n) for n in NAMES[:4]]
        assert all(store.add(m.der, SERVER_AUTH_ONLY) for m in made)
        assert all(len(found(store, m)) == 1 for m in made)
        assert all(store.remove(m.sha256) for m in reversed(made))
        assert self.state(store) == before


def test_it_reads_what_clients_read(private_machine: Path) -> None:
    store = CaCertificatesStore()
    entries = store.entries()
    text = layout.BUNDLE.read_text()
    assert len({e.sha256 for e in entries}) == len(entries) == text.count("BEGIN CERTIFICATE")
    assert store.privilege is Privilege.NONE  # private_machine needs root


def test_trust_is_all_or_nothing(store: CaCertificatesStore) -> None:
    assert store.effective_trust(SERVER_AUTH_ONLY) == TRUSTED
    with pytest.raises(TrustNotSupported):
        store.effective_trust(Trust(Decision.TRUSTED, Decision.DISTRUSTED))
    with pytest.raises(TrustNotSupported):
        store.add(make(ca=True).der, DISTRUSTED)


def test_vendor_certificates_are_distrusted_and_trusted_again(store: CaCertificatesStore) -> None:
    before, entry = whole(), vendor(store)
    with pytest.raises(NotOurs) as caught:
        store.remove(entry.sha256, force=True)
    assert "distrust" in caught.value.next_step
    assert store.add(entry.der, SERVER_AUTH_ONLY) is False
    assert store.set_trust(entry.sha256, DISTRUSTED) is True
    assert store.set_trust(entry.sha256, DISTRUSTED) is False
    assert [e.trust for e in store.entries() if e.der == entry.der] == [DISTRUSTED]
    with pytest.raises(TrustNotSupported):
        store.add(entry.der, SERVER_AUTH_ONLY)
    assert store.set_trust(entry.sha256, TRUSTED) is True
    assert whole() == before


def test_names_that_the_command_changes_are_distrusted_too(store: CaCertificatesStore) -> None:
    """update-ca-certificates turns parentheses into ``=`` when it links, not when it unlinks."""
    odd = [p for p in layout.VENDOR.rglob("*.crt") if "(" in p.name or "=" in p.name]
    before = whole()
    for path in odd[:1]:
        entry = next(e for e in store.entries() if path.read_bytes().strip() in _pem(e))
        store.set_trust(entry.sha256, DISTRUSTED)
        assert not [e for e in store.entries() if e.der == entry.der and e.trust == TRUSTED]
        store.set_trust(entry.sha256, TRUSTED)
    assert whole() == before


def _pem(entry: Entry) -> bytes:
    return ssl.DER_cert_to_PEM_cert(entry.der).encode()


def test_local_certificates_cannot_be_distrusted(store: CaCertificatesStore) -> None:
    made = make(ca=True)
    store.add(made.der, SERVER_AUTH_ONLY)
    with pytest.raises(TrustNotSupported) as caught:
        store.set_trust(made.sha256, DISTRUSTED)
    assert "remove" in caught.value.next_step.lower()


def test_a_forced_removal_can_be_taken_back_exactly(store: CaCertificatesStore) -> None:
    one, two = make("One", ca=True), make("Two", ca=True)
    path = layout.LOCAL / "two in one.crt"
    path.write_bytes(b"# note\n" + one.pem + two.pem)
    path.chmod(0o640)
    subprocess.run(tool.command(fresh=True), check=True, capture_output=True)
    before = whole()
    store.remove(one.sha256, force=True)
    assert path.read_bytes() == b"# note\n" + two.pem
    store.add(one.der, SERVER_AUTH_ONLY)
    assert whole() == before


def test_undone_in_any_order_it_is_exact(store: CaCertificatesStore) -> None:
    """Also where somebody put a plain file in place of a link: others' names are never touched."""
    one, two = make("One", ca=True), make("Two", ca=True)
    link = next(p for p in sorted(layout.DERIVED.glob("*.pem")) if p.is_symlink())
    content = link.read_bytes()
    link.unlink()
    link.write_bytes(content)
    before = whole()
    for made in (one, two):
        store.add(made.der, SERVER_AUTH_ONLY)
        assert link.is_file()
        assert not link.is_symlink()
    for made in (one, two):
        store.remove(made.sha256)
    assert whole() == before


def test_a_forced_removal_is_taken_back_after_other_changes(store: CaCertificatesStore) -> None:
    theirs, other = make("Theirs", ca=True), make("Other", ca=True)
    path = layout.LOCAL / "theirs.crt"
    path.write_bytes(b"# note\n" + theirs.pem)
    path.chmod(0o600)
    subprocess.run(tool.command(fresh=True), check=True, capture_output=True)
    before = whole()
    store.remove(theirs.sha256, force=True)
    without = whole()
    store.add(other.der, SERVER_AUTH_ONLY)
    store.add(theirs.der, SERVER_AUTH_ONLY)
    assert path.read_bytes() == b"# note\n" + theirs.pem
    store.remove(other.sha256)
    assert whole() == before
    store.remove(theirs.sha256)  # takes our own bringing back back: no force is needed
    assert whole() == without


def test_a_foreign_file_of_our_name_is_never_overwritten(store: CaCertificatesStore) -> None:
    made, other = make(ca=True), make(ca=True)
    path = layout.LOCAL / safe_name(made.der)
    for content in (b"theirs", other.pem):
        path.write_bytes(content)
        before = whole()
        with pytest.raises(UnsafeFile):
            store.add(made.der, SERVER_AUTH_ONLY)
        assert whole() == before
    path.unlink()
    path.symlink_to("/etc/hostname")
    with pytest.raises(UnsafeFile):
        store.add(made.der, SERVER_AUTH_ONLY)
    assert path.is_symlink()


@pytest.mark.parametrize(
    "script",
    [
        "exit 1",
        "exit 0",
        "kill -9 $$",
        "rm -f /etc/ssl/certs/*.0 /etc/ssl/certs/ca-certificates.crt; exit 3",
        "echo > /etc/ssl/certs/ca-certificates.crt; ln -s x /etc/ssl/certs/new.0; kill -9 $$",
        "sleep 600",
        "cat /usr/local/share/ca-certificates/trustmgr-* > /etc/ssl/certs/ca-certificates.crt",
    ],
)
def test_a_failing_command_loses_nothing(
    private_machine: Path, store: CaCertificatesStore, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "TIMEOUT", 1.0 if "sleep" in script else 60.0)
    made, before = make(ca=True), whole()
    with instead_of_tool(private_machine, script), pytest.raises(WriteFailed) as caught:
        store.add(made.der, SERVER_AUTH_ONLY)
    assert caught.value.rolled_back
    assert whole() == before
    assert store.settle() is False


@pytest.mark.parametrize("script", ["exit 1", "exit 0", "rm -f /etc/ssl/certs/*.0; exit 3"])
def test_a_failing_removal_loses_nothing(
    private_machine: Path, store: CaCertificatesStore, script: str
) -> None:
    made = make(ca=True)
    store.add(made.der, SERVER_AUTH_ONLY)
    before = whole()
    with instead_of_tool(private_machine, script), pytest.raises(WriteFailed):
        store.remove(made.sha256)
    assert whole() == before
    assert store.remove(made.sha256) is True


def test_a_missing_command_is_said_before_anything_changes(
    store: CaCertificatesStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "TOOLS", (Path("/nowhere/update-ca-certificates"),))
    before = whole()
    assert store.entries()
    with pytest.raises(WriteFailed) as caught:
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert "apt install" in caught.value.next_step
    assert whole() == before


@pytest.mark.parametrize("place", ["/etc/ssl", "/usr/local/share", "/var/lib"])
def test_a_read_only_disk_loses_nothing(store: CaCertificatesStore, place: str) -> None:
    one, two, before = make(ca=True), make(ca=True), whole()
    namespace.read_only(Path(place))
    with pytest.raises(WriteFailed) as caught:
        store.add(one.der, SERVER_AUTH_ONLY)
    unbind(Path(place))
    assert caught.value.rolled_back
    assert "Read-only" in caught.value.sentence
    assert whole() == before
    store.add(two.der, SERVER_AUTH_ONLY)
    after = whole()
    namespace.read_only(Path(place))
    with pytest.raises(WriteFailed):
        store.remove(two.sha256)
    unbind(Path(place))
    assert whole() == after
    store.remove(two.sha256)
    assert whole() == before


@pytest.mark.parametrize(
    "place", ["/etc/ssl/certs", "/usr/local/share/ca-certificates", "/var/lib"]
)
@pytest.mark.parametrize("left", [0, 100_000, 900_000])
def test_a_full_disk_loses_nothing(
    private_machine: Path, store: CaCertificatesStore, place: str, left: int
) -> None:
    copy = private_machine / "copy"
    subprocess.run(["cp", "-a", place, str(copy)], check=True)
    namespace.tmpfs(Path(place), f"size={_size(copy) + left},mode=0755")
    try:
        subprocess.run(["cp", "-a", f"{copy}/.", place], check=True)
        before = whole()
        made = make(ca=True)
        try:
            store.add(made.der, SERVER_AUTH_ONLY)
        except WriteFailed as error:
            assert error.rolled_back
            assert whole() == before
        else:
            assert found(store, made)
            store.remove(made.sha256)
            assert whole() == before
    finally:
        unbind(Path(place))


def _size(folder: Path) -> int:
    """Bytes in whole pages, as a file system in memory counts."""
    pages = sum((p.lstat().st_size + 4095) // 4096 for p in folder.rglob("*") if p.is_file())
    return (pages + 4) * 4096


def test_limited_file_sizes_lose_nothing(store: CaCertificatesStore) -> None:
    import resource

    before, earlier = whole(), resource.getrlimit(resource.RLIMIT_FSIZE)
    for limit in (10, 50_000, 250_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, earlier[1]))
        try:
            with pytest.raises(WriteFailed):
                store.add(make(ca=True).der, SERVER_AUTH_ONLY)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, earlier)
        assert whole() == before


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("operation", ["add", "remove", "distrust"])
def test_killed_at_every_step_it_is_before_or_after(
    store: CaCertificatesStore, operation: str
) -> None:
    made = make("Killed", ca=True)
    first = vendor(store).sha256
    do, undo = {
        "add": (
            lambda: store.add(made.der, SERVER_AUTH_ONLY),
            lambda: store.remove(made.sha256),
        ),
        "remove": (
            lambda: store.remove(made.sha256),
            lambda: store.add(made.der, SERVER_AUTH_ONLY),
        ),
        "distrust": (
            lambda: store.set_trust(first, DISTRUSTED),
            lambda: store.set_trust(first, TRUSTED),
        ),
    }[operation]
    if operation == "remove":
        store.add(made.der, SERVER_AUTH_ONLY)
    before = whole()
    moments = count_steps(do)
    after = whole()
    undo()
    assert whole() == before
    assert len(moments) > 8
    for moment in range(len(moments)):
        killed_at(moment, do)
        store.settle()
        assert whole() in (before, after), moments[moment]
        (do if moment % 2 else undo)()
        assert whole() == (after if moment % 2 else before), moments[moment]
        undo()
        assert whole() == before, moments[moment]


@contextmanager
def tls_server(leaf: Made, tmp_path: Path) -> Iterator[int]:
    """Answers every connection with one line of HTTP until it ends."""
    file = tmp_path / "leaf.pem"
    file.write_bytes(leaf.pem + leaf.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                raw, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(raw, server_side=True) as connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")
            except OSError:
                pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


def test_curl_accepts_the_site_after_and_not_before(
    store: CaCertificatesStore, tmp_path: Path
) -> None:
    if not os.access("/usr/bin/curl", os.X_OK):
        pytest.skip("not installed: curl")
    root = make("Real Root", ca=True)
    leaf = make("localhost", root)

    def curl(port: int) -> int:
        url = f"https://localhost:{port}/"
        argv = ["/usr/bin/curl", "-sS", "--noproxy", "*", "--max-time", "20", url]
        done = subprocess.run(argv, env={"PATH": "/usr/bin"}, capture_output=True, check=False)
        return done.returncode

    with tls_server(leaf, tmp_path) as port:
        assert curl(port) == 60  # CURLE_PEER_FAILED_VERIFICATION
        store.add(root.der, SERVER_AUTH_ONLY)
        assert curl(port) == 0
        store.remove(root.sha256)
        assert curl(port) == 60


def test_one_leaf_can_be_removed_in_any_order(store: CaCertificatesStore) -> None:
    leaf, intermediate, root = chain()
    sha = [m.sha256 for m in (leaf, intermediate, root)]
    for made in (leaf, intermediate, root):
        store.add(made.der, SERVER_AUTH_ONLY)
    for number in (0, 2, 1):
        assert store.remove(sha[number]) is True
    assert not {e.sha256 for e in store.entries()} & set(sha)
    assert not list(layout.LOCAL.glob("trustmgr-*"))


def test_the_hook_of_java_leaves_no_trace() -> None:
    if not any(namespace.HOOKS.glob("*")):
        pytest.skip("no hooks of ca-certificates here")
    try:
        with private_mounts(hooks=True):
            store, made, before = CaCertificatesStore(), make("Java", ca=True), whole()
            store.add(made.der, SERVER_AUTH_ONLY)
            store.remove(made.sha256)
            assert whole() == before
    except NamespaceRefused as refused:
        pytest.skip(f"private mount namespace: {refused}")


def test_without_rights_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    store = CaCertificatesStore()
    assert store.privilege is Privilege.ADMINISTRATOR
    with pytest.raises(StoreError) as caught:
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert "sudo" in caught.value.next_step


def test_records_of_another_store_are_left_alone(store: CaCertificatesStore) -> None:
    """Mount namespaces and containers may share /var/lib and have an /etc/ssl each."""
    store, made, before = CaCertificatesStore(), make("Elsewhere", ca=True), whole()
    moments = count_steps(lambda: store.add(made.der, SERVER_AUTH_ONLY))
    store.remove(made.sha256)
    killed_at(moments.index("updated"), lambda: store.add(made.der, SERVER_AUTH_ONLY))
    (mark,) = layout.DERIVED.glob(".trustmgr-*.tmp")
    (left,) = layout.RECORDS.glob("doing-*.gz")
    mark.unlink()  # as another view of the machine would see it
    half = whole()
    assert store.settle() is False
    assert left.exists()
    assert whole() == half
    mark.touch()
    assert store.settle() is True
    assert whole() == before
    assert not left.exists()


def test_stores_that_share_records_do_not_disturb_each_other(
    private_machine: Path, store: CaCertificatesStore
) -> None:
    """Each is restored exactly, though their contents are equal after the change."""
    made, before = make("Twice", ca=True), whole()
    link = next(p for p in sorted(layout.DERIVED.glob("*.0")) if p.is_symlink())
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()

    def body() -> None:
        namespace.another_view(private_machine)
        link.unlink()  # the command puts it back
        its_before = whole()
        there.send(store.add(made.der, SERVER_AUTH_ONLY))
        there.recv()
        store.remove(made.sha256)
        there.send(whole() == its_before != before)

    child = context.Process(target=body)
    child.start()
    assert here.poll(100)
    assert here.recv() is True
    store.add(made.der, SERVER_AUTH_ONLY)
    here.send("go on")
    assert here.poll(100)
    assert here.recv() is True
    child.join(100)
    store.remove(made.sha256)
    assert whole() == before


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "foreign"])
def test_damaged_records_stop_nothing(store: CaCertificatesStore, damage: str) -> None:
    made, other = make("Damaged", ca=True), make("Other", ca=True)
    moments = count_steps(lambda: store.add(other.der, SERVER_AUTH_ONLY))
    killed_at(moments.index("updated"), lambda: store.add(made.der, SERVER_AUTH_ONLY))
    for path in layout.RECORDS.glob("*.gz"):
        data = path.read_bytes()
        half = len(data) // 2
        path.write_bytes(
            {
                "empty": b"",
                "cut": data[:half],
                "flipped": data[:half] + bytes(b ^ 255 for b in data[half:]),
                "foreign": gzip.compress(b'{"image": [1], "sources": {"a": 1}}'),
            }[damage]
        )
    assert store.settle() is False
    for one in (made, other):
        assert store.remove(one.sha256) is True
        assert not found(store, one)
