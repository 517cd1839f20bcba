"""The user's word on a fingerprint, and whether it is enough for a plan (DESIGN rule 2)."""

from __future__ import annotations

import re
import unicodedata

from platform_backends.base import Decision, Operation, Trust, is_setting
from trustmgr.errors import ConfirmationNeeded, Refused, UsageError
from trustmgr.plan import Confirmation, Plan, Step
from trustmgr.remedy import warnings
from trustmgr.remedy.change import more

_DIGITS = 64  # hexadecimal digits of a SHA-256
_SHA1_DIGITS = 40
_MD5_DIGITS = 32
#: What programs write before a fingerprint: ``SHA256:``, ``sha256 Fingerprint=`` (openssl).
_LABEL = re.compile(r"sha-?256(?:[\s_]*fingerprint)?\s*[:=]?", re.IGNORECASE)
_OTHER_HASH = re.compile(r"sha-?1(?![0-9])|md5", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]*")


class FingerprintMismatch(Refused):
    """What was typed is the fingerprint of something else."""


def read_fingerprints(text: str) -> tuple[str, ...]:
    """One or more complete SHA-256 values as lower-case hexadecimal, however they were written.

    Colons, spaces, commas, a ``SHA256:`` label and the invisible characters that come along from
    some windows (Windows' certificate viewer puts U+200E first) do not matter. Raises `UsageError`
    for anything else, above all SHA-1 and shortened values.
    """
    plain = "".join(c for c in text if unicodedata.category(c) != "Cf")
    if _OTHER_HASH.search(plain):
        raise _sha1()
    digits = re.sub(r"[\s:,;.-]+", "", _LABEL.sub(" ", plain)).lower()
    if not digits:
        raise UsageError("No fingerprint was given.", "Give the complete SHA-256 fingerprint.")
    if not _HEX.fullmatch(digits):
        raise UsageError(
            "A fingerprint has only the digits 0 to 9 and A to F.",
            "Give the SHA-256 fingerprint in hexadecimal.",
        )
    if len(digits) in (_SHA1_DIGITS, _MD5_DIGITS):
        raise _sha1()
    if len(digits) % _DIGITS:
        raise UsageError(
            f"This fingerprint has {len(digits)} digits; a SHA-256 fingerprint has {_DIGITS}.",
            "Give all of it: a shortened one proves nothing.",
        )
    return tuple(digits[i : i + _DIGITS] for i in range(0, len(digits), _DIGITS))


def _sha1() -> UsageError:
    return UsageError(
        "This is a SHA-1 or MD5 fingerprint, which can be forged.",
        "Ask for the SHA-256 fingerprint, which has 64 digits.",
    )


def check(plan: Plan, confirmation: Confirmation) -> None:
    """Pass when every certificate that gains trust is confirmed.

    Raises `KnownBadCertificate`, `ConfirmationNeeded`, `FingerprintMismatch`, or `UsageError` for what is no fingerprint.
    """
    if any(is_setting(step.store) for step in plan.steps) and not confirmation.consent:
        raise ConfirmationNeeded("No setting is changed without your word.", "Nothing was changed.")
    gains = [step for step in plan.steps if _gains(step)]
    for step in gains:
        warnings.refuse_known_bad(warnings.parse(step.der))
    gaining = {step.sha256 for step in gains}
    if not gaining:
        return
    if not confirmation.fingerprint.strip():
        if confirmation.named_file and not plan.needs_fingerprint:
            return
        raise ConfirmationNeeded(
            "Nothing becomes trusted before its fingerprint is confirmed.",
            "Ask your administrator for the SHA-256 fingerprint and give it; nothing was changed.",
        )
    given = read_fingerprints(confirmation.fingerprint)
    missing = gaining - set(given)
    if missing == gaining:
        raise mismatch()
    if missing:
        raise ConfirmationNeeded(
            f"{len(missing)} of {len(gaining)} certificates are not confirmed "
            f"({', '.join(sorted(missing))}).",
            "Give the fingerprint of each, separated by commas; nothing was changed.",
        )


def mismatch() -> FingerprintMismatch:
    """For a fingerprint that is well written and belongs to another certificate."""
    return FingerprintMismatch(
        "The fingerprint does not match: this is NOT the certificate it belongs to.",
        "Do not trust it; tell your administrator. Nothing was changed.",
    )


def _gains(step: Step) -> bool:
    if step.operation is Operation.REMOVE or is_setting(step.store):
        return False
    if step.effective_trust == Trust.everything(Decision.DISTRUSTED):
        return False
    return step.operation is Operation.ADD or more(step.before, step.effective_trust)
