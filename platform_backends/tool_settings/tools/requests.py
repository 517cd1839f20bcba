"""Python's requests: ``REQUESTS_CA_BUNDLE`` (its documentation, "SSL Cert Verification")."""

from __future__ import annotations

from platform_backends.tool_settings.tool import Tool
from platform_backends.tool_settings.tools.environment import by_variable


def tool() -> Tool:
    """It replaces the list of certifi; pip reads it too."""
    return by_variable("requests", "Python's requests", "REQUESTS_CA_BUNDLE", replaces=True)
