"""What the user asks about, from the text that they gave: an address, a site's name, a file."""

from __future__ import annotations

import os.path
from collections.abc import Iterable
from dataclasses import replace

from trustmgr.errors import UnreadableInput, UsageError
from trustmgr.probe.hostname import ascii_host
from trustmgr.target import STARTTLS_PROTOCOLS, Target
from trustmgr.text import inert

_HTTPS = 443

#: Schemes whose TLS begins at once -> default port (IANA). ``http`` asks its secure sibling.
_SCHEMES = {
    "https": _HTTPS,
    "http": _HTTPS,
    "wss": _HTTPS,
    "ws": _HTTPS,
    "tls": _HTTPS,
    "ssl": _HTTPS,
    "ldaps": 636,
    "imaps": 993,
    "smtps": 465,
    "submissions": 465,
    "pop3s": 995,
    "ftps": 990,
    "ircs": 6697,
    "mqtts": 8883,
    "amqps": 5671,
    "sips": 5061,
    "rediss": 6379,
    "xmpps": 5223,
    "nntps": 563,
}
#: Schemes that begin in plain text -> the protocol of their STARTTLS.
_PLAIN_SCHEMES = {
    **{name: name for name in STARTTLS_PROTOCOLS},
    "submission": "smtp",
    "pop": "pop3",
    "postgresql": "postgres",
    "mariadb": "mysql",
}
_OTHER_PORTS = {"submission": 587}

#: Endings of files that have to do with certificates; none is a top-level domain.
_FILE_ENDINGS = (
    *(
        ".pem",
        ".crt",
        ".cer",
        ".cert",
        ".der",
        ".p7b",
        ".p7c",
        ".p7s",
        ".p12",
        ".pfx",
        ".sst",
        ".json",
    ),
    *(".key", ".csr", ".crl", ".jks", ".bundle", ".ca-bundle", ".txt"),
)
_LONGEST = 4096  # characters of a target
_SCHEME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789+.-")


def parse_target(
    text: str,
    *,
    host: str | None = None,
    connect: str | None = None,
    starttls: str | None = None,
) -> Target:
    """The target that `text` means.

    `host` is the name to check instead of the target's own; `connect` is ``ADDR:PORT`` to connect to
    instead; `starttls` one of `STARTTLS_PROTOCOLS`. Raises `UsageError` for what is no target and
    `UnreadableInput` for a file that is not there.
    """
    if starttls is not None and starttls not in STARTTLS_PROTOCOLS:
        raise UsageError(
            f"“{inert(starttls, 40)}” is no protocol with STARTTLS.",
            f"Use one of: {', '.join(STARTTLS_PROTOCOLS)}.",
        )
    if not text.strip():
        raise UsageError("The target is empty.", "Give an address such as intranet.example:8443.")
    if len(text) > _LONGEST:
        raise UsageError(
            "The target is too long.", "Give an address such as intranet.example:8443."
        )
    name = ascii_host(host.strip()) if host is not None else None
    if path := _as_file(text):
        return Target(text=text, server_name=name, files=(path,))
    site = _site(text, starttls)
    return replace(
        site, server_name=name or site.server_name, connect=_connect(connect, site.port or _HTTPS)
    )


def merge_files(targets: Iterable[Target]) -> list[Target]:
    """Certificate files that follow each other are one target; saved evidence stays alone."""
    merged: list[Target] = []
    open_group = False
    for target in targets:
        joins = target.is_file and not any(map(_is_evidence, target.files))
        if joins and open_group:
            last = merged[-1]
            merged[-1] = replace(
                last, text=f"{last.text} {target.text}", files=last.files + target.files
            )
        else:
            merged.append(target)
        open_group = joins
    return merged


def _is_evidence(path: str) -> bool:
    from trustmgr.evidence_file import looks_like_evidence
    from trustmgr.probe.bounded_file import read_start

    try:
        return looks_like_evidence(read_start(path))
    except UnreadableInput:
        return False  # whoever reads it all will say why


# -- files -------------------------------------------------------------------------------------


def _as_file(text: str) -> str | None:
    """The path that `text` means, or None for a site. Raises for a path that is not there."""
    scheme, rest = _scheme(text)
    if scheme:
        return _from_file_url(rest) if scheme == "file" else None
    path = os.path.expanduser(text)  # noqa: PTH111 -- pathlib would forget a leading "./"
    if "\0" in path:
        raise UsageError("A name cannot hold a null character.")
    if os.path.isdir(path):  # noqa: PTH112
        return path if _says_path(text) or not _dotted(text) else None
    if os.path.exists(path):  # noqa: PTH110
        return path
    if _says_path(text):
        raise UnreadableInput(
            f"There is no file {inert(text)}.", "Check its name and the folder it is in."
        )
    return None


def _says_path(text: str) -> bool:
    """Whether text can only be meant as a path: not ``intranet.example/page`` or ``intranet:8443/``."""
    if text.lower().endswith(_FILE_ENDINGS) or text.startswith(("/", "./", "../", "~/")):
        return True
    if "\\" in text:
        return True
    first, slash, _ = text.partition("/")
    return bool(slash) and not (_dotted(first) or ":" in first or first == "localhost")


def _dotted(text: str) -> bool:
    return "." in text.strip(".")


def _from_file_url(rest: str) -> str:
    from urllib.parse import unquote
    from urllib.request import url2pathname

    authority, slash, path = rest.partition("/")
    if authority not in ("", "localhost"):
        raise UsageError("A file address must name a file of this machine.")
    found = url2pathname(slash + path) if os.name == "nt" else unquote(slash + path)
    if "\0" in found:
        raise UsageError("A name cannot hold a null character.")
    if not os.path.exists(found):  # noqa: PTH110
        raise UnreadableInput(
            f"There is no file {inert(found)}.", "Check its name and the folder it is in."
        )
    return found


# -- sites -------------------------------------------------------------------------------------


def _site(text: str, starttls: str | None) -> Target:
    scheme, rest = _scheme(text)
    port, protocol = _by_scheme(scheme) if scheme else (_HTTPS, None)
    protocol = starttls or protocol
    if protocol is not None and (port is None or not scheme):
        from trustmgr.probe.starttls import default_port

        port = default_port(protocol)
    for mark in "/?#\\":
        rest = rest.partition(mark)[0]
    authority = rest.rpartition("@")[2]
    host, given = _split(authority, text)
    found = ascii_host(host)
    return Target(
        text=text,
        host=found,
        port=given or port,
        server_name=found.partition("%")[0],
        starttls=protocol,
    )


def _scheme(text: str) -> tuple[str, str]:
    """Scheme in lower case and the rest of a URL (RFC 3986 section 3.1); an empty one when it is none."""
    scheme, mark, rest = text.strip().partition("://")
    if mark and scheme[:1].isalpha() and _SCHEME_CHARACTERS.issuperset(scheme.lower()):
        return scheme.lower(), rest
    return "", text.strip(" ")


def _by_scheme(scheme: str) -> tuple[int | None, str | None]:
    if scheme in _SCHEMES:
        return _SCHEMES[scheme], None
    if scheme in _PLAIN_SCHEMES:
        return _OTHER_PORTS.get(scheme), _PLAIN_SCHEMES[scheme]
    raise UsageError(
        f"Addresses that begin with {inert(scheme, 40)}:// are not known here.",
        "Give host:port, as in intranet.example:8443.",
    )


def _split(authority: str, text: str) -> tuple[str, int | None]:
    """Host and port; a text with several colons and no brackets is an IPv6 address."""
    if authority.startswith("["):
        host, bracket, rest = authority.partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise UsageError(
                f"“{inert(text, 100)}” is not a valid address.", "Write it as in [2001:db8::1]:443."
            )
        return host + bracket, _port(rest[1:], text)
    if authority.count(":") > 1:
        return authority, None
    host, _, port = authority.partition(":")
    if not host:
        raise UsageError(
            f"“{inert(text, 100)}” names no host.", "Give host:port, as in intranet.example:8443."
        )
    return host, _port(port, text)


def _port(digits: str, text: str) -> int | None:
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit()) or not 0 < int(digits[:9]) < 65536:
        raise UsageError(
            f"“{inert(digits, 40)}” in “{inert(text, 100)}” is no port.",
            "Ports are the numbers from 1 to 65535.",
        )
    return int(digits)


def _connect(text: str | None, default_port: int) -> tuple[str, int] | None:
    if text is None:
        return None
    host, port = _split(text.strip(), text)
    return ascii_host(host), port or default_port
