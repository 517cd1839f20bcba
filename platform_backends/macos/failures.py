"""What `security` means when it fails, as the errors of the stores.

Exit codes are the last eight bits of an OSStatus, or plain 1 with the reason in words; the words
are in the user's language (SecErrorMessages.strings), so each is looked up with `security error`.
Numbers: Apple's SecBase.h and Authorization.h.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from platform_backends.base import (
    NotAllowed,
    RefusedByUser,
    RightsMissing,
    StoreError,
    StoreUnavailable,
    WriteFailed,
)


class Status(IntEnum):
    """The OSStatus values that are told apart."""

    NO_TRUST_SETTINGS = -25263
    NO_INTERACTION = -60007
    CANCELED = -60006
    DENIED = -60005
    USER_CANCELED = -128
    INTERACTION_NOT_ALLOWED = -25308
    INTERNAL_COMPONENT = -2070
    AUTH_FAILED = -25293
    WRITE_PERMISSION = -61
    READ_ONLY = -25292
    NO_SUCH_KEYCHAIN = -25294
    INVALID_KEYCHAIN = -25295
    INVALID_TRUST_SETTINGS = -25262
    ITEM_NOT_FOUND = -25300
    DUPLICATE_ITEM = -25299
    PARAM = -50


#: In English, and the names that stand where a text is missing. Longer texts first: "The authorization was
#: denied." is no part of "The authorization was denied since ...", but nobody promises that.
_ENGLISH: Mapping[Status, tuple[str, ...]] = {
    Status.NO_INTERACTION: ("denied since no user interaction was possible",),
    Status.CANCELED: ("canceled by the user",),
    Status.DENIED: ("The authorization was denied.",),
    Status.USER_CANCELED: ("User canceled the operation.",),
    Status.INTERACTION_NOT_ALLOWED: ("User interaction is not allowed.",),
    Status.NO_TRUST_SETTINGS: ("No Trust Settings were found.", "errSecNoTrustSettings"),
    Status.INTERNAL_COMPONENT: ("errSecInternalComponent",),
    Status.AUTH_FAILED: ("user name or passphrase you entered is not correct",),
    Status.WRITE_PERMISSION: ("Write permissions error.",),
    Status.READ_ONLY: ("errSecReadOnly", "cannot be modified"),
    Status.NO_SUCH_KEYCHAIN: ("The specified keychain could not be found.",),
    Status.INVALID_KEYCHAIN: ("not a valid keychain file",),
    Status.INVALID_TRUST_SETTINGS: ("errSecInvalidTrustSettings",),
    Status.ITEM_NOT_FOUND: ("could not be found in the keychain",),
    Status.DUPLICATE_ITEM: ("already exists in the keychain",),
    Status.PARAM: ("parameters passed to a function were not valid",),
}
#: 0 is success, 1 any failure, 2 wrong words, 255 of `authorizationdb`.
_PLAIN = frozenset({0, 1, 2, 255})


@dataclass(frozen=True)
class Said:
    """How `security` ended. `code` is its exit code, negative for a signal."""

    code: int
    out: bytes
    err: str


def status(said: Said, describe: Callable[[Status], str]) -> Status | None:
    """Which OSStatus this was; None when nobody knows. `describe` gives a status in the user's language."""
    if said.code not in _PLAIN:
        return next((known for known in Status if known & 0xFF == said.code), None)
    for known, texts in _ENGLISH.items():
        if any(text in said.err for text in texts):
            return known
    if not said.err.strip():
        return None
    return next(
        (known for known in _ENGLISH if (text := describe(known)) and text in said.err), None
    )


def failure(found: Status | None, said: Said, doing: str) -> StoreError:
    """The error for the user. `doing` ends the sentence "macOS did not"."""
    if found in _MEANINGS:
        return _MEANINGS[found]()
    return WriteFailed(
        f"macOS did not {doing}: {last_line(said)}.", "Nothing was changed. Try again."
    )


def last_line(said: Said) -> str:
    """Its last words, harmless."""
    lines = ["".join(c for c in line if c.isprintable()).strip() for line in said.err.splitlines()]
    words = next((line for line in reversed(lines) if line), "")
    return words[:200].rstrip(".") or f"security ended with {said.code}"


def _no_screen() -> StoreError:
    return NotAllowed(
        "macOS asks for a password before trust settings change, and there is no screen session here to "
        "ask in (ssh, or a service in the background).",
        "Do it in Terminal on the Mac's own screen; for many Macs hand out a configuration profile "
        "(docs/administrator.md).",
    )


def _cancelled() -> StoreError:
    return RefusedByUser("The question that macOS asked was cancelled.", "Nothing was changed.")


def _denied() -> StoreError:
    return NotAllowed(
        "macOS does not let this user change these trust settings: the user is no administrator, or the "
        "Mac is managed.",
        "Ask whoever manages this Mac to hand the certificate out in a configuration profile.",
    )


def _locked() -> StoreError:
    return WriteFailed(
        "The keychain is locked, or this session may not use it.",
        "Open Keychain Access and unlock it (or run: security unlock-keychain), then try again.",
    )


def _password() -> StoreError:
    return WriteFailed("The password of the keychain was not right.", "Try again.")


def _may_not_write() -> StoreError:
    return RightsMissing(
        "This user may not write to that keychain.", "An administrator can, with sudo in Terminal."
    )


def _no_keychain() -> StoreError:
    return StoreUnavailable(
        "The keychain is not there or is damaged.",
        "Look at it in Keychain Access (its First Aid is: log out and in again).",
    )


def _damaged() -> StoreError:
    return StoreUnavailable(
        "macOS says that its trust settings are damaged.",
        "Restore them from a backup, or ask Apple's support.",
    )


def _not_valid() -> StoreError:
    return WriteFailed(
        "macOS does not take this trust for this certificate.",
        "Nothing was changed. Report this, with the certificate.",
    )


_MEANINGS: Mapping[Status | None, Callable[[], StoreError]] = {
    Status.NO_INTERACTION: _no_screen,
    Status.INTERACTION_NOT_ALLOWED: _no_screen,
    Status.CANCELED: _cancelled,
    Status.USER_CANCELED: _cancelled,
    Status.DENIED: _denied,
    Status.INTERNAL_COMPONENT: _locked,
    Status.AUTH_FAILED: _password,
    Status.WRITE_PERMISSION: _may_not_write,
    Status.READ_ONLY: _may_not_write,
    Status.NO_SUCH_KEYCHAIN: _no_keychain,
    Status.INVALID_KEYCHAIN: _no_keychain,
    Status.INVALID_TRUST_SETTINGS: _damaged,
    Status.PARAM: _not_valid,
}
