"""What the lock files promise: exact, hashed, complete, and no word about where packages come from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from house.command_lock import OWN_VERSIONS, SOURCES, for_every_python, plain
from house.environment import _FROM_SOURCE
from house.places import LOCKS, ROOT

PIN = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+( ; [^\\]+)? \\")
HASH = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}( \\)?")


def pinned(name: str) -> dict[str, str]:
    text = Path(LOCKS, name + ".txt").read_text(encoding="utf-8")
    pins = (line.split(" ")[0].split("==") for line in text.splitlines() if "==" in line)
    return {package.lower().replace("_", "-"): version for package, version in pins}


@pytest.mark.parametrize("name", SOURCES)
def test_every_line_is_a_version_or_its_hash(name: str) -> None:
    lines = Path(LOCKS, name + ".txt").read_text(encoding="utf-8").splitlines()
    assert lines
    assert "://" not in "".join(lines)
    for line in lines:
        assert PIN.fullmatch(line) or HASH.fullmatch(line), line


def test_what_the_program_needs_is_locked() -> None:
    project = tomllib.loads(Path(ROOT, "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for dependency in project["dependencies"]:
        name = re.match(r"[A-Za-z0-9-]+", dependency)
        assert name
        assert name[0].lower() in pinned("run"), dependency


def test_locks_agree_with_each_other() -> None:
    """They are installed one after the other into one environment (bench has its own)."""
    seen: dict[str, str] = {}
    for name in ("build", "run", "dev", "package"):
        for package, version in pinned(name).items():
            assert seen.setdefault(package, version) == version, package


def test_windows_has_the_same_versions_but_for_what_wine_cannot_load() -> None:
    others = {k: v for name in ("build", "run", "dev", "package") for k, v in pinned(name).items()}
    windows = pinned("windows")
    differing = {name for name in windows.keys() & others.keys() if windows[name] != others[name]}
    assert differing == set(OWN_VERSIONS["windows"])
    assert others.keys() - differing >= {"cryptography", "pytest"} and "pytest" in windows


def test_only_the_benchmark_runs_code_of_others_to_install() -> None:
    """(And pip asks the package of Windows' Python for its name, though it is only unpacked.)"""
    assert set(_FROM_SOURCE) == {"bench"}


def test_conditions_on_the_version_of_python_go() -> None:
    text = 'a==1 ; python_version < "3.12" \\\n    --hash=x\nb==2 ; sys_platform == "win32" \\\n'
    assert for_every_python(text) == 'a==1 \\\n    --hash=x\nb==2 ; sys_platform == "win32" \\\n'


def test_remarks_and_empty_lines_go() -> None:
    assert plain("\n# unsafe\na==1 \\\n\n    --hash=x\n") == "a==1 \\\n    --hash=x\n"
