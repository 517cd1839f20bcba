"""The application: one QApplication, one window.

Only QtCore, QtGui and QtWidgets are imported before the first paint; the engine and
`cryptography` come afterwards, in the background.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from ui.main_window import MainWindow
from ui.service import Service

#: Set to 1, the program ends right after its first paint: for measuring how fast it opens.
FIRST_PAINT_VARIABLE = "TRUSTMGR_FIRST_PAINT"


def run(*, demo: bool) -> int:
    """Open the window and stay until it is closed. Returns the process's exit code."""
    qInstallMessageHandler(_tell)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(application, QApplication):
        return 2
    dress(application)
    measuring = os.environ.get(FIRST_PAINT_VARIABLE) == "1"
    if demo:
        from ui.demo import DemoStage

        with DemoStage() as stage:
            return _show(application, MainWindow(Service(stage.sandbox), stage), measuring)
    return _show(application, MainWindow(Service()), measuring)


def dress(application: QApplication, system: str = sys.platform) -> None:
    """Names by which the system knows the program, and its habits.

    Closing the window ends the program on macOS, too: there is one window, and nothing goes on
    without it (System Settings does the same). There is no toolbar that a title could join.
    """
    application.setApplicationName("trustmgr")
    application.setApplicationDisplayName("Trust Manager")
    application.setDesktopFileName("trustmgr")
    application.setQuitOnLastWindowClosed(True)
    no_icons = Qt.ApplicationAttribute.AA_DontShowIconsInMenus
    application.setAttribute(no_icons, system == "darwin")


def _show(application: QApplication, window: MainWindow, measuring: bool) -> int:
    if measuring:
        window.first_painted.connect(application.quit)
    else:
        window.first_painted.connect(window.begin_background_work)
    window.show()
    code = application.exec()
    window.stop_work()
    return code


def _tell(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Qt's own messages: quiet unless asked for; a missing screen is a sentence, not a core dump."""
    if kind == QtMsgType.QtFatalMsg:
        sys.stderr.write(
            f"The window cannot open: {text.splitlines()[0] if text else 'no reason given'}\n"
            "Check that a screen is there and that the libraries Qt needs are installed"
            " (README), or use the command line: trustmgr --help\n"
        )
        sys.stderr.flush()
        os._exit(2)  # Qt would abort the process next, with a core dump
    if os.environ.get("TRUSTMGR_DEBUG"):
        sys.stderr.write(f"{context.category}: {text}\n")


def icon_path() -> Path:
    """The window's icon."""
    return Path(__file__).parent.parent / "resources" / "icons" / "trustmgr.svg"
