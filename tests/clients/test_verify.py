from __future__ import annotations

import os
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.clients.serving import tls_server
from tests.making import Made, chain
from trustmgr import clients
from trustmgr.clients.base import ClientResult, places_read
from trustmgr.clients.settings import elsewhere
from trustmgr.engine import Engine
from trustmgr.errors import Cancelled, UsageError
from trustmgr.plan import Confirmation
from trustmgr.progress import Progress
from trustmgr.target import Target

Chain = tuple[Made, Made, Made]
#: Without the browsers, which have tests of their own.
QUICK = [c for c in clients.everything() if c not in {"chromium", "firefox"}]
#: In the Python of the tests, which Windows has under another name.
LIBRARIES = {"requests", "httpx"} if os.name == "posix" else set()
HERE = [c for c in QUICK if c in LIBRARIES or clients.client(c).find() is not None]
#: Clients that ask the system for names, which may not know any below localhost.
BY_NAME = {"wget", "pip", "npm", "cargo", "aws"}
TOLD = [c for c in HERE if c not in BY_NAME]
STARTTLS = ("python", "curl", "openssl", "gnutls")
UNKNOWN_ISSUER = (
    "local issuer",
    "issuer is unknown",
    "server certificate verification failed",
    "valid certification path",
    "no authority that this Mac trusts",
    "unknown authority",
)

pytestmark = pytest.mark.usefixtures("libraries")


def test_all_that_this_suite_proves_with_are_here() -> None:
    missing = sorted(set(clients.known()) - set(HERE))
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def site(port: int, name: str = "site.localhost", **more: Any) -> Target:
    return Target(f"{name}:{port}", name, port, name, **more)


def ask(engine: Engine, target: Target, **more: Any) -> dict[str, ClientResult]:
    named = more.pop("clients", QUICK)
    return {r.client: r for r in engine.verify(target, named, timeout=10.0, **more)}


def test_all_accept_what_the_sandbox_trusts(
    trusting: Engine, served: Chain, tmp_path: Path
) -> None:
    with tls_server(tmp_path, *served[:2]) as port:
        results = ask(trusting, site(port))
    assert set(results) == set(QUICK)
    for identity in TOLD:
        assert results[identity].accepts is True, results[identity]
        assert results[identity].store == f"folder:{tmp_path / 'store'}"
        assert results[identity].version


def test_all_refuse_what_the_sandbox_does_not_know(
    engine: Engine, served: Chain, tmp_path: Path
) -> None:
    with tls_server(tmp_path, *served[:2]) as port:
        results = ask(engine, site(port))
    for identity in TOLD:
        assert results[identity].accepts is False, results[identity]
        assert any(words in results[identity].message for words in UNKNOWN_ISSUER)


def test_all_refuse_a_wrong_name(trusting: Engine, served: Chain, tmp_path: Path) -> None:
    with tls_server(tmp_path, *served[:2]) as port:
        results = ask(trusting, site(port, "other.localhost"))
    for identity in TOLD:
        assert results[identity].accepts is False, results[identity]


def test_a_name_is_checked_at_another_address(
    trusting: Engine, served: Chain, tmp_path: Path
) -> None:
    with tls_server(tmp_path, *served[:2]) as port:
        target = Target("x", "site.localhost", 443, "site.localhost", connect=("127.0.0.1", port))
        results = ask(trusting, target)
    for identity in TOLD:
        assert results[identity].accepts is True, results[identity]


def test_an_address_is_checked_as_one(trusting: Engine, served: Chain, tmp_path: Path) -> None:
    with tls_server(tmp_path, *served[:2]) as port:
        good = ask(trusting, site(port, "127.0.0.1"))
    nameless = chain("named.localhost")
    with tls_server(tmp_path, *nameless[:2]) as port:
        bad = ask(trusting, site(port, "127.0.0.1"))
    for identity in HERE:
        assert good[identity].accepts is True, good[identity]
        assert bad[identity].accepts is False, bad[identity]


def test_clients_that_ask_for_names(trusting: Engine, tmp_path: Path, served: Chain) -> None:
    """The address is one that every system knows the name of; another one is not asked."""
    leaf = chain("localhost")
    with tls_server(tmp_path, *leaf[:2]) as port:
        before = ask(trusting, site(port, "localhost"))
        plan = trusting.plan_import([leaf[2].der], from_network=False)
        trusting.apply(plan, Confirmation(named_file=True))
        after = ask(trusting, site(port, "localhost"))
    other = Target("x", "localhost", 443, "localhost", connect=("127.9.9.9", 1))
    elsewhere_asked = ask(trusting, other)
    for identity in BY_NAME & set(HERE):
        assert before[identity].accepts is False, before[identity]
        assert before[identity].message
        assert after[identity].accepts is True, after[identity]
        assert "another one" in elsewhere_asked[identity].message


def test_starttls(trusting: Engine, served: Chain, tmp_path: Path) -> None:
    with tls_server(tmp_path, *served[:2], smtp=True) as port:
        results = ask(trusting, site(port, starttls="smtp"))
    for identity in set(HERE) - set(STARTTLS):
        assert "smtp" in results[identity].message
    for identity in set(HERE) & set(STARTTLS):
        assert results[identity].accepts is True, results[identity]
    with tls_server(tmp_path, *chain("site.localhost")[:2], smtp=True) as port:
        results = ask(trusting, site(port, starttls="smtp"))
    for identity in set(HERE) & set(STARTTLS):
        assert results[identity].accepts is False, results[identity]


def test_a_protocol_that_a_client_does_not_speak(trusting: Engine) -> None:
    results = ask(trusting, site(1, starttls="postgres"))
    assert results["curl"].accepts is None
    assert "postgres" in results["curl"].message
    assert results["python"].accepts is None


def test_nobody_can_tell_about_a_closed_port(engine: Engine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    results = ask(engine, site(port))
    for identity in HERE:
        assert results[identity].accepts is None, results[identity]
        assert results[identity].message


def test_silence_ends_in_time(engine: Engine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        results = engine.verify(site(listener.getsockname()[1]), timeout=0.5)
    for result in results:
        assert result.accepts is None, result


def test_a_connection_that_ends_is_no_refusal(engine: Engine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()

        def slam() -> None:
            listener.settimeout(0.1)
            while not over.is_set():
                try:
                    listener.accept()[0].close()
                except TimeoutError:
                    continue

        thread = threading.Thread(target=slam)
        thread.start()
        try:
            results = ask(engine, site(listener.getsockname()[1]))
        finally:
            over.set()
            thread.join()
    for identity in HERE:
        assert results[identity].accepts is None, results[identity]


def test_a_client_that_is_not_installed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    results = ask(engine, site(1))
    assert results["curl"].accepts is None
    assert results["curl"].message == "not installed"


def test_unknown_clients_and_targets(engine: Engine) -> None:
    with pytest.raises(UsageError, match="python, curl, openssl"):
        engine.verify(site(1), ["netscape"])
    with pytest.raises(UsageError, match="not a file"):
        engine.verify(Target("x.pem", files=("x.pem",)))
    for hostile in ("-oProxy=x", "a b", "a\nb", "x/../y", "a@b"):
        with pytest.raises(UsageError, match="no host name"):
            engine.verify(Target("x", hostile, 443, hostile))


def test_only_the_named_client_is_asked(engine: Engine) -> None:
    assert [r.id for r in engine.verify(site(1), ["curl"], timeout=5.0)] == ["curl"]


def test_cancel_stops_the_programs(engine: Engine) -> None:
    progress = Progress()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        timer = threading.Timer(0.3, progress.cancel)
        timer.start()
        with pytest.raises(Cancelled):
            engine.verify(site(listener.getsockname()[1]), progress=progress, timeout=60.0)
        timer.join()


@pytest.mark.parametrize(
    ("identity", "variable"),
    [
        ("curl", "CURL_CA_BUNDLE"),
        ("curl", "SSL_CERT_FILE"),
        ("openssl", "SSL_CERT_FILE"),
        ("openssl", "SSL_CERT_DIR"),
        ("python", "SSL_CERT_FILE"),
    ],
)
def test_a_variable_that_replaces_the_store_is_named(identity: str, variable: str) -> None:
    asked = clients.client(identity)
    assert asked.store({variable: "/etc/x.pem"}) == f"{variable}=/etc/x.pem"
    assert "=" not in asked.store({variable: ""})


def test_outside_a_sandbox_the_users_environment_counts(
    served: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(served[2].pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    monkeypatch.setenv("HOME", str(tmp_path))  # no ~/.curlrc of this machine
    with tls_server(tmp_path, *served[:2]) as port:
        results = ask(Engine(), site(port))
    for identity in set(HERE) & {"python", "curl", "openssl"}:
        assert results[identity].accepts is True, results[identity]
        assert results[identity].store.split(" + ")[0] == f"SSL_CERT_FILE={bundle}"


@pytest.mark.skipif(sys.platform != "linux", reason="of Linux: its places")
def test_what_is_read_beside_a_variable_is_told() -> None:
    names = ("SSL_CERT_FILE", "SSL_CERT_DIR")
    bundle, folder = "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs"
    system = "linux.ca-certificates"
    read = places_read
    assert read([bundle, folder], {}, names) == system
    assert read(["/x", folder], {"SSL_CERT_FILE": "/x"}, names) == f"SSL_CERT_FILE=/x + {system}"
    same = f"SSL_CERT_FILE={bundle} ({system})"
    assert read([bundle, folder], {"SSL_CERT_FILE": bundle}, names) == same
    assert read(["/x\n"], {}, names) == "/x<U+000A>"
    assert read([], {}, names).startswith("none")


def test_a_curl_that_does_not_check_proves_nothing(
    served: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "curl" not in HERE:
        pytest.skip("not installed: curl")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".curlrc").write_text("insecure\n")
    with tls_server(tmp_path, *served[:2]) as port:
        result = ask(Engine(), site(port), clients=["curl"])["curl"]
    assert result.accepts is None
    assert "check" in result.message


@pytest.mark.parametrize("identity", HERE)
def test_a_server_that_closes_at_once_proves_nothing(identity: str) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def close_each() -> None:
        with suppress(OSError):
            while True:
                plain, _ = listener.accept()
                plain.recv(4096)
                plain.close()

    thread = threading.Thread(target=close_each, daemon=True)
    thread.start()
    result = ask(Engine(), site(listener.getsockname()[1]), clients=[identity])[identity]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)
    assert result.accepts is None, result


def test_endless_output_is_bounded() -> None:
    from trustmgr.clients.process import run

    script = "import sys\nwhile True: sys.stdout.write('x' * 65536)"
    ran = run((sys.executable, "-c", script), 1.0, Progress(), dict(os.environ))
    assert ran.code is None
    assert len(ran.out) <= 64 * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="of Linux: its places")
def test_variables_that_lead_elsewhere_are_said() -> None:
    system = {"SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt", "PIP_CERT": ""}
    assert list(elsewhere(system)) == []
    (said,) = elsewhere(system | {"REQUESTS_CA_BUNDLE": "/opt/own.pem"})
    assert said.startswith("REQUESTS_CA_BUNDLE is set to /opt/own.pem: Python's requests")


def test_what_a_server_says_is_no_verdict(trusting: Engine, served: Chain, tmp_path: Path) -> None:
    lie = b"HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 0\r\n\r\nverify error:num=20:no\ncurl: (60) no\n"
    with tls_server(tmp_path, *served[:2], greeting=lie) as port:
        results = ask(trusting, site(port))
    assert {results[identity].accepts for identity in TOLD} == {True}


def test_options_that_name_another_keystore_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    java = clients.client("java")
    option = "-Djavax.net.ssl.trustStore=/opt/own.jks"
    told = java.store({"JAVA_TOOL_OPTIONS": f"-Xmx1g {option} -ea"})
    assert told == f"JAVA_TOOL_OPTIONS: {option}"
    assert "JAVA_TOOL_OPTIONS" not in java.store({"JAVA_TOOL_OPTIONS": "-Xmx1g"})


def test_a_java_without_a_compiler_cannot_tell(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "jre" / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho 'Module jdk.compiler not found' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jre"))
    result = ask(engine, site(1), clients=["java"])["java"]
    assert result.accepts is None
    assert "compiler" in result.message
