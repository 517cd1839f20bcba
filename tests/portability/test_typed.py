"""Commands that we print are read by the system's shell as they were meant."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.where import words_of
from trustmgr.text import typed

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]))


@given(st.lists(WORDS))
def test_any_words(words: list[str]) -> None:
    assert words_of(typed(["trustmgr", *words])) == ["trustmgr", *words]


@pytest.mark.skipif(sys.platform != "win32", reason="of Windows: its console")
@pytest.mark.parametrize("word", ["a&b", "a b", "a|b>c<d", "(a)", "a^b", "C:\\a b\\", "ä 信頼", ""])
def test_cmd_takes_nothing_for_a_sign(word: str) -> None:
    command = typed([sys.executable, "-c", "import sys; print(ascii(sys.argv[1]))", word])
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == ascii(word), done.stderr
