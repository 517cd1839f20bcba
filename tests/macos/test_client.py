"""`macos.trust`: the verdict of macOS about real handshakes on loopback."""

from __future__ import annotations

import datetime as dt
import json
import socket
import sys
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, Decision, Trust
from platform_backends.macos import KeychainStore
from tests.clients.serving import tls_server
from tests.macos.machine import Machine
from tests.making import NOW, Made, chain
from trustmgr import cli, clients
from trustmgr.clients.base import ClientResult
from trustmgr.clients.reading import stores_for
from trustmgr.engine import Engine
from trustmgr.plan import Confirmation
from trustmgr.target import Target


@pytest.fixture
def asked(mac: Machine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setitem(clients._OF_SYSTEM, sys.platform, clients._OF_SYSTEM["darwin"])
    return Engine()


def ask(engine: Engine, port: int, name: str = "site.localhost", **more: str) -> ClientResult:
    target = Target(f"{name}:{port}", name, port, name, **more)
    (result,) = engine.verify(target, ["macos.trust"], timeout=10)
    return result


def test_trust_in_the_login_keychain_is_what_counts(
    mac: Machine, asked: Engine, login: KeychainStore, tmp_path: Path
) -> None:
    leaf, middle, root = chain("site.localhost")
    with tls_server(tmp_path, leaf, middle) as port:
        before = ask(asked, port)
        login.add(root.der, SERVER_AUTH_ONLY)
        after = ask(asked, port)
        other = ask(asked, port, "other.localhost")
        login.set_trust(root.sha256, Trust.everything(Decision.DISTRUSTED))
        distrusted = ask(asked, port)
    assert (before.accepts, after.accepts) == (False, True)
    assert "no authority that this Mac trusts (AnchorTrusted)" in before.message
    assert after.store == "macos.login + macos.system + macos.roots"
    assert other.accepts is False
    assert "another name" in other.message
    assert distrusted.accepts is False
    assert "distrust" in distrusted.message


def test_the_words_of_the_command(mac: Machine, asked: Engine, tmp_path: Path) -> None:
    leaf, middle, _ = chain("site.localhost")
    with tls_server(tmp_path, leaf, middle) as port:
        command = ask(asked, port).command
    assert command[1] == "verify-cert"
    assert command.count("-c") == 2
    assert command[-5:] == ("-p", "ssl", "-n", "site.localhost", "-L")


def test_one_leaf_alone(mac: Machine, asked: Engine, login: KeychainStore, tmp_path: Path) -> None:
    leaf, middle, _ = chain("site.localhost")
    login.add(leaf.der, SERVER_AUTH_ONLY)
    with tls_server(tmp_path, leaf, middle) as port:
        assert ask(asked, port).accepts is True


def test_limits_of_lifetime(
    mac: Machine, asked: Engine, login: KeychainStore, tmp_path: Path
) -> None:
    leaf, middle, root = chain("site.localhost", end=NOW + dt.timedelta(days=900))
    login.add(root.der, SERVER_AUTH_ONLY)
    with tls_server(tmp_path, leaf, middle) as port:
        result = ask(asked, port)
    assert result.accepts is False
    assert "825 days" in result.message


@pytest.mark.parametrize(("name", "accepts"), [("127.0.0.1", True), ("127.0.0.2", False)])
def test_addresses(
    mac: Machine,
    asked: Engine,
    login: KeychainStore,
    tmp_path: Path,
    name: str,
    accepts: bool,
) -> None:
    leaf, middle, root = chain("site.localhost", addresses=("127.0.0.1",))
    login.add(root.der, SERVER_AUTH_ONLY)
    with tls_server(tmp_path, leaf, middle) as port:
        target = Target("x", name, port, name, connect=("127.0.0.1", port))
        (result,) = asked.verify(target, ["macos.trust"])
    assert result.accepts is accepts, result


def test_a_sandbox_replaces_the_anchors(
    mac: Machine, asked: Engine, login: KeychainStore, tmp_path: Path
) -> None:
    leaf, middle, root = chain("site.localhost")
    login.add(root.der, SERVER_AUTH_ONLY)
    engine = Engine(tmp_path / "sandbox")
    with tls_server(tmp_path, leaf, middle) as port:
        assert ask(engine, port).accepts is False
        plan = engine.plan_import([root.der], from_network=False)
        engine.apply(plan, Confirmation(named_file=True))
        assert ask(engine, port).accepts is True


def test_where_nobody_answers_it_cannot_tell(mac: Machine, asked: Engine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    result = ask(asked, port)
    assert result.accepts is None
    assert "no certificate" in result.message


def test_it_is_asked_without_being_named(
    mac: Machine,
    asked: Engine,
    served_root: Made,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert clients.known()[0] == "macos.trust"
    leaf = served_root.children[0]
    with tls_server(tmp_path, leaf) as port:
        cli.main(["verify", f"site.localhost:{port}", "--client", "macos.trust", "--json"])
    told = json.loads(capsys.readouterr().out)["clients"]["macos.trust"]
    assert told["accepts"] is False


@pytest.fixture
def served_root() -> Made:
    leaf, _, root = chain("site.localhost")
    root.children.append(leaf)
    return root


def test_an_import_that_makes_it_accept_goes_to_the_user_first(mac: Machine, asked: Engine) -> None:
    wanted = ("macos.login@site.example", "macos.login", "macos.system")
    assert stores_for("macos.trust", "Site.example", 443) == wanted
