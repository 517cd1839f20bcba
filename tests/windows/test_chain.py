"""What Windows says of chains, before and after an import; in this process and in fresh ones."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY
from platform_backends.discovery import open_store
from tests.clients.serving import tls_server
from tests.making import NOW, Made, chain, make
from tests.windows.own import python, require
from trustmgr import clients
from trustmgr.engine import Engine, InspectOptions
from trustmgr.plan import Confirmation
from trustmgr.target import Target

if sys.platform != "win32":
    pytest.skip("of Windows: its own judgement", allow_module_level=True)

from platform_backends.windows import WindowsStore
from platform_backends.windows.chain import Verdict, judge

PARTIAL, UNTRUSTED, TIME = 0x10000, 0x20, 0x1
NO_MATCH = 0x800B010F
HOST = "site.localhost"
MACHINE, INTERMEDIATES = "windows.machine.root", "windows.machine.ca"


@pytest.fixture(autouse=True)
def _alone(stores_as_before: object) -> None:
    require(MACHINE)


def asked(*made: Made, name: str = HOST) -> Verdict:
    return judge([one.der for one in made], name, 5)


def trust(made: Made) -> None:
    assert open_store(MACHINE).add(made.der, SERVER_AUTH_ONLY)


def test_an_import_makes_a_chain_trusted_and_its_removal_takes_that_back() -> None:
    leaf, middle, root = chain(HOST)
    assert asked(leaf, middle).status & (PARTIAL | UNTRUSTED)
    trust(root)
    verdict = asked(leaf, middle)
    assert verdict.accepts
    assert verdict.path == (leaf.der, middle.der, root.der)
    assert open_store(MACHINE).remove(root.sha256)
    assert not asked(leaf, middle).accepts


def test_an_unknown_root() -> None:
    leaf, middle, root = chain(HOST)
    verdict = asked(leaf, middle, root)
    assert verdict.status & UNTRUSTED
    assert verdict.policy


def test_an_expired_leaf_stays_refused() -> None:
    leaf, middle, root = chain(
        HOST, start=NOW - dt.timedelta(days=9), end=NOW - dt.timedelta(days=1)
    )
    trust(root)
    assert asked(leaf, middle).status == TIME


def test_a_missing_intermediate_is_found_in_the_store_for_them() -> None:
    leaf, middle, root = chain(HOST)
    trust(root)
    assert asked(leaf).status & PARTIAL
    assert open_store(INTERMEDIATES).add(middle.der, SERVER_AUTH_ONLY)
    assert asked(leaf).accepts


def test_a_wrong_name() -> None:
    leaf, middle, root = chain(HOST)
    trust(root)
    assert asked(leaf, middle, name="other.localhost") == Verdict(
        0, NO_MATCH, (leaf.der, middle.der, root.der)
    )


def test_one_sites_own_certificate() -> None:
    site = make(HOST)
    assert asked(site).status & UNTRUSTED
    trust(site)
    assert asked(site).accepts


def test_other_processes_see_it_and_a_users_root_too() -> None:
    require("windows.user.root")
    leaf, middle, root = chain(HOST)
    ask = "import sys; from tests.windows.test_chain import fresh; fresh(*sys.argv[1:])"
    words = [one.der.hex() for one in (leaf, middle)]
    store = open_store("windows.user.root")
    for change, expected in ((store.add, "True"), (None, "False")):
        if change is not None:
            change(root.der, SERVER_AUTH_ONLY)
        else:
            store.remove(root.sha256)
        ran = python(ask, *words)
        assert ran.stdout.decode().split() == [expected, expected], ran.stdout


def fresh(*chain_in_hex: str) -> None:
    """In a process of its own: what crypt32 says, and whether Python's own ssl lists the root."""
    import ssl

    ders = [bytes.fromhex(one) for one in chain_in_hex]
    verdict = judge(ders, HOST, 5)
    issuers = {der for der, _, _ in ssl.enum_certificates("ROOT")}
    listed = any(open_store("windows.user.root").entries()) and bool(
        issuers & {e.der for e in open_store("windows.user.root").entries()}
    )
    sys.stdout.write(f"{verdict.accepts} {listed}\n")


def test_verify_asks_windows(tmp_path: Path) -> None:
    leaf, middle, root = chain(HOST)
    with tls_server(tmp_path, leaf, middle) as port:
        target = Target(f"{HOST}:{port}", HOST, port, HOST)
        (before,) = Engine().verify(target, ["windows.schannel"])
        trust(root)
        (after,) = Engine().verify(target, ["windows.schannel"])
    assert "windows.schannel" in clients.known()
    assert (before.accepts, after.accepts) == (False, True)
    assert "CERT_TRUST_IS_" in before.message
    assert "windows.machine.root" in after.store
    assert after.version


def test_python_says_which_store_it_reads(tmp_path: Path) -> None:
    leaf, middle, root = chain(HOST)
    trust(root)
    with tls_server(tmp_path, leaf, middle) as port:
        (said,) = Engine().verify(Target(f"{HOST}:{port}", HOST, port, HOST), ["python"])
    assert said.accepts is True
    assert "windows.machine.root" in said.store


def test_a_sandbox_stands_in_for_the_authorities(tmp_path: Path) -> None:
    leaf, middle, root = chain(HOST)
    engine = Engine(sandbox=tmp_path / "store")
    with tls_server(tmp_path, leaf, middle) as port:
        target = Target(f"{HOST}:{port}", HOST, port, HOST)
        (before,) = engine.verify(target, ["windows.schannel"])
        plan = engine.plan_import([root.der], from_network=False)
        engine.apply(plan, Confirmation(named_file=True))
        (after,) = engine.verify(target, ["windows.schannel"])
    assert (before.accepts, after.accepts) == (False, True)
    assert after.store == f"folder:{tmp_path / 'store'}"


def test_where_nobody_answers_it_cannot_tell() -> None:
    (result,) = Engine().verify(Target("127.0.0.1:9", "127.0.0.1", 9), ["windows.schannel"])
    assert result.accepts is None
    assert result.message


def test_an_authority_that_windows_fetches_when_needed_is_an_anchor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its list of public authorities is longer than its stores. Here the store hides what it has."""
    leaf, middle, root = chain(HOST)
    with tls_server(tmp_path, leaf, middle) as port:
        target = Target(f"{HOST}:{port}", HOST, port, HOST)
        assert Engine().inspect(target, InspectOptions()).verdict == "untrusted"
        trust(root)
        shown = WindowsStore.entries
        monkeypatch.setattr(
            WindowsStore,
            "entries",
            lambda store: tuple(e for e in shown(store) if e.der != root.der),
        )
        report = Engine().inspect(target, InspectOptions())
        without = Engine().inspect(target, InspectOptions(network=False))
    assert report.verdict == "trusted"
    assert report.anchor is not None
    assert (report.anchor.sha256, report.anchor.stores) == (root.sha256, (MACHINE,))
    assert without.verdict == "untrusted"


def test_the_anchor_counts_whatever_else_is_wrong(tmp_path: Path) -> None:
    leaf, middle, root = chain(
        HOST, start=NOW - dt.timedelta(days=9), end=NOW - dt.timedelta(days=1)
    )
    assert asked(leaf, middle).root is None
    trust(root)
    assert asked(leaf, middle).root == root.der
    assert asked(leaf, middle, name="other.localhost").root == root.der
