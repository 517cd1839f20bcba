"""NSS databases: what Chromium and Firefox read besides the authorities they bring along."""

from __future__ import annotations

from pathlib import Path

from tests.real.said import Place, run


def trust_database(place: Place, folder: Path) -> None:
    """A new database in `folder` that trusts the lab's root for TLS servers."""
    folder.mkdir(parents=True)
    words = ["certutil", "-d", f"sql:{folder}"]
    for more in (
        ["-N", "--empty-password"],
        ["-A", "-t", "C,,", "-n", "lab", "-i", place.ca_file],
    ):
        code, output = run([*words, *more], place)
        assert code == 0, output
