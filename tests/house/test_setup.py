"""What `dev.py` tells a newcomer, and when it sets up anew. No package is installed here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from house import environment, stamp, system
from house.places import ROOT
from house.trouble import Trouble

needs_posix = pytest.mark.skipif(os.name != "posix", reason="of POSIX: locks, modes and links")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a clone has before its first start, in a folder with a difficult name."""
    made = tmp_path / "Trust Mänager 信頼 'x'"
    made.mkdir()
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(ROOT, "packaging"), made / "packaging", ignore=ignored)
    shutil.copy(Path(ROOT, "dev.py"), made)
    shutil.copy(Path(ROOT, "pyproject.toml"), made)
    return made


def dev(clone: Path, *words: str, **changes: str) -> tuple[int, str, str]:
    kept: Mapping[str, str] = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, str(clone / "dev.py"), *words],
        env={**kept, **changes},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("words", [(), ("nonsense",), ("--help",)])
def test_help(clone: Path, words: tuple[str, ...]) -> None:
    code, out, err = dev(clone, *words)
    assert code == (0 if words == ("--help",) else 2)
    assert "dev.py test" in (err if words == ("nonsense",) else out)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="of users: root may write")
def test_a_folder_that_cannot_be_written_is_one_sentence(clone: Path) -> None:
    clone.chmod(0o500)
    try:
        code, out, err = dev(clone, "run", "--version")
    finally:
        clone.chmod(0o700)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "Clone the project to a folder of your own" in err


@needs_posix
def test_a_setup_waits_for_what_an_interrupted_one_left_running(clone: Path) -> None:
    """A tool that outlives its `dev.py` still writes into .venv."""
    code = (
        "import subprocess, sys; from house.environment import alone, _call\n"
        "with alone(sys.argv[1]): _call([sys.executable, '-c', sys.argv[2]], '')"
    )
    venv = str(clone / ".venv")
    path = {**os.environ, "PYTHONPATH": str(clone / "packaging")}
    tool = (
        f"import time; open({venv + '/begun'!r}, 'w'); time.sleep(2); open({venv + '/end'!r}, 'w')"
    )
    first = subprocess.Popen([sys.executable, "-c", code, venv, tool], env=path)
    while not Path(venv, "begun").exists():
        time.sleep(0.01)
    first.kill()
    first.wait()
    with environment.alone(venv):
        assert Path(venv, "end").exists()


def test_a_stamp_knows_its_place_and_its_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv = tmp_path / "venv"
    python = Path(stamp.program("python", str(venv)))
    python.parent.mkdir(parents=True)
    python.touch()
    assert not stamp.is_current("run", str(venv))
    stamp.write("run", str(venv))
    assert stamp.is_current("run", str(venv))
    monkeypatch.setattr(stamp, "ROOT", str(tmp_path))  # moved
    assert not stamp.is_current("run", str(venv))
    monkeypatch.undo()
    monkeypatch.setattr(stamp, "LOCKS", str(tmp_path))  # other packages
    (tmp_path / "run.txt").write_text("other")
    assert not stamp.is_current("run", str(venv))
    monkeypatch.undo()
    python.unlink()  # Python is gone
    assert not stamp.is_current("run", str(venv))


def test_whoever_is_not_root_is_told_the_one_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system, "_is_root", lambda: False)
    monkeypatch.setattr(system, "_update", lambda: "")
    assert not system.provide(["python3-venv", "curl"], "the test suite")
    assert capsys.readouterr().err == (
        "The test suite needs packages of the system. Install them with: "
        "sudo apt-get install --no-install-recommends -y python3-venv curl\n"
    )
    assert system.provide([], "the test suite")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("python", "debian", "packages"),
    [
        ("/usr/bin/python3.11", True, ["python3.11-venv"]),
        ("/opt/python3.13", True, None),
        ("/usr/bin/python3.11", False, None),
    ],
)
def test_python_without_venv(
    monkeypatch: pytest.MonkeyPatch, python: str, debian: bool, packages: list[str] | None
) -> None:
    lacking = subprocess.CompletedProcess((), 1)
    monkeypatch.setattr(system.subprocess, "run", lambda *a, **k: lacking)
    monkeypatch.setattr(system, "base_python", lambda: python)
    monkeypatch.setattr(system.os.path, "exists", lambda path: debian)
    monkeypatch.setattr(system.os.path, "realpath", lambda path: "/usr/bin/python3.12")
    if packages is None:
        with pytest.raises(Trouble, match="lacks its modules"):
            system.missing_for_venv()
    else:
        assert system.missing_for_venv() == packages
