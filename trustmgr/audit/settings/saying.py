"""The observations about settings, and the judgement of a file that stands in for the roots."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from trustmgr.audit.observation import Observation, Weight
from trustmgr.audit.settings.reading import is_folder, there
from trustmgr.certificate import Certificate
from trustmgr.clients.base import of_system
from trustmgr.errors import UnreadableInput
from trustmgr.probe.bounded_file import MOST, read_bounded
from trustmgr.probe.public_roots import in_pem, listed
from trustmgr.text import inert

#: A bundle that lacks more than this share of today's public roots is behind.
_BEHIND = 0.15
_FILES = 2000  # of a folder


class Reach(Enum):
    """For what a file of authorities that a setting names stands."""

    ALL = "all"  # in place of all others
    ONE_SITE = "one site"  # in place of all others, for one site alone: few are right
    BESIDES = "besides"  # added to others


def switched_off(who: str, place: str, setting: str, *undo: str) -> Observation:
    """Verification is off: everybody on the way can read and change what `who` sends."""
    return Observation(
        "verification-off",
        Weight.DANGER,
        f"{who} does not check certificates",
        f"{inert(setting)} switches the check off: anybody on the way can read and change what {who} "
        "sends and gets.",
        (f"Set in {inert(place)}",),
        "Take the setting out. If a site fails then, `trustmgr inspect HOST` says why, and importing its "
        "CA for this tool alone is the narrowest way.",
        undo,
        place=inert(place),
    )


def replaced(
    who: str, place: str, setting: str, path: Path, *undo: str, reach: Reach = Reach.ALL
) -> Iterator[Observation]:
    """What is wrong with a file or folder of roots that a setting names; nothing when it serves, as the
    system's own does."""
    if "$" in str(path) or (there(path) and of_system(str(path))):
        return  # which file another variable makes of it cannot be told
    found = _judge(path, reach)
    if found is None:
        return
    kind, weight, title, detail = found
    yield Observation(
        kind,
        weight,
        f"{who}: {title}",
        f"{inert(setting)} {detail}",
        (f"Set in {inert(place)}", f"It names {inert(str(path))}"),
        "Take the setting out and bring the CA into the store (`trustmgr import`), or name a bundle that "
        "holds the public authorities, too.",
        undo,
        place=inert(place),
    )


def _judge(path: Path, reach: Reach) -> tuple[str, Weight, str, str] | None:
    try:
        certificates = _certificates(path)
    except UnreadableInput as error:
        what = (
            "is not read"
            if reach is Reach.BESIDES
            else "is refused or ignored, so connections fail"
        )
        return (
            "roots-missing",
            Weight.WARNING,
            "its file of authorities cannot be read",
            f"names what cannot be read: {error.sentence} It {what}.",
        )
    if not certificates:
        return (
            "roots-missing",
            Weight.WARNING,
            "its file of authorities is empty",
            "names what holds no certificate.",
        )
    return _too_old(certificates) or (_too_few(certificates) if reach is Reach.ALL else None)


def _too_old(certificates: list[Certificate]) -> tuple[str, Weight, str, str] | None:
    now = datetime.now(UTC)
    if any(now <= certificate.not_after for certificate in certificates):
        return None
    return (
        "roots-stale",
        Weight.WARNING,
        "its authorities have all expired",
        "names a file in which every certificate has expired.",
    )


def _too_few(certificates: list[Certificate]) -> tuple[str, Weight, str, str] | None:
    public = listed()
    if not public:
        return None
    held = {(c.subject_der, c.spki) for c in certificates} & public
    if not held:
        names = "one certificate" if len(certificates) == 1 else f"{len(certificates)} certificates"
        return (
            "roots-replaced",
            Weight.WARNING,
            "its own file replaces all public authorities",
            f"replaces all authorities by {names} that are not public: every public site fails.",
        )
    missing = len(public) - len(held)
    if missing > _BEHIND * len(public):
        return (
            "roots-stale",
            Weight.WARNING,
            "its authorities are behind",
            f"names a copy of the public authorities that lacks {missing} of the {len(public)} of today.",
        )
    return None


def _certificates(path: Path) -> list[Certificate]:
    """Of a file, or of the files of a folder. Raises `UnreadableInput` when the place is not there."""
    if not is_folder(path):
        return _parsed(read_bounded(str(path), MOST))
    found: list[Certificate] = []
    try:
        inside = sorted(path.iterdir())[:_FILES]
    except OSError as error:
        raise UnreadableInput(f"{inert(str(path))} cannot be read: {error.strerror}.") from error
    for file in inside:
        try:
            found += _parsed(read_bounded(str(file), MOST))
        except UnreadableInput:
            continue
    return found


def _parsed(pem: bytes) -> list[Certificate]:
    found = []
    for der in in_pem(pem):
        try:
            found.append(Certificate(der))
        except ValueError:
            continue
    return found
