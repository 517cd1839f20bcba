"""A Java home in a folder of the test's own: the real programs, and a keystore that may be spoilt."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

#: What has to lie in the folder itself: Java finds its home by where these really are.
_REAL = ("bin/java", "bin/keytool", "lib/server/libjvm.so", "lib/libjli.so", "lib/jvm.cfg")


def installed() -> Path | None:
    """The home of the real Java, None when there is none with keytool."""
    java, keytool = shutil.which("java"), shutil.which("keytool")
    return Path(java).resolve().parent.parent if java and keytool else None


def make_home(folder: Path, cacerts: bytes, *, runs: bool = False) -> Path:
    """A home with this keystore. `runs`: its java starts, and reads it (25 MB are copied)."""
    real = installed()
    assert real is not None
    security = folder / "lib" / "security"
    security.mkdir(parents=True)
    (security / "cacerts").write_bytes(cacerts)
    (folder / "release").write_text('IMPLEMENTOR="Test"\nJAVA_VERSION="17.0.99"\n')
    (folder / "bin").mkdir()
    if not runs:
        (folder / "bin" / "java").symlink_to(real / "bin" / "java")
        return folder
    for name in _REAL:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2((real / name).resolve(), folder / name)
    for name in ("", "lib", "lib/server", "lib/security", "bin"):
        for path in (real / name).iterdir():
            place = folder / name / path.name
            if not os.path.lexists(place):
                place.symlink_to(path.resolve())
    return folder


def keytool(*words: str | Path, password: str = "changeit") -> str:
    """What the real keytool prints. The password goes through the environment."""
    done = subprocess.run(
        ["keytool", *map(str, words), "-storepass:env", "STOREPASS"],
        env={"PATH": os.environ["PATH"], "STOREPASS": password, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
