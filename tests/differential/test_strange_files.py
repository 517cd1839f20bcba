"""Every file that `cryptography` tests its own parsers with is read to a report or to one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import cryptography_vectors
import pytest

from trustmgr.cli.report_json import document
from trustmgr.cli.report_text import write
from trustmgr.engine import Engine, InspectOptions
from trustmgr.errors import TrustManagerError
from trustmgr.probe.targets import parse_target

FOLDER = Path(cryptography_vectors.__file__).parent / "x509"
GROUPS = sorted({path.parent for path in FOLDER.rglob("*") if path.is_file()})


@pytest.mark.parametrize("folder", GROUPS, ids=[str(g.relative_to(FOLDER)) for g in GROUPS])
def test_as_files(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    engine = Engine(sandbox=tmp_path)
    options = InspectOptions(network=False)
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        try:
            report = engine.inspect(parse_target(str(path)), options)
        except TrustManagerError as refusal:
            assert str(refusal).count("\n") == 0, path
            continue
        json.dumps(document(report))
        write(report)
        assert report.findings or report.chain, path
    assert "Traceback" not in capsys.readouterr().out


@pytest.mark.parametrize("folder", GROUPS, ids=[str(g.relative_to(FOLDER)) for g in GROUPS])
def test_as_a_store(folder: Path) -> None:
    """A folder that is a store may hold anything."""
    engine = Engine(sandbox=folder)
    for entry in engine.stores()[0].entries():
        assert entry.sha256
