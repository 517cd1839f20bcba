"""`trustmgr list` as a matrix: what each store allows, who put it there, and where stores disagree."""

from __future__ import annotations

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
