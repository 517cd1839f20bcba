"""`trustmgr setting` where there are none."""

from __future__ import annotations

import sys

import pytest

from tests.cli.running import trustmgr

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="of POSIX: it has none")


def test_none_is_said() -> None:
    assert trustmgr("setting", "--json").json == {"schema": 1, "settings": []}
    assert "no settings of this system" in trustmgr("setting").out


def test_an_unknown_one_is_one_sentence() -> None:
    answer = trustmgr("setting", "dotnet-strong-crypto", "--yes")
    assert answer.code != 0
    assert "There is no setting 'dotnet-strong-crypto' on this system." in answer.err


def test_without_a_name_nothing_can_be_changed() -> None:
    answer = trustmgr("setting", "--off")
    assert answer.code == 2
    assert "Name the setting" in answer.err
