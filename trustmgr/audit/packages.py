"""Which package a file belongs to, as the system's own package manager says."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_TIME = 10.0  # seconds
_ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}


def owners(files: Sequence[Path]) -> Mapping[Path, str]:
    """File -> package, for those that belong to one. Empty where no manager can be asked."""
    wanted = [path for path in dict.fromkeys(files) if path.is_absolute()]
    if not wanted:
        return {}
    return _dpkg(wanted) if Path("/usr/bin/dpkg-query").exists() else _rpm(wanted)


def _dpkg(files: Sequence[Path]) -> Mapping[Path, str]:
    """``package[, package]: /path`` for each that is known."""
    said = _run(["/usr/bin/dpkg-query", "--search", "--", *map(_literal, files)])
    parts = (line.partition(": ") for line in said.splitlines())
    return {Path(path): package for package, _, path in parts if Path(path) in files}


def _literal(path: Path) -> str:
    """dpkg-query takes patterns: what means something in them is quoted."""
    return "".join(f"\\{c}" if c in "*?[\\" else c for c in str(path))


def _rpm(files: Sequence[Path]) -> Mapping[Path, str]:
    if not Path("/usr/bin/rpm").exists():
        return {}
    said = {
        path: _run(["/usr/bin/rpm", "-qf", "--qf", "%{NAME}\n", "--", str(path)]) for path in files
    }
    return {path: out.split()[0] for path, out in said.items() if out and "not owned" not in out}


def _run(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIME,
            env=_ENVIRONMENT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace")
