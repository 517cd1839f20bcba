"""Python's requests, in the user's own Python, if it is installed there."""

from __future__ import annotations

from collections.abc import Mapping

from trustmgr.clients.base import replaced_by
from trustmgr.clients.library import Library, around

#: requests.sessions.Session.merge_environment_settings.
_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_SCRIPT = around(r"""
try:
    import requests
    said["version"] = requests.__version__
    more = {"verify": ask["cafile"]} if ask["cafile"] else {}
    requests.head(ask["url"], timeout=ask["timeout"], allow_redirects=False, **more)
    said["accepts"] = True
except ImportError:
    said["error"] = "not installed"
except requests.exceptions.SSLError as error:
    said["error"] = str(error).rsplit("SSLError(", 1)[-1].strip(")")
    cut = "EOF" in said["error"] or "Zero" in said["error"]
    said["accepts"] = None if cut else False
""")


class Requests(Library):
    """`requests.head(...)` in the `python3` on the PATH."""

    id = "requests"
    title = "Python's requests"
    module = "requests"
    script = _SCRIPT
    shown = "requests.head(...)"

    def store(self, environment: Mapping[str, str]) -> str:
        """The list of the package certifi, unless a variable replaces it."""
        return replaced_by(environment, _VARIABLES) or "certifi"
