"""What Python refuses since 3.13 (VERIFY_X509_STRICT), held against OpenSSL with and without its strict checks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.differential.chains import DEVIATIONS, bent, make
from tests.differential.verifiers import openssl, ours
from trustmgr.diagnose.predict.strict import faults

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="not installed: openssl")


@pytest.mark.parametrize("deviation", DEVIATIONS)
def test_strict(deviation: str, tmp_path: Path) -> None:
    made = make(bent(1, (deviation,)))
    if openssl(made, tmp_path, strict=False):
        return  # refused anyway
    refusal = openssl(made, tmp_path)
    found = list(faults(ours(made).chain))
    assert bool(found) == bool(refusal), (found, refusal)
