"""A configuration profile for many Macs, as Apple's documentation of the payload says."""

from __future__ import annotations

import plistlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.cli.running import trustmgr
from tests.making import Made, chain, make

SUPERFISH = Path(__file__).parents[1] / "remedy/data/superfish.pem"


def laid_down(folder: Path, *made: Made) -> str:
    path = folder / "in.pem"
    path.write_bytes(b"".join(m.pem for m in made))
    return str(path)


def test_two_roots(tmp_path: Path) -> None:
    roots = [make("One Root", ca=True), make("Größe <b> \u202e", ca=True)]
    out = tmp_path / "ca.mobileconfig"
    done = trustmgr("profile", laid_down(tmp_path, *roots), "--output", str(out))
    assert done.code == 0
    assert "Nothing was changed here" in done.out
    found = plistlib.loads(out.read_bytes())
    assert found["PayloadType"] == "Configuration"
    payloads = found["PayloadContent"]
    assert [p["PayloadContent"] for p in payloads] == [r.der for r in roots]
    assert {p["PayloadType"] for p in payloads} == {"com.apple.security.root"}
    for one in (found, *payloads):
        assert one["PayloadVersion"] == 1
        assert one["PayloadDisplayName"]
        assert "\u202e" not in one["PayloadDisplayName"]
        assert one["PayloadIdentifier"].endswith(one["PayloadUUID"].lower())
    assert len({one["PayloadUUID"] for one in (found, *payloads)}) == 3


def test_the_same_root_makes_the_same_file(tmp_path: Path) -> None:
    file = laid_down(tmp_path, make("Root", ca=True))
    outs = [tmp_path / name for name in ("a", "b")]
    for out in outs:
        done = trustmgr("profile", file, "--output", str(out), "--json")
        assert done.json["output"] == str(out)
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_what_is_there_is_not_replaced(tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.write_text("precious")
    done = trustmgr("profile", laid_down(tmp_path, make(ca=True)), "--output", str(out))
    assert done.code == 2
    assert out.read_text() == "precious"


@pytest.mark.parametrize("what", ["leaf", "intermediate", "self-signed leaf", "weak", "known bad"])
def test_only_good_roots(tmp_path: Path, what: str) -> None:
    leaf, middle, _ = chain()
    out = tmp_path / "out"
    if what == "known bad":
        file = str(SUPERFISH)
    else:
        made = {
            "leaf": leaf,
            "intermediate": middle,
            "self-signed leaf": make("leaf"),
            "weak": make("Weak", ca=True, key=rsa.generate_private_key(65537, 1024)),
        }[what]
        file = laid_down(tmp_path, made)
    done = trustmgr("profile", file, "--output", str(out))
    assert done.code in (2, 4)
    assert done.err.count("\n") == 1
    assert not out.exists()


def test_without_a_certificate(tmp_path: Path) -> None:
    path = tmp_path / "empty.pem"
    path.write_bytes(b"")
    assert trustmgr("profile", str(path), "--output", str(tmp_path / "out")).code == 2
    assert not (tmp_path / "out").exists()
