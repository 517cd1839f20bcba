"""Asking for a file with the system's own dialog: a sheet on macOS, and never a loop of its own.

`QFileDialog.getOpenFileName` and its like would run a second event loop inside the first.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.style.sheet import present

_CERTIFICATES = (
    "Certificates (*.pem *.crt *.cer *.der *.p7b *.p7c *.p12 *.pfx *.sst);;All files (*)"
)
_REPORT = "trust-report.txt"


def ask_certificate(parent: QWidget, chosen: Callable[[str], None]) -> None:
    """Have the user choose a certificate file; `chosen` gets its path as the system writes it, or is
    never called."""
    dialog = QFileDialog(parent.window(), "Open a certificate file", "", _CERTIFICATES)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda path: chosen(QDir.toNativeSeparators(path)))
    present(dialog)


def ask_report(parent: QWidget, chosen: Callable[[Path], None]) -> None:
    """Have the user choose where a report goes. The dialog asks before one is overwritten."""
    place = QStandardPaths.StandardLocation.DocumentsLocation
    documents = Path(QStandardPaths.writableLocation(place))
    folder = documents if documents.is_dir() else Path.home()
    dialog = QFileDialog(parent.window(), "Save a report", str(folder), "Text (*.txt)")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("txt")
    dialog.selectFile(_REPORT)
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    present(dialog)
