"""Which known messages stand in a text, and which of them decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trustmgr.explain.entries import Confidence, Entry, Level, entries

_MOST_HITS = 20  # of one fragment in one text: logs repeat themselves
_ORDER = {Confidence.CERTAIN: 0, Confidence.LIKELY: 1, Confidence.POSSIBLE: 2}


@dataclass(frozen=True)
class Match:
    """A known message and where it stands."""

    entry: Entry
    spans: tuple[tuple[int, int], ...]


def matches(text: str) -> tuple[Match, ...]:
    """The messages that decide, in order of the text (`folded`).

    A message inside a longer one does not count ("self-signed certificate" inside "self-signed
    certificate in certificate chain") unless that is only a kind of message; then only those that tell
    most count.
    """
    found = [m for entry in entries() if (m := _match(entry, text))]
    spans = [s for match in found if match.entry.level is not Level.KIND for s in match.spans]
    free = [m for m in found if any(not _covered(span, spans) for span in m.spans)]
    if not free:
        return ()
    highest = max(match.entry.level for match in free)
    deciding = [match for match in free if match.entry.level == highest]
    return tuple(sorted(deciding, key=lambda match: match.spans[0]))


def ranked(deciding: Sequence[Match]) -> tuple[tuple[str, Confidence], ...]:
    """The causes of all messages, the surest and most often named first."""
    best: dict[str, Confidence] = {}
    votes: dict[str, float] = {}
    for match in deciding:
        for rank, (cause, confidence) in enumerate(match.entry.causes):
            votes[cause] = votes.get(cause, 0.0) + 1 / (rank + 1)
            known = best.get(cause, confidence)
            best[cause] = min(known, confidence, key=_ORDER.__getitem__)
    first = {cause: position for position, cause in enumerate(best)}
    order = sorted(best, key=lambda cause: (_ORDER[best[cause]], -votes[cause], first[cause]))
    return tuple((cause, best[cause]) for cause in order)


def _match(entry: Entry, text: str) -> Match | None:
    spans = [span for fragment in entry.fragments for span in _spans(fragment, text)]
    if entry.regex and (hit := entry.regex.search(text)):
        spans.append(hit.span())
    if not spans or (entry.also_any and not any(word in text for word in entry.also_any)):
        return None
    return Match(entry, tuple(sorted(spans)))


def _spans(fragment: str, text: str) -> list[tuple[int, int]]:
    """Where `fragment` stands as whole words."""
    spans: list[tuple[int, int]] = []
    start = text.find(fragment)
    while start >= 0 and len(spans) < _MOST_HITS:
        end = start + len(fragment)
        cut_before = start > 0 and fragment[0].isalnum() and text[start - 1].isalnum()
        cut_after = end < len(text) and fragment[-1].isalnum() and text[end].isalnum()
        if not cut_before and not cut_after:
            spans.append((start, end))
        start = text.find(fragment, start + 1)
    return spans


def _covered(span: tuple[int, int], spans: Sequence[tuple[int, int]]) -> bool:
    """Whether another, longer span holds this one."""
    start, end = span
    return any(s <= start and end <= e and e - s > end - start for s, e in spans)
