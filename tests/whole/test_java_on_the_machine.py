"""Fix, proof and undo from the command line with a real Java that has a home, and a keystore, of its own.

Of the older kind: `tests/clients/test_pairs.py` has the newer one.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Ran, trustmgr
from tests.clients.serving import tls_server
from tests.contract.java_home import installed, keytool, make_home
from tests.making import chain, make

pytestmark = pytest.mark.skipif(installed() is None, reason="extra program: java with keytool")


def test_java_refuses_accepts_and_refuses_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaf, intermediate, root = chain("site.localhost")
    file, other, keystore = tmp_path / "root.pem", tmp_path / "other.pem", tmp_path / "cacerts"
    file.write_bytes(root.pem)
    namesake = make("a stale one", ca=True, subject=root.certificate.subject)
    other.write_bytes(namesake.pem)
    words = ("-importcert", "-noprompt", "-alias", "other", "-file", other, "-storetype", "JKS")
    keytool(*words, "-keystore", keystore)
    home = make_home(tmp_path / "jdk", keystore.read_bytes(), runs=True)
    monkeypatch.setenv("JAVA_HOME", str(home))
    monkeypatch.setenv("TRUSTMGR_HOME", str(tmp_path / "trustmgr"))
    cacerts = home / "lib" / "security" / "cacerts"
    before = cacerts.read_bytes()
    listed = trustmgr("stores", "--json").json["stores"]
    (store,) = (s["id"] for s in listed if str(home) in s["title"])

    def verify(port: int) -> Ran:
        return trustmgr("verify", f"site.localhost:{port}", "--client", "java", timeout=100)

    with tls_server(tmp_path, leaf, intermediate) as port:
        refused = verify(port)
        assert refused.code == 1, refused
        assert "does not chain with any of the trust anchors" in refused.out
        assert store in refused.out
        done = trustmgr("import", str(file), "--store", store, "--yes")
        assert done.code == 0, done
        accepted = verify(port)
        assert accepted.code == 0, accepted
        undone = trustmgr("undo", "--last")
        assert undone.code == 0, undone
        assert cacerts.read_bytes() == before
        assert verify(port).code == 1
