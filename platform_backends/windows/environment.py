r"""Variables as Windows keeps them: values below ``HKEY_CURRENT_USER\Environment``, and the machine's.

learn.microsoft.com/windows/win32/procthread/environment-variables. A user's count before the machine's.
Programs that run already are told of a change by a message, which Explorer heeds: what is started from
it then has the new value.
"""

from __future__ import annotations

import sys

from platform_backends.windows import advapi32 as api
from platform_backends.windows import values
from platform_backends.windows.values import Raw

USER = r"HKEY_CURRENT_USER\Environment"
MACHINE = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
#: Milliseconds that one program may take to heed the message.
_PATIENCE = 1000


def write(key: str, name: str, raw: Raw | None) -> None:
    """Put a variable there, or take it away, on the disk too; and tell. Raises ``OSError``."""
    values.write(key, name, raw)
    api.library("user32").SendMessageTimeoutW(
        api.HWND_BROADCAST,
        api.WM_SETTINGCHANGE,
        0,
        "Environment",
        api.SMTO_ABORTIFHUNG,
        _PATIENCE,
        None,
    )


def meaning(raw: Raw) -> str | None:
    """What programs find in the variable; None for a value that is no text, and no variable."""
    if raw.kind not in (api.REG_SZ, api.REG_EXPAND_SZ):
        return None
    said = raw.data.decode("utf-16-le", "surrogatepass" if len(raw.data) % 2 == 0 else "replace")
    said = said.partition("\0")[0]
    if raw.kind == api.REG_EXPAND_SZ and sys.platform == "win32":
        import winreg

        return winreg.ExpandEnvironmentStrings(said)
    return said
