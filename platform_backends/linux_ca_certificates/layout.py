"""Where the ca-certificates package keeps things (update-ca-certificates(8))."""

from __future__ import annotations

from pathlib import Path

#: The one file that most clients read; made by update-ca-certificates.
BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")

#: Made by update-ca-certificates and its hooks: the bundle, links, hash links, Java's cacerts.
DERIVED = Path("/etc/ssl/certs")

#: The administrator's own certificates: every ``*.crt`` below it.
LOCAL = Path("/usr/local/share/ca-certificates")

#: The distribution's certificates.
VENDOR = Path("/usr/share/ca-certificates")

#: Which of the distribution's certificates are used; ``!`` before a line distrusts.
CONF = Path("/etc/ca-certificates.conf")

#: Only Alpine has it: the same folders, and an update-ca-certificates of its own.
ALPINE = Path("/etc/alpine-release")

#: Records of our own changes: root alone may look.
RECORDS = Path("/var/lib/trustmgr/ca-certificates")

#: Where the command may be; never looked up through PATH.
TOOLS = (
    Path("/usr/sbin/update-ca-certificates"),
    Path("/usr/bin/update-ca-certificates"),  # merged /usr, Alpine
    Path("/sbin/update-ca-certificates"),
)

#: The largest file that is read, in bytes. The bundle of Debian has 220 kB.
LIMIT = 16 * 1024 * 1024
