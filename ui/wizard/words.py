"""Words that several pages use for the engine's answers."""

from __future__ import annotations

from ui.style.tones import Tone

#: FixBy -> who can fix it.
FIX_BY = {
    "this-machine": "You can fix this on this computer.",
    "site-owner": "The owner of the site has to fix this.",
    "administrator": "Your administrator has to fix this.",
    "nobody": "There is nothing to fix.",
}
#: FixBy -> who does a remedy.
DONE_BY = {
    "this-machine": "Done here, on this computer",
    "site-owner": "Done by the owner of the site",
    "administrator": "Done by your administrator",
    "nobody": "Nobody can do this",
}
#: Risk -> words and tone.
RISK = {
    "none": ("No risk", Tone.GOOD),
    "low": ("Low risk", Tone.NOTE),
    "high": ("High risk", Tone.WARN),
}
#: Severity -> tone.
SEVERITY = {"error": Tone.BAD, "warning": Tone.WARN, "notice": Tone.NOTE}
#: Purpose -> what the trust allows.
PURPOSE = {
    "server-auth": "identify web sites and other TLS servers",
    "client-auth": "identify users and client programs",
    "email": "sign and protect e-mail",
    "code-signing": "sign programs",
}
ACCEPTS = {
    True: ("Accepts", Tone.GOOD),
    False: ("Refuses", Tone.BAD),
    None: ("Cannot tell", Tone.PLAIN),
}
#: Verdict -> sentence and tone, for sites and for files.
_VERDICT = {
    "trusted": ("This site is trusted on this computer", Tone.GOOD),
    "untrusted": ("This site is not trusted on this computer", Tone.BAD),
    "unreachable": ("This site could not be reached", Tone.WARN),
}
_FILE_VERDICT = {
    "trusted": ("This certificate is trusted on this computer", Tone.GOOD),
    "untrusted": ("This certificate is not trusted on this computer", Tone.BAD),
    "unreachable": ("This certificate could not be judged", Tone.WARN),
}


def verdict(found: str, *, is_file: bool) -> tuple[str, Tone]:
    """The answer in one sentence."""
    return (_FILE_VERDICT if is_file else _VERDICT)[found]
