"""What is trusted here: searchable, with details, and removal after a review."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ui.certificate.details import CertificateDetails
from ui.context import Context
from ui.stores.model import StoresModel
from ui.style.choices import CheckBox
from ui.style.controls import QuietLabel, Scroll, button, roomy, row
from ui.style.sheet import present
from ui.style.table import WordsTable
from ui.text import Size, label, mnemonic_label
from ui.trouble import trouble

if TYPE_CHECKING:
    from trustmgr.progress import Progress
    from ui.stores.rows import Listing, Row
    from ui.stores.wishes import Wish
    from ui.tasks import Task

#: Widths of the columns in average characters, after the name, which takes what is left.
_EXPIRES_WIDTH, _STORE_WIDTH = 13, 28


class StoresPage(QWidget):
    """Reads the stores each time it is shown, in the background."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._task: Task | None = None
        self.model = StoresModel()
        self.search = QLineEdit()
        self.setFocusProxy(self.search)
        self.table = self._table()
        self.details = CertificateDetails()
        self._count = QuietLabel()
        self._where = QuietLabel()
        self.only_added = CheckBox("&Only what was added here")
        self.only_inconsistent = CheckBox("Only &where stores disagree")
        self.add_button = button("&Trust in more stores…", self.add)
        self.distrust_button = button("D&istrust…", self.distrust)
        self.remove_button = button("&Remove…", self.remove)
        self.console_button = button("&Open", self.open_console)
        self.console_button.hide()
        self._console = ("", "")  # a store, and the system's own window on it
        self.refresh_button = button("Rea&d again", self.refresh)
        self.audit_button = button("&Audit…", self.audit)
        self._lay_out()

    def _lay_out(self) -> None:
        roomy(self.search)
        self.search.setPlaceholderText("Name, issuer, fingerprint or store")
        self.search.setAccessibleName("Search")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self._enable(False)
        for box in (self.only_added, self.only_inconsistent):
            box.setAccessibleName(box.text().replace("&", ""))
            box.toggled.connect(self._filter)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 12)
        column.setSpacing(10)
        column.addWidget(label("What is trusted on this computer", bold=True, size=Size.TITLE))
        column.addLayout(
            row(
                mnemonic_label("&Search", self.search),
                self.search,
                self.refresh_button,
                self.audit_button,
                stretch=1,
            )
        )
        column.addLayout(row(self.only_added, self.only_inconsistent))
        column.addWidget(self._count)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self._below())
        split.setSizes([340, 280])
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        column.addWidget(split, 1)

    def _below(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 8, 0, 0)
        column.addLayout(
            row(self.add_button, self.distrust_button, self.remove_button, self.console_button)
        )
        scroll = Scroll("Certificate details")
        scroll.body.setContentsMargins(0, 0, 8, 0)
        scroll.body.addWidget(self._where)
        scroll.body.addWidget(self.details)
        scroll.body.addStretch(1)
        column.addWidget(scroll, 1)
        return holder

    def _table(self) -> WordsTable:
        table = WordsTable(self.model, "Certificates in the stores of this computer", main=0)
        table.setSortingEnabled(True)
        table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        table.selectionModel().currentRowChanged.connect(self._selected)
        return table

    # -- reading -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the stores again."""
        if self._task is not None:
            self._task.drop()
        self._count.setText("Reading the stores…")
        service = self.context.service

        def work(progress: Progress) -> Listing:
            from ui.stores.rows import load

            return load(service.engine.stores(), progress)

        self._task = self.context.runner.run(
            work, done=self._loaded, failed=self._failed, said=self.context.tell
        )

    def _loaded(self, listing: Listing) -> None:
        self._task = None
        self.context.tell("")
        self.model.set_rows(listing.rows, listing.stores)
        stores = {2 + number: _STORE_WIDTH for number in range(len(listing.stores))}
        self.table.set_widths({1: _EXPIRES_WIDTH, **stores})
        self._unreadable = listing.unreadable
        self._tell_count()
        if self.model.rowCount():
            self.table.selectRow(0)
        else:
            self._selected(QModelIndex())

    _unreadable: tuple[tuple[str, str], ...] = ()

    def _failed(self, error: BaseException) -> None:
        self._task = None
        found = trouble(error)
        self._count.setText(f"{found.sentence} {found.next_step}")

    def _filter(self) -> None:
        self.model.only(
            added=self.only_added.isChecked(), inconsistent=self.only_inconsistent.isChecked()
        )
        self._shown()

    def _search(self, text: str) -> None:
        self.model.search(text)
        self._shown()

    def _shown(self) -> None:
        self._tell_count()
        if self.model.rowCount():
            self.table.selectRow(0)
        else:
            self._selected(QModelIndex())

    def _tell_count(self) -> None:
        shown, total = self.model.rowCount(), self.model.total
        lines = [
            "One certificate"
            if shown == total == 1
            else f"{total:,} certificates"
            if shown == total
            else f"{shown:,} of {total:,} certificates"
        ]
        lines += [f"Cannot be read: {title}. {reason}" for title, reason in self._unreadable]
        self._count.setText("\n".join(lines))

    # -- one entry ---------------------------------------------------------------------------

    @property
    def current(self) -> Row | None:
        """The row that is selected."""
        index = self.table.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def _selected(self, index: QModelIndex, _before: object = None) -> None:
        self._enable(index.isValid())
        if not index.isValid():
            self._where.setText("")
            self.details.setVisible(False)
            self.console_button.hide()
            return
        found = self.model.row(index.row())
        lines = [place.words for place in found.places.values()]
        self._offer_console(found)
        self._where.setText(
            "\n".join([*([found.inconsistent] if found.inconsistent else []), *lines])
        )
        self._show_details(found)

    def _offer_console(self, found: Row) -> None:
        """The system's own window on the first store that has one."""
        named = ((store, self.context.service.engine.console(store)) for store in found.places)
        self._console = next(((store, name) for store, name in named if name), ("", ""))
        self.console_button.setText(f"&Open {self._console[1]}")
        self.console_button.setVisible(bool(self._console[1]))

    def open_console(self) -> None:
        """Show the entry's store there."""
        store, name = self._console
        if not self.context.service.engine.open_console(store):
            self.context.tell(f"{name} could not be opened.")

    def _enable(self, can: bool) -> None:
        for one in (self.add_button, self.distrust_button, self.remove_button):
            one.setEnabled(can)

    def _show_details(self, found: Row) -> None:
        from trustmgr.certificate import Certificate, Source

        try:
            certificate = Certificate(found.der, Source.STORE)
        except ValueError:
            self.details.setVisible(False)
            return
        self.details.show_certificate(certificate)
        self.details.setVisible(True)

    def remove(self) -> None:
        """Review the removal of the selected certificate, from all stores that hold it or some."""
        from ui.stores.wishes import remove

        self._review(lambda row: remove(row.sha256, row.der, row.removable, row.removable))

    def distrust(self) -> None:
        """Review its distrust."""
        from ui.stores.wishes import distrust

        self._review(lambda row: distrust(row.sha256, row.der, tuple(row.places), ()))

    def add(self) -> None:
        """Review its trust in more stores."""
        from ui.stores.wishes import add

        self._review(lambda row: add(row.sha256, row.der))

    def _review(self, wish: Callable[[Row], Wish]) -> None:
        found = self.current
        if found is None:
            return
        from ui.stores.change_dialog import ChangeDialog

        dialog = ChangeDialog(self.context, wish(found), self)
        dialog.changed.connect(self.refresh)
        present(dialog)

    def audit(self) -> None:
        """Show what needs attention."""
        from ui.stores.audit_dialog import AuditDialog

        dialog = AuditDialog(self.context, self)
        dialog.changed.connect(self.refresh)
        present(dialog)
