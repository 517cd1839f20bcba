"""Which tests run on Windows, in parts that may run beside each other, and how many pass at least.

A number is what passed when it was written down: fewer is a failure, more is welcome. What Wine cannot
do skips itself, with its reason. Left out is what only costs time there: it is the same everywhere
(the corpus of messages, PKITS), needs programs that are not there (real clients), or looks at the house.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """Words for pytest, and how many of its tests must pass."""

    words: tuple[str, ...]
    at_least: int


PARTS = {
    "stores": Part(("tests/contract/test_windows.py", "tests/contract/test_folder.py"), 258),
    "tools": Part(
        (
            "tests/contract/test_tool_settings.py",
            "tests/contract/test_tool_settings_text.py",
            "tests/contract/test_tool_sites.py",
        ),
        414,
    ),
    "whole": Part(("tests/windows", "tests/clients/test_schannel_words.py"), 138),
    "portability": Part(("tests/portability", "tests/ground"), 36),
    "commands": Part(("tests/cli/test_changing_commands.py", "tests/cli/test_streams.py"), 35),
    "remedies": Part(("tests/remedy", "tests/audit/test_settings.py"), 178),
    "window": Part(("tests/ui",), 193),
    "engine": Part(
        (
            "tests/diagnose/test_lab_sites.py",
            "tests/diagnose/test_rules.py",
            "tests/explain/test_command.py",
            "tests/explain/test_targets.py",
            "tests/lab/test_command.py",
            "tests/lab/test_life.py",
            "tests/lab/test_sites.py",
            "tests/probe/test_evidence_file.py",
            "tests/probe/test_files.py",
            "tests/probe/test_targets.py",
            "tests/probe/test_tls.py",
        ),
        528,
    ),
}
