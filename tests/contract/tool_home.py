"""A home of a test's own, with settings of single tools in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from platform_backends.discovery import open_store
from platform_backends.tool_settings import ToolStore, places
from platform_backends.tool_settings.store import _TOOLS
from tests.making import Made, make

FORMATS = {
    "git": '[user]\r\n\tname = "A ; B" # c\r\n[http]\r\n\tproxy = x\r\n\tsslCAInfo = {file}\r\n',
    "pip": "# mine\n[global]\nindex-url = https://x/\n  y\ncert = {file}\n[install]\nuser = yes",
    "npm": "//r/:_authToken=s3cr3t==\ncafile={file}\n; last",
    "node": 'NODE_EXTRA_CA_CERTS="{file}"\nOTHER=1\n',
    "curl": '# c\nsilent\n--cacert "{file}"\nuser-agent: x',
    "wget": "ca-certificate={file}\ntries = 2",
    "requests": "REQUESTS_CA_BUNDLE={file}",
    "openssl": "SSL_CERT_FILE={file}\n",
    "conda": "channels:\n- defaults\n- x\nssl_verify: {file}  # why\nauto_update_conda: no",
    "cargo": '[build]\njobs = 2\n[http]\ncainfo = "{file}" # c\ntimeout = 3\n[[a.b]]\nc = [\n1]\n',
    "aws": "[profile x]\nregion = a\n[default]\ns3 =\n  max = 1\nca_bundle = {file}\n",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, the machine's roots replaced by two, and every tool on the PATH."""
    home, programs = tmp_path / "home", tmp_path / "bin"
    for folder in (home, programs, home / ".local" / "share" / "trustmgr" / "bundles"):
        folder.mkdir(parents=True, mode=0o700)
    for name in _TOOLS:
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    for variable in (
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
    roots = tmp_path / "roots.pem"
    roots.write_bytes(make("Vendor A", ca=True).pem + make("Vendor B", ca=True).pem)
    monkeypatch.setattr(places, "MACHINE", (roots,))
    monkeypatch.setattr(places, "SYSTEM", tmp_path / "etc")
    return home


def tool_store(name: str) -> ToolStore:
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
    if store.tool.variable:
        path = path.with_name("10-company.conf")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(FORMATS[name].format(file=bundle).encode())
    return made, bundle, path
