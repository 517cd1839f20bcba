"""The errors of the engine: each has a sentence for the user, a next step and an exit code.

The exit codes are the command line's contract: 0 trusted or done, 1 problems found, 2 wrong
usage or unreadable input, 3 target could not be reached, 4 refused, 5 rolled back.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command line answers to its caller."""

    OK = 0
    PROBLEMS = 1
    USAGE = 2
    UNREACHABLE = 3
    REFUSED = 4
    ROLLED_BACK = 5


class TrustManagerError(Exception):
    """Base of all: `sentence` says what is wrong, `next_step` what to do about it."""

    exit_code = ExitCode.USAGE

    def __init__(self, sentence: str, next_step: str = "") -> None:
        super().__init__(f"{sentence} {next_step}".strip())
        self.sentence = sentence
        self.next_step = next_step


class UsageError(TrustManagerError):
    """The words of a command or a setting are wrong."""


class UnreadableInput(TrustManagerError):
    """A file or text is not what it has to be."""


class PasswordNeeded(UnreadableInput):
    """A PKCS#12 file is locked: ask for its password and call again."""


class Refused(TrustManagerError):
    """The user or the operating system said no."""

    exit_code = ExitCode.REFUSED


class ConfirmationNeeded(Refused):
    """Nothing becomes trusted without its fingerprint confirmed."""


class ChangeFailed(TrustManagerError):
    """A change failed and was rolled back, or could not be."""

    exit_code = ExitCode.ROLLED_BACK


class Cancelled(TrustManagerError):
    """The user pressed Cancel."""

    exit_code = ExitCode.REFUSED
