"""Real browsers without a window, in a sandbox; `test_pairs.py` has the stores, `test_running_browsers.py` those that run."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from platform_backends.nss import tool
from tests.clients.serving import tls_server
from tests.making import Made, chain
from trustmgr import clients
from trustmgr.engine import Engine
from trustmgr.target import Target

Chain = tuple[Made, Made, Made]
BROWSERS = ("chromium", "firefox")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(sys.platform != "linux", reason="of Linux: NSS databases"),
]


@pytest.fixture(params=BROWSERS)
def browser(request: pytest.FixtureRequest) -> str:
    identity = str(request.param)
    if clients.client(identity).find() is None or tool.find() is None:
        pytest.skip(f"extra program: {identity} or certutil")
    return identity


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, where Firefox has been started once."""
    folder = tmp_path / "home"
    profile = folder / ".mozilla/firefox/abcd.default-esr"
    profile.mkdir(parents=True)
    text = "[Profile0]\nName=default\nIsRelative=1\nPath=abcd.default-esr\nDefault=1\n"
    (profile.parent / "profiles.ini").write_text(text)
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    return folder


def site(port: int, name: str = "site.localhost", **more: Any) -> Target:
    return Target(f"{name}:{port}", name, port, name, **more)


def ask(engine: Engine, browser: str, target: Target, timeout: float = 10.0) -> bool | None:
    (result,) = engine.verify(target, [browser], timeout=timeout)
    assert result.message
    return result.accepts


def test_it_goes_by_the_sandbox(
    browser: str, home: Path, trusting: Engine, served: Chain, tmp_path: Path
) -> None:
    with tls_server(tmp_path, *served[:2]) as port:
        assert ask(trusting, browser, site(port)) is True
        assert ask(trusting, browser, site(port, "other.localhost")) is False
        named = Target("x", "site.test", 443, "site.test", connect=("127.0.0.1", port))
        assert ask(trusting, browser, named) is False
    other = chain("site.localhost")
    with tls_server(tmp_path, *other[:2]) as port:
        assert ask(trusting, browser, site(port)) is False


def test_what_is_no_answer(browser: str, home: Path, engine: Engine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert ask(engine, browser, site(port), timeout=1.0) is None
    assert ask(engine, browser, site(port)) is None
    assert ask(engine, browser, site(port, starttls="smtp")) is None


def test_browsers_are_tried_only_when_named() -> None:
    assert not set(BROWSERS) & set(clients.known())
    assert set(BROWSERS) < set(clients.everything())
