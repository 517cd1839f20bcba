"""A p11-kit system while packages are upgraded and a second instance of ours writes: everybody's are counted."""

from __future__ import annotations

import fcntl
import multiprocessing
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from platform_backends import steps
from platform_backends.base import SERVER_AUTH_ONLY, Origin, WriteFailed
from platform_backends.linux_p11kit import P11KitStore
from platform_backends.system_store import others
from tests.contract.p11kit.system import System
from tests.contract.store_contract import found
from tests.making import Made, make

pytestmark = pytest.mark.skipif(
    shutil.which("trust") is None, reason="extra program: trust (p11-kit)"
)
FORK = multiprocessing.get_context("fork")
ROUNDS = 12


def upgrade(system: System, vendor: Sequence[Made]) -> None:
    """New files of the vendor's and the command, over and over, without a lock of any kind.

    openSUSE's own command can fail when two run at once; what it should have made is made all the same.
    """
    for number, made in enumerate(vendor):
        (system.layout.vendor / "anchors" / f"upgrade-{number}.pem").write_bytes(made.pem)
        subprocess.run(system.layout.argv, check=False, capture_output=True)


def change(store: P11KitStore, kept: Sequence[Made], gone: Sequence[Made]) -> None:
    for one, other in zip(kept, gone, strict=True):
        store.add(other.der, SERVER_AUTH_ONLY)
        store.add(one.der, SERVER_AUTH_ONLY)
        store.remove(other.sha256)


def test_nobodys_are_lost(store: P11KitStore, system: System) -> None:
    theirs = make("Administrator's", ca=True)
    (system.layout.anchors / "theirs.pem").write_bytes(theirs.pem)
    system.update()
    vendor = [make(f"Upgrade {n}", ca=True) for n in range(ROUNDS)]
    kept = [[make(f"Kept {i}.{n}", ca=True) for n in range(3)] for i in range(2)]
    gone = [[make(f"Gone {i}.{n}", ca=True) for n in range(3)] for i in range(2)]
    processes = [
        FORK.Process(target=upgrade, args=(system, vendor)),
        *(FORK.Process(target=change, args=(store, kept[i], gone[i])) for i in range(2)),
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(200)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    ours = {made.sha256 for each in kept for made in each}
    expected = {m.sha256 for m in (*system.vendor, *vendor, theirs)} | ours
    entries = {entry.sha256: entry for entry in store.entries()}
    assert set(entries) == expected
    assert {s for s, e in entries.items() if e.origin is Origin.THIS_PROGRAM} == ours
    assert entries[theirs.sha256].origin is Origin.ADMINISTRATOR
    assert store.settle() is False


def slowly(system: System, moment: Path) -> None:
    """Make the next run of the command read everything first, and write what clients read last."""
    program = Path(system.layout.argv[0])
    real = program.with_name("real")
    program.rename(real)
    bundle = system.layout.bundle
    program.write_text(
        f"#!/bin/bash\nif mkdir {moment} 2>/dev/null; then\n"
        f"  cp {bundle} {bundle}.old\n  {real}\n  sleep 1.5\n"
        f'  mv -f {bundle}.old {bundle}\nelse\n  exec {real} "$@"\nfi\n'
    )
    program.chmod(0o755)


def test_a_run_that_ends_after_ours_without_having_seen_it(
    store: P11KitStore, system: System, private_machine: Path
) -> None:
    """Theirs begins while ours is between its files and its command; the stand-in only puts back what
    a run would write that had read the sources before."""
    slowly(system, private_machine / "began")
    made = make("Ours", ca=True)
    run = FORK.Process(target=system.update)
    update = store._changes.family.update
    begun: list[bool] = []

    def beside(operation: str, lock: int) -> None:
        if not begun:
            begun.append(True)
            run.start()
            while not (private_machine / "began").exists():
                pass
        update(operation, lock)

    store._changes.family.update = beside  # type: ignore[method-assign]
    assert store.add(made.der, SERVER_AUTH_ONLY) is True
    run.join(60)
    assert run.exitcode == 0
    assert found(store, made)


def test_sources_that_change_while_it_is_taken_back(
    store: P11KitStore, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an upgrade made while the image was put back is made again, not overwritten."""
    upgraded = make("Upgraded", ca=True)
    program = Path(system.layout.argv[0])
    good = program.read_text()

    def reached(name: str) -> None:
        if name == "restored":
            program.write_text(good)
            (system.layout.vendor / "anchors" / "new.pem").write_bytes(upgraded.pem)

    program.write_text("#!/bin/sh\nexit 3\n")
    monkeypatch.setattr(steps, "reached", reached)
    with pytest.raises(WriteFailed, match="exit code 3"):
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert found(store, upgraded)


def test_a_lock_that_is_asked_for_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.touch()
    assert others._is_locked(path) is False
    held = FORK.Event()
    done = FORK.Event()

    def hold() -> None:
        with path.open("a") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            held.set()
            done.wait(60)

    process = FORK.Process(target=hold)
    process.start()
    assert held.wait(60)
    assert others._is_locked(path) is True
    done.set()
    process.join(60)
    assert others._is_locked(path) is False
