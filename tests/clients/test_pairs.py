"""Each store with each client that reads it: refused before, accepted after the import, refused after undo.

Real programs against a server of ours, in a home, and where the store is the machine's in a mount
namespace, of their own. What they say when they refuse goes through `explain`.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from platform_backends.discovery import all_stores
from platform_backends.firefox_policies import layout
from platform_backends.java import store_of
from platform_backends.nss import tool as certutil
from platform_backends.tool_settings import tool_named
from tests.clients.pairs import PAIRS, PRIVATE, UNPROVEN, family
from tests.clients.serving import tls_server
from tests.contract.java_home import installed, keytool, make_home
from tests.contract.namespace import private_machine
from tests.making import chain
from trustmgr import clients
from trustmgr.clients.base import ClientResult, system_store
from trustmgr.clients.reading import stores_for
from trustmgr.engine import Engine
from trustmgr.explain import explain
from trustmgr.plan import Confirmation
from trustmgr.target import Target
from trustmgr.text import inert

__all__ = ["private_machine"]

KEPT = ("PATH", "LANG", "PYENV_ROOT", "TRUSTMGR_TEST_PYTHON", "PYTHONDONTWRITEBYTECODE")
#: Not ours to install: their absence is no fault of the machine.
FOREIGN = {"aws", "cargo"}
UNKNOWN_AUTHORITY = {"untrusted-root", "missing-intermediate", "self-signed"}
#: A keystore of the newer kind, where Java sees nobody at all, says that instead.
NO_AUTHORITY = {"trust-store-unreadable"}

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="of Linux: its stores"),
    pytest.mark.timeout(240),
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, libraries: None) -> Path:
    """A user with one Firefox profile and nothing else; programs stay where they are."""
    rust = os.environ.get("RUSTUP_HOME") or str(Path("~/.rustup").expanduser())
    cache = os.environ.get("GOCACHE") or str(Path("~/.cache/go-build").expanduser())
    for variable in set(os.environ) - set(KEPT):
        monkeypatch.delenv(variable)
    home = tmp_path / "home"
    profile = home / ".mozilla/firefox/abcd.default-esr"
    profile.mkdir(parents=True)
    text = "[Profile0]\nName=default\nIsRelative=1\nPath=abcd.default-esr\nDefault=1\n"
    (profile.parent / "profiles.ini").write_text(text)
    own = {"HOME": str(home), "TRUSTMGR_HOME": str(tmp_path / "state")}
    none = {"GIT_CONFIG_NOSYSTEM": "1", "npm_config_globalconfig": str(home / "none")}
    for name, value in {**own, **none, "RUSTUP_HOME": rust, "GOCACHE": cache}.items():
        monkeypatch.setenv(name, value)
    return home


def _java(home: Path, monkeypatch: pytest.MonkeyPatch, port: int) -> str:
    """A Java whose keystore, of the newer kind, knows one other authority."""
    other, keystore = home / "other.pem", home / "cacerts"
    other.write_bytes(chain("other.localhost")[2].pem)
    words = ("-importcert", "-noprompt", "-alias", "other", "-file", other)
    keytool(*words, "-storetype", "PKCS12", "-keystore", keystore)
    jdk = make_home(home / "jdk", keystore.read_bytes(), runs=True)
    monkeypatch.setenv("JAVA_HOME", str(jdk))
    store = store_of(jdk / "bin" / "java")
    assert store is not None
    return store.id


def _policies(home: Path, monkeypatch: pytest.MonkeyPatch, port: int) -> str:
    """No policy of this machine's."""
    shutil.rmtree(layout.FOLDER.parent, ignore_errors=True)
    return "firefox.policies"


#: Families of which there are many, or that need something before -> the store that is changed.
STORE: Mapping[str, Callable[[Path, pytest.MonkeyPatch, int], str]] = {
    "java.": _java,
    "firefox.policies": _policies,
    "nss.firefox.": lambda *_: "nss.firefox.abcd.default-esr",
    "tool.git@": lambda _home, _patch, port: f"tool.git@localhost:{port}",
}


def log_in(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set what environment.d(5) sets at the next log-in."""
    of = tool_named(store.removeprefix("tool."))
    if of.variable and of.write.exists():
        name, _, value = of.write.read_text().strip().partition("=")
        monkeypatch.setenv(name, value.strip('"'))
    elif of.variable:
        monkeypatch.delenv(of.variable, raising=False)


def here(ids: Iterable[str]) -> list[str]:
    """Those that are installed. Skips when none is."""
    found = [identity for identity in ids if clients.client(identity).find() is not None]
    if missing := sorted(set(ids) - set(found) - FOREIGN):
        pytest.skip(f"extra program: {', '.join(missing)}")
    if not found:
        pytest.skip(f"no {' and '.join(sorted(ids))} here")
    return found


@pytest.mark.parametrize("of", PAIRS)
def test_refuses_accepts_and_refuses_again(
    of: str,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    asked = here(PAIRS[of])
    if of.startswith(("nss.", "firefox.")) and certutil.find() is None:
        pytest.skip("extra program: certutil")
    if of == "java." and installed() is None:
        pytest.skip("extra program: java with keytool")
    if of == "linux.ca-certificates" and system_store() != of:
        pytest.skip("of Debian: ca-certificates")
    if of in PRIVATE:
        request.getfixturevalue("private_machine")
        Path("/etc/pip.conf").unlink(missing_ok=True)  # of this machine
    leaf, intermediate, root = chain("localhost", addresses=("127.0.0.1",))
    engine = Engine()
    with tls_server(tmp_path, leaf, intermediate) as port:
        store = STORE[of](home, monkeypatch, port) if of in STORE else of

        def ask() -> dict[str, ClientResult]:
            if store.startswith("tool.") and "@" not in store:
                log_in(store, monkeypatch)
            target = Target(f"localhost:{port}", "localhost", port, "localhost")
            return {r.client: r for r in engine.verify(target, asked, timeout=20.0)}

        before = ask()
        for identity, result in before.items():
            assert result.accepts is False, result
            assert store in stores_for(identity, "localhost", port)
            explained(result)
        plan = engine.plan_import([root.der], stores=[store], from_network=False)
        engine.apply(plan, Confirmation(named_file=True))
        for result in ask().values():
            assert result.accepts is True, result
        engine.undo()
        for identity, result in ask().items():
            assert (result.accepts, result.message) == (False, before[identity].message)


def explained(result: ClientResult) -> None:
    """What it said is harmless, and means an authority that is not known."""
    assert result.message == inert(result.message)
    causes = [found.cause for found in explain(result.message).causes]
    assert causes, result
    assert causes[0] in UNKNOWN_AUTHORITY | NO_AUTHORITY, (result, causes)


@pytest.mark.usefixtures("home")
def test_no_pair_is_missing() -> None:
    """Whoever reads a store, says `stores_for`, is in its row; and every store and client is in one."""
    missing = {
        (family(store), identity)
        for identity in clients.everything()
        for store in stores_for(identity, "localhost", 443)
        if identity not in PAIRS.get(family(store), ()) and family(store) not in UNPROVEN
    }
    assert not missing
    assert set(clients.everything()) == {c for row in PAIRS.values() for c in row}


@pytest.mark.usefixtures("home")
def test_every_store_of_this_machine_is_in_a_pair() -> None:
    found = {family(store.id) for store in all_stores()}
    assert found <= {*PAIRS, *UNPROVEN}
    assert not set(PAIRS) & set(UNPROVEN)
