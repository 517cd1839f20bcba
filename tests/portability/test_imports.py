"""Every module is importable, whatever the system, and Windows loads none that is of POSIX alone."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest
from house.command_lint import of_posix_alone
from house.places import PACKAGES, ROOT

_IMPORT = """
import importlib, sys
failed = []
for name in sys.argv[2:]:
    try:
        importlib.import_module(name)
    except Exception as error:
        failed.append(f"{name}: {error!r}")
loaded = [name for name in sys.modules if name in sys.argv[1].split(",")]
print("\\n".join([*failed, *(f"{name} is loaded" for name in loaded)]))
"""


def modules(package: str) -> list[str]:
    """Those that Windows may load; on other systems the rest, too."""
    found = pkgutil.walk_packages([f"{ROOT}/{package}"], f"{package}.", onerror=lambda _: None)
    left_out = of_posix_alone() if sys.platform == "win32" else []
    names = (one.name for one in found if not one.name.endswith(".__main__"))
    return [n for n in names if not any(n == o or n.startswith(o + ".") for o in left_out)]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_is_importable(package: str) -> None:
    names = modules(package)
    assert len(names) > 20 or package == "resources"
    forbidden = ",".join(of_posix_alone()) if sys.platform == "win32" else ""
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT, forbidden, *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "", done.stdout
    assert done.returncode == 0, done.stderr
