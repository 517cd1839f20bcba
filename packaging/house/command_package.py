"""`dev.py package`: one-folder programs in dist/trustmgr, made by PyInstaller."""

from __future__ import annotations

import os

from house import system
from house.environment import prepare
from house.places import ROOT, program
from house.process import become
from house.trouble import Trouble


def run(words: list[str]) -> int:
    """Become PyInstaller on packaging/trustmgr.spec."""
    packages = system.missing_for_setup() + system.missing_for_packaging()
    if not system.provide(packages, "packaging"):
        raise Trouble("The program cannot be packaged without them. Install them, then try again.")
    prepare("dev", "package")
    os.chdir(ROOT)
    places = ["--distpath", "dist", "--workpath", os.path.join("build", "pyinstaller")]
    spec = os.path.join("packaging", "trustmgr.spec")
    options = ["--noconfirm", "--log-level", "WARN"]
    return become([program("python"), "-m", "PyInstaller", *options, *places, *words, spec])
