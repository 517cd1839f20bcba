"""Programs on OpenSSL: ``SSL_CERT_FILE`` (SSL_CTX_load_verify_locations(3))."""

from __future__ import annotations

import sys
from dataclasses import replace

from platform_backends.base import Decision, Trust
from platform_backends.tool_settings.tool import Tool
from platform_backends.tool_settings.tools.environment import by_variable


def tool() -> Tool:
    """It replaces the file of the system for whatever uses OpenSSL's defaults, for every purpose.

    Elsewhere than on Linux these have a file of their own, which is not the system's.
    """
    found = by_variable("openssl", "Programs on OpenSSL", "SSL_CERT_FILE", replaces=True)
    return replace(found, system=sys.platform == "linux", trust=Trust.everything(Decision.TRUSTED))
