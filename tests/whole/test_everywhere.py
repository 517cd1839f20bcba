"""One import for everything on this machine, one undo for all of it; and a certificate that a store
holds already, named by its fingerprint."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import trustmgr
from tests.contract.ca_certificates.system import INSTALLED
from tests.contract.namespace import STORE, private_machine, snapshot
from tests.making import Made, make

__all__ = ["private_machine"]

pytestmark = INSTALLED

VARIABLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "GIT_SSL_CAINFO",
    "PIP_CERT",
)


@pytest.fixture
def home(private_machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user with a git setting of the company's, and nothing else."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TRUSTMGR_HOME", str(tmp_path / "state"))
    for name in (*VARIABLES, "XDG_CONFIG_HOME", "XDG_DATA_HOME", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    (home / "company.pem").write_bytes(make("Company Root", ca=True).pem)
    (home / ".gitconfig").write_text(f"[http]\n\tsslCAInfo = {home}/company.pem\n")
    return home


@pytest.fixture
def file(root: Made, tmp_path: Path) -> Path:
    path = tmp_path / "root.pem"
    path.write_bytes(root.pem)
    return path


@pytest.fixture
def root() -> Made:
    return make("Everywhere Root", ca=True)


def trusting(sha256: str) -> set[str]:
    """The stores that trust it."""
    listed = trustmgr("list", "--json").json["certificates"]
    rows = [row for row in listed if row["sha256"] == sha256]
    return {store for row in rows for store in row["stores"]}


def test_every_program_that_needs_it_and_back(home: Path, file: Path, root: Made) -> None:
    before = snapshot(*STORE, home)
    done = trustmgr("import", str(file), "--everywhere", "--yes")
    assert done.code == 0, done
    stores = trusting(root.sha256)
    assert {"linux.ca-certificates", "tool.git"} <= stores
    assert "tool.curl" in stores  # it reads the system's, and so needs no setting of its own
    assert not (home / ".curlrc").exists()
    assert (
        trustmgr("import", str(file), "--everywhere", "--yes", "--dry-run").out.count("Add to") == 0
    )
    assert trustmgr("check").code == 0
    undone = trustmgr("undo", "--last")
    assert undone.code == 0, undone
    assert trusting(root.sha256) == set()
    after = snapshot(*STORE, home)
    assert {path: after[path] for path in before} == before
    left = {path for path, (kind, _, _) in after.items() if path not in before and kind == "file"}
    assert {Path(path).parent.name for path in left} <= {"nssdb"}  # a database of NSS stays, empty


def test_everywhere_and_a_store_exclude_each_other(home: Path, file: Path) -> None:
    refused = trustmgr("import", str(file), "--everywhere", "--store", "tool.git", "--yes")
    assert refused.code == 2
    assert "exclude each other" in refused.err


def test_what_one_store_trusts_is_named_by_its_fingerprint(
    home: Path, file: Path, root: Made
) -> None:
    unknown = trustmgr("import", root.sha256, "--store", "tool.git", "--yes")
    assert unknown.code == 2
    assert "No store here trusts" in unknown.err
    assert trustmgr("import", str(file), "--yes").code == 0
    asked = trustmgr("import", root.sha256, "--store", "tool.git")
    assert asked.code == 4, asked
    done = trustmgr(
        "import", root.sha256.upper(), "--store", "tool.git", "--fingerprint", root.sha256
    )
    assert done.code == 0, done
    assert "tool.git" in trusting(root.sha256)
