"""conda: ``ssl_verify`` in .condarc, a switch, ``truststore`` or a file (docs.conda.io, "Settings")."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from platform_backends.tool_settings import places
from platform_backends.tool_settings.tool import NO, YES, Tool
from platform_backends.tool_settings.yaml import yaml

_KEY = "ssl_verify"
#: With this value conda reads the system's store (since 23.9).
_SYSTEM = "truststore"


@dataclass(frozen=True, kw_only=True)
class Conda(Tool):
    """The value may be a word instead of a file. `prefix`: of the environment that is active."""

    prefix: tuple[Path, ...] = ()

    def value(self) -> str:
        """The file that is named; empty for words."""
        said = super().value()
        return "" if said.lower() in {*YES, *NO, _SYSTEM} else said

    def reads_machine(self) -> bool:
        """Only where it is told so; else it brings a list of its own."""
        return super().value().lower() == _SYSTEM

    def overruled(self) -> str:
        """A file in the folder of the active environment counts before those of the home."""
        for path, found in self.within(self.prefix):
            if found.name == _KEY:
                return f"{path} sets {_KEY}, which counts while its environment is active."
        return ""


def tool() -> Conda:
    """Of several files the last one counts; ``$CONDARC`` is the very last."""
    named = os.environ.get("CONDARC")
    user = Path(named) if named else places.home() / ".condarc"
    home, config = places.home() / ".conda", places.config() / "conda"
    return Conda(
        name="conda",
        title="conda",
        key=_KEY,
        syntax=yaml(_KEY),
        read=(
            *(path for folder in _everybodys() for path in _inside(folder)),
            *_inside(_folder("CONDA_ROOT")),
            *_inside(config),
            *_inside(home),
            places.home() / ".condarc",
            *((user,) if named else ()),
        ),
        endings=(".yml", ".yaml"),
        write=user,
        replaces=True,
        program="conda",
        install="Install conda.",
        stronger=("CONDA_SSL_VERIFY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
        checks={_KEY: False},
        prefix=_inside(_folder("CONDA_PREFIX")),
    )


def _everybodys() -> tuple[Path, ...]:
    if sys.platform == "win32":
        return (places.program_data() / "conda",)
    return (places.SYSTEM / "conda", places.SYSTEM.parent / "var" / "lib" / "conda")


def _folder(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value) if value else None


def _inside(folder: Path | None) -> tuple[Path, ...]:
    if folder is None:
        return ()
    return tuple(folder / name for name in (".condarc", "condarc", "condarc.d"))
