"""/etc/ca-certificates.conf: one file name on each line; ``!`` before it deselects."""

from __future__ import annotations

from platform_backends import files
from platform_backends.linux_ca_certificates import layout


def read() -> bytes:
    """The bytes of the file; empty when it is not there."""
    try:
        return files.read_bounded(layout.CONF, layout.LIMIT)
    except FileNotFoundError:
        return b""


def deselected(text: bytes) -> frozenset[str]:
    """Names (relative to /usr/share/ca-certificates) that a ``!`` line takes out."""
    return frozenset(
        line[1:].decode(errors="surrogateescape")
        for line in text.splitlines()
        if line.startswith(b"!")
    )


def selected(text: bytes) -> frozenset[str]:
    """Names that are in use."""
    return frozenset(
        line.decode(errors="surrogateescape")
        for line in text.splitlines()
        if line and not line.startswith((b"!", b"#"))
    )


def marked(text: bytes, name: str, *, distrusted: bool) -> bytes:
    """`text` with the ``!`` before one name set or taken away; every other byte stays."""
    plain = name.encode(errors="surrogateescape")
    earlier, later = (plain, b"!" + plain) if distrusted else (b"!" + plain, plain)
    lines = text.splitlines(keepends=True)
    return b"".join(
        later + line[len(earlier) :] if line.rstrip(b"\n") == earlier else line for line in lines
    )
