"""Clients that are a process for each site: curl, OpenSSL, Python, GnuTLS, Git, Wget, Node and Go."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.real.connect_proxy import ConnectProxy
from tests.real.said import LOOPBACK, PATIENCE, Client, Place, Said, each, run
from trustmgr.lab import Site

_DATA = Path(__file__).parent / "data"
_REQUEST = "GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n"
_PAGE = "Lab site"  # what the page of every site says


def _url(site: Site) -> str:
    return f"https://{site.host}:{site.port}/"


def _is_address(site: Site) -> bool:
    return site.host[0].isdigit()


def _curl(place: Place, site: Site) -> Said:
    here = f"::{LOOPBACK}:{site.port}"
    words = ["curl", "-sS", "-m", str(PATIENCE), "--cacert", place.ca_file, "--connect-to", here]
    _, output = run([*words, "--noproxy", "*", _url(site)], place)
    return Said(_PAGE in output, output)


def _openssl(place: Place, site: Site) -> Said:
    if _is_address(site):
        name = ["-verify_ip", site.host, "-noservername"]
    else:
        name = ["-verify_hostname", site.host, "-servername", site.host]
    anchor = ["-CAfile", place.ca_file, "-no-CApath", "-no-CAstore", "-verify_return_error"]
    words = ["openssl", "s_client", "-connect", f"{LOOPBACK}:{site.port}", *name, *anchor]
    script = f"printf '{_REQUEST}' | timeout {PATIENCE} \"$@\" -ign_eof"
    _, output = run(["sh", "-c", script, "sh", *words], place)
    return Said(_PAGE in output, output)


def _python(place: Place, site: Site) -> Said:
    words = [sys.executable, "-I", str(_DATA / "visit.py"), place.ca_file, site.host]
    code, output = run([*words, str(site.port), str(PATIENCE)], place)
    return Said(code == 0, output)


def _gnutls(place: Place, site: Site) -> Said:
    names = ["--verify-hostname", site.host]
    names += ["--disable-sni"] if _is_address(site) else ["--sni-hostname", site.host]
    words = ["gnutls-cli", "--x509cafile", place.ca_file, "-p", str(site.port), *names, LOOPBACK]
    script = f"printf '{_REQUEST}' | timeout {PATIENCE} \"$@\""
    _, output = run(["sh", "-c", script, "sh", *words], place)
    return Said("Handshake was completed" in output and _PAGE in output, output)


def _git(place: Place, site: Site) -> Said:
    """A page that is no repository was still fetched."""
    words = ["git", "-c", f"http.sslCAInfo={place.ca_file}", "-c", "http.lowSpeedLimit=1"]
    words = ["timeout", str(PATIENCE), *words, "ls-remote", f"{_url(site)}x.git"]
    _, output = run(words, place, GIT_TERMINAL_PROMPT="0", GIT_CONFIG_NOSYSTEM="1")
    return Said("is this a git repository" in output, output)


def _wget(place: Place, sites: Sequence[Site]) -> dict[str, Said]:
    """It asks the system for every name, and systems differ over names below localhost."""

    def ask(place: Place, site: Site) -> Said:
        words = ["wget", "-O", "-", "-t", "1", "-T", str(PATIENCE), "--no-hsts"]
        words = [*words, f"--ca-certificate={place.ca_file}", f"--ca-directory={empty}", "-nv"]
        _, output = run([*words, _url(site)], place, https_proxy=proxy.address)
        return Said(_PAGE in output, output)

    empty = place.home / "empty"
    empty.mkdir()
    with ConnectProxy() as proxy:
        return each(ask)(place, sites)


def _node(place: Place, site: Site) -> Said:
    words = ["node", str(_DATA / "visit.js"), site.host, str(site.port), str(PATIENCE)]
    code, output = run(words, place, NODE_EXTRA_CA_CERTS=place.ca_file)
    return Said(code == 0, output)


def _go(place: Place, sites: Sequence[Site]) -> dict[str, Said]:
    """Built once: ``go run`` for each site would take a second each."""
    program = place.home / "visit"
    source = str(_DATA / "visit.go")
    code, output = run(["go", "build", "-o", str(program), source], place, GO111MODULE="off")
    assert code == 0, output

    def ask(place: Place, site: Site) -> Said:
        words = [str(program), _url(site), f"{LOOPBACK}:{site.port}", str(PATIENCE)]
        code, output = run(words, place, SSL_CERT_FILE=place.ca_file, SSL_CERT_DIR="/nonexistent")
        return Said(code == 0, output)

    return each(ask)(place, sites)


PROGRAMS = (
    Client("curl", ("curl",), each(_curl)),
    Client("openssl", ("openssl",), each(_openssl)),
    Client("python", (sys.executable,), each(_python)),
    Client("gnutls", ("gnutls-cli",), each(_gnutls)),
    Client("git", ("git",), each(_git)),
    Client("wget", ("wget",), _wget),
    Client("node", ("node",), each(_node)),
    Client("go", ("go",), _go),
)
