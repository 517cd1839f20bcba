"""Issuers and revocation lists that many targets of one run name: fetched once, as far as they fit."""

from __future__ import annotations

#: Bytes that are kept in all; what comes later is fetched by each that needs it.
MOST = 32 * 1024 * 1024


class Answers:
    """Bodies by address. Whether neighbours may be asked is part of the question."""

    def __init__(self) -> None:
        self._bodies: dict[tuple[str, bool], bytes] = {}
        self._room = MOST

    def find(self, url: str, *, private: bool) -> bytes | None:
        """The body, if it was kept."""
        return self._bodies.get((url, private))

    def keep(self, url: str, body: bytes, *, private: bool) -> bytes:
        """The body, which from now on is one object for all that have the same."""
        kept = self._bodies.get((url, private))
        if kept is None and len(body) <= self._room:
            self._room -= len(body)
            self._bodies[url, private] = body
        return kept if kept == body else body
