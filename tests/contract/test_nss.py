"""The real certutil, on databases of the tests' own."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    Origin,
    Store,
    StoreUnavailable,
    Trust,
    TrustNotSupported,
    WriteFailed,
)
from platform_backends.discovery import all_stores, open_store
from platform_backends.nss import NssStore, objects, profiles, reading, tool
from tests.contract.killing import count_steps, killed_at
from tests.contract.store_contract import StoreContract, found
from tests.making import Made, make

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="of Linux: NSS databases"),
    pytest.mark.skipif(tool.find() is None, reason="extra program: certutil"),
]

DISTRUSTED = Trust.everything(Decision.DISTRUSTED)
State = dict[str, tuple[str, int, str]]


def certutil(folder: Path, *words: str, home: Path) -> str:
    """NSS itself, as another program of the user."""
    program = tool.find()
    assert program is not None
    done = subprocess.run(
        [program, "-d", f"sql:{folder}", *words],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def state(folder: Path) -> State:
    """Names and modes of the files; of a database every row, however its pages lie."""
    kept: State = {}
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        mode = stat.S_IMODE(path.lstat().st_mode)
        content = path.read_bytes() if path.is_file() else b""
        if path.suffix == ".db":
            with closing(sqlite3.connect(reading.uri(path, "ro"), uri=True)) as database:
                content = "\n".join(sorted(database.iterdump())).encode()
        kept[str(path)] = ("file", mode, hashlib.sha256(content).hexdigest())
    return kept


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def store(home: Path) -> NssStore:
    opened = open_store("nss.user")
    assert isinstance(opened, NssStore)
    return opened


def new_database(folder: Path, home: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    certutil(folder, "-N", "--empty-password", home=home)


def put(store: NssStore, made: Made, trust: str, name: str, home: Path) -> None:
    """Somebody adds a certificate with certutil."""
    if not store.path.exists():
        new_database(store.folder, home)
    file = home / f"{made.sha256}.pem"
    file.write_bytes(made.pem)
    certutil(store.folder, "-A", "-t", trust, "-n", name, "-a", "-i", str(file), home=home)


def usual() -> str:
    place = profiles.usual()
    return place.id if place else ""


class NssContract(StoreContract):
    def folders(self, store: Store) -> tuple[Path, ...]:
        assert isinstance(store, NssStore)
        return (store.folder,)

    def state(self, store: Store) -> State:
        assert isinstance(store, NssStore)
        return state(store.folder)

    @pytest.fixture
    def foreign(self, store: NssStore, home: Path) -> Made:
        made = make("Somebody's Root", ca=True)
        put(store, made, "C,,", "their own (old)", home)
        return made


class TestChromium(NssContract):
    @pytest.fixture
    def store(self, home: Path) -> Store:
        return open_store("nss.user")


class TestFirefox(NssContract):
    @pytest.fixture
    def store(self, home: Path) -> Store:
        profile(home / ".mozilla/firefox", "abcd1234.default esr")
        (found,) = [s for s in all_stores() if s.id.startswith("nss.firefox.")]
        return found


def profile(home: Path, *names: str) -> None:
    home.mkdir(parents=True)
    text = "[General]\nStartWithLastProfile=1\n\n"
    for number, name in enumerate(names):
        (home / name).mkdir()
        text += f"[Profile{number}]\nName=n{number}\nIsRelative=1\nPath={name}\n\n"
    (home / "profiles.ini").write_text(text)


@pytest.mark.parametrize(
    ("trust", "shown"),
    [
        (SERVER_AUTH_ONLY, "C,,"),
        (Trust.everything(Decision.TRUSTED), "CT,C,C"),
        (DISTRUSTED, "p,p,p"),
        (Trust(), ",,"),
    ],
)
def test_nss_sees_what_was_done(store: NssStore, home: Path, trust: Trust, shown: str) -> None:
    ca = make("Shown", ca=True)
    store.add(ca.der, SERVER_AUTH_ONLY)
    store.set_trust(ca.sha256, trust)
    assert found(store, ca)[0].trust == trust
    lines = certutil(store.folder, "-L", home=home).splitlines()
    name = objects.nickname(ca.der)
    assert [line.split()[-1] for line in lines if line.startswith(name)] == [shown]
    assert certutil(store.folder, "-L", "-n", name, "-a", home=home).count("BEGIN") == 1


@pytest.mark.parametrize("flags", ["C,,", "P,,", "p,,", ",,", "CT,C,C", "c,,", "u,,", "w,,"])
def test_what_others_say_is_read(store: NssStore, home: Path, flags: str) -> None:
    ca = make("Read", ca=True)
    put(store, ca, flags, "x", home)
    expected = {"C": Decision.TRUSTED, "P": Decision.TRUSTED, "p": Decision.DISTRUSTED}
    (entry,) = found(store, ca)
    assert entry.trust.server_auth is expected.get(flags[0], Decision.UNSPECIFIED)
    assert entry.origin is Origin.USER


def test_one_leaf_is_trusted_as_a_peer(store: NssStore, home: Path) -> None:
    leaf = make("leaf.example")
    store.add(leaf.der, SERVER_AUTH_ONLY)
    assert found(store, leaf)[0].trust == SERVER_AUTH_ONLY
    assert certutil(store.folder, "-L", home=home).split()[-1] == "P,,"
    with pytest.raises(TrustNotSupported):
        store.set_trust(leaf.sha256, Trust.everything(Decision.TRUSTED))


@pytest.mark.parametrize(("value", "expected"), [(1, "trusted"), (2, "trusted"), (3, "distrusted")])
def test_trust_as_new_firefox_writes_it(
    store: NssStore, home: Path, value: int, expected: str
) -> None:
    """CKO_TRUST of PKCS #11 3.2, seen in a profile of Firefox 153; today's certutil cannot read it."""
    ca = make("By Firefox", ca=True)
    put(store, ca, ",,", "x", home)
    with closing(sqlite3.connect(store.path)) as database, database:
        for column in ("a8c", "a62c", "a62d", "a62e", "a62f", "a635"):
            if column not in {r[1] for r in database.execute("PRAGMA table_info(nssPublic)")}:
                database.execute(f"ALTER TABLE nssPublic ADD COLUMN {column}")
        database.execute(
            "INSERT INTO nssPublic (id, a0, a81, a82, a8c, a62c, a62d, a62e, a62f, a635) "
            "SELECT 77, x'0000000b', a81, a82, x'00000250', ?, x'00000004', x'00000004', "
            "x'00000004', ? FROM nssPublic WHERE a0 = x'00000001'",
            (value.to_bytes(4, "big"), bytes.fromhex(ca.sha256)),
        )
    assert found(store, ca)[0].trust.server_auth.value == expected
    assert store.set_trust(ca.sha256, DISTRUSTED) is True
    assert found(store, ca)[0].trust == DISTRUSTED
    assert certutil(store.folder, "-L", home=home).split()[-1] == "p,p,p"
    assert store.remove(ca.sha256, force=True)
    with closing(sqlite3.connect(store.path)) as database:
        assert database.execute("SELECT count(*) FROM nssPublic").fetchone() == (0,)


def test_several_certificates_of_one_name(store: NssStore, home: Path) -> None:
    """A stale authority with the same subject and another key, under the same nickname."""
    stale, other = make("Same", ca=True), make("Same", ca=True)
    put(store, stale, ",,", "same", home)
    put(store, other, "p,,", "same", home)
    ours = make("Same", ca=True)
    before = state(store.folder)
    store.add(ours.der, SERVER_AUTH_ONLY)
    assert {e.sha256: e.trust.server_auth for e in store.entries()} == {
        stale.sha256: Decision.UNSPECIFIED,
        other.sha256: Decision.DISTRUSTED,
        ours.sha256: Decision.TRUSTED,
    }
    assert [e.origin for e in store.entries() if e.sha256 == ours.sha256] == [Origin.THIS_PROGRAM]
    listed = certutil(store.folder, "-L", home=home).splitlines()
    assert sorted(line.split()[-1] for line in listed if "," in line[-8:])[-1:] == ["p,,"]
    store.remove(ours.sha256)
    assert state(store.folder) == before


def test_others_trust_is_not_changed_by_an_import(store: NssStore, home: Path) -> None:
    ca = make("Theirs", ca=True)
    put(store, ca, "p,,", "theirs", home)
    before = state(store.folder)
    with pytest.raises(TrustNotSupported):
        store.add(ca.der, SERVER_AUTH_ONLY)
    assert state(store.folder) == before
    assert store.set_trust(ca.sha256, SERVER_AUTH_ONLY) is True
    assert found(store, ca)[0].origin is Origin.USER
    assert certutil(store.folder, "-L", home=home).split()[-1] == "C,,"


def test_keys_are_never_copied_and_stay(store: NssStore, home: Path) -> None:
    """A client certificate with its key; what certutil works on holds no key."""
    new_database(store.folder, home)
    noise = home / "noise"
    noise.write_bytes(os.urandom(2048))
    words = ("-S", "-x", "-s", "CN=me", "-n", "me", "-t", "u,,", "-z", str(noise), "-m", "1")
    certutil(store.folder, *words, home=home)
    before = state(store.folder)
    keys = certutil(store.folder, "-K", home=home)
    ca = make("Beside", ca=True)
    store.add(ca.der, SERVER_AUTH_ONLY)
    assert certutil(store.folder, "-K", home=home) == keys
    store.remove(ca.sha256)
    assert state(store.folder) == before


def test_a_primary_password_is_explained(store: NssStore, home: Path) -> None:
    secret = home / "password"
    secret.write_text("a long secret\n")
    store.folder.mkdir(parents=True)
    certutil(store.folder, "-N", "-f", str(secret), home=home)
    before = state(store.folder)
    with pytest.raises(WriteFailed) as caught:
        store.add(make("Locked", ca=True).der, SERVER_AUTH_ONLY)
    assert "primary password" in caught.value.sentence
    assert state(store.folder) == before
    assert store.entries() == ()


def test_without_certutil_only_reading_works(
    store: NssStore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ca = make("There", ca=True)
    monkeypatch.setattr(tool, "TOOLS", ())
    assert not store.availability().available
    monkeypatch.undo()
    monkeypatch.setenv("HOME", str(home))
    put(store, ca, "C,,", "there", home)
    monkeypatch.setattr(tool, "TOOLS", (home / "no",))
    assert store.availability().available
    assert "apt install libnss3-tools" in store.availability().fix
    assert len(store.entries()) == 1
    with pytest.raises(StoreUnavailable):
        store.add(make("New", ca=True).der, SERVER_AUTH_ONLY)


def test_a_browser_that_holds_the_database_open_keeps_it(store: NssStore, home: Path) -> None:
    """A reader sees the change at once, in the same file; a writer is waited for, in bounds."""
    put(store, make("Before", ca=True), "C,,", "before", home)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as browser:
        assert len(reading.held(browser)) == 1
        store.add(make("After", ca=True).der, SERVER_AUTH_ONLY)
        assert len(reading.held(browser)) == 2


def test_a_browser_that_writes_for_ever_is_said(
    store: NssStore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, make("Before", ca=True), "C,,", "before", home)
    monkeypatch.setattr(reading, "PATIENCE", 0.1)
    before = state(store.folder)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as browser:
        browser.execute("BEGIN IMMEDIATE")
        with pytest.raises(WriteFailed, match="Close the browser"):
            store.add(make("After", ca=True).der, SERVER_AUTH_ONLY)
        browser.execute("ROLLBACK")
    assert state(store.folder) == before


@pytest.mark.parametrize("operation", ["first", "add", "remove", "distrust"])
def test_killed_at_every_step_it_is_all_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    ca, theirs = make("Killed", ca=True), make("Theirs", ca=True)

    def fresh(name: str) -> NssStore:
        home = tmp_path / name
        home.mkdir()
        monkeypatch.setenv("HOME", str(home))
        store = open_store("nss.user")
        assert isinstance(store, NssStore)
        if operation != "first":
            put(store, theirs, "C,,", "theirs", home)
        if operation in ("remove", "distrust"):
            store.add(ca.der, SERVER_AUTH_ONLY)
        return store

    def change(store: NssStore) -> object:
        if operation == "remove":
            return store.remove(ca.sha256)
        if operation == "distrust":
            return store.set_trust(ca.sha256, DISTRUSTED)
        return store.add(ca.der, SERVER_AUTH_ONLY)

    model = fresh("model")
    moments = count_steps(lambda: change(model))
    assert len(moments) >= 3
    after = {e.sha256: e.trust for e in open_store("nss.user").entries()}
    for moment in range(len(moments)):
        store = fresh(f"killed-{moment}")
        before = {e.sha256: e.trust for e in store.entries()}
        killed_at(moment, lambda s=store: change(s))
        assert {e.sha256: e.trust for e in store.entries()} in (before, after)
        store.settle()
        left = {path.name for path in store.folder.iterdir()}
        assert left <= {"cert9.db", "key4.db", "pkcs11.txt"}, moments[moment]
        change(store)
        assert {e.sha256: e.trust for e in store.entries()} == after
        assert store.settle() is False


def test_killed_at_any_time_nothing_of_others_is_lost(store: NssStore, home: Path) -> None:
    """Within a commit too: the process is killed at times of its own choosing."""
    theirs = [make(f"Theirs {i}", ca=True) for i in range(3)]
    for made in theirs:
        put(store, made, "C,,", made.sha256[:8], home)
    script = (
        "import sys; from platform_backends.discovery import open_store\n"
        "from platform_backends.base import SERVER_AUTH_ONLY\n"
        "store, der = open_store('nss.user'), bytes.fromhex(sys.argv[1])\n"
        "print(flush=True)\n"
        "while True: store.add(der, SERVER_AUTH_ONLY); store.remove(sys.argv[2])\n"
    )
    ca = make("Killed", ca=True)
    for turn in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", script, ca.der.hex(), ca.sha256], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01 + turn * 0.007)
        process.kill()
        process.communicate()
        known = {e.sha256: e.trust for e in store.entries()}
        assert known.pop(ca.sha256, SERVER_AUTH_ONLY) == SERVER_AUTH_ONLY
        assert known == dict.fromkeys((m.sha256 for m in theirs), SERVER_AUTH_ONLY)
        store.remove(ca.sha256)
    store.settle()
    assert {p.name for p in store.folder.iterdir()} <= {"cert9.db", "key4.db", "pkcs11.txt"}


def test_links_are_not_followed(store: NssStore, home: Path) -> None:
    victim = home / "victim"
    new_database(victim, home)
    store.folder.mkdir(parents=True)
    (store.folder / "cert9.db").symlink_to(victim / "cert9.db")
    before = state(victim)
    with pytest.raises(Exception, match="not a plain file"):
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert state(victim) == before


class TestPlaces:
    """Which databases are found."""

    @pytest.fixture(autouse=True)
    def in_home(self, home: Path) -> Iterator[None]:
        self.home = home
        yield

    def ids(self) -> list[str]:
        return [s.id for s in all_stores() if s.id.startswith("nss.")]

    def test_the_old_folder_of_chromium_wins(self) -> None:
        new = open_store("nss.user")
        assert isinstance(new, NssStore)
        assert new.folder == self.home / ".local/share/pki/nssdb"
        (self.home / ".pki/nssdb").mkdir(parents=True)
        old = open_store("nss.user")
        assert isinstance(old, NssStore)
        assert old.folder == self.home / ".pki/nssdb"

    def test_packages_keep_their_own(self) -> None:
        (self.home / "snap/chromium/current").mkdir(parents=True)
        (self.home / ".var/app/org.chromium.Chromium").mkdir(parents=True)
        assert {"nss.snap.chromium", "nss.flatpak.chromium"} <= set(self.ids())

    def test_every_profile_of_every_home(self) -> None:
        homes = (
            ".mozilla/firefox",
            ".config/mozilla/firefox",
            "snap/firefox/common/.mozilla/firefox",
            ".var/app/org.mozilla.firefox/.mozilla/firefox",
        )
        for home in homes:
            profile(self.home / home, "aaaa.default", "../../etc: \u202e")
        found = [i for i in self.ids() if i.startswith("nss.firefox.")]
        assert len(found) == len(set(found)) == 2 * len(homes)
        assert "nss.firefox.aaaa.default" in found
        assert "nss.firefox.snap-aaaa.default" in found
        assert all(i.isascii() and "/" not in i and " " not in i for i in found)
        assert found == [i for i in self.ids() if i.startswith("nss.firefox.")]

    def test_no_profile_yet_is_said(self) -> None:
        (self.home / ".mozilla/firefox").mkdir(parents=True)
        store = open_store("nss.firefox")
        assert not store.availability().available
        assert "Start Firefox once" in store.availability().fix
        assert ".config/mozilla/firefox" in store.availability().reason
        with pytest.raises(StoreUnavailable):
            store.entries()
        with pytest.raises(StoreUnavailable):
            store.add(make(ca=True).der, SERVER_AUTH_ONLY)

    def test_the_profile_that_firefox_opens(self) -> None:
        home = self.home / ".mozilla/firefox"
        profile(home, "one", "two", "three")
        assert usual() == "nss.firefox.one"
        ini = home / "profiles.ini"
        ini.write_text(ini.read_text().replace("Path=two", "Path=two\nDefault=1"))
        assert usual() == "nss.firefox.two"
        ini.write_text("[InstallABC]\nDefault=three\nLocked=1\n" + ini.read_text())
        assert usual() == "nss.firefox.three"

    @pytest.mark.parametrize("text", ["", "[", "[Profile0]\nPath=gone\n", "\0\xff"])
    def test_odd_lists_of_profiles(self, text: str) -> None:
        folder = self.home / ".mozilla/firefox"
        folder.mkdir(parents=True)
        (folder / "profiles.ini").write_text(text)
        assert "nss.firefox" in self.ids()
