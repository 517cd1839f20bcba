"""What the system has to bring along, told by looking; on Debian and its family, how to get it.

As root the packages are installed; anybody else is shown the one command.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping

from house.places import program
from house.trouble import Trouble

#: Shared library -> Debian package: what every Qt window needs, a hidden one (offscreen) included.
#: From the NEEDED entries of QtCore, QtGui and the platform plugins of PySide6-Essentials.
QT = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}

#: What a window on an X11 screen needs besides.
X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}

#: Program -> Debian package: the real clients that the tests run. Others (Java, Node, Go, Chromium, Firefox)
#: are large, and asked where they are.
CLIENTS = {
    "curl": "curl",
    "git": "git",
    "gnutls-cli": "gnutls-bin",
    "openssl": "openssl",
    "wget": "wget",
}

#: Program -> Debian package: clients and helpers of which the tests run whichever are there. They are
#: large, so only CI gets them all.
EXTRA = {
    "certutil": "libnss3-tools",
    "chromium": "chromium",
    "faketime": "faketime",
    "firefox-esr": "firefox-esr",
    "go": "golang-go",
    "java": "default-jdk-headless",
    "node": "nodejs",
    "npm": "npm",
    "pip": "python3-pip",
    "trust": "p11-kit",
    "xauth": "xauth",
    "xvfb-run": "xvfb",
}

_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts")


def missing_for_window() -> list[str]:
    """Debian packages without which no window opens on this screen."""
    return _libraries({**QT, **X11}) + _fonts()


def missing_for_tests() -> list[str]:
    """Debian packages without which the tests cannot run (they need no screen)."""
    if not sys.platform.startswith("linux"):
        return []
    programs = [package for name, package in CLIENTS.items() if shutil.which(name) is None]
    return _libraries(QT) + _fonts() + programs


def extra_for_tests() -> list[str]:
    """Debian packages of what the tests run where it is installed."""
    if not sys.platform.startswith("linux"):
        return []
    programs = [package for name, package in EXTRA.items() if shutil.which(name) is None]
    return _libraries(X11) + programs


def missing_for_packaging() -> list[str]:
    """Debian packages without which PyInstaller cannot work."""
    if not sys.platform.startswith("linux"):
        return []
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = _libraries({**QT, **X11})  # they go into the folder
    if shutil.which("objdump") is None:
        found.append("binutils")
    if sys.base_prefix == "/usr":
        found += _libraries({f"libpython{version}.so.1.0": f"libpython{version}"})
    return found


def provide(packages: list[str], purpose: str) -> bool:
    """Install what is missing as root, or say how to. Returns whether it is there now."""
    if not packages:
        return True
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        _say(
            f"{purpose[:1].upper() + purpose[1:]} needs parts of the system that are missing here; "
            f"their Debian packages are called: {names}."
        )
        return False
    if not _is_root():
        _say(
            f"{purpose[:1].upper() + purpose[1:]} needs packages of the system. Install them with: "
            f"{_update()}sudo apt-get install --no-install-recommends -y {names}"
        )
        return False
    return _install(packages, purpose)


def base_python() -> str:
    """The real file behind this Python: a link such as `python3` may lead elsewhere tomorrow."""
    base: str = getattr(sys, "_base_executable", None) or sys.executable
    return base if sys.platform == "win32" else os.path.realpath(base)


def missing_for_setup() -> list[str]:
    """Debian packages without which `.venv` cannot be made; none once it is there."""
    return [] if os.path.exists(program("python")) else missing_for_venv()


def missing_for_venv() -> list[str]:
    """Debian ships Python without the parts that make environments; they are a package apart.

    Raises `Trouble` where the parts are missing and no package is known to bring them.
    """
    python = base_python()
    check = [python, "-I", "-c", "import venv, ensurepip"]
    if subprocess.run(check, capture_output=True, check=False).returncode == 0:
        return []
    if not os.path.exists("/etc/debian_version") or not python.startswith("/usr/bin/"):
        raise Trouble(
            f"{python} lacks its modules venv and ensurepip. Install them with the package tool of "
            "your system, or use a Python that has them."
        )
    if os.path.realpath("/usr/bin/python3") == python:
        return ["python3-venv"]
    return [f"{os.path.basename(python)}-venv"]


def _libraries(table: Mapping[str, str]) -> list[str]:
    return [package for library, package in table.items() if not _loads(library)]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _fonts() -> list[str]:
    """Without any font Qt draws empty boxes."""
    ends = (".ttf", ".otf", ".ttc")
    for folder in _FONTS:
        for _, _, files in os.walk(folder):
            if any(name.endswith(ends) for name in files):
                return []
    return ["fontconfig", "fonts-dejavu-core"]


def _update() -> str:
    """A new machine has no lists of packages yet."""
    lists = "/var/lib/apt/lists"
    known = os.path.isdir(lists) and any("Packages" in name for name in os.listdir(lists))
    return "" if known else "sudo apt-get update && "


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _install(packages: Iterable[str], purpose: str) -> bool:
    names = list(packages)
    _say(f"Installing packages of the system for {purpose}: {' '.join(names)} ...")
    install = ["install", "--no-install-recommends", "-y", *names]
    done = _apt(install)
    if done.returncode != 0:  # no lists of packages yet, or old ones
        _apt(["update"])
        done = _apt(install)
    if done.returncode != 0:
        last = "\n".join(done.stdout.strip().splitlines()[-6:])
        _say(f"They could not be installed. The last words of apt-get were:\n{last}")
    return done.returncode == 0


def _apt(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", *words],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
