"""git for one site: ``http.<url>.sslCAInfo`` (git-config(1), "http.<url>.*").

The setting replaces the file that git would read else, and a bundle of ours holds nothing but what was
added: these authorities vouch for the site, and for no other. Where libcurl has a folder of roots
besides (Debian's has /etc/ssl/certs), those count, too; where it has none, git refuses the site once it
changes to a certificate of a public authority or sends git on to another host, until the setting is
taken back. That is what trust for one site means, and no copy of the roots can grow old in it.

Of several settings that fit, git takes that with the longest host, then the longest path, then the
user; of equal ones the last. Ours has the whole host and no path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from platform_backends.base import StoreUnavailable
from platform_backends.tool_settings.site import HTTPS, Site
from platform_backends.tool_settings.tool import NO
from platform_backends.tool_settings.tools import git

_CA = ".sslcainfo"
_CHECK = ".sslverify"


@dataclass(frozen=True)
class _Url:
    """The URL of a section, as far as it matters. `host` may have ``*`` for a label."""

    host: str
    port: int
    path: str  # without slashes at the ends
    user: str

    @property
    def site(self) -> Site | None:
        """The site that it names; None for a pattern."""
        try:
            return Site.of(self.host, self.port)
        except StoreUnavailable:
            return None

    def rank(self, site: Site) -> int:
        """How closely it fits every URL of a site; 0: it does not, or only some of them."""
        mine, theirs = self.host.split("."), site.host.split(".")
        fits = len(mine) == len(theirs) and all(
            a in ("*", b) for a, b in zip(mine, theirs, strict=True)
        )
        whole = fits and self.port == site.port and not self.path and not self.user
        return 1 + len(self.host.replace("*", "")) if whole else 0


@dataclass(frozen=True, kw_only=True)
class GitSite(git.Git):
    """git, asked for what it reads for one site."""

    site: Site

    def is_setting(self, name: str) -> bool:
        """However its URL is written: ``https://HOST``, ``https://host:443/``."""
        url = _url(name, _CA)
        return url is not None and url.site == self.site and not url.path and not url.user

    def unchecked(self) -> str:
        """What switches verification off for this site: the closest of the settings that fit."""
        closest, said = -1, ""
        for path, found in self.assignments():
            url = _url(found.name, _CHECK)
            rank = url.rank(self.site) if url is not None else 0
            if (rank or found.name == f"http{_CHECK}") and rank >= closest:
                bad = found.value.lower() in NO
                closest, said = rank, f"{path} sets {found.name}" if bad else ""
        return said

    def overruled(self) -> str:
        """A setting for a part of the site, which git prefers there."""
        for path, found in self.assignments():
            url = _url(found.name, _CA)
            if url is not None and url.site == self.site and (url.path or url.user):
                return f"{path} sets {found.name}, which counts for that part of the site."
        return ""


def here() -> bool:
    """Whether git is on this machine."""
    return git.tool().installed


def tool(site: Site) -> GitSite:
    """git's own places, and the section of the site in them."""
    general = git.tool()
    return GitSite(
        name=f"git@{site}",
        title=f"git, for {site} alone",
        key=f"http.https://{site.authority}/.sslCAInfo",
        syntax=general.syntax,
        read=general.read,
        write=general.write,
        replaces=False,  # nothing has to be kept: see above
        program=general.program,
        install=general.install,
        stronger=general.stronger,
        lock=general.lock,
        site=site,
    )


def sites() -> Sequence[Site]:
    """Those with a ``http.<url>.sslCAInfo``, also for a part of them; none where nothing can be read."""
    try:
        return list(dict.fromkeys(_sites()))
    except StoreUnavailable:  # the store of git itself says so
        return ()


def _sites() -> Iterator[Site]:
    for _, found in git.tool().assignments():
        url = _url(found.name, _CA)
        if url is not None and found.value and (site := url.site) is not None:
            yield site


def _url(name: str, key: str) -> _Url | None:
    """The URL in ``http.<url>.key``; None for other names, and for URLs without TLS."""
    if not name.startswith("http.") or not name.endswith(key):
        return None
    try:
        parts = urlsplit(name.removeprefix("http.").removesuffix(key))
        host, port = (parts.hostname or "").lower(), parts.port or HTTPS
    except ValueError:
        return None
    if parts.scheme != "https" or not host:
        return None
    return _Url(host, port, parts.path.strip("/"), parts.username or "")
