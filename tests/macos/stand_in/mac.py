"""The machine that the stand-in plays: its moods, its words, its keychains and its trust settings."""

from __future__ import annotations

import base64
import hashlib
import json
import os

TYPE_CHECKING = False  # typing takes longer to import than most commands take
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ENGLISH = {
    -50: "One or more parameters passed to a function were not valid.",
    -61: "Write permissions error.",
    -128: "User canceled the operation.",
    -2070: "errSecInternalComponent",
    -25262: "The trust settings record was corrupted.",
    -25263: "No Trust Settings were found.",
    -25293: "The user name or passphrase you entered is not correct.",
    -25294: "The specified keychain could not be found.",
    -25299: "The specified item already exists in the keychain.",
    -25300: "The specified item could not be found in the keychain.",
    -25308: "User interaction is not allowed.",
    -60005: "The authorization was denied.",
    -60006: "The authorization was canceled by the user.",
    -60007: "The authorization was denied since no user interaction was possible.",
}
#: Not Apple's own words; only that they are other ones matters.
GERMAN = {
    -25263: "Es wurden keine Vertrauenseinstellungen gefunden.",
    -60006: "Die Autorisierung wurde vom Benutzer abgebrochen.",
    -60005: "Die Autorisierung wurde verweigert.",
    -60007: "Die Autorisierung wurde verweigert, da keine Benutzerinteraktion möglich war.",
}
#: What a question of macOS ends in.
MOODS = {"no-screen": -60007, "cancel": -60006, "cancel-128": -128, "denied": -60005}


class Usage(Exception):
    """Exit code 2 and the usage."""


class Failed(Exception):
    """One line on stderr, and an exit code."""

    def __init__(self, line: str, code: int = 1) -> None:
        super().__init__(line)
        self.line, self.code = line, code


class Mac:
    hang: Callable[[Mac], None]

    def __init__(self, state: str, site: str) -> None:
        self.state, self.site = state, site
        self.unlock: Callable[[], None] = lambda: None
        with open(f"{state}/machine.json") as file:
            self._told: dict[str, Any] = json.load(file)

    def told(self, name: str, otherwise: Any = "") -> Any:
        """What the test has set."""
        return self._told.get(name, otherwise)

    def log(self, words: list[str]) -> None:
        with open(f"{self.state}/log", "a") as file:
            file.write(json.dumps(words) + "\n")

    # -- words ---------------------------------------------------------------------------------

    def text(self, code: int) -> str:
        german = GERMAN if self.told("language") == "de" else {}
        return german.get(code) or ENGLISH.get(code, f"OSStatus {code}")

    def perror(self, function: str, code: int) -> Failed:
        """``sec_perror``: the command's value becomes the exit status, cut to eight bits."""
        return Failed(f"security: {function}: {self.text(code)}", code & 0xFF)

    def cssm_perror(self, function: str, code: int) -> Failed:
        """``cssmPerror``, of the commands about trust: no prefix, and plain 1."""
        return Failed(f"{function}: {self.text(code)}")

    # -- keychains -----------------------------------------------------------------------------

    def keychain(self, path: str) -> list[bytes] | None:
        """Its certificates; None when it is not there."""
        try:
            with open(path) as file:
                return [base64.b64decode(text) for text in json.load(file)]
        except FileNotFoundError:
            return None

    def write_keychain(self, path: str, certificates: list[bytes]) -> int:
        """0, or the OSStatus that refuses it."""
        if self.told("mood") == "locked":
            return -2070
        if path == self.told("system_keychain") and not self.told("root"):
            return -61
        texts = [base64.b64encode(certificate).decode() for certificate in certificates]
        _replace(path, json.dumps(texts).encode())
        return 0

    @property
    def searched(self) -> list[str]:
        found: list[str] = self.told("search", [])
        return found

    # -- trust settings ------------------------------------------------------------------------

    def domain(self, name: str) -> bytes | None:
        """The property list of ``user``, ``admin`` or ``system``; None when there never was one."""
        try:
            with open(f"{self.state}/{name}.plist", "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def records(self, name: str) -> dict[str, Any]:
        import plistlib

        data = self.domain(name)
        return {} if data is None else dict(plistlib.loads(data)["trustList"])

    def ask(self) -> int:
        """The question before trust settings are written: 0 when the user agrees."""
        mood = self.told("mood")
        if mood == "hang":
            self.hang()
        return MOODS.get(mood, 0)

    def write_domain(self, name: str, records: dict[str, Any]) -> None:
        if self.told("mood") != "forgetful":
            import plistlib

            data = {"trustVersion": 1, "trustList": records}
            _replace(f"{self.state}/{name}.plist", plistlib.dumps(data))


def key(der: bytes) -> str:
    return hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()


def _replace(path: str, data: bytes) -> None:
    with open(f"{path}.new", "wb") as file:
        file.write(data)
    os.replace(f"{path}.new", path)
