"""What inspecting answers to its caller."""

from __future__ import annotations

from trustmgr.errors import ExitCode
from trustmgr.findings import Verdict

EXIT = {
    Verdict.TRUSTED: ExitCode.OK,
    Verdict.UNTRUSTED: ExitCode.PROBLEMS,
    Verdict.UNREACHABLE: ExitCode.UNREACHABLE,
}
