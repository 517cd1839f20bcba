"""What went wrong, as the window shows it: a sentence, a next step, perhaps a command."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trouble:
    """Ready to be shown. `command` is what an administrator can run instead."""

    sentence: str
    next_step: str = ""
    command: str = ""
    cancelled: bool = False


def trouble(error: BaseException) -> Trouble:
    """From any exception. Errors of the engine and of stores bring their own words."""
    from trustmgr.errors import Cancelled

    if isinstance(error, Cancelled):
        return Trouble(error.sentence, error.next_step, cancelled=True)
    sentence = getattr(error, "sentence", "")
    if sentence:
        return Trouble(
            str(sentence),
            str(getattr(error, "next_step", "")),
            str(getattr(error, "command", "") or ""),
        )
    return Trouble(
        f"Trust Manager made a mistake of its own ({type(error).__name__}: {error}).",
        "Nothing more was done. Please report it.",
    )
