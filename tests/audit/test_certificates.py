"""What an audit says of certificates. Stores are folders, and vendors are made up."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Availability,
    Decision,
    Entry,
    Origin,
    Scope,
    StoreUnavailable,
    Trust,
)
from tests.cli.running import trustmgr
from tests.making import NOW, Made, make
from trustmgr.audit import Audit, Observation, Weight, audit, packages
from trustmgr.engine import Engine
from trustmgr.knownbad import KnownBad
from trustmgr.plan import Confirmation
from trustmgr.probe import public_roots
from trustmgr.progress import Progress
from trustmgr.text import typed


@dataclass
class Shelf:
    """A store that holds what it is given."""

    held: list[Entry] = field(default_factory=list)
    id: str = "shelf"
    title: str = "Shelf"
    scope: Scope = Scope.MACHINE

    def availability(self) -> Availability:
        return Availability(True)

    def entries(self) -> list[Entry]:
        return self.held

    def put(
        self,
        made: Made,
        origin: Origin = Origin.ADMINISTRATOR,
        trust: Trust = SERVER_AUTH_ONLY,
        location: str = "",
    ) -> None:
        self.held.append(Entry(made.der, trust, origin, location))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def look(*stores: Shelf) -> Audit:
    return audit(stores, (), None, Progress())  # type: ignore[arg-type]


def of(kind: str, found: Audit) -> list[Observation]:
    return [o for o in found.observations if o.kind == kind]


def test_an_authority_for_one_site_alone_does_not_stand_for_every_site() -> None:
    site = Shelf(id="tool.git@a.example:443")
    site.put(make("Somebody's Root", ca=True))
    assert of("unconstrained", look(site)) == []
    wide = Shelf()
    wide.held = site.held
    assert len(of("unconstrained", look(site, wide))) == 1


def test_an_added_root_of_unknown_origin_needs_attention(shelf: Shelf) -> None:
    root = make("Somebody's Root", ca=True)
    shelf.put(root, location="/nowhere/x.crt")
    found = look(shelf)
    (seen,) = of("not-public", found)
    assert seen.weight is Weight.WARNING
    assert "Nothing here says who added it" in seen.detail
    assert "/nowhere/x.crt" in " ".join(seen.evidence)
    assert seen.commands == (f"trustmgr remove {root.sha256} --force --store shelf",)
    assert [o.weight for o in of("unconstrained", found)] == [Weight.NOTICE]
    assert found.needs_attention


def test_what_is_not_trusted_is_no_risk(shelf: Shelf) -> None:
    shelf.put(make("A", ca=True), trust=Trust.everything(Decision.DISTRUSTED))
    shelf.put(make("B", ca=True), trust=Trust())
    assert look(shelf).observations == ()


def test_public_roots_are_fine_and_the_vendors_others_are_one_notice(shelf: Shelf) -> None:
    for der in public_roots._roots()[:20]:
        shelf.held.append(Entry(der, SERVER_AUTH_ONLY, Origin.VENDOR))
    assert look(shelf).observations == ()
    old = [make(f"Old Vendor Root {n}", ca=True) for n in range(3)]
    for root in old:
        shelf.put(root, Origin.VENDOR)
    found = look(shelf)
    (seen,) = found.observations
    assert len(seen.evidence) == 3
    assert not found.needs_attention


def test_a_vendors_root_is_distrusted_and_an_added_one_removed(shelf: Shelf) -> None:
    gone = make("Gone", ca=True, start=NOW - dt.timedelta(9), end=NOW - dt.timedelta(1))
    shelf.put(gone, Origin.VENDOR)
    own = Shelf(id="own", title="Own")
    own.put(gone)
    (seen,) = of("expired", look(shelf, own))
    assert seen.weight is Weight.WARNING
    assert seen.commands == (f"trustmgr remove {gone.sha256} --force --store own",)
    (seen,) = of("expired", look(shelf))
    assert seen.weight is Weight.NOTICE
    assert seen.commands == (f"trustmgr distrust {gone.sha256}",)


def test_weak_keys_are_a_danger(shelf: Shelf) -> None:
    key = rsa.generate_private_key(65537, 1024)
    shelf.put(make("Weak", ca=True, key=key), Origin.VENDOR)
    (seen,) = of("weak-key", look(shelf))
    assert seen.weight is Weight.DANGER
    assert "1024" in seen.detail


def test_duplicates_and_namesakes(shelf: Shelf) -> None:
    first = make("Twice", ca=True, start=NOW - dt.timedelta(5))
    second = make("Another Name", ca=True, key=first.key)
    third = make("Twice", ca=True)
    for one in (first, second, third):
        shelf.put(one)
    found = look(shelf)
    assert {o.sha256 for o in of("duplicate", found)} == {first.sha256, second.sha256}
    (stale,) = of("namesake", found)
    assert stale.sha256 == first.sha256
    assert third.sha256 in stale.detail


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("mkcert someone@laptop", "mkcert"),
        ("Caddy Local Authority - 2026 ECC Root", "Caddy"),
        ("minikubeCA", "minikube"),
        ("Charles Proxy CA (1 Jan 2026, laptop)", "Charles"),
        ("Zscaler Root CA", "Zscaler"),
    ],
)
def test_known_tools_are_told_by_their_names(shelf: Shelf, name: str, source: str) -> None:
    shelf.put(make(name, ca=True))
    (seen,) = of("not-public", look(shelf))
    assert source in seen.detail
    assert seen.weight is Weight.WARNING


def test_a_policys_root_is_known(shelf: Shelf) -> None:
    shelf.put(make("Of the Company", ca=True), Origin.POLICY)
    (seen,) = of("not-public", look(shelf))
    assert seen.weight is Weight.NOTICE
    assert "policy" in seen.detail


def test_what_this_program_added_is_told_by_its_journal(tmp_path: Path) -> None:
    engine, root = Engine(tmp_path / "store"), make("Ours", ca=True)
    plan = engine.plan_import([root.der], from_network=False)
    engine.apply(plan, Confirmation(named_file=True))
    found = engine.audit()
    (seen,) = of("not-public", found)
    assert "Trust Manager added it" in seen.detail
    assert not found.needs_attention
    words = ["trustmgr", "remove", root.sha256, "--store", engine.stores()[0].id]
    assert seen.commands[0] == typed(words)


def test_a_package_is_named(shelf: Shelf) -> None:
    path = Path("/usr/share/doc/ca-certificates/copyright")
    if os.name != "posix" or not path.exists() or not Path("/usr/bin/dpkg-query").exists():
        pytest.skip("of Debian: its package manager")
    assert packages.owners([path, Path("/nowhere/[x]")]) == {path: "ca-certificates"}
    shelf.put(make("Packaged", ca=True), location=str(path))
    (seen,) = of("not-public", look(shelf))
    assert "The package ca-certificates brought it." in seen.detail
    assert seen.weight is Weight.NOTICE


def test_a_store_that_cannot_be_read_needs_attention(shelf: Shelf) -> None:
    def broken() -> list[Entry]:
        raise StoreUnavailable("It is damaged.", "Restore it.")

    shelf.entries = broken  # type: ignore[method-assign]
    found = look(shelf)
    assert found.unreadable == {"shelf": "It is damaged. Restore it."}
    assert found.needs_attention


def test_the_command(tmp_path: Path) -> None:
    root = make("Unknown\u202e Root", ca=True)
    store = tmp_path / "store"
    store.mkdir()
    ran = trustmgr("audit", "--store", f"folder:{store}")
    assert (ran.code, ran.err) == (0, "")
    assert "Nothing needs attention" in ran.out
    (store / "foreign.pem").write_bytes(root.pem)
    ran = trustmgr("audit", "--store", f"folder:{store}")
    assert ran.code == 1
    assert "<U+202E>" in ran.out
    assert "\u202e" not in ran.out
    document = trustmgr("audit", "--store", f"folder:{store}", "--json").json
    assert document["attention"] is True
    assert {o["kind"] for o in document["observations"]} == {"not-public", "unconstrained"}
    command = next(o["commands"][0] for o in document["observations"] if o["kind"] == "not-public")
    assert trustmgr(*command.split()[1:]).code == 0
    assert trustmgr("audit", "--store", f"folder:{store}").code == 0
    assert trustmgr("audit", "--store", "no.such").code == 2


def test_known_bad_ones_are_a_danger(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make("Bad", ca=True)
    table = {f"certificate {root.sha256}": KnownBad("Evil Ware", "its key is public")}
    monkeypatch.setattr("trustmgr.knownbad._table", lambda: table)
    shelf.put(root, Origin.VENDOR)
    (seen, *_) = look(shelf).observations
    assert (seen.kind, seen.weight) == ("known-bad", Weight.DANGER)
    assert "Evil Ware" in seen.detail


def test_a_companys_bundle_of_public_roots_adds_only_its_own(shelf: Shelf) -> None:
    tool = Shelf(id="tool.git", title="git", scope=Scope.TOOL)
    own = make("Company Root", ca=True)
    for der in public_roots._roots()[:20]:
        shelf.held.append(Entry(der, SERVER_AUTH_ONLY, Origin.VENDOR))
        tool.held.append(Entry(der, SERVER_AUTH_ONLY, Origin.ADMINISTRATOR))
    tool.put(own)
    found = look(shelf, tool)
    assert {o.sha256 for o in found.observations} == {own.sha256}


def test_what_a_tool_reads_from_the_system_is_removed_where_it_was_added(shelf: Shelf) -> None:
    tool = Shelf(id="tool.git", title="git", scope=Scope.TOOL)
    own = make("Company Root", ca=True)
    shelf.put(own)
    tool.put(own, Origin.VENDOR)  # it reads the system's bundle
    (seen,) = of("not-public", look(shelf, tool))
    assert seen.commands == (f"trustmgr remove {own.sha256} --force --store shelf",)
    assert seen.stores == ("shelf", "tool.git")
    assert seen.added_in == ("shelf",)


def test_a_store_that_is_not_there_is_told_and_no_reason_for_attention(shelf: Shelf) -> None:
    away = Availability(False, "npm is not installed.", "Install it.")
    shelf.availability = lambda: away  # type: ignore[method-assign]
    found = look(shelf)
    assert found.unavailable == {"shelf": "npm is not installed. Install it."}
    assert not found.needs_attention
