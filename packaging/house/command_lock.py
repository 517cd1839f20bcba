"""`dev.py lock`: writes the lock files anew from pyproject.toml and packaging/locks/*.in.

They hold names, versions and hashes, and no address: where packages come from is the user's choice.
One set serves Linux, Windows and macOS and every Python from 3.11 on: what only some of them need
is named without a condition in the .in files (all of it is small), and the versions are those of
the oldest Python.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from house.environment import prepare
from house.places import LOCKS, ROOT, program
from house.trouble import Trouble

#: Lock file -> its sources; later ones take the versions of earlier ones.
SOURCES = {
    "build": ["packaging/locks/build.in"],
    "run": ["pyproject.toml"],
    "dev": ["packaging/locks/dev.in"],
    "package": ["packaging/locks/package.in"],
    "bench": ["packaging/locks/bench.in"],
    "windows": ["packaging/locks/windows.in"],
    "windows-python": ["packaging/locks/windows-python.in"],
}

#: Lock file -> packages of which it may have other versions than run.txt.
OWN_VERSIONS = {"windows": ("pyside6-essentials", "shiboken6")}

_OPTIONS = (
    "--quiet",
    "--generate-hashes",
    "--allow-unsafe",  # setuptools and pip are packages like others
    "--strip-extras",
    "--no-annotate",
    "--no-header",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
)


def run(words: list[str]) -> int:
    """Write all lock files. `words` go to pip-compile (`--upgrade`). Raises `Trouble`."""
    prepare("dev")
    version = subprocess.run(
        [program("python"), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    if version != "3.11":
        raise Trouble(
            f"Lock files are written with the oldest Python that is served, 3.11; .venv has "
            f"{version}. Remove .venv and run: python3.11 dev.py lock"
        )
    for name, sources in SOURCES.items():
        _write(name, sources, words)
    return 0


def _write(name: str, sources: list[str], words: list[str]) -> None:
    sys.stdout.write(f"packaging/locks/{name}.txt\n")
    sys.stdout.flush()
    target = os.path.join(LOCKS, name + ".txt")
    command = [program("python"), "-m", "piptools", "compile", *_OPTIONS, *words, "-o", target]
    with tempfile.TemporaryDirectory() as folder:
        if name in OWN_VERSIONS:
            command += ["--constraint", _run_without(OWN_VERSIONS[name], folder)]
        if subprocess.run([*command, *sources], cwd=ROOT, check=False).returncode != 0:
            raise Trouble(f"pip-compile could not write {name}.txt; it says why above.")
    with open(target, encoding="utf-8") as file:
        text = file.read()
    with open(target, "w", encoding="utf-8", newline="\n") as file:
        file.write(for_every_python(plain(text)))


def _run_without(packages: Sequence[str], folder: str) -> str:
    """A file with the versions of run.txt, but for these packages."""
    with open(os.path.join(LOCKS, "run.txt"), encoding="utf-8") as file:
        pins = [line.rstrip(" \\\n") for line in file if "==" in line]
    path = os.path.join(folder, "constraints.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f"{pin}\n" for pin in pins if pin.split("==")[0] not in packages)
    return path


def plain(text: str) -> str:
    """Without remarks and empty lines."""
    return re.sub(r"^(#.*)?\n", "", text, flags=re.M)


def for_every_python(text: str) -> str:
    """Without conditions on Python's version: the oldest's choice serves the others too."""
    return re.sub(r"^(\S+==\S+) ; python_version [^\\\n]*(\\?)$", r"\1 \2", text, flags=re.M)
