"""Passphrases are kept by `keyring`; on Windows that is its Credential Manager."""

from __future__ import annotations

import secrets
import subprocess
import sys

import pytest

from tests.where import WINE

pytestmark = pytest.mark.skipif(not WINE, reason="of Wine: whose passwords are nobody's")


def in_a_process(code: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, keyring\n{code}", *words],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_what_one_process_keeps_another_one_finds_until_it_is_deleted() -> None:
    service, user, word = "trustmgr test", "schlüssel 信頼", secrets.token_urlsafe()
    assert in_a_process("print(keyring.get_keyring().name)") == "Windows WinVaultKeyring"
    in_a_process("keyring.set_password(*sys.argv[1:])", service, user, word)
    assert in_a_process("print(keyring.get_password(*sys.argv[1:]))", service, user) == word
    in_a_process("keyring.delete_password(*sys.argv[1:])", service, user)
    assert in_a_process("print(keyring.get_password(*sys.argv[1:]))", service, user) == "None"
