"""The system's store while others change it, too: an upgrade of packages, and a second instance of ours."""

from __future__ import annotations

import fcntl
import multiprocessing
import subprocess
import time
from collections.abc import Iterator, Sequence
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, Decision, Origin, Trust
from platform_backends.linux_ca_certificates import CaCertificatesStore, layout, reading, tool
from tests.contract.ca_certificates.system import INSTALLED
from tests.contract.namespace import private_machine
from tests.making import Made, make

__all__ = ["private_machine"]

pytestmark = INSTALLED
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def store(private_machine: Path) -> Iterator[CaCertificatesStore]:
    made = make("Administrator's Root", ca=True)
    (layout.LOCAL / "theirs.crt").write_bytes(made.pem)
    _update()
    yield CaCertificatesStore()
    assert made.der in reading.bundle(), "what the administrator added is gone"


def _update() -> None:
    subprocess.run(tool.command(fresh=False), check=True, capture_output=True)


def upgrade(vendor: Sequence[Made], begun: Event, locked: bool) -> None:
    """As dpkg does: new files of the vendor's, their lines in the configuration, and the command.

    Where nobody holds dpkg's lock the command can run at the same time as ours, and fail for it.
    """
    folder = layout.VENDOR / "upgrade"
    folder.mkdir()
    lock = Path("/var/lib/dpkg/lock-frontend").open("a")  # noqa: SIM115 - as long as this process
    if locked:
        fcntl.lockf(lock, fcntl.LOCK_EX)
    begun.set()
    for number, made in enumerate(vendor):
        (folder / f"{number}.crt").write_bytes(made.pem)
        with layout.CONF.open("a") as conf:
            conf.write(f"upgrade/{number}.crt\n")
        subprocess.run(tool.command(fresh=False), check=locked, capture_output=True)


@pytest.mark.slow
@pytest.mark.parametrize("locked", [True, False])
def test_an_upgrade_of_packages_and_ours_lose_nothing(
    store: CaCertificatesStore, locked: bool
) -> None:
    before = {e.sha256 for e in store.entries()}
    vendor = [make(f"Upgraded {n}", ca=True) for n in range(5)]
    ours, gone = make("Kept", ca=True), make("Gone", ca=True)
    begun = FORK.Event()
    upgrading = FORK.Process(target=upgrade, args=(vendor, begun, locked))
    upgrading.start()
    assert begun.wait(60)
    store.add(gone.der, SERVER_AUTH_ONLY)
    store.add(ours.der, SERVER_AUTH_ONLY)
    store.remove(gone.sha256)
    upgrading.join(120)
    assert upgrading.exitcode == 0
    after = {e.sha256: e for e in store.entries()}
    assert before <= set(after)
    assert {m.sha256 for m in vendor} <= set(after)
    assert after[ours.sha256].origin is Origin.THIS_PROGRAM
    assert gone.sha256 not in after
    assert len(after) == len(before) + len(vendor) + 1


@pytest.mark.slow
def test_a_run_of_others_that_began_before_does_not_undo_ours(
    store: CaCertificatesStore, private_machine: Path
) -> None:
    """Their command has read the sources, and writes what clients read only after ours has ended."""
    slow, real = private_machine / "update-ca-certificates", tool.find()
    assert real is not None
    read = private_machine / "sources were read"
    text = real.read_text().replace("mv -f", f"touch '{read}'; sleep 4; mv -f")
    assert "sleep 4" in text
    slow.write_text(text)
    slow.chmod(0o755)
    with subprocess.Popen([slow], stdout=subprocess.DEVNULL) as theirs:
        while (
            not read.exists()
        ):  # a process that has only just begun cannot be told from others yet
            assert theirs.poll() is None
            time.sleep(0.02)
        made = make("Ours", ca=True)
        store.add(made.der, SERVER_AUTH_ONLY)
        assert theirs.wait(60) == 0
    assert made.der in reading.bundle()


@pytest.mark.slow
def test_what_an_upgrade_writes_while_ours_waits_stays(store: CaCertificatesStore) -> None:
    """Distrust changes one line of the file in which packages add theirs."""
    root = next(e for e in store.entries() if e.origin is Origin.VENDOR)
    made = make("Upgraded meanwhile", ca=True)
    waiting = FORK.Event()

    def distrust() -> None:
        waiting.set()
        store.set_trust(root.sha256, Trust.everything(Decision.DISTRUSTED))

    with Path("/var/lib/dpkg/lock-frontend").open("a") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        ours = FORK.Process(target=distrust)
        ours.start()
        assert waiting.wait(60)
        ours.join(3)  # it cannot end before the lock does
        assert ours.is_alive()
        (layout.VENDOR / "meanwhile.crt").write_bytes(made.pem)
        with layout.CONF.open("a") as conf:
            conf.write("meanwhile.crt\n")
        _update()
    ours.join(60)
    assert ours.exitcode == 0
    assert layout.CONF.read_text().endswith("\nmeanwhile.crt\n")
    trusts = {e.sha256: e.trust for e in store.entries()}
    assert trusts[made.sha256] == Trust.everything(Decision.TRUSTED)
    assert trusts[root.sha256] == Trust.everything(Decision.DISTRUSTED)
