"""The AWS command line: ``ca_bundle`` (its user guide, "Configuration and credential file settings")."""

from __future__ import annotations

import os
from pathlib import Path

from platform_backends.tool_settings import places
from platform_backends.tool_settings.syntax import PIP
from platform_backends.tool_settings.tool import Tool


def tool() -> Tool:
    """For the default profile; botocore reads the file with Python's configparser, as pip does."""
    user = Path(os.environ.get("AWS_CONFIG_FILE") or places.home() / ".aws" / "config")
    return Tool(
        name="aws",
        title="AWS command line",
        key="default.ca_bundle",
        syntax=PIP,
        read=(user,),
        write=user,
        replaces=True,
        program="aws",
        install="Install the AWS command line.",
        stronger=("AWS_CA_BUNDLE",),
    )
