"""The site that a text is about: a host and a port that can be connected to, or nothing.

The text is hostile and the answer is connected to later: only the syntax of names and addresses
passes (RFC 1123, RFC 5890), and ports from 1 to 65535.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import resources
from trustmgr.explain.normal import plain

_HOST = r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[^\W_][\w.-]{0,252}|[0-9A-Fa-f:]{3,45})"
_DOTTED = r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|localhost|[^\W_][\w-]{0,62}(?:\.[\w-]{1,63}){1,20}\.?)"
_PARTS = {
    "{host}": _HOST,
    "{dotted}": _DOTTED,
    "{port}": r"(?P<port>[0-9]{1,5})",
    "{port2}": r"(?P<port2>[0-9]{1,5})",
    "{ipport}": r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[0-9.]{7,15}):(?P<port>[0-9]{1,5})",
    "{bare6}": r"(?P<host>[0-9A-Fa-f.]{0,4}:[0-9A-Fa-f:.]{1,45})",
    "{url}": r"(?P<url>[a-zA-Z][a-zA-Z0-9+.-]{1,15}://[^\s'<>|,;(){}^\\]{1,2000})",
}
_URL = re.compile(
    r"(?P<scheme>[a-z0-9+.-]+)://(?:[^/?#@]*@)?(?P<host>\[[0-9a-f:.]+\]|[^/?#:@\[\]]+)"
    r"(?::(?P<port>[0-9]{1,5})?)?(?=[/?#:]|$)",
    re.IGNORECASE,
)
_PORTS = {
    "https": 443, "wss": 443, "http": 80, "ws": 80, "ldaps": 636, "ldap": 389, "imaps": 993,
    "pop3s": 995, "smtps": 465, "smtp": 25, "ftps": 990, "ftp": 21, "amqps": 5671, "mqtts": 8883,
    "postgres": 5432, "postgresql": 5432, "mysql": 3306, "rediss": 6380, "sftp": 22, "ssh": 22,
}  # fmt: skip
_NOT_TLS = frozenset({"file", "sftp", "ssh", "chrome", "about", "data", "blob", "urn", "node"})
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
#: Endings of file names that look like names of hosts: server.pem, main.go, ssl_socket.cc
_FILES = frozenset(
    [
        "c",
        "cc",
        "cpp",
        "cxx",
        "h",
        "hpp",
        "java",
        "js",
        "mjs",
        "cjs",
        "ts",
        "tsx",
        "jsx",
        "py",
        "pyc",
        "go",
        "rs",
        "rb",
        "php",
        "cs",
        "vb",
        "kt",
        "scala",
        "swift",
        "m",
        "mm",
        "sh",
        "ps1",
        "pl",
        "pem",
        "crt",
        "cer",
        "der",
        "key",
        "p12",
        "pfx",
        "jks",
        "csr",
        "crl",
        "txt",
        "log",
        "json",
        "xml",
        "yml",
        "yaml",
        "toml",
        "ini",
        "conf",
        "cfg",
        "html",
        "htm",
        "dll",
        "exe",
        "so",
        "jar",
        "war",
        "class",
        "zip",
        "gz",
        "tgz",
        "tar",
        "git",
        "lock",
        "md",
        "dart",
        "ex",
        "exs",
        "erl",
        "hs",
        "lua",
    ]
)
_MOST = 50  # candidates of one pattern
#: After the name of a file other numbers are lines: main.rs:443 may be a site, main.rs:12 is none.
_USUAL_PORTS = frozenset({443, 465, 636, 853, 993, 995, 8443, 9443})


@dataclass(frozen=True)
class Address:
    """Where to connect. `host` is ASCII: an A-label name or an address without brackets."""

    host: str
    port: int

    def __str__(self) -> str:
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"{shown}:{self.port}"


@dataclass(frozen=True)
class _Pattern:
    regex: re.Pattern[str]
    port: int
    weak: bool


def find_address(text: str, *, guess: bool = True) -> Address | None:
    """The address that the text is about, None when it names none.

    Without `guess` only clear phrases and whole URLs count: for texts that nobody understands.
    """
    line = plain(text)
    for pattern in _patterns():
        if pattern.weak and not guess and "url" not in pattern.regex.groupindex:
            continue
        for match in _candidates(pattern, line):
            if (found := _address(match, pattern)) is not None:
                return _with_port(found, match, line)
    return None


def valid_host(text: str) -> str | None:
    """`text` as a host to connect to, in ASCII; None when it is not one."""
    bare = text.strip("[]").rstrip(".").lower()
    if "%" in bare:
        return None  # a zone means something on one machine only (RFC 4007)
    if ":" in bare or bare.replace(".", "").isdecimal():
        try:
            return str(ipaddress.ip_address(bare))
        except ValueError:
            return None
    if not bare.isascii():
        import idna

        try:
            bare = idna.encode(bare, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    labels = bare.split(".")
    if len(bare) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    if labels[-1].isdecimal() or bare in _words("placeholders"):
        return None  # a last label of digits is a broken IPv4 address (WHATWG URL standard)
    return bare


def _candidates(pattern: _Pattern, line: str) -> Iterator[re.Match[str]]:
    for number, match in enumerate(pattern.regex.finditer(line)):
        if number >= _MOST:
            return
        yield match


def _address(match: re.Match[str], pattern: _Pattern) -> Address | None:
    groups = match.groupdict()
    if groups.get("url"):
        return _from_url(groups["url"], weak=pattern.weak)
    host = valid_host(groups["host"])
    number = groups.get("port") or groups.get("port2")
    port = _port(number, pattern.port)
    if host is None or port is None:
        return None
    file = _is_file(host) and not (number and port in _USUAL_PORTS)
    if pattern.weak and (file or _is_help(host)):
        return None
    return Address(host, port)


def _from_url(text: str, *, weak: bool) -> Address | None:
    match = _URL.match(text)
    if match is None or match["scheme"].lower() in _NOT_TLS:
        return None
    host = valid_host(match["host"])
    port = _port(match["port"], _PORTS.get(match["scheme"].lower(), 443))
    if host is None or port is None:
        return None
    if weak and (_is_help(host) or text.lower().startswith(_words("help_urls"))):
        return None
    return Address(host, port)


def _with_port(found: Address, match: re.Match[str], line: str) -> Address:
    """The port may stand elsewhere, beside the same host."""
    groups = match.groupdict()
    if groups.get("url") or groups.get("port") or groups.get("port2"):
        return found
    beside = re.search(re.escape(groups["host"]) + r":([0-9]{1,5})(?![\w.:-])", line)
    port = _port(beside[1], 0) if beside else None
    return Address(found.host, port) if port else found


def _port(text: str | None, instead: int) -> int | None:
    if text is None:
        return instead
    return int(text) if text.isascii() and 1 <= int(text) <= 65535 else None


def _is_help(host: str) -> bool:
    return any(host == known or host.endswith("." + known) for known in _words("help"))


def _is_file(host: str) -> bool:
    return host.rsplit(".", 1)[-1] in _FILES and "." in host


@cache
def _words(key: str) -> tuple[str, ...]:
    return tuple(resources.table("knowledge", "targets.toml")[key])


@cache
def _patterns() -> tuple[_Pattern, ...]:
    patterns = []
    for entry in resources.table("knowledge", "targets.toml")["pattern"]:
        regex = entry["regex"]
        for name, part in _PARTS.items():
            regex = regex.replace(name, part)
        patterns.append(
            _Pattern(
                re.compile(regex, re.IGNORECASE), entry.get("port", 443), entry.get("weak", False)
            )
        )
    return tuple(patterns)
