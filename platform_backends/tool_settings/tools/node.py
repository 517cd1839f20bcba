"""Node.js: ``NODE_EXTRA_CA_CERTS`` (Node's documentation, "Command-line API")."""

from __future__ import annotations

from dataclasses import replace

from platform_backends.tool_settings.tool import Tool
from platform_backends.tool_settings.tools.environment import by_variable


def tool() -> Tool:
    """It adds to the roots that Node brings."""
    found = by_variable("node", "Node.js", "NODE_EXTRA_CA_CERTS", replaces=False)
    return replace(found, program="node", install="Install Node.js.")
