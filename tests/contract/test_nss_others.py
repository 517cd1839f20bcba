"""Others who have a hand in the databases: links they planted, changes they made, writers at the same time."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, StoreError, UnsafeFile
from platform_backends.discovery import all_stores
from platform_backends.nss import NssStore, tool
from tests.cli.running import trustmgr
from tests.contract.nss_home import (
    NEEDED,
    certutil,
    home,
    new_database,
    profile,
    put,
    state,
    store,
)
from tests.making import Made, make
from trustmgr.engine import Engine
from trustmgr.errors import TrustManagerError
from trustmgr.plan import Confirmation, Plan
from trustmgr.remedy.carrying import ChangedSince

__all__ = ["home", "store"]

pytestmark = NEEDED

YES = Confirmation(named_file=True)


@pytest.fixture(scope="module")
def ca() -> Made:
    return make("Ours", ca=True)


@pytest.fixture(scope="module")
def theirs() -> list[Made]:
    return [make(f"Theirs {number}", ca=True) for number in range(3)]


def held(store: NssStore) -> Counter[tuple[str, str]]:
    """Every certificate with its trust, counted."""
    return Counter((entry.sha256, str(entry.trust)) for entry in store.entries())


# -- links ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cert9.db", "key4.db", "cert9.db-journal", "key4.db-journal"])
@pytest.mark.parametrize("operation", ["add", "remove", "settle"])
def test_links_are_not_followed(
    store: NssStore, home: Path, ca: Made, name: str, operation: str
) -> None:
    """A link in place of a file leads into somebody's database, or to any file of the user's."""
    victim = home / "victim"
    new_database(victim, home)
    put(store, make("Theirs", ca=True), "C,,", "theirs", home)
    store.add(ca.der, SERVER_AUTH_ONLY)
    (victim / "cert9.db-journal").write_bytes(b"a letter")
    link = store.folder / name
    link.unlink(missing_ok=True)
    link.symlink_to(victim / name.replace("key4.db-journal", "cert9.db-journal"))
    before = {path: path.read_bytes() for path in victim.iterdir()}
    changes = {
        "add": lambda: store.add(make(ca=True).der, SERVER_AUTH_ONLY),
        "remove": lambda: store.remove(ca.sha256),
        "settle": store.settle,
    }
    with pytest.raises(UnsafeFile, match="not a plain file"):
        changes[operation]()
    assert {path: path.read_bytes() for path in victim.iterdir()} == before
    assert link.is_symlink()


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_a_folder_that_is_a_link(home: Path, ca: Made, browser: str) -> None:
    victim = home / "victim"
    new_database(victim, home)
    if browser == "chromium":
        link = home / ".pki/nssdb"
    else:
        profile(home / ".mozilla/firefox", "one")
        link = home / ".mozilla/firefox/one"
        link.rmdir()
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(victim)
    before = state(victim)
    (found,) = (s for s in all_stores() if isinstance(s, NssStore) and s.folder == link)
    with pytest.raises(UnsafeFile, match="symbolic link"):
        found.add(ca.der, SERVER_AUTH_ONLY)
    assert state(victim) == before
    assert link.is_symlink()


def test_a_link_left_as_if_by_a_kill(store: NssStore, home: Path, ca: Made) -> None:
    """What is swept away under our names is the link, and never what it leads to."""
    victim = home / "victim"
    victim.mkdir()
    (victim / "letter").write_text("dear")
    new_database(store.folder, home)
    (store.folder / ".trustmgr-0123456789abcdef.tmp").symlink_to(victim)
    (store.folder / "cert9.db-mj012345678").symlink_to(victim / "letter")
    store.add(ca.der, SERVER_AUTH_ONLY)
    assert {path.name for path in store.folder.iterdir()} == {"cert9.db", "key4.db", "pkcs11.txt"}
    assert (victim / "letter").read_text() == "dear"


# -- between review and apply --------------------------------------------------------------


def planned(engine: Engine, what: str, ca: Made, store: str) -> Plan:
    if what == "import":
        return engine.plan_import([ca.der], stores=[store], from_network=False)
    if what == "remove":
        return engine.plan_remove(ca.sha256, stores=[store])
    return engine.plan_distrust(ca.sha256, stores=[store])


@pytest.mark.parametrize("what", ["import", "remove", "distrust"])
def test_what_somebody_changed_meanwhile_is_told_and_stays(
    store: NssStore, home: Path, ca: Made, theirs: list[Made], what: str
) -> None:
    engine = Engine()
    put(store, theirs[0], "C,,", "first", home)
    if what != "import":
        engine.apply(planned(engine, "import", ca, store.id), YES)
    plan = planned(engine, what, ca, store.id)
    if what == "import":
        put(store, ca, "p,,", "distrusted by them", home)
    else:
        name = next(h.split()[0] for h in listed(store, home) if h.startswith("trustmgr-"))
        certutil(store.folder, "-M", "-n", name, "-t", "CT,C,C", home=home)
    before, history = held(store), engine.history()
    with pytest.raises(ChangedSince, match="after this was reviewed"):
        engine.apply(plan, YES)
    assert held(store) == before
    assert engine.history() == history


@pytest.mark.parametrize("what", ["import", "remove", "distrust"])
def test_what_somebody_added_meanwhile_stays(
    store: NssStore, home: Path, ca: Made, theirs: list[Made], what: str
) -> None:
    engine = Engine()
    put(store, theirs[0], "C,,", "first", home)
    if what != "import":
        engine.apply(planned(engine, "import", ca, store.id), YES)
    plan = planned(engine, what, ca, store.id)
    for number, made in enumerate(theirs[1:]):
        put(store, made, ("CT,C,C", "p,,")[number], made.sha256[:8], home)
    before = Counter({one: n for one, n in held(store).items() if one[0] != ca.sha256})
    engine.apply(plan, YES)
    assert Counter({one: n for one, n in held(store).items() if one[0] != ca.sha256}) == before
    engine.undo()
    assert before <= held(store)


def test_our_entry_that_somebody_removed_meanwhile(store: NssStore, home: Path, ca: Made) -> None:
    engine = Engine()
    engine.apply(planned(engine, "import", ca, store.id), YES)
    plan = planned(engine, "distrust", ca, store.id)
    name = next(h.split()[0] for h in listed(store, home) if h.startswith("trustmgr-"))
    certutil(store.folder, "-D", "-n", name, home=home)
    with pytest.raises((TrustManagerError, StoreError)):
        engine.apply(plan, YES)
    assert held(store) == Counter()


def listed(store: NssStore, home: Path) -> list[str]:
    return certutil(store.folder, "-L", home=home).splitlines()


# -- at the same time ----------------------------------------------------------------------


def test_two_instances_and_somebody_else_at_once(store: NssStore, home: Path, ca: Made) -> None:
    """Two command lines that import and undo, and NSS itself that adds: all of it is there."""
    new_database(store.folder, home)
    program = tool.find()
    assert program is not None
    ours = [make(f"Ours {number}", ca=True) for number in range(4)]
    others = [make(f"Others {number}", ca=True) for number in range(12)]
    for made in (*ours, *others):
        (home / f"{made.sha256}.pem").write_bytes(made.pem)
    running = []
    for pair in (ours[:2], ours[2:]):
        files = [str(home / f"{made.sha256}.pem") for made in pair]
        words = ["import", *files, "--store", store.id, "--yes"]
        running.append(subprocess.Popen([sys.executable, "-m", "trustmgr", *words]))
    for made in others:
        file = home / f"{made.sha256}.pem"
        words = ["-A", "-t", "C,,", "-n", made.sha256[:8], "-a", "-i", str(file)]
        certutil(store.folder, *words, home=home)
    assert [process.wait(60) for process in running] == [0, 0]
    entries = store.entries()
    assert Counter(entry.sha256 for entry in entries) == Counter(m.sha256 for m in ours + others)
    assert all(entry.trust == SERVER_AUTH_ONLY for entry in entries)
    for _ in range(2):
        assert trustmgr("undo", "--last").code == 0
    assert Counter(e.sha256 for e in store.entries()) == Counter(m.sha256 for m in others)
