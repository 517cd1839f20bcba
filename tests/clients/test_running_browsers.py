"""Browsers that run and hold their database open while it is changed: seen at the latest after a
restart, and nothing of anybody else's is lost."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY
from platform_backends.discovery import open_store
from platform_backends.nss import NssStore
from tests.clients.serving import tls_server
from tests.contract.nss_home import NEEDED, certutil, home, new_database, profile, put
from tests.making import Made, make
from trustmgr import clients
from trustmgr.clients.browsers import devtools, marionette

__all__ = ["home"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240), *NEEDED]

Chain = tuple[Made, Made, Made]
#: Gives whether a page is shown.
Visit = Callable[[str], bool]


def program(name: str) -> Path:
    found = clients.client(name).find()
    if found is None:
        pytest.skip(f"extra program: {name}")
    return found


@contextmanager
def firefox(home: Path) -> Iterator[Visit]:
    folder = home / ".mozilla/firefox/one"
    (folder / "MarionetteActivePort").unlink(missing_ok=True)
    environment = {**os.environ, "HOME": str(home)}
    settings = {"network.proxy.type": 0}
    with marionette.running(program("firefox"), folder, environment, 20.0, settings) as browser:
        yield lambda url: _answer(*browser.visit(url))


def _answer(kind: str, words: str) -> bool:
    assert kind in ("", "insecure certificate"), words
    return not kind


@contextmanager
def chromium(home: Path) -> Iterator[Visit]:
    environment = {**os.environ, "HOME": str(home)}
    with devtools.running(program("chromium"), environment, ["--no-proxy-server"]) as browser:

        def visit(url: str) -> bool:
            result = browser.result(browser.navigate(url), time.monotonic() + 30)
            assert result is not None
            error = result.get("errorText", "")
            assert error in ("", "net::ERR_CERT_AUTHORITY_INVALID"), error
            return not error

        yield visit


#: The browser, and its store.
CASES: dict[str, tuple[Callable[[Path], AbstractContextManager[Visit]], str]] = {
    "firefox": (firefox, "nss.firefox.one"),
    "chromium": (chromium, "nss.user"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_runs_while_its_database_changes(
    case: str, home: Path, served: Chain, tmp_path: Path
) -> None:
    running, identity = CASES[case]
    profile(home / ".mozilla/firefox", "one")
    store = open_store(identity)
    assert isinstance(store, NssStore)
    keys, others = theirs(store, home)
    ours, root = make("Ours", ca=True), served[2]

    def left() -> Counter[tuple[str, str]]:
        mine = {ours.sha256, root.sha256}
        return Counter((e.sha256, str(e.trust)) for e in store.entries() if e.sha256 not in mine)

    def check() -> None:
        assert left() == others
        assert key_list(store, home) == keys

    with tls_server(tmp_path, *served[:2]) as port:
        url = f"https://site.localhost:{port}/"
        with running(home) as visit:
            assert visit(url) is False
            assert store.add(root.der, SERVER_AUTH_ONLY) is True
            assert store.add(ours.der, SERVER_AUTH_ONLY) is True
            visit(url)  # it may know by now, or not yet
            check()
        check()
        with running(home) as visit:
            assert visit(url) is True
            assert store.remove(ours.sha256) is True
            assert store.remove(root.sha256) is True
            visit(url)
            check()
        with running(home) as visit:
            assert visit(url) is False
        check()


def test_chromium_reads_the_old_folder_where_there_are_both(
    home: Path, served: Chain, tmp_path: Path
) -> None:
    new = open_store("nss.user")
    assert new.add(make("In the new one", ca=True).der, SERVER_AUTH_ONLY)
    (home / ".pki/nssdb").mkdir(parents=True)
    assert open_store("nss.user").add(served[2].der, SERVER_AUTH_ONLY)
    assert len(new.entries()) == 1
    with tls_server(tmp_path, *served[:2]) as port, chromium(home) as visit:
        assert visit(f"https://site.localhost:{port}/") is True


def theirs(store: NssStore, home: Path) -> tuple[str, Counter[tuple[str, str]]]:
    """Authorities of the user's own, one that is distrusted, and a client certificate with its key."""
    new_database(store.folder, home)
    noise = home / "noise"
    noise.write_bytes(os.urandom(2048))
    words = ("-S", "-x", "-s", "CN=me", "-n", "me", "-t", "u,,", "-z", str(noise), "-m", "1")
    certutil(store.folder, *words, home=home)
    for number, flags in enumerate(("C,,", "CT,C,C", "p,,", ",,")):
        put(store, make(f"Theirs {number}", ca=True), flags, f"theirs {number}", home)
    found = Counter((e.sha256, str(e.trust)) for e in store.entries())
    assert len(found) == 5
    return key_list(store, home), found


def key_list(store: NssStore, home: Path) -> str:
    listed = certutil(store.folder, "-K", home=home)
    assert "NSS Certificate DB:me" in listed
    return listed
