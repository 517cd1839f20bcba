"""Java's keystores on Windows. What is written is the same everywhere, and held against keytool elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    PKCS12Certificate,
    serialize_java_truststore,
)

from platform_backends.base import Store
from platform_backends.java import JavaStore, homes, kinds, stores
from platform_backends.java.keystore import Held
from platform_backends.java.store import PASSWORD
from tests.contract.store_contract import StoreContract, named
from tests.making import Made

if sys.platform != "win32":
    pytest.skip("of Windows: its folders for programs", allow_module_level=True)

THEIRS = named("Somebody's Root")


def make_home(folder: Path) -> Path:
    security = folder / "lib" / "security"
    security.mkdir(parents=True)
    hidden = [PKCS12Certificate(named("Hidden").certificate, b"hidden")]
    data = serialize_java_truststore(hidden, BestAvailableEncryption(b"changeit"))
    plain = kinds.load(data, "changeit").plus(Held("theirs", THEIRS.der))
    (security / "cacerts").write_bytes(plain)
    (folder / "bin").mkdir()
    (folder / "bin" / "java.exe").write_bytes(b"")
    (folder / "release").write_text('JAVA_VERSION="21.0.9"\n')
    return folder


@pytest.mark.parametrize("vendor", ["Java", "Eclipse Adoptium", "Microsoft"])
def test_vendors_folders_are_looked_at(
    vendor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ProgramFiles", str(tmp_path))
    home = make_home(tmp_path / vendor / "jdk-21")
    (found,) = [one for one in homes.homes() if one.path == home.resolve()]
    assert found.version == "21.0.9"


class TestJavaOnWindows(StoreContract):
    examples = 10

    def folders(self, store: Store) -> tuple[Path, ...]:
        assert isinstance(store, JavaStore)
        return (store.path.parent,)

    @pytest.fixture
    def store(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> JavaStore:
        home = make_home(tmp_path / "ein Jäger")
        monkeypatch.setenv("JAVA_HOME", str(home))
        monkeypatch.delenv(PASSWORD, raising=False)
        (store,) = stores()
        assert isinstance(store, JavaStore)
        return store

    @pytest.fixture
    def foreign(self, store: JavaStore) -> Made:
        return THEIRS
