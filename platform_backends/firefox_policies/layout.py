"""Where Firefox looks for policies on Linux (mozilla.github.io/policy-templates, "Certificates")."""

from __future__ import annotations

from pathlib import Path

#: Of this the policies of every Firefox are read; /etc/firefox-esr is not.
FOLDER = Path("/etc/firefox/policies")
FILE = FOLDER / "policies.json"

#: Policies that came with an installation; it reads them only as long as `FILE` is not there
#: (toolkit/components/enterprisepolicies/EnterprisePoliciesParent.sys.mjs).
WITH_INSTALLATIONS = (
    "usr/lib/firefox*/distribution/policies.json",
    "usr/lib64/firefox*/distribution/policies.json",
    "usr/local/lib/firefox*/distribution/policies.json",
    "opt/firefox*/distribution/policies.json",
)

#: Where a name without a folder is looked for.
SEARCHED = (Path("/usr/lib/mozilla/certificates"), Path("/usr/lib64/mozilla/certificates"))

#: What we made: root alone may look.
RECORDS = Path("/var/lib/trustmgr/firefox-policies")

#: The largest file that is read, in bytes.
LIMIT = 4 * 1024 * 1024
