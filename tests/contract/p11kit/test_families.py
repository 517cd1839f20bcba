"""The families of p11-kit with the real `trust`, in a private mount namespace (needs root)."""

from __future__ import annotations

import shutil
import socket
import ssl
import threading
from pathlib import Path

import pytest

from platform_backends import discovery
from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    NotOurs,
    Origin,
    Purpose,
    Store,
    Trust,
    TrustNotSupported,
    UnsafeFile,
    WriteFailed,
)
from platform_backends.certificates import safe_name
from platform_backends.linux_p11kit import P11KitStore, trusted
from tests.contract.killing import count_steps, killed_at
from tests.contract.namespace import tmpfs
from tests.contract.p11kit.system import System, state
from tests.contract.store_contract import NAMES, StoreContract, found, named
from tests.making import Made, chain, make

pytestmark = pytest.mark.skipif(
    shutil.which("trust") is None, reason="extra program: trust (p11-kit)"
)
EVERYTHING = Trust.everything(Decision.TRUSTED)
DISTRUSTED = Trust.everything(Decision.DISTRUSTED)


class TestP11Kit(StoreContract):
    writes = 2
    examples = 3

    @pytest.fixture
    def store(self, system: System) -> P11KitStore:
        return P11KitStore(system.layout)

    @pytest.fixture
    def foreign(self, store: P11KitStore, system: System) -> Made:
        made = make("Administrator's Root", ca=True)
        (store.layout.anchors / "theirs (old).pem").write_bytes(made.pem)
        system.update()
        return made

    def folders(self, store: Store) -> tuple[Path, ...]:
        assert isinstance(store, P11KitStore)
        return (store.layout.source, store.layout.anchors, *store.layout.derived)

    @pytest.mark.parametrize("name", ["all"])
    def test_names_are_harmless(self, store: Store, name: str) -> None:
        before = self.state(store)
        made = [named(n) for n in NAMES[:5]]
        assert all(store.add(m.der, SERVER_AUTH_ONLY) for m in made)
        assert all(len(found(store, m)) == 1 for m in made)
        assert all(store.remove(m.sha256) for m in reversed(made))
        assert self.state(store) == before


def test_a_machine_shows_one_family(store: P11KitStore) -> None:
    shown = [s.id for s in discovery.all_stores() if s.id.startswith("linux.")]
    assert shown == ["linux.p11-kit"]
    assert discovery.open_store("linux.p11-kit").title == store.title


def test_trust_for_servers_is_for_servers_alone(store: P11KitStore, system: System) -> None:
    made = make(ca=True)
    store.add(made.der, SERVER_AUTH_ONLY)
    holding = {purpose for purpose, path in system.layout.bundles.items() if _holds(path, made)}
    assert holding == {Purpose.SERVER_AUTH}


def test_trust_for_everything_is_in_every_bundle(store: P11KitStore, system: System) -> None:
    made = make(ca=True)
    store.add(made.der, EVERYTHING)
    assert all(_holds(path, made) for path in system.layout.bundles.values())
    (entry,) = found(store, made)
    assert entry.trust == EVERYTHING
    assert Path(entry.location).parent == system.layout.anchors


def _holds(path: Path, made: Made) -> bool:
    return made.pem.split(b"-----")[2].strip() in path.read_bytes()


def test_it_reads_what_clients_read(store: P11KitStore, system: System) -> None:
    entries = store.entries()
    assert {e.sha256 for e in entries} == {made.sha256 for made in system.vendor}
    assert {e.origin for e in entries} == {Origin.VENDOR}


def test_a_real_client_refuses_accepts_and_refuses(
    store: P11KitStore, system: System, tmp_path: Path
) -> None:
    leaf, intermediate, root = chain("localhost")
    (tmp_path / "chain.pem").write_bytes(leaf.pem + intermediate.pem)
    (tmp_path / "key.pem").write_bytes(leaf.key_pem)
    assert not _accepts(tmp_path, system.layout.bundle)
    store.add(root.der, SERVER_AUTH_ONLY)
    assert _accepts(tmp_path, system.layout.bundle)
    store.remove(root.sha256)
    assert not _accepts(tmp_path, system.layout.bundle)


def _accepts(folder: Path, bundle: Path) -> bool:
    """OpenSSL, as Python has it, with the bundle that this family's programs read."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        thread = threading.Thread(target=_serve, args=(server, theirs))
        thread.start()
        try:
            context = ssl.create_default_context(cafile=str(bundle))
            with context.wrap_socket(ours, server_hostname="localhost"):
                return True
        except ssl.SSLCertVerificationError:
            return False
        finally:
            ours.close()
            thread.join(20)


def _serve(context: ssl.SSLContext, sock: socket.socket) -> None:
    try:
        with context.wrap_socket(sock, server_side=True) as tls:
            tls.recv(1)
    except OSError:
        pass


def test_the_vendors_are_distrusted_and_trusted_again(store: P11KitStore, system: System) -> None:
    one, two = system.vendor
    before = state(system)
    assert store.set_trust(one.sha256, DISTRUSTED) is True
    (entry,) = found(store, one)
    assert (entry.trust, entry.origin) == (DISTRUSTED, Origin.VENDOR)
    assert not _holds(system.layout.bundle, one)
    assert _holds(system.layout.bundle, two)
    assert store.set_trust(one.sha256, DISTRUSTED) is False
    with pytest.raises(TrustNotSupported):
        store.add(one.der, SERVER_AUTH_ONLY)
    assert store.set_trust(one.sha256, EVERYTHING) is True
    assert state(system) == before
    with pytest.raises(NotOurs):
        store.remove(one.sha256)


def test_ours_are_distrusted_and_purposes_changed(store: P11KitStore, system: System) -> None:
    made = make(ca=True)
    store.add(made.der, SERVER_AUTH_ONLY)
    after = state(system)
    store.set_trust(made.sha256, DISTRUSTED)
    assert not _holds(system.layout.bundle, made)
    store.set_trust(made.sha256, SERVER_AUTH_ONLY)
    assert state(system) == after
    both = Trust(server_auth=Decision.TRUSTED, email=Decision.TRUSTED)
    assert store.set_trust(made.sha256, both) is True
    assert found(store, made)[0].trust == both
    assert store.set_trust(made.sha256, SERVER_AUTH_ONLY) is True
    assert state(system) == after


def test_a_single_sites_certificate_is_refused(store: P11KitStore, system: System) -> None:
    before = state(system)
    with pytest.raises(TrustNotSupported, match="authorities only"):
        store.add(make("leaf.example").der, SERVER_AUTH_ONLY)
    assert state(system) == before


def test_what_stands_in_the_way_is_left_alone(store: P11KitStore, system: System) -> None:
    made = make(ca=True)
    theirs = system.layout.source / safe_name(made.der)
    theirs.write_text("something else\n")
    before = state(system)
    with pytest.raises(UnsafeFile):
        store.add(made.der, SERVER_AUTH_ONLY)
    theirs.unlink()
    theirs.symlink_to("/etc/passwd")
    with pytest.raises(UnsafeFile):
        store.add(made.der, SERVER_AUTH_ONLY)
    theirs.unlink()
    theirs.write_text("something else\n")
    assert state(system) == before


def test_a_kill_at_any_moment_is_taken_back(store: P11KitStore, system: System) -> None:
    made = make(ca=True)
    before = state(system)
    moments = count_steps(lambda: store.add(made.der, SERVER_AUTH_ONLY))
    after = state(system)
    store.remove(made.sha256)
    assert state(system) == before
    for moment in range(len(moments)):
        killed_at(moment, lambda: store.add(made.der, SERVER_AUTH_ONLY))
        store.settle()
        assert _same(state(system), before) or _same(state(system), after), moments[moment]
        if found(store, made):
            store.remove(made.sha256)


def _same(one: dict[str, tuple[str, int, str]], other: dict[str, tuple[str, int, str]]) -> bool:
    """The keystore of Java holds the time of day: after the command ran again it is another one."""
    return [(k, v) for k, v in one.items() if "java" not in k] == [
        (k, v) for k, v in other.items() if "java" not in k
    ]


def test_a_command_that_fails_changes_nothing(store: P11KitStore, system: System) -> None:
    before = state(system)
    program = Path(system.layout.argv[0])
    program.write_text("#!/bin/sh\nrm -f " + str(system.layout.bundle) + "\necho no >&2\nexit 3\n")
    with pytest.raises(WriteFailed, match="exit code 3"):
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert state(system) == before


def test_a_full_disk_changes_nothing(store: P11KitStore, system: System) -> None:
    kept = {p.name: p.read_bytes() for p in system.layout.source.iterdir() if p.is_file()}
    tmpfs(system.layout.source, "size=16k")
    for folder in (system.layout.anchors, system.layout.blocklist):
        folder.mkdir()
    for name, data in kept.items():
        (system.layout.source / name).write_bytes(data)
    with (
        pytest.raises(OSError, match="No space"),
        (system.layout.anchors / "filler").open("wb", buffering=0) as file,
    ):
        while True:
            file.write(b"\n" * 1024)
    before = state(system)
    with pytest.raises(WriteFailed, match="space"):
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert state(system) == before


def test_every_form_of_ours_is_told_from_others() -> None:
    made = make(ca=True)
    written = [trusted.text(made.der, trust) for trust in trusted.forms()]
    assert len(set(written)) == 15
