"""A home of a test's own, with settings of single tools in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from platform_backends.discovery import open_store
from platform_backends.locks import locked_by_name
from platform_backends.tool_settings import ToolStore, places
from platform_backends.tool_settings.store import _ALL, _TOOLS
from platform_backends.windows import advapi32, environment, values
from platform_backends.windows.values import Raw
from tests.contract.namespace import snapshot
from tests.making import Made, make

#: Those that are told by a variable.
VARIABLES = {
    "node": "NODE_EXTRA_CA_CERTS",
    "requests": "REQUESTS_CA_BUNDLE",
    "openssl": "SSL_CERT_FILE",
}
#: Those whose settings are files on this system.
OF_FILES = tuple(name for name in _TOOLS if sys.platform != "win32" or name not in VARIABLES)

FORMATS = {
    "git": '[user]\r\n\tname = "A ; B" # c\r\n[http]\r\n\tproxy = x\r\n\tsslCAInfo = {file}\r\n',
    "pip": "# mine\n[global]\nindex-url = https://x/\n  y\ncert = {file}\n[install]\nuser = yes",
    "npm": "//r/:_authToken=s3cr3t==\ncafile={file}\n; last",
    "node": 'NODE_EXTRA_CA_CERTS="{file}"\nexport OTHER=1\n',
    "curl": '# c\nsilent\n--cacert "{file}"\nuser-agent: x',
    "wget": "ca-certificate={file}\ntries = 2",
    "requests": "REQUESTS_CA_BUNDLE={file}",
    "openssl": "SSL_CERT_FILE={file}\n",
    "conda": "channels:\n- defaults\n- x\nssl_verify: {file}  # why\nauto_update_conda: no",
    "cargo": '[build]\njobs = 2\n[http]\ncainfo = "{file}" # c\ntimeout = 3\n[[a.b]]\nc = [\n1]\n',
    "aws": "[profile x]\nregion = a\n[default]\ns3 =\n  max = 1\nca_bundle = {file}\n",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own, the machine's roots replaced by two, and every tool on the PATH."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    of_home(home, monkeypatch)
    on_path(tmp_path / "bin" / "bin", monkeypatch)
    places.bundles().mkdir(parents=True, mode=0o700)
    roots = tmp_path / "roots.pem"
    roots.write_bytes(make("Vendor A", ca=True).pem + make("Vendor B", ca=True).pem)
    monkeypatch.setattr(places, "MACHINE", (roots,))
    monkeypatch.setattr(places, "SYSTEM", tmp_path / "etc")
    with own_variables():
        yield home


def of_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every tool look for its settings in this home, and nowhere else."""
    monkeypatch.setenv("USERPROFILE" if sys.platform == "win32" else "HOME", str(home))
    monkeypatch.setenv("APPDATA", str(home / "AppData" / "Roaming"))
    monkeypatch.setenv("LOCALAPPDATA", str(home / "AppData" / "Local"))
    monkeypatch.setenv("PROGRAMDATA", str(home.parent / "ProgramData"))
    if sys.platform == "win32":
        monkeypatch.delenv("HOME", raising=False)
    for variable in (
        "HOMEDRIVE",
        "HOMEPATH",
        "ZDOTDIR",
        "SHELL",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "CURL_HOME",
        "WGETRC",
        "PIP_CERT",
        "AWS_CA_BUNDLE",
        "AWS_CONFIG_FILE",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_SSL_CAINFO",
        "DOCKER_HOST",
        "CARGO_HOME",
        "CONDARC",
        "CONDA_PREFIX",
        "CONDA_ROOT",
    ):
        monkeypatch.delenv(variable, raising=False)


def on_path(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs of the tools' names, which do nothing."""
    programs.mkdir(parents=True)
    for name in _TOOLS:
        program = programs / (f"{name}.cmd" if sys.platform == "win32" else name)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


@contextmanager
def own_variables() -> Iterator[None]:
    """On Windows alone with the user's variables, which are as they were afterwards."""
    if sys.platform != "win32":
        yield
        return
    with locked_by_name("tests-of-variables", "the variables", 600):
        before = {name: values.read(environment.USER, name) for name in VARIABLES.values()}
        for name in before:
            environment.write(environment.USER, name, None)
        try:
            yield
        finally:
            for name, raw in before.items():
                environment.write(environment.USER, name, raw)


def state(*folders: Path) -> dict[str, tuple[str, int, str]]:
    """All that settings may be in: folders, and on Windows the variables of the registry."""
    found = snapshot(*folders)
    for name in VARIABLES.values() if sys.platform == "win32" else ():
        if (raw := values.read(environment.USER, name)) is not None:
            found[name] = ("value", raw.kind, raw.data.hex())
    return found


def tool_store(name: str) -> ToolStore:
    """Skips the test of one that this system has no store for."""
    if name in _ALL and name not in _TOOLS:
        pytest.skip(f"of Windows: {name} reads the system's store there, if it is there")
    store = open_store(f"tool.{name}")
    assert isinstance(store, ToolStore)
    return store


def theirs(home: Path, name: str) -> tuple[Made, Path, Path]:
    """Somebody's setting that names somebody's bundle: a certificate in it, the bundle, the file."""
    made, bundle = make("Somebody's Root", ca=True), home / "company" / "bundle.pem"
    bundle.parent.mkdir()
    bundle.write_bytes(b"# ours\r\n" + made.pem + make("Second", ca=True).pem)
    store = tool_store(name)
    path = store.tool.write
    if store.tool.variable and sys.platform == "win32":
        said = "%USERPROFILE%\\company\\bundle.pem\0 and what nobody reads".encode("utf-16-le")
        environment.write(str(path.parent), path.name, Raw(advapi32.REG_EXPAND_SZ, said))
        return made, bundle, path
    text = FORMATS[name].format(file=bundle.as_posix())
    if store.tool.variable and sys.platform == "darwin":
        path, text = home / ".zshrc", f"# mine\nalias x=y\nexport {text.strip()}\n"
    elif store.tool.variable:
        path = path.with_name("10-company.conf")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return made, bundle, path
