"""`trustmgr list` as a matrix: what each store allows, who put it there, and where stores disagree."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, Decision, Entry, Origin, Trust
from tests.cli.running import trustmgr
from tests.making import Made, make
from trustmgr import inconsistency
from trustmgr.holdings import Holding, Holdings


@pytest.fixture(scope="module")
def root() -> Made:
    return make("Matrix Root", ca=True)


@pytest.fixture
def named(tmp_path: Path) -> list[str]:
    return [w for n in ("a", "b") for w in ("--store", f"folder:{tmp_path / n}")]


@pytest.fixture
def file(tmp_path: Path, root: Made) -> str:
    path = tmp_path / "root.pem"
    path.write_bytes(root.pem)
    return str(path)


def test_what_one_store_has_and_another_has_not_is_marked(
    tmp_path: Path, file: str, named: list[str], root: Made
) -> None:
    trustmgr("import", file, *named[:2], "--yes")
    ran = trustmgr("list", *named)
    assert ran.code == 0
    assert "! Matrix Root" in ran.out
    said = " ".join(ran.out.split())
    assert f"is trusted by Folder {tmp_path}/a, not by Folder {tmp_path}/b." in said
    (one,) = trustmgr("list", *named, "--json").json["certificates"]
    assert one["inconsistent"] is True
    assert one["missing_in"] == [f"folder:{tmp_path}/b"]
    assert one["stores"][f"folder:{tmp_path}/a"]["trust"]["server-auth"] == "trusted"
    assert one["stores"][f"folder:{tmp_path}/a"]["origin"] == "this-program"
    trustmgr("import", file, *named, "--yes")
    (one,) = trustmgr("list", *named, "--json").json["certificates"]
    assert one["inconsistent"] is False
    assert trustmgr("list", *named, "--json", "--inconsistent").json["certificates"] == []


def test_inconsistent_ones_alone(tmp_path: Path, file: str, named: list[str], root: Made) -> None:
    trustmgr("import", file, *named, "--yes")
    other = make("Only in One", ca=True)
    (tmp_path / "a" / "foreign.pem").write_bytes(other.pem)
    out = trustmgr("list", *named, "--inconsistent").out
    assert "Only in One" in out
    assert "Matrix Root" not in out
    assert "(user)" in out or "(administrator)" in out


def entry(made: Made, origin: Origin, trust: Trust = SERVER_AUTH_ONLY) -> Entry:
    return Entry(made.der, trust, origin)


def test_vendors_roots_are_never_inconsistent(root: Made) -> None:
    vendor = Holding(root.sha256, {"a": entry(root, Origin.VENDOR)})
    assert inconsistency.of(vendor, ("a", "b")) is None


def test_a_distrust_somewhere_is_inconsistent(root: Made) -> None:
    bad = Trust.everything(Decision.DISTRUSTED)
    torn = Holding(root.sha256, {"a": entry(root, Origin.USER), "b": entry(root, Origin.USER, bad)})
    assert inconsistency.of(torn, ("a", "b"), {"b"}) is None
    found = inconsistency.of(torn, ("a", "b"))
    assert found == inconsistency.Inconsistency(("a",), ("b",))


def test_the_sentence_names_every_store(root: Made) -> None:
    held = Holding(root.sha256, {"a": entry(root, Origin.USER)})
    holdings = Holdings({"a": "System", "nss.user": "Chromium", "java.x": "Java"}, (held,))
    found = inconsistency.of(held, holdings.stores)
    assert found is not None
    assert inconsistency.sentence(held, found, holdings) == (
        "“Matrix Root” is trusted by System, not by Chromium and Java."
    )


def test_ten_thousand_entries_are_compared_in_a_moment(root: Made) -> None:
    stores = {f"s{n}": f"Store {n}" for n in range(20)}
    held = tuple(
        Holding(f"{n:064x}", {"s1": entry(root, Origin.USER if n % 2 else Origin.VENDOR)})
        for n in range(10_000)
    )
    holdings = Holdings(stores, held)
    begun = time.monotonic()
    assert sum(inconsistency.of(h, holdings.stores) is not None for h in held) == 5000
    assert time.monotonic() - begun < 2


ROOTS = Path("/etc/ssl/certs/ca-certificates.crt")


@pytest.fixture
def tools_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which curl and git have no setting."""
    if not ROOTS.exists() or not (shutil.which("git") and shutil.which("curl")):
        pytest.skip("of Debian: its bundle, git and curl")
    for variable in ("GIT_SSL_CAINFO", "GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TRUSTMGR_HOME", str(tmp_path / "state"))
    return tmp_path


def test_a_tool_that_reads_the_machines_roots_is_said_to(tools_home: Path, file: str) -> None:
    tools = ("--store", "tool.git", "--store", "tool.curl")
    ran = trustmgr("list", *tools)
    said = f"~ has no roots of its own and reads {ROOTS}: tool.git, tool.curl."
    assert said in " ".join(ran.out.split())
    assert "server-auth ~" in ran.out
    places = [
        c["stores"]["tool.git"] for c in trustmgr("list", *tools, "--json").json["certificates"]
    ]
    assert {(p["inherited"], p["origin"], p["location"]) for p in places} == {
        (True, "vendor", str(ROOTS))
    }
    trustmgr("import", file, "--store", "tool.git", "--yes")
    ran = trustmgr("list", *tools)
    assert f"reads {ROOTS}: tool.curl." in " ".join(ran.out.split())
    held = trustmgr("list", *tools, "--json").json["certificates"]
    assert not any(c["stores"]["tool.git"]["inherited"] for c in held)


def test_what_a_tool_only_reads_is_not_removed_from_it(tools_home: Path) -> None:
    shipped = trustmgr("list", "--store", "tool.git", "--json").json["certificates"][0]["sha256"]
    for words in ((), ("--force",)):
        ran = trustmgr("remove", shipped, "--store", "tool.git", *words)
        assert ran.code != 0
        assert f"git (only reading {ROOTS})" in ran.err
        assert "vendor" not in ran.err
    both = ("--store", "tool.git", "--store", "linux.ca-certificates", "--dry-run", "--json")
    (step,) = trustmgr("remove", shipped, *both, "--force").json["plan"]["steps"]
    assert step["store"] == "linux.ca-certificates"


def test_what_is_for_one_site_alone_is_not_inconsistent(root: Made) -> None:
    here = {"a": entry(root, Origin.USER), "tool.git@x.example:443": entry(root, Origin.USER)}
    stores = (*here, "tool.docker@x.example:443")
    assert inconsistency.of(Holding(root.sha256, here), stores) is None
    site = {"tool.git@x.example:443": entry(root, Origin.USER)}
    assert inconsistency.of(Holding(root.sha256, site), stores) is None
    found = inconsistency.of(Holding(root.sha256, here), (*stores, "b"))
    assert found == inconsistency.Inconsistency(("a",), ("b",))
