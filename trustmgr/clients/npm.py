"""npm, as the user has it: ~/.npmrc counts."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping

from trustmgr.clients.base import Attempt, replaced_by
from trustmgr.clients.by_name import ByName, setting, url
from trustmgr.clients.process import Ran
from trustmgr.clients.program import Said, Trial
from trustmgr.text import inert

_VARIABLES = ("npm_config_cafile", "NPM_CONFIG_CAFILE")
_CODE = re.compile(r"^npm (?:error|ERR!) code (\S+)$", re.MULTILINE)
_REASON = re.compile(r"^npm (?:error|ERR!) .*reason: (.*)$", re.MULTILINE)
#: Codes of Node for certificates (its documentation, "X509 certificate error codes") and for TLS itself.
_REFUSED = re.compile(r"CERT|UNABLE_TO|SELF_SIGNED|ERR_TLS|ERR_SSL|EPROTO|CRL|INVALID_CA|ISSUER")
_UNREACHED = re.compile(
    r"ECONN|ETIMEDOUT|ENOTFOUND|EAI_|EPIPE|ERR_SOCKET|EHOST|ENET|FETCH_ERROR|EIDLE"
)


class Npm(ByName):
    """`npm ping`: no package has to be there."""

    id = "npm"
    title = "npm"
    program_names = ("npm",)

    def store(self, environment: Mapping[str, str]) -> str:
        """Node's list, unless ``cafile`` replaces it."""
        return replaced_by(environment, _VARIABLES) or setting("npm") or "Node's own list"

    def surroundings(self, attempt: Attempt) -> dict[str, str]:
        """It asks for nothing else."""
        return super().surroundings(attempt) | {"NO_UPDATE_NOTIFIER": "1"}

    def ask(self, trial: Trial) -> Said:
        """Its cache and its log are thrown away."""
        attempt = trial.attempt
        with tempfile.TemporaryDirectory(prefix="trustmgr-npm-") as folder:
            words = ["ping", "--registry", url(attempt), "--fetch-retries=0", "--logs-max=0"]
            words += [f"--fetch-timeout={attempt.timeout * 1000:.0f}", "--cache", folder]
            if attempt.sandbox:
                words += ["--cafile", str(attempt.sandbox.bundle)]
            command = (str(trial.program), *words)
            accepts, message = _judge(trial.run(command, more=3))
        return Said(accepts, message, trial.version(0), command)


def _judge(ran: Ran) -> tuple[bool | None, str]:
    found, reason = _CODE.search(ran.err), _REASON.search(ran.err)
    code = found[1] if found else ""
    said = inert(f"{code}: {reason[1]}" if reason else code)
    if ran.code is None:
        return None, "no answer in time"
    if _UNREACHED.search(code) or "timeout" in said:
        return None, said
    if _REFUSED.search(code):
        return False, said
    if ran.code == 0 or re.fullmatch(r"E\d{3}|EJSONPARSE", code):  # whatever the server answered
        return True, "accepts the certificate"
    return None, said or f"npm ended with {ran.code}"
