"""The console script decides without Qt; the window opens and closes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui import launch
from ui.app import dress

_BARE = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
_BARE.pop("QT_QPA_PLATFORM", None)


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ui.launch", *arguments],
        env=_BARE | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.skipif(os.name != "posix", reason="of POSIX: sessions without a screen")
def test_without_a_screen_it_says_so_and_shows_the_help() -> None:
    done = run()
    assert done.returncode == 2
    assert "no screen" in done.stderr
    assert "usage: trustmgr" in done.stdout
    assert "Traceback" not in done.stderr


def test_the_first_paint_can_be_measured() -> None:
    done = run(QT_QPA_PLATFORM="offscreen", TRUSTMGR_FIRST_PAINT="1")
    assert done.returncode == 0, done.stderr
    assert done.stdout == done.stderr == ""


def test_a_screen_that_is_not_there_is_one_sentence() -> None:
    done = run(DISPLAY=":6543", QT_QPA_PLATFORM="xcb")
    assert done.returncode == 2
    assert "The window cannot open" in done.stderr
    assert "Traceback" not in done.stderr


def test_arguments_go_to_the_command_line_without_loading_qt() -> None:
    program = (
        "import sys; sys.argv[1:] = ['--version']\n"
        "from ui.launch import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "assert not [m for m in sys.modules if m.startswith('PySide6')]\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=_BARE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Trust Manager" in done.stdout


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_has_display(platform: str, environment: dict[str, str], expected: bool) -> None:
    assert launch.has_display(platform, environment) is expected


def test_the_first_paint_needs_neither_engine_nor_cryptography() -> None:
    program = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "application = QApplication([])\n"
        "bare = set(sys.modules)\n"  # some versions of PySide load tempfile by themselves
        "from ui.main_window import MainWindow\n"
        "from ui.service import Service\n"
        "window = MainWindow(Service())\n"
        "window.show()\n"
        "application.processEvents()\n"
        "heavy = {'cryptography', 'OpenSSL', 'trustmgr.engine', 'tempfile', 'subprocess', 'PySide6.QtSvg'}\n"
        "heavy |= {'ui.files', 'ui.style.sheet', 'ui.help'}\n"
        "assert not heavy & set(sys.modules) - bare, heavy & set(sys.modules) - bare\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=_BARE | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_script_loses_nothing_at_its_quick_end() -> None:
    program = (
        "import sys, atexit, ui.launch as l\n"
        "l.main = lambda: sys.stdout.write('x' * 100_000) and 3\n"
        "atexit.register(lambda: sys.stderr.write('last words'))\n"
        "l.script()\n"
        "print('not reached')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=_BARE, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (3, "x" * 100_000, "last words")


def test_the_script_waits_for_threads() -> None:
    program = (
        "import sys, threading, time, ui.launch as l\n"
        "late = lambda: (time.sleep(0.3), print('done'))\n"
        "l.main = lambda: threading.Thread(target=late).start() or 0\n"
        "sys.exit(l.script())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=_BARE, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "done\n")


@pytest.mark.parametrize(("system", "icons"), [("darwin", False), ("linux", True), ("win32", True)])
def test_the_program_keeps_the_systems_habits(qtbot: QtBot, system: str, icons: bool) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    before = application.applicationName()
    try:
        dress(application, system)
        assert application.applicationDisplayName() == "Trust Manager"
        assert QGuiApplication.desktopFileName() == "trustmgr"
        assert application.quitOnLastWindowClosed()
        hidden = QApplication.testAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus)
        assert hidden is not icons
    finally:
        dress(application)
        application.setApplicationName(before)
