"""Makes `.venv` from the lock files: every package is checked against its hash, none is chosen here.

Which index packages come from is a matter of the user's own pip settings; they are left alone.
Everything is said on stderr, because stdout belongs to the program that starts afterwards.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from house import stamp, system
from house.places import LOCKS, PACKAGES, ROOT, VENV, program
from house.trouble import Trouble

_LOCK = "setup.lock"

#: Lock file -> the one package in it that is published as source alone.
_FROM_SOURCE = {"bench": "sslyze"}


def prepare(*parts: str) -> None:
    """Make sure that the lock files named by `parts`, and the project itself, are installed.

    Raises `Trouble` when that cannot be done.
    """
    if _is_ready(parts):
        return
    with alone(VENV):
        if not (stamp.is_current("run") and _works(VENV)):
            _make(VENV)
            _install("build", VENV)
            _install("run", VENV)
        for part in parts:
            if not stamp.is_current(part):
                _install(part, VENV)
        if not stamp.is_current("project"):
            _install_project()


def prepare_other(part: str, venv: str) -> None:
    """An environment of its own for one lock file, without the project."""
    if stamp.is_current(part, venv):
        return
    with alone(venv):
        if not stamp.is_current(part, venv):
            _make(venv)
            _install("build", venv)
            _install(part, venv)


def _is_ready(parts: Sequence[str]) -> bool:
    return all(stamp.is_current(part) for part in ("run", *parts, "project"))


def _works(venv: str) -> bool:
    """Whether its Python is still the one that it was made with."""
    check = [program("python", venv), "-I", "-c", "import pip"]
    try:
        return subprocess.run(check, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextmanager
def alone(venv: str) -> Iterator[None]:
    """One setup at a time: whoever comes second waits, and then finds it done.

    The tools that are started hold the lock too: one that outlives us still writes into `venv`.
    """
    try:
        os.makedirs(venv, exist_ok=True)
        file = os.open(os.path.join(venv, _LOCK), os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise Trouble(
            f"The environment cannot be set up in {venv}: {error.strerror}. "
            "Clone the project to a folder of your own and start it there."
        ) from error
    try:
        os.set_inheritable(file, True)
        _wait_for(file)
        yield
    finally:
        os.close(file)


def _wait_for(file: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        while True:
            try:
                msvcrt.locking(file, msvcrt.LK_LOCK, 1)
            except OSError:  # it gives up after ten seconds; a setup may take minutes
                continue
            break
    else:
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another setup is at work here; waiting for its end ...")
            fcntl.flock(file, fcntl.LOCK_EX)


def _make(venv: str) -> None:
    """An empty environment with pip, whatever was there before."""
    if not system.provide(system.missing_for_venv(), "the setup of Python packages"):
        raise Trouble("Without that nothing can be set up. Install it, then start again.")
    say(f"Setting up {os.path.relpath(venv, ROOT)} (once; this can take some minutes) ...")
    clear(venv)
    _call(
        [system.base_python(), "-I", "-m", "venv", venv],
        "The virtual environment could not be made.",
    )


def clear(venv: str) -> None:
    """Empty the folder, but for the lock that `alone` holds there. Raises `Trouble`."""
    for entry in os.scandir(venv):
        if entry.name != _LOCK:
            _remove(entry)


def _remove(entry: os.DirEntry[str]) -> None:
    try:
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)
    except OSError as error:
        raise Trouble(
            f"The old environment cannot be cleared: {error.filename}: {error.strerror}. "
            "Stop what runs from it, or remove the folder by hand, and try again."
        ) from error


def _install(part: str, venv: str) -> None:
    say(f"Installing the packages of packaging/locks/{part}.txt ...")
    lock = os.path.join(LOCKS, part + ".txt")
    words = ["install", "--quiet", "--no-deps", "--require-hashes"]
    words += ["--only-binary", ":all:", "-r", lock]
    if part in _FROM_SOURCE:
        words += ["--no-binary", _FROM_SOURCE[part], "--no-build-isolation"]
    pip(words, f"The packages of {part}.txt could not be installed.", venv)
    stamp.write(part, venv)


def _install_project() -> None:
    words = ["install", "--quiet", "--no-deps", "--no-build-isolation", "-e", ROOT]
    pip(words, "The project could not be installed into its environment.")
    # Where PYTHONDONTWRITEBYTECODE is set, every start would compile everything again.
    folders = [os.path.join(ROOT, name) for name in PACKAGES]
    command = [program("python"), "-I", "-m", "compileall", "-q", *folders]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    stamp.write("project")


def pip(words: list[str], sentence: str, venv: str = VENV) -> None:
    """Run the pip of an environment. Raises `Trouble` that begins with `sentence`."""
    module = ["-I", "-m", "pip", "--disable-pip-version-check", "--no-input"]
    _call([program("python", venv), *module, *words], sentence)


def _call(words: list[str], sentence: str) -> None:
    # PIP_USER would install beside the environment; everything else that the user set stays.
    own = {**os.environ, "PIP_USER": "0"}
    done = subprocess.run(
        words,
        env=own,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        close_fds=sys.platform == "win32",  # elsewhere the lock goes along
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        last = "\n".join(done.stdout.strip().splitlines()[-12:])
        raise Trouble(
            f"{sentence} The last words of the tool were:\n{last}\n"
            "Packages come from where pip looks for them: check the network, `pip config list` "
            "and the free space of the disk, and start again; nothing else is needed."
        )


def say(text: str) -> None:
    """A line for whoever waits."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
