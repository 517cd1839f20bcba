"""A Fedora, an Arch or an openSUSE in the private mount namespace.

`trust`, which does the work, is the real one of Debian's package p11-kit, told the family's folders.
Ours are the few lines that call it in place of each family's command: written after update-ca-trust of
Fedora's and Arch's ca-certificates, and update-ca-certificates with its certbundle.run of openSUSE's, so
far as they make what clients read here.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from platform_backends.linux_p11kit import families
from platform_backends.linux_p11kit.families import Layout
from tests.making import Made, make

_EXTRACT = "trust extract --overwrite --filter=ca-anchors"
_FEDORA = f"""#!/bin/sh
set -eu
export P11_KIT_NO_USER_CONFIG=1
DEST=/etc/pki/ca-trust/extracted
mkdir -p $DEST/pem $DEST/java
{_EXTRACT} --format=pem-bundle --comment --purpose server-auth $DEST/pem/tls-ca-bundle.pem
{_EXTRACT} --format=pem-bundle --comment --purpose email $DEST/pem/email-ca-bundle.pem
{_EXTRACT} --format=pem-bundle --comment --purpose code-signing $DEST/pem/objsign-ca-bundle.pem
{_EXTRACT} --format=java-cacerts --purpose server-auth $DEST/java/cacerts
{_EXTRACT} --format=pem-directory-hash --purpose server-auth $DEST/pem/directory-hash
"""
_ARCH = f"""#!/bin/sh
set -eu
DEST=/etc/ca-certificates/extracted
mkdir -p $DEST
{_EXTRACT} --format=pem-bundle --comment --purpose=server-auth $DEST/tls-ca-bundle.pem
{_EXTRACT} --format=pem-bundle --comment --purpose=email $DEST/email-ca-bundle.pem
{_EXTRACT} --format=pem-bundle --comment --purpose=code-signing $DEST/objsign-ca-bundle.pem
{_EXTRACT} --format=pem-directory-hash --purpose=server-auth $DEST/cadir
rm -rf /etc/ssl/certs/*
for link in $DEST/cadir/*; do ln -s "$link" /etc/ssl/certs/; done
ln -s $DEST/tls-ca-bundle.pem /etc/ssl/certs/ca-certificates.crt
"""
_SUSE = f"""#!/bin/sh
set -eu
umask 0222
cd /var/lib/ca-certificates
rm -f ca-bundle.pem.new
{_EXTRACT} --format=pem-bundle --purpose=server-auth ca-bundle.pem.new
mv -f ca-bundle.pem.new ca-bundle.pem
rm -rf pem.new
{_EXTRACT} --format=pem-directory-hash --purpose=server-auth pem.new
rm -rf pem
mv pem.new pem
"""
#: Family -> its command and what stands in for it.
COMMANDS = {
    "Fedora, RHEL": ("update-ca-trust", _FEDORA),
    "Arch": ("update-ca-trust", _ARCH),
    "openSUSE": ("update-ca-certificates", _SUSE),
}
_MODULE = "module: p11-kit-trust.so\npriority: 1\ntrust-policy: yes\nx-init-reserved: paths={}:{}\n"


@dataclass(frozen=True)
class System:
    """One family's system, with two authorities of its vendor."""

    layout: Layout
    vendor: tuple[Made, Made]

    def update(self) -> None:
        """As an administrator runs the family's command."""
        subprocess.run(self.layout.argv, check=True, capture_output=True)


def become(title: str, scratch: Path, patch: pytest.MonkeyPatch) -> System:
    """Make the folders, the command and the vendor's files. Only inside `private_mounts`.

    The vendor's folder and the command are elsewhere than on such a system: /usr is not ours to cover.
    """
    (known,) = (one for one in families.LAYOUTS if one.title == title)
    layout = replace(known, vendor=Path("/etc/vendor-trust"))
    for folder in (layout.anchors, layout.blocklist, layout.vendor / "anchors", *layout.derived):
        folder.mkdir(parents=True, exist_ok=True)
    name, script = COMMANDS[title]
    programs = scratch / "programs"
    programs.mkdir()
    (programs / name).write_text(script)
    (programs / name).chmod(0o755)
    patch.setattr(families, "LAYOUTS", (layout,))
    patch.setattr(families, "_PROGRAMS", (str(programs), "/usr/bin"))
    modules = Path("/etc/pkcs11/modules")
    modules.mkdir(parents=True, exist_ok=True)
    (modules / "p11-kit-trust.module").write_text(_MODULE.format(layout.source, layout.vendor))
    vendor = (make("Vendor One", ca=True), make("Vendor Two", ca=True))
    for number, made in enumerate(vendor):
        (layout.vendor / "anchors" / f"vendor-{number}.pem").write_bytes(made.pem)
    system = System(layout, vendor)
    system.update()
    return system
