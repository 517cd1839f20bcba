"""The table of one certificate: every value plain and selectable, fingerprints to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ui.certificate.facts import facts, main_facts
from ui.certificate.fingerprint import grouped
from ui.style.controls import QuietLabel, clear, copy_button, row
from ui.text import label

if TYPE_CHECKING:
    from trustmgr.certificate import Certificate


class CertificateDetails(QWidget):
    """Shows one certificate at a time. `copyable`: with a button beside the fingerprint;
    `brief`: only what has to be seen before it becomes trusted."""

    def __init__(self, *, copyable: bool = True, brief: bool = False) -> None:
        super().__init__()
        self._copyable, self._brief = copyable, brief
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setAccessibleName("Certificate details")

    def show_certificate(self, certificate: Certificate) -> None:
        """Replace what is shown."""
        clear(self._column)
        rows = main_facts(certificate) if self._brief else facts(certificate)
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for line, (name, value) in enumerate(rows):
            self._add(grid, line, name, value)
        self._fingerprints(grid, len(rows), certificate)
        self._column.addWidget(table)

    def _add(self, grid: QGridLayout, line: int, name: str, value: str, mono: bool = False) -> None:
        heading = QuietLabel(name)
        heading.setWordWrap(False)
        shown = label(value, selectable=True, mono=mono)
        shown.setAccessibleName(f"{name}: {value}")
        grid.addWidget(heading, line, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(shown, line, 1)

    def _fingerprints(self, grid: QGridLayout, line: int, certificate: Certificate) -> None:
        sha256 = certificate.sha256
        heading = QuietLabel("SHA-256")
        heading.setWordWrap(False)
        shown = label(grouped(sha256), mono=True, selectable=self._copyable, bold=self._brief)
        shown.setAccessibleName(f"SHA-256 fingerprint: {grouped(sha256)}")
        grid.addWidget(heading, line, 0, Qt.AlignmentFlag.AlignTop)
        if self._copyable:
            copy = copy_button(sha256.upper, "the SHA-256 fingerprint")
            holder = row(shown, copy, stretch=0)
            holder.setAlignment(copy, Qt.AlignmentFlag.AlignTop)
            grid.addLayout(holder, line, 1)
            self._add(grid, line + 1, "SHA-1 (no proof)", certificate.sha1, mono=True)
        else:
            grid.addWidget(shown, line, 1)
