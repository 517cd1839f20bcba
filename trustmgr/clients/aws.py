"""The AWS command line, as the user has it: ~/.aws/config and the environment count."""

from __future__ import annotations

import re
from collections.abc import Mapping

from trustmgr.clients.base import Attempt, replaced_by
from trustmgr.clients.by_name import ByName, setting, url
from trustmgr.clients.process import Ran
from trustmgr.clients.program import Said, Trial
from trustmgr.text import inert

#: botocore's configprovider.py counts the first before the setting, endpoint.py the other after it.
_VARIABLES, _LATER = ("AWS_CA_BUNDLE",), ("REQUESTS_CA_BUNDLE",)
_REFUSED = re.compile(r"^SSL validation failed for \S+ (.*)$", re.MULTILINE)
_CUT = ("EOF", "Zero", "reset by peer")
#: What botocore says instead of an answer (botocore/exceptions.py); all else came from the server.
_UNREACHED = ("Could not connect", "timeout", "Connection was closed", "Unable to locate")


class Aws(ByName):
    """`aws s3 ls` without an account: the server's answer does not matter."""

    id = "aws"
    title = "AWS command line"
    program_names = ("aws",)

    def store(self, environment: Mapping[str, str]) -> str:
        """The list that it brings, unless a setting replaces it."""
        return (
            replaced_by(environment, _VARIABLES)
            or setting("aws")
            or replaced_by(environment, _LATER)
            or "its own list"
        )

    def surroundings(self, attempt: Attempt) -> dict[str, str]:
        """It asks nobody else, once, and shows no pager."""
        quiet = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1", "AWS_PAGER": ""}
        return super().surroundings(attempt) | quiet

    def ask(self, trial: Trial) -> Said:
        """No name of a user is sent, and nothing is written."""
        attempt = trial.attempt
        patience = f"{max(1, round(attempt.timeout))}"
        words = ["s3", "ls", "--endpoint-url", url(attempt), "--no-sign-request"]
        words += ["--region", "us-east-1", "--output", "json"]
        words += ["--cli-connect-timeout", patience, "--cli-read-timeout", patience]
        if attempt.sandbox:
            words += ["--ca-bundle", str(attempt.sandbox.bundle)]
        command = (str(trial.program), *words)
        accepts, message = _judge(trial.run(command, more=8))  # it takes seconds to start
        version = trial.about("--version").partition(" ")[0].removeprefix("aws-cli/")
        return Said(accepts, message, inert(version, 80), command)


def _judge(ran: Ran) -> tuple[bool | None, str]:
    if refused := _REFUSED.search(ran.err):
        said = inert(refused[1])
        if any(word in said for word in _CUT):
            return None, f"the connection ended before the certificate was judged: {said}"
        return False, said
    if ran.code is None:
        return None, "no answer in time"
    last = inert((ran.err.strip().splitlines() or [f"aws ended with {ran.code}"])[-1])
    if ran.code == 0 or "An error occurred (" in last:
        return True, "accepts the certificate"
    return None, last
