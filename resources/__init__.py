"""The data that ships with the program, as text and tables."""

from __future__ import annotations

import os
from functools import cache
from typing import Any, cast

_HERE = os.path.dirname(__file__)  # noqa: PTH120 - the loader below wants a string; pathlib costs time


def read(*parts: str) -> bytes:
    """One file, such as ``read("knowledge", "causes", "expired.toml")``.

    Asks the package's own loader, which is what importlib.resources does after importing
    tempfile, shutil and random; those would take a tenth of a whole `trustmgr inspect`.
    Raises `FileNotFoundError`.
    """
    loader = cast(Any, __spec__).loader
    return cast(bytes, loader.get_data(os.path.join(_HERE, *parts)))  # noqa: PTH118 - see above


def text(*parts: str) -> str:
    """One file as text; line ends are newlines."""
    return read(*parts).decode("utf-8").replace("\r\n", "\n")


@cache
def table(*parts: str) -> dict[str, Any]:
    """One TOML file, read once. Callers must not change what they get."""
    import tomllib

    return tomllib.loads(text(*parts))


@cache
def names(folder: str, suffix: str = ".toml") -> tuple[str, ...]:
    """The files of a folder such as ``"knowledge/causes"``, sorted, without their suffix."""
    from importlib.resources import files

    found = files(__name__).joinpath(*folder.split("/")).iterdir()
    return tuple(sorted(f.name.removesuffix(suffix) for f in found if f.name.endswith(suffix)))
