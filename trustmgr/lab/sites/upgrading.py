"""Servers of other protocols, which change to TLS when asked in their own words."""

from __future__ import annotations

from trustmgr.lab import upgrades
from trustmgr.lab.pki import Pki
from trustmgr.lab.site import Behaviour, Definition
from trustmgr.lab.smtp import MailServer
from trustmgr.lab.upgrades import Beginning, UpgradingServer


def _mail(pki: Pki, host: str) -> Behaviour:
    return MailServer(host, pki.leaf(host))


def _site(
    protocol: str, description: str, beginning: Beginning, cause: str, verdict: str = ""
) -> Definition:
    """`cause`: what is seen by who does not know the protocol."""

    def make(pki: Pki, host: str) -> Behaviour:
        return UpgradingServer(beginning, pki.leaf(host))

    causes = frozenset({cause})
    name = f"{protocol}-starttls"
    return Definition(name, description, make, causes, verdict, starttls=protocol)


SITES = (
    Definition(
        "smtp-starttls",
        "A mail server that changes to TLS when asked.",
        _mail,
        frozenset({"starttls-required"}),
        starttls="smtp",
    ),
    _site("imap", "A mailbox server (IMAP).", upgrades.imap, "starttls-required"),
    _site("pop3", "A mailbox server (POP3).", upgrades.pop3, "starttls-required"),
    _site("ftp", "A file server (FTP).", upgrades.ftp, "starttls-required"),
    _site("mysql", "A database server (MySQL).", upgrades.mysql, "starttls-required"),
    _site("xmpp", "A chat server (XMPP).", upgrades.xmpp, "starttls-required"),
    _site("ldap", "A directory server (LDAP).", upgrades.ldap, "connection-reset", "unreachable"),
    _site(
        "postgres",
        "A database server (PostgreSQL).",
        upgrades.postgres,
        "connection-reset",
        "unreachable",
    ),
)
