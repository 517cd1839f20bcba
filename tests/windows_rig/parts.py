"""Which tests run on Windows, in parts that run beside each other, and how many there are at least.

A number is what ran when it was written down: fewer is a failure, more is welcome. What Wine cannot do is
skipped by the test itself, with its reason, or left out here, with the reason in a remark.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """Words for pytest, and how many of its tests must pass."""

    words: tuple[str, ...]
    at_least: int


PARTS = {
    "explain": Part(("tests/explain/test_command.py", "tests/explain/test_targets.py"), 60),
}
