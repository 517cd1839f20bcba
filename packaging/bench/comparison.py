"""What is compared with what, and how it should come out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.lab import Good
from bench.timing import Program


@dataclass(frozen=True)
class Comparison:
    """Two programs and an aim for the ratio of their medians (`theirs` is the measure)."""

    what: str
    ours: Program
    theirs: Program
    runs: int
    aim: Callable[[float], bool]  # of ours / theirs
    aim_text: str


def inspect_and_floor(trustmgr: list[str], site: Good) -> Comparison:
    """What our own code adds to what it is made of."""
    bare = [sys.executable, str(Path(__file__).with_name("bare_probe.py"))]
    return Comparison(
        "inspect, whole process",
        _inspect(trustmgr, site),
        Program(
            "Python, cryptography and one handshake",
            [*bare, str(site.port), site.host, site.ca_file],
            {},
        ),
        21,
        lambda ratio: ratio <= 2.0,
        "at most 2 times",
    )


def inspect_and_openssl(trustmgr: list[str], site: Good, openssl: str) -> Comparison:
    """The smallest program that shakes hands: at most 4 times that."""
    words = f"s_client -connect 127.0.0.1:{site.port} -servername {site.host} -showcerts".split()
    theirs = [openssl, *words, "-CAfile", site.ca_file, "-verify_return_error"]
    return Comparison(
        "inspect, whole process",
        _inspect(trustmgr, site),
        Program("openssl s_client", theirs, {}),
        21,
        lambda ratio: ratio <= 4.0,
        "at most 4 times",
    )


def inspect_and_sslyze(trustmgr: list[str], site: Good, sslyze: str) -> Comparison:
    """The nearest relative: at least 5 times faster than it."""
    theirs = [sslyze, "--certinfo", "--certinfo_ca_file", site.ca_file]
    theirs += ["--mozilla_config", "disable", "--sni", site.host, f"127.0.0.1:{site.port}"]
    return Comparison(
        "inspect, whole process",
        _inspect(trustmgr, site),
        Program("sslyze --certinfo", theirs, {}),
        5,
        lambda ratio: ratio <= 1 / 5,
        "at least 5 times faster",
    )


def window_and_bare_window(trustmgr: list[str]) -> Comparison:
    """What our window adds to Qt's own start: at most 1.6 times that, to the first paint."""
    hidden = {"QT_QPA_PLATFORM": "offscreen"}
    bare = [sys.executable, str(Path(__file__).with_name("bare_window.py"))]
    return Comparison(
        "window, to its first paint",
        Program("trustmgr", trustmgr, {**hidden, "TRUSTMGR_FIRST_PAINT": "1"}),
        Program("a bare PySide6 window", bare, hidden),
        11,
        lambda ratio: ratio <= 1.6,
        "at most 1.6 times",
    )


def _inspect(trustmgr: list[str], site: Good) -> Program:
    return Program(
        "trustmgr inspect",
        [*trustmgr, "inspect", site.target, "--roots", site.ca_file, "--no-network"],
        {},
    )  # none of the others asks about revocation either
