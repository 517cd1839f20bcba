from __future__ import annotations

import socket
from pathlib import Path

from tests.cli.running import trustmgr
from tests.clients.serving import tls_server
from tests.making import chain

#: Those that read OpenSSL's variables.
OPENSSL = {"python", "curl", "openssl"}


def test_all_accept_some_refuse_none_can_tell(tmp_path: Path) -> None:
    served = chain("site.localhost")
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(served[2].pem)
    home = {"HOME": str(tmp_path)}  # no ~/.curlrc of this machine
    with tls_server(tmp_path, *served[:2]) as port:
        target = f"site.localhost:{port}"
        named = [word for client in OPENSSL for word in ("--client", client)]
        good = trustmgr("verify", target, *named, "--json", SSL_CERT_FILE=str(bundle), **home)
        bad = trustmgr("verify", target, *named, **home)
        one = trustmgr("verify", target, "--client", "curl", "--json", **home)
    assert good.code == 0, good
    assert good.json["schema"] == 1
    assert set(good.json["clients"]) == OPENSSL
    for client in good.json["clients"].values():
        assert client["accepts"] is True
        assert client["store"].split(" + ")[0] == f"SSL_CERT_FILE={bundle}"
    assert bad.code == 1
    assert bad.out.count("refuses") == 3
    assert list(one.json["clients"]) == ["curl"]


def test_an_unreachable_site_is_three() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    ran = trustmgr("verify", f"127.0.0.1:{port}", "--json")
    assert ran.code == 3
    assert {c["accepts"] for c in ran.json["clients"].values()} == {None}


def test_wrong_words(tmp_path: Path) -> None:
    assert "Known clients" in trustmgr("verify", "127.0.0.1:1", "--client", "mosaic").err
    assert trustmgr("verify", "127.0.0.1:1", "--timeout", "-1").code == 2
    assert trustmgr("verify", "127.0.0.1:1", "--timeout", "nan").code == 2
    path = tmp_path / "x.pem"
    path.write_text("x")
    assert trustmgr("verify", str(path)).code == 2
