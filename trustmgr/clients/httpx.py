"""Python's httpx, in the user's own Python, if it is installed there."""

from __future__ import annotations

from collections.abc import Mapping

from trustmgr.clients.base import replaced_by
from trustmgr.clients.library import Library, around

#: httpx._config.create_ssl_context: the first that is set, with nothing besides.
_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_SCRIPT = around(r"""
try:
    import httpx, ssl
    said["version"] = httpx.__version__
    more = {"verify": ssl.create_default_context(cafile=ask["cafile"])} if ask["cafile"] else {}
    httpx.head(ask["url"], timeout=ask["timeout"], **more)
    said["accepts"] = True
except ImportError:
    said["error"] = "not installed"
except httpx.RemoteProtocolError:  # it judges before it asks, so TLS was good
    said["accepts"] = True
except httpx.ConnectError as error:
    said["error"] = "%s: %s" % (type(error).__name__, error)
    refused = "[SSL" in said["error"] and "EOF" not in said["error"]
    said["accepts"] = False if refused else None
""")


class Httpx(Library):
    """`httpx.head(...)` in the `python3` on the PATH."""

    id = "httpx"
    title = "Python's httpx"
    module = "httpx"
    script = _SCRIPT
    shown = "httpx.head(...)"

    def store(self, environment: Mapping[str, str]) -> str:
        """The list of the package certifi, unless a variable replaces it."""
        return replaced_by(environment, _VARIABLES) or "certifi"
