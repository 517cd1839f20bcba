"""What a change of a p11-kit system must not leave behind, follow or take along, with the real `trust`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    Origin,
    Trust,
    TrustNotSupported,
    UnsafeFile,
    WriteFailed,
)
from platform_backends.certificates import safe_name
from platform_backends.linux_p11kit import P11KitStore, families, trusted
from tests.contract.killing import count_steps, killed_at
from tests.contract.p11kit.system import System, state
from tests.contract.store_contract import found
from tests.making import make

pytestmark = pytest.mark.skipif(
    shutil.which("trust") is None, reason="extra program: trust (p11-kit)"
)
EVERYTHING = Trust.everything(Decision.TRUSTED)
DISTRUSTED = Trust.everything(Decision.DISTRUSTED)


def test_a_command_that_fails_after_its_work_leaves_no_file(
    store: P11KitStore, system: System
) -> None:
    """GnuTLS reads every file of a hashed folder, whatever its name."""
    before = state(system)
    program = Path(system.layout.argv[0])
    half = system.layout.bundle.with_name(f"{system.layout.bundle.name}.Ab3dE6")
    program.write_text(program.read_text() + f"touch {half}\nexit 3\n")
    with pytest.raises(WriteFailed, match="exit code 3"):
        store.add(make("Left Over", ca=True).der, SERVER_AUTH_ONLY)
    assert state(system) == before


def test_a_killed_write_is_never_trusted(store: P11KitStore, system: System) -> None:
    """p11-kit reads files of any name: also the temporary one of a change that was killed."""
    made, upgrade = make("Killed", ca=True), make("Upgrade", ca=True)
    moments = count_steps(lambda: store.add(made.der, EVERYTHING))
    store.remove(made.sha256)
    moment = moments.index(f"written {safe_name(made.der)}")
    killed_at(moment, lambda: store.add(made.der, EVERYTHING))
    (system.layout.vendor / "anchors" / "upgrade.pem").write_bytes(upgrade.pem)
    assert store.settle() is True
    assert found(store, upgrade)
    assert not found(store, made)


def test_a_link_in_place_of_a_folder_is_not_followed(
    store: P11KitStore, system: System, private_machine: Path
) -> None:
    victim = private_machine / "victim"
    victim.mkdir(mode=0o700)
    folder = system.layout.emptied[0]
    program = Path(system.layout.argv[0])
    program.write_text(f"#!/bin/sh\nrm -rf {folder}\nln -s {victim} {folder}\nexit 3\n")
    before = state(system)
    with pytest.raises(WriteFailed):
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert state(system) == before
    assert list(victim.iterdir()) == []
    assert victim.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("place", ["source", "anchors", "blocklist"])
def test_a_link_in_place_of_a_source_folder_is_refused(
    store: P11KitStore, system: System, private_machine: Path, place: str
) -> None:
    folder: Path = getattr(system.layout, place)
    shutil.move(folder, private_machine / "moved")
    folder.symlink_to(private_machine / "moved")
    with pytest.raises(UnsafeFile, match="symbolic link"):
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)


def test_what_clients_still_read_is_not_called_distrusted(
    store: P11KitStore, system: System
) -> None:
    one = system.vendor[0]
    (system.layout.blocklist / "new.pem").write_bytes(one.pem)
    assert found(store, one)[0].trust.server_auth is Decision.TRUSTED
    system.update()
    (entry,) = found(store, one)
    assert (entry.trust, entry.origin) == (DISTRUSTED, Origin.VENDOR)
    with pytest.raises(TrustNotSupported, match="Others distrust"):
        store.set_trust(one.sha256, EVERYTHING)


def test_others_in_the_same_file_stay(store: P11KitStore, system: System) -> None:
    gone, kept, plain = (make(name, ca=True) for name in ("Gone", "Kept", "Plain"))
    path = system.layout.source / "several.crt"
    rest = trusted.text(kept.der, SERVER_AUTH_ONLY)
    path.write_bytes(trusted.text(gone.der, SERVER_AUTH_ONLY) + rest)
    (system.layout.anchors / "plain.crt").write_bytes(gone.pem + plain.pem)
    system.update()
    assert found(store, gone)[0].origin is Origin.ADMINISTRATOR
    assert store.remove(gone.sha256, force=True) is True
    assert path.read_bytes() == rest
    assert not found(store, gone)
    assert all(found(store, one)[0].origin is Origin.ADMINISTRATOR for one in (kept, plain))


def test_files_of_p11_kit_are_taken_away_whole_or_not_at_all(
    store: P11KitStore, system: System
) -> None:
    one, two = make("One", ca=True), make("Two", ca=True)
    objects = [b"[p11-kit-object-v1]\ntrusted: true\n" + made.pem for made in (one, two)]
    path = system.layout.source / "several.p11-kit"
    path.write_bytes(b"\n".join(objects))
    system.update()
    before = state(system)
    with pytest.raises(TrustNotSupported, match="p11-kit's own form"):
        store.remove(one.sha256, force=True)
    assert state(system) == before
    path.write_bytes(objects[0])
    system.update()
    assert store.remove(one.sha256, force=True) is True
    assert not path.exists()


def test_purposes_that_are_missing_are_added(store: P11KitStore, system: System) -> None:
    mail, made = make("Mail", ca=True), make("Wider", ca=True)
    email = Trust(email=Decision.TRUSTED)
    (system.layout.vendor / "mail.crt").write_bytes(trusted.text(mail.der, email))
    system.update()
    assert store.add(made.der, SERVER_AUTH_ONLY) is True
    assert store.add(made.der, EVERYTHING) is True
    assert found(store, made)[0].trust == EVERYTHING
    assert store.add(made.der, SERVER_AUTH_ONLY) is False
    before = state(system)
    assert store.add(mail.der, SERVER_AUTH_ONLY) is True
    assert found(store, mail)[0].trust.server_auth is Decision.TRUSTED
    assert store.remove(mail.sha256) is True
    assert state(system) == before


def test_removing_ours_takes_our_distrust_along(store: P11KitStore, system: System) -> None:
    made = make(ca=True)
    before = state(system)
    store.add(made.der, SERVER_AUTH_ONLY)
    store.set_trust(made.sha256, DISTRUSTED)
    assert found(store, made)[0].origin is Origin.THIS_PROGRAM
    assert store.remove(made.sha256) is True
    assert not found(store, made)
    assert {p for p in state(system) if "java" not in p} == {p for p in before if "java" not in p}


def test_an_old_systems_blacklist_is_used(store: P11KitStore, system: System) -> None:
    """p11-kit before 0.23.21 reads that name alone (the real one here is newer, so nothing is run)."""
    layout = system.layout
    layout.blocklist.rename(layout.source / "blacklist")
    assert layout.blocklist.name == "blacklist"
    (layout.blocklist / "theirs.pem").write_bytes(make("Bad", ca=True).pem)
    assert [e.trust for e in store.entries() if e.location.startswith(str(layout.blocklist))] == [
        DISTRUSTED
    ]


def test_a_folder_for_sources_alone_makes_no_family(system: System) -> None:
    assert families.here() == system.layout
    shutil.rmtree(system.layout.derived[0])
    assert families.here() is None


def test_a_bundle_from_the_future_is_made_anew(store: P11KitStore, system: System) -> None:
    """openSUSE's hook leaves a bundle alone that is newer than what it is made from (a clock set back)."""
    os.utime(system.layout.bundle, (2**32, 2**32))
    made = make("Later", ca=True)
    assert store.add(made.der, SERVER_AUTH_ONLY) is True
    assert found(store, made)
