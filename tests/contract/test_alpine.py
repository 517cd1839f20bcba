"""The store of Alpine: Debian's folders, and another update-ca-certificates.

Alpine's is a program in C that takes no options, copies files as they are (also those that do not end in
``.crt``, none below other folders) and makes links by file name. Ours here is a script after its published
source, bound over the real one in the private mount namespace.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, Decision, Origin, Store, Trust
from platform_backends.linux_ca_certificates import CaCertificatesStore, layout, reading, tool
from tests.contract import namespace
from tests.contract.ca_certificates.system import INSTALLED
from tests.contract.namespace import bind, private_machine, unbind
from tests.contract.store_contract import NAMES, StoreContract, found, named
from tests.making import Made, make

__all__ = ["private_machine"]

pytestmark = INSTALLED

SCRIPT = """#!{python} -IS
import os, tempfile
VENDOR, LOCAL, CERTS = "/usr/share/ca-certificates/", "/usr/local/share/ca-certificates/", "/etc/ssl/certs/"
with open("/etc/ca-certificates.conf") as conf:
    wanted = [VENDOR + line.rstrip("\\n") for line in conf if line[0] not in "#!"]
wanted += [e.path for e in os.scandir(LOCAL) if e.is_file(follow_symlinks=False) and e.name[0] != "."]
handle, bundle = tempfile.mkstemp("", "bundle", CERTS)
os.fchmod(handle, 0o644)
links = {{}}
for path in wanted:
    try:
        with open(path, "rb") as file:
            os.write(handle, file.read())
    except OSError:
        pass
    name = os.path.basename(path).removesuffix(".crt").translate(str.maketrans(" ,()", "__=="))
    links["ca-cert-" + name + ".pem"] = path
for entry in list(os.scandir(CERTS)):
    if entry.is_symlink() and entry.name not in links and os.readlink(entry.path).startswith((VENDOR, LOCAL)):
        os.unlink(entry.path)
for name, path in links.items():
    if not os.path.lexists(CERTS + name):
        os.symlink(path, CERTS + name)
os.rename(bundle, CERTS + "ca-certificates.crt")
"""


@pytest.fixture
def alpine(private_machine: Path) -> Iterator[Path]:
    """The machine as Alpine leaves it after an update."""
    program, real = private_machine / "alpine", tool.find()
    assert real is not None
    program.write_text(SCRIPT.format(python=sys.executable))
    program.chmod(0o755)
    release = Path("/etc/alpine-release")
    release.write_text("3.22.0\n")
    bind(program, real)
    try:
        subprocess.run(tool.command(fresh=False), check=True)
        yield private_machine
    finally:
        unbind(real)
        release.unlink()


class TestAlpine(StoreContract):
    writes = 2
    examples = 2

    def folders(self, store: Store) -> tuple[Path, ...]:
        return (*namespace.STORE,)

    @pytest.fixture
    def store(self, alpine: Path) -> CaCertificatesStore:
        return CaCertificatesStore()

    @pytest.fixture
    def foreign(self, store: CaCertificatesStore) -> Made:
        made = make("Administrator's Root", ca=True)
        (layout.LOCAL / "theirs (old).crt").write_bytes(made.pem)
        subprocess.run(tool.command(fresh=False), check=True)
        return made

    @pytest.mark.parametrize("name", ["all"])
    def test_names_are_harmless(self, store: Store, name: str) -> None:
        before = self.state(store)
        made = [named(n) for n in NAMES[:3]]
        assert all(store.add(m.der, SERVER_AUTH_ONLY) for m in made)
        assert all(store.remove(m.sha256) for m in reversed(made))
        assert self.state(store) == before


def test_files_of_every_ending_are_the_administrators(alpine: Path) -> None:
    made, below = make(ca=True), make(ca=True)
    (layout.LOCAL / "company.pem").write_bytes(made.pem)
    (layout.LOCAL / "folder").mkdir()
    (layout.LOCAL / "folder" / "company.crt").write_bytes(below.pem)
    subprocess.run(tool.command(fresh=False), check=True)
    store = CaCertificatesStore()
    (entry,) = found(store, made)
    assert entry.origin is Origin.ADMINISTRATOR
    assert entry.location == str(layout.LOCAL / "company.pem")
    assert found(store, below) == []
    assert store.remove(made.sha256, force=True)
    assert not (layout.LOCAL / "company.pem").exists()


def test_the_vendors_are_distrusted_and_trusted_again(alpine: Path) -> None:
    store = CaCertificatesStore()
    entry = next(e for e in store.entries() if e.origin is Origin.VENDOR)
    before = namespace.snapshot(*namespace.STORE)
    assert store.set_trust(entry.sha256, Trust.everything(Decision.DISTRUSTED))
    assert entry.der not in reading.bundle()
    assert store.set_trust(entry.sha256, Trust.everything(Decision.TRUSTED))
    assert namespace.snapshot(*namespace.STORE) == before
