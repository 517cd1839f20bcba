"""What a page shows when looking or reading failed: the trouble, or the question for a password."""

from __future__ import annotations

from collections.abc import Callable

from ui.style.cards import Card
from ui.trouble import trouble
from ui.trouble_card import TroubleCard
from ui.wizard.password_card import PasswordCard


def failure_card(error: BaseException, with_password: Callable[[str], None]) -> Card:
    """`with_password` is called with what the user types, to try once more."""
    from trustmgr.errors import PasswordNeeded

    if not isinstance(error, PasswordNeeded):
        return TroubleCard(trouble(error))
    card = PasswordCard(trouble(error))
    card.given.connect(with_password)
    return card
