"""A Fedora, an Arch or an openSUSE in the private mount namespace.

`trust`, which does the work, is the real one of Debian's package p11-kit, told the family's folders. The
scripts that call it in place of each family's command are ours. They make the same files by the same calls as

- Fedora's update-ca-trust (src.fedoraproject.org/rpms/ca-certificates, its ``extract``),
- Arch's update-ca-trust (ca-certificates-utils; read in github.com/eweOS/packages, which derives from it),
- openSUSE's update-ca-certificates and its hooks 50java.run, 70openssl.run, 80etc_ssl.run and 99certbundle.run
  (github.com/openSUSE/ca-certificates), with the hooks in one file.

Left out: options that we do not pass, openSUSE's repair of the link /etc/ssl/certs and Arch's of its Java's.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from platform_backends.linux_p11kit import families
from platform_backends.linux_p11kit.families import Layout
from tests.contract.namespace import snapshot
from tests.making import Made, make

_FEDORA = """#!/bin/sh
set -eu
DEST=/etc/pki/ca-trust/extracted
export P11_KIT_NO_USER_CONFIG=1
mkdir -p $DEST/openssl $DEST/pem $DEST/java $DEST/edk2
bundle() { trust extract --format=pem-bundle --filter=ca-anchors --overwrite --comment --purpose "$@"; }
trust extract --format=openssl-bundle --filter=certificates --overwrite --comment $DEST/openssl/ca-bundle.trust.crt
bundle server-auth $DEST/pem/tls-ca-bundle.pem
bundle email $DEST/pem/email-ca-bundle.pem
bundle code-signing $DEST/pem/objsign-ca-bundle.pem
trust extract --format=java-cacerts --filter=ca-anchors --overwrite --purpose server-auth $DEST/java/cacerts
trust extract --format=edk2-cacerts --filter=ca-anchors --overwrite --purpose=server-auth $DEST/edk2/cacerts.bin
trust extract --format=pem-directory-hash --filter=ca-anchors --overwrite --purpose server-auth \\
    $DEST/pem/directory-hash
ln -s ../tls-ca-bundle.pem $DEST/pem/directory-hash/ca-certificates.crt
ln -s ../tls-ca-bundle.pem $DEST/pem/directory-hash/ca-bundle.crt
"""
_ARCH = """#!/bin/bash
set -eu
DEST=/etc/ca-certificates/extracted
export P11_KIT_NO_USER_CONFIG=1
mkdir -p "$DEST"
bundle() { trust extract --overwrite --comment --format=pem-bundle --filter=ca-anchors --purpose="$1" "$2"; }
bundle server-auth "$DEST/tls-ca-bundle.pem"
bundle email "$DEST/email-ca-bundle.pem"
bundle code-signing "$DEST/objsign-ca-bundle.pem"
trust extract --overwrite --comment --format=openssl-bundle --filter=certificates "$DEST/ca-bundle.trust.crt"
trust extract --overwrite --format=edk2-cacerts --filter=ca-anchors --purpose=server-auth "$DEST/edk2-cacerts.bin"
trust extract --overwrite --format=java-cacerts --filter=ca-anchors --purpose=server-auth "$DEST/java-cacerts.jks"
trust extract --overwrite --format=pem-directory-hash --filter=ca-anchors --purpose=server-auth "$DEST/cadir"
for f in "$DEST"/cadir/*; do
  ln -fs "$f" /etc/ssl/certs
done
find -L /etc/ssl/certs -maxdepth 1 -type l -delete
"""
_SUSE = """#!/bin/bash
fresh=
case "${1-}" in
    -f|--fresh) fresh=-f ;;
    -*) echo "invalid option: $1" >&2; exit 1 ;;
esac
umask 0222
rm -f /etc/pki/trust/.updated
statedir=/var/lib/ca-certificates
cafile=$statedir/ca-bundle.pem
cadir=$statedir/pem
trust extract --format=java-cacerts --purpose=server-auth --filter=ca-anchors --overwrite $statedir/java-cacerts
mkdir -p $statedir/openssl $cadir
trust extract --format=openssl-directory --filter=ca-anchors --overwrite $statedir/openssl
trust extract --purpose=server-auth --filter=ca-anchors --format=pem-directory-hash -f $cadir
if [ -z "$fresh" -a "$cafile" -nt "$cadir" ]; then exit 0; fi
set -e
trust extract --format=pem-bundle --purpose=server-auth --filter=ca-anchors $cafile.tmp
cat - $cafile.tmp > $cafile.new <<EOF
#
# automatically created. Do not edit!
#
EOF
rm -f $cafile.tmp
mv -f $cafile.new $cafile
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


def state(system: System) -> dict[str, tuple[str, int, str]]:
    """All that a change may touch: the sources, and what the command makes of them."""
    return snapshot(system.layout.source, *system.layout.derived)


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
    for link in Path("/etc/ssl/certs").iterdir():  # Debian's are none of this system's
        if link.is_symlink():
            link.unlink()
    system.update()
    return system
