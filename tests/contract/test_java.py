"""Keystores of both kinds, made and read by the real keytool."""

from __future__ import annotations

import contextlib
import errno
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from platform_backends import steps
from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    Origin,
    Privilege,
    Scope,
    Store,
    StoreError,
    StoreUnavailable,
    Trust,
    TrustNotSupported,
    UnsafeFile,
    WriteFailed,
)
from platform_backends.discovery import open_store
from platform_backends.java import JavaStore, homes, kinds, stores
from platform_backends.java.jks import Jks
from platform_backends.java.keystore import Held, Keystore, NotAKeystore, WrongPassword
from platform_backends.java.store import PASSWORD
from tests.contract.java_home import installed, keytool, make_home
from tests.contract.killing import count_steps, killed_at
from tests.contract.namespace import snapshot
from tests.contract.store_contract import StoreContract, found, named
from tests.making import Made, make

pytestmark = pytest.mark.skipif(installed() is None, reason="extra program: java with keytool")


def _pkcs12(**properties: str) -> tuple[str, ...]:
    options = [f"-J-Dkeystore.pkcs12.{key}={value}" for key, value in properties.items()]
    return ("-storetype", "PKCS12", *options)


#: How keytool makes each kind.
KINDS: dict[str, tuple[str, ...]] = {
    "jks": ("-storetype", "JKS"),
    "pkcs12": _pkcs12(),
    "open": _pkcs12(certProtectionAlgorithm="NONE", macAlgorithm="NONE"),
    "old": _pkcs12(certProtectionAlgorithm="PBEWithSHA1AndDESede", macAlgorithm="HmacPBESHA1"),
    "unsafe": _pkcs12(certProtectionAlgorithm="PBEWithSHA1AndRC2_40", macAlgorithm="HmacPBESHA1"),
}


@pytest.fixture(scope="session")
def theirs() -> tuple[Made, Made]:
    return make("Somebody's Root", ca=True), make("Größe & Söhne", ca=True)


@pytest.fixture(scope="session")
def keystores(
    tmp_path_factory: pytest.TempPathFactory, theirs: tuple[Made, Made]
) -> Callable[..., bytes]:
    """The bytes of a keystore of each kind with the certificates of somebody else, and a key."""
    made: dict[tuple[str, str], bytes] = {}

    def get(kind: str, password: str = "changeit") -> bytes:
        if (kind, password) not in made:
            folder = tmp_path_factory.mktemp("keystores")
            file = folder / "cacerts"
            for number, certificate in enumerate(theirs):
                pem = folder / "theirs.pem"
                pem.write_bytes(certificate.pem)
                words = ("-importcert", "-noprompt", "-alias", f"ünser {number}", "-file", pem)
                keytool(*words, "-keystore", file, *KINDS[kind], password=password)
            words = ("-genkeypair", "-alias", "key", "-dname", "CN=key", "-keyalg", "EC")
            keytool(
                *words,
                "-keypass:env",
                "STOREPASS",
                "-keystore",
                file,
                *KINDS[kind],
                password=password,
            )
            made[kind, password] = file.read_bytes()
        return made[kind, password]

    return get


@pytest.fixture
def at_home(
    tmp_path: Path, keystores: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., JavaStore]:
    """A store on a home of its own, that discovery finds through JAVA_HOME."""

    def get(kind: str, password: str = "changeit") -> JavaStore:
        home = make_home(tmp_path / "a jdk", keystores(kind, password))
        monkeypatch.setenv("JAVA_HOME", str(home))
        return next(s for s in stores() if isinstance(s, JavaStore) and home in s.path.parents)

    monkeypatch.delenv(PASSWORD, raising=False)
    return get


class JavaContract(StoreContract):
    kind = ""
    examples = 10

    def folders(self, store: Store) -> tuple[Path, ...]:
        assert isinstance(store, JavaStore)
        return (store.path.parent,)

    @pytest.fixture
    def store(self, at_home: Callable[..., JavaStore]) -> JavaStore:
        return at_home(self.kind)

    @pytest.fixture
    def foreign(self, store: JavaStore, theirs: tuple[Made, Made]) -> Made:
        return theirs[1]

    def test_keytool_reads_what_was_written(
        self, store: JavaStore, ca: Made, theirs: tuple[Made, Made]
    ) -> None:
        before = keytool("-list", "-keystore", store.path)
        store.add(ca.der, SERVER_AUTH_ONLY)
        (alias,) = [e.location.partition(", alias ")[2] for e in found(store, ca)]
        out = keytool("-exportcert", "-rfc", "-alias", alias, "-keystore", store.path)
        assert "".join(out.split()) in "".join(ca.pem.decode().split())
        after = keytool("-list", "-keystore", store.path)
        assert after.count("trustedCertEntry") == before.count("trustedCertEntry") + 1 == 3
        assert after.count("PrivateKeyEntry") == 1
        store.remove(theirs[1].sha256, force=True)
        rest = keytool("-list", "-keystore", store.path)
        assert rest.count("trustedCertEntry") == 2
        assert rest.count("PrivateKeyEntry") == 1
        assert {e.sha256 for e in store.entries()} == {ca.sha256, theirs[0].sha256}
        store.remove(theirs[0].sha256, force=True)
        store.remove(ca.sha256)
        assert store.entries() == ()
        assert keytool("-list", "-keystore", store.path).count("PrivateKeyEntry") == 1

    def test_keytool_may_write_in_between(self, store: JavaStore, ca: Made, tmp_path: Path) -> None:
        store.add(ca.der, SERVER_AUTH_ONLY)
        other, pem = make("By keytool", ca=True), tmp_path / "other.pem"
        pem.write_bytes(other.pem)
        words = ("-importcert", "-noprompt", "-alias", "other", "-file", pem)
        keytool(*words, "-keystore", store.path)
        (entry,) = found(store, ca)
        assert entry.origin is Origin.THIS_PROGRAM
        assert found(store, other)[0].origin is Origin.ADMINISTRATOR
        assert store.remove(ca.sha256) is True
        listed = keytool("-list", "-keystore", store.path)
        assert listed.count("trustedCertEntry") == 3
        assert "trustmgr-" not in listed

    def test_a_kill_leaves_before_or_after(self, store: JavaStore, ca: Made) -> None:
        before = self.state(store)
        moments = count_steps(lambda: store.add(ca.der, SERVER_AUTH_ONLY))
        assert len(moments) >= 3
        store.remove(ca.sha256)
        for moment in range(len(moments)):
            killed_at(moment, lambda: store.add(ca.der, SERVER_AUTH_ONLY))
            store.settle()
            assert store.settle() is False
            held = bool(found(store, ca))
            assert held or self.state(store) == before
            assert store.remove(ca.sha256) is held
            assert self.state(store) == before
            store.add(ca.der, SERVER_AUTH_ONLY)
            killed_at(moment, lambda: store.remove(ca.sha256))
            store.remove(ca.sha256)
            assert self.state(store) == before


class TestJks(JavaContract):
    kind = "jks"


class EncryptedContract(JavaContract):
    def test_what_others_added_is_never_touched(
        self, store: Store, foreign: Made, ca: Made
    ) -> None:
        """Java does not read theirs, so ours is needed beside it."""
        before = self.state(store)
        assert [e.trust for e in found(store, foreign)] == [Trust()]
        assert "2 certificates that are encrypted" in store.availability().reason
        with pytest.raises(TrustNotSupported, match="encrypted"):
            store.set_trust(foreign.sha256, SERVER_AUTH_ONLY)
        assert store.add(foreign.der, SERVER_AUTH_ONLY) is True
        assert store.add(foreign.der, SERVER_AUTH_ONLY) is False
        assert len(found(store, foreign)) == 2
        assert store.set_trust(foreign.sha256, SERVER_AUTH_ONLY) is False
        assert store.remove(foreign.sha256) is True
        store.add(ca.der, SERVER_AUTH_ONLY)
        store.remove(ca.sha256)
        assert self.state(store) == before


class TestPkcs12(EncryptedContract):
    kind = "pkcs12"


class TestPkcs12WithoutPassword(JavaContract):
    kind = "open"


class TestPkcs12OfOldJavas(EncryptedContract):
    kind = "old"


def test_what_it_is(at_home: Callable[..., JavaStore]) -> None:
    store = at_home("jks")
    assert store.scope is Scope.TOOL
    assert store.id.startswith("java.")
    assert "17.0.99" in store.title
    assert str(store.path.parents[2]) in store.title
    assert store.privilege is Privilege.NONE
    assert [e.origin for e in store.entries()] == [Origin.ADMINISTRATOR] * 2


def test_it_distrusts_nothing(at_home: Callable[..., JavaStore], theirs: tuple[Made, Made]) -> None:
    store = at_home("jks")
    distrusted = Trust.everything(Decision.DISTRUSTED)
    with pytest.raises(TrustNotSupported):
        store.set_trust(theirs[0].sha256, distrusted)
    with pytest.raises(TrustNotSupported):
        store.add(make(ca=True).der, distrusted)
    assert store.set_trust(theirs[0].sha256, SERVER_AUTH_ONLY) is False


@pytest.mark.parametrize("kind", ["jks", "pkcs12"])
def test_another_password(
    at_home: Callable[..., JavaStore], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, made = at_home(kind, "not the usual"), make("New", ca=True)
    before = snapshot(store.path.parent)
    assert store.availability().available is (kind == "jks")
    with pytest.raises(StoreUnavailable, match="changeit") as caught:
        store.add(made.der, SERVER_AUTH_ONLY)
    assert PASSWORD in caught.value.next_step
    monkeypatch.setenv(PASSWORD, "wrong")
    with pytest.raises(StoreUnavailable, match="does not hold"):
        store.add(made.der, SERVER_AUTH_ONLY)
    assert snapshot(store.path.parent) == before
    monkeypatch.setenv(PASSWORD, "not the usual")
    assert store.add(made.der, SERVER_AUTH_ONLY) is True
    listed = keytool("-list", "-keystore", store.path, password="not the usual")
    assert listed.count("trustedCertEntry") == 3
    assert store.remove(made.sha256) is True
    assert snapshot(store.path.parent) == before


@pytest.mark.parametrize("kind", ["jks", "pkcs12", "open"])
def test_damage_is_said_and_not_written_over(at_home: Callable[..., JavaStore], kind: str) -> None:
    store = at_home(kind)
    good = store.path.read_bytes()
    step = max(1, len(good) // 150)
    for at in range(0, len(good), step):
        for bad in (good[:at], good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1 :]):
            store.path.write_bytes(bad)
            try:
                store.entries()
                store.add(named("x").der, SERVER_AUTH_ONLY)
                assert kind == "open"  # without a seal nobody can tell
            except StoreError as error:
                assert error.next_step
                assert store.path.read_bytes() == bad


def test_an_unsafe_cipher_is_said(at_home: Callable[..., JavaStore]) -> None:
    available = at_home("unsafe").availability()
    assert not available.available
    assert "no longer safe" in available.reason
    assert "keytool" in available.fix


def test_a_missing_keystore_is_said(at_home: Callable[..., JavaStore]) -> None:
    store = at_home("jks")
    store.path.unlink()
    assert not store.availability().available
    with pytest.raises(StoreUnavailable, match="missing"):
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)


def test_javas_that_share_a_keystore_are_one_store(
    tmp_path: Path, keystores: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.write_bytes(keystores("jks"))
    sdkman = tmp_path / ".sdkman" / "candidates" / "java"
    for name in ("17", "21"):
        home = make_home(sdkman / name, b"")
        (home / "lib" / "security" / "cacerts").unlink()
        (home / "lib" / "security" / "cacerts").symlink_to(shared)
    (sdkman / "current").symlink_to(sdkman / "17")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    using = homes.by_keystore()[shared]
    assert [home.path.name for home in using] == ["17", "21"]
    store = next(s for s in stores() if getattr(s, "path", None) == shared)
    assert open_store(store.id).id == store.id
    assert str(sdkman / "21") in store.title


def test_jssecacerts_counts_where_it_is(at_home: Callable[..., JavaStore]) -> None:
    store = at_home("jks")
    own = store.path.with_name("jssecacerts")
    own.write_bytes(store.path.read_bytes())
    assert homes.Home(store.path.parents[2]).keystore == own


def test_reading_the_machines_own_agrees_with_keytool() -> None:
    real = installed()
    assert real is not None
    file = homes.Home(real).keystore
    if file is None:
        pytest.skip("this Java has no keystore")
    before = hashlib.sha256(file.read_bytes()).digest()
    store = JavaStore(file, (homes.Home(real),))
    listed = keytool("-list", "-keystore", file)
    assert len(store.entries()) == listed.count("trustedCertEntry")
    for entry in store.entries():
        assert entry.sha256 in listed.replace(":", "").lower()
    assert hashlib.sha256(file.read_bytes()).digest() == before


@pytest.mark.parametrize("moment", ["opened security", "written cacerts"])
def test_a_full_disk_changes_nothing(
    at_home: Callable[..., JavaStore], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    store = at_home("jks")
    before = snapshot(store.path.parent)

    def reached(name: str) -> None:
        if name == moment:
            raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(steps, "reached", reached)
    with pytest.raises(WriteFailed, match="No space"):
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert snapshot(store.path.parent) == before


def test_a_planted_link_is_refused(at_home: Callable[..., JavaStore], tmp_path: Path) -> None:
    store, victim = at_home("jks"), tmp_path / "victim"
    store.path.rename(victim)
    store.path.symlink_to(victim)
    before = snapshot(tmp_path)
    with pytest.raises(UnsafeFile):
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert snapshot(tmp_path) == before


def test_what_another_program_writes_meanwhile_is_kept(
    at_home: Callable[..., JavaStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """keytool knows nothing of our lock."""
    store = at_home("jks")
    theirs = Jks(store.path.read_bytes(), "changeit").plus(Held("theirs", make(ca=True).der))
    real = kinds.load

    def load(data: bytes, password: str) -> Keystore:
        store.path.write_bytes(theirs)
        return real(data, password)

    monkeypatch.setattr(kinds, "load", load)
    with pytest.raises(WriteFailed, match="Another program"):
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert store.path.read_bytes() == theirs


@pytest.mark.parametrize(("kind", "step"), [("jks", 7), ("open", 3)])
def test_no_byte_of_a_keystore_surprises(
    keystores: Callable[..., bytes], kind: str, step: int
) -> None:
    good = keystores(kind)
    for at in range(0, len(good), step):
        for other in (good[at] ^ 0x01, 0x00, 0x80, 0xFF):
            bad = good[:at] + bytes([other]) + good[at + 1 :]
            with contextlib.suppress(NotAKeystore, WrongPassword, ValueError):
                keystore = kinds.load(bad, "changeit")
                assert len(keystore.held) <= 3
