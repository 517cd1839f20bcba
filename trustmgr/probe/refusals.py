"""Files that are something else, each with the sentence that helps the person who chose it."""

from __future__ import annotations

from enum import Enum

from trustmgr.errors import UnreadableInput


class Kind(Enum):
    """What a file turned out to be: the sentence after its name, and what to do next."""

    EMPTY = ("is empty.", "Download or copy it again.")
    NOTHING = (
        "holds no certificate.",
        "Ask for the certificate as a .pem, .cer, .p7b or .p12 file.",
    )
    CUT_OFF = ("is cut off: its end is missing.", "Download or copy it again.")
    PRIVATE_KEY = (
        "is a private key, not a certificate.",
        "It never needs to be imported; keep it secret.",
    )
    PUBLIC_KEY = ("is a public key, not a certificate.", "Ask for the certificate.")
    REQUEST = (
        "is a certificate request, not a certificate.",
        "Send it to a certificate authority; what comes back is the certificate.",
    )
    CRL = (
        "is a revocation list, not a certificate.",
        "Ask for the certificate of the authority that signed it.",
    )
    WEB_PAGE = (
        "is a web page: the download went wrong.",
        "Open it in a browser to see what the server wanted to say, then download again.",
    )
    KEY_STORE = (
        "is a Java key store, not a certificate.",
        "Take the certificate out of it with: keytool -exportcert -rfc -keystore FILE -alias NAME.",
    )
    ARCHIVE = ("is an archive.", "Unpack it and choose the certificate in it.")
    EVIDENCE = ("is saved evidence, not a certificate.", "Inspect it alone.")
    BROKEN = ("holds a certificate that cannot be read.", "Ask for it again.")

    def error(self, name: str) -> UnreadableInput:
        """The error for a file of this (inert) name."""
        sentence, next_step = self.value
        return UnreadableInput(f"{name} {sentence}", next_step)
