"""Variables that a shell's script exports: macOS has no other place for them that programs share.

launchd, which starts what is clicked on, reads none of these scripts: programs that are started from a
terminal have the variable, and others have not.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from platform_backends.tool_settings.syntax import BOM, Found, Syntax, Unclear

_EXPORT = re.compile(rb"[ \t]*export[ \t]+([A-Za-z_][A-Za-z0-9_]*)=(.*?)\r?\n?\Z", re.DOTALL)
#: What would keep a line at the end from being run: one that goes on, or that ends the script.
_ENDS = re.compile(rb"\\\r?\n?\Z|^(?:exit|return|exec)\b", re.MULTILINE)


@dataclass(frozen=True)
class Script(Syntax):
    """A script in which one variable is looked for; ours goes to the end, where it counts last."""

    variable: str = ""

    def assignments(self, text: bytes) -> list[Found]:
        """Raises `Unclear` where the variable is spoken of in another way than ``export NAME=value``."""
        found = [f for f in super().assignments(text) if f.name == self.name(self.variable)]
        lines = [line for line in text.removeprefix(BOM).splitlines() if self._speaks(line)]
        if len(lines) != len(found):
            raise Unclear(f"it speaks of {self.variable} other than by export {self.variable}=FILE")
        return found

    def _speaks(self, line: bytes) -> bool:
        return self.variable.encode() in line and not line.lstrip().startswith(b"#")

    def check(self, text: bytes) -> None:
        """Raises `Unclear` where a line at the end might not be run."""
        if _ENDS.search(text):
            raise Unclear("a line at its end might not be run")
        try:
            shlex.split(text.decode("utf-8", "surrogateescape"), comments=True)
        except ValueError as error:
            raise Unclear("a quote in it is not closed") from error


def script(variable: str) -> Script:
    """How a script sets one variable."""
    return Script(_EXPORT, _word, 'export {key}="{value}"', appended=True, variable=variable)


def _word(value: str) -> str:
    """The first word of a shell's line; empty when it is not whole."""
    try:
        return next(iter(shlex.split(value, comments=True)), "")
    except ValueError:
        return ""
