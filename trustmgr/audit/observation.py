"""What an audit says: the vocabulary that every kind of observation uses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How much an observation matters."""

    DANGER = "danger"  # somebody can attack with it today
    WARNING = "warning"  # should be looked at
    NOTICE = "notice"  # good to know; nothing needs to be done


@dataclass(frozen=True)
class Observation:
    """One thing that was seen, the proof of it, and what to do.

    Words are inert and plain. `commands` are typed as they stand.
    """

    kind: str
    weight: Weight
    title: str
    detail: str
    evidence: tuple[str, ...] = ()
    advice: str = ""
    commands: tuple[str, ...] = ()
    sha256: str = ""  # of the certificate it is about
    der: bytes = b""
    stores: tuple[str, ...] = ()  # where it is trusted
    added_in: tuple[str, ...] = ()  # those of them where somebody other than the vendor put it
    place: str = ""  # the file or variable it is about

    @property
    def needs_attention(self) -> bool:
        """Whether something should be done."""
        return self.weight is not Weight.NOTICE
