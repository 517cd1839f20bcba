"""A new Firefox profile or another Java, after a fix of all that there were: named, offered, left out."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, Entry, Origin
from platform_backends.java import homes
from platform_backends.nss import NssStore
from tests.cli.running import trustmgr
from tests.contract.java_home import installed, keytool, make_home
from tests.contract.nss_home import NEEDED, home, profile, put
from tests.making import Made
from trustmgr.engine import Engine
from trustmgr.errors import UsageError
from trustmgr.plan import Confirmation
from trustmgr.remedy.drift import Again, Drift

__all__ = ["home"]

pytestmark = NEEDED
ONE, TWO, THREE = (f"nss.firefox.{name}" for name in ("one", "two", "three"))


@pytest.fixture
def machine(home: Path) -> Engine:
    """A user with one Firefox profile."""
    profiles(home, "one")
    return Engine()


def profiles(home: Path, *names: str) -> None:
    profile(home / ".mozilla/firefox", *names)


def by_hand(engine: Engine, store: str, made: Made, trust: str, home: Path) -> None:
    there = engine.store(store)
    assert isinstance(there, NssStore)
    put(there, made, trust, "by hand", home)


def trust(engine: Engine, made: Made, *stores: str) -> None:
    plan = engine.plan_import([made.der], stores=stores, from_network=False)
    engine.apply(plan, Confirmation(named_file=True))


def offered(found: Sequence[Drift]) -> list[tuple[str, ...]]:
    assert all(drift.newcomer and drift.again is Again.IMPORT for drift in found)
    return [drift.stores for drift in found]


def test_a_new_profile_is_named_until_it_has_it(machine: Engine, home: Path, root: Made) -> None:
    trust(machine, root, ONE)
    assert machine.check() == ()
    profiles(home, "one", "two")
    (found,) = machine.check()
    assert "profile n1 is new" in found.reason
    assert offered([found]) == [(TWO,)]
    trust(machine, root, TWO)
    assert machine.check() == ()
    profiles(home, "one", "two", "three")
    assert offered(machine.check()) == [(THREE,)]


def test_whoever_chose_some_of_them_is_not_asked(machine: Engine, home: Path, root: Made) -> None:
    profiles(home, "one", "two")
    trust(machine, root, ONE)
    profiles(home, "one", "two", "three")
    assert machine.check() == ()
    trust(machine, root, TWO)  # knowing of the third
    assert machine.check() == ()


def test_two_reviews_that_reach_all_of_them(machine: Engine, home: Path, root: Made) -> None:
    profiles(home, "one", "two")
    trust(machine, root, ONE)
    trust(machine, root, TWO)
    profiles(home, "one", "two", "three")
    assert offered(machine.check()) == [(THREE,)]


def test_where_the_user_had_it_already_counts(machine: Engine, home: Path, root: Made) -> None:
    profiles(home, "one", "two")
    by_hand(machine, TWO, root, "C,,", home)
    trust(machine, root, ONE)
    profiles(home, "one", "two", "three")
    assert offered(machine.check()) == [(THREE,)]


def test_what_was_undone_in_one_is_wanted_in_no_other(
    machine: Engine, home: Path, root: Made
) -> None:
    profiles(home, "one", "two")
    trust(machine, root, ONE, TWO)
    machine.undo(machine.history()[0])
    profiles(home, "one", "two", "three")
    assert machine.check() == ()


def test_what_an_undo_brought_back_counts(machine: Engine, home: Path, root: Made) -> None:
    trust(machine, root, ONE)
    machine.apply(machine.plan_remove(root.sha256, stores=[ONE]), Confirmation())
    profiles(home, "one", "two")
    assert machine.check() == ()
    machine.undo()
    assert machine.check() == ()  # there were two when it came back
    profiles(home, "one", "two", "three")
    assert machine.check() == ()


def test_a_decision_in_the_new_one_is_left_alone(machine: Engine, home: Path, root: Made) -> None:
    trust(machine, root, ONE)
    profiles(home, "one", "two")
    by_hand(machine, TWO, root, "p,,", home)
    assert machine.check() == ()


def test_taken_out_again_it_is_not_offered(machine: Engine, home: Path, root: Made) -> None:
    trust(machine, root, ONE)
    profiles(home, "one", "two")
    trust(machine, root, TWO)
    machine.undo()
    assert machine.check() == ()


def test_one_that_is_gone_does_not_hide_a_new_one(machine: Engine, home: Path, root: Made) -> None:
    """One kept it, one went, one came."""
    profiles(home, "one", "two")
    trust(machine, root, ONE, TWO)
    profiles(home, "one", "three")
    assert offered(machine.check()) == [(THREE,)]


def test_a_refreshed_firefox_is_told_although_chromium_has_it(
    machine: Engine, home: Path, root: Made
) -> None:
    """ "Refresh Firefox" puts a new profile in place of the only one."""
    trust(machine, root, ONE, "nss.user")
    profiles(home, "fresh")
    (found,) = machine.check()
    assert "is no longer there" in found.reason
    assert found.stores == ("nss.firefox.fresh",)


def test_a_chromium_from_snap(machine: Engine, home: Path, root: Made) -> None:
    trust(machine, root, "nss.user")
    assert machine.check() == ()  # a profile of Firefox is of another kind
    (home / "snap/chromium/current").mkdir(parents=True)
    assert offered(machine.check()) == [("nss.snap.chromium",)]


def test_what_a_policy_brings_is_not_offered(
    machine: Engine, home: Path, root: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(machine, root, ONE)
    profiles(home, "one", "two")
    assert len(machine.check()) == 1
    installed_by_policy = Entry(root.der, SERVER_AUTH_ONLY, Origin.POLICY, "policies.json")
    policies = machine.store("firefox.policies")
    monkeypatch.setattr(type(policies), "entries", lambda _: (installed_by_policy,))
    assert machine.check() == ()


def test_a_journal_of_an_earlier_version_asks_nothing(
    machine: Engine, home: Path, root: Made, tmp_path: Path
) -> None:
    trust(machine, root, ONE)
    with closing(sqlite3.connect(tmp_path / "state/journal.sqlite3")) as journal:
        journal.execute("DROP TABLE around")
    profiles(home, "one", "two")
    assert machine.check() == ()
    trust(machine, root, TWO)
    assert machine.check() == ()


def test_only_what_is_offered_can_be_left_out(machine: Engine, home: Path, root: Made) -> None:
    trust(machine, root, ONE)
    with pytest.raises(UsageError, match="Nothing is offered"):
        machine.leave_out(machine.check(), TWO)


def test_the_command_offers_and_leaves_out(home: Path, root: Made) -> None:
    profiles(home, "one")
    file = home / "root.pem"
    file.write_bytes(root.pem)
    assert trustmgr("import", str(file), "--store", ONE, "--yes").code == 0
    profiles(home, "one", "two", "three")
    ran = trustmgr("check")
    assert (ran.code, ran.out.count("New: "), "trustmgr undo" in ran.out) == (1, 2, False)
    first, second = trustmgr("check", "--json").json["drifted"]
    assert first["newcomer"]
    assert (first["stores"], second["stores"]) == ([TWO], [THREE])
    left = trustmgr("check", "--leave-out", TWO, "--json")
    assert (left.code, [one["stores"] for one in left.json["drifted"]]) == (1, [[THREE]])
    assert trustmgr(*shlex.split(second["command"])[1:]).code == 0
    assert trustmgr("check").code == 0
    assert trustmgr("check", "--leave-out", TWO).code == 2
    profiles(home, "one", "two", "three", "four")
    (third,) = trustmgr("check", "--json").json["drifted"]
    assert third["stores"] == ["nss.firefox.four"]


@pytest.mark.skipif(installed() is None, reason="extra program: java with keytool")
def test_another_java(home: Path, root: Made, other: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    pem, cacerts = home / "other.pem", home / "cacerts"
    pem.write_bytes(other.pem)
    keytool("-importcert", "-noprompt", "-alias", "x", "-file", pem, "-keystore", cacerts)
    for version in ("17", "21"):
        make_home(home / version, cacerts.read_bytes())
    monkeypatch.setattr(homes, "_PARENTS", {"linux": (str(home / "jvm"),)})
    monkeypatch.setenv("PATH", str(home))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    engine = Engine()

    def javas() -> list[str]:
        return [store.id for store in engine.stores() if store.id.startswith("java.")]

    (home / "jvm").mkdir()
    (home / "17").rename(home / "jvm/17")
    (older,) = javas()
    trust(engine, root, older)
    assert engine.check() == ()
    (home / "21").rename(home / "jvm/21")
    (newer,) = set(javas()) - {older}
    assert offered(engine.check()) == [(newer,)]
    trust(engine, root, newer)
    assert engine.check() == ()
