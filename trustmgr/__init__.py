"""Trust Manager's engine and command line."""

import warnings
from datetime import UTC, datetime

__version__ = "0.1.0"

#: A moment that has certainly passed when this program runs: a clock before it is wrong.
RELEASED = datetime(2026, 11, 1, tzinfo=UTC)

# `cryptography` warns on stderr about certificates that break RFC 5280, of which every machine has
# some. Saying what is wrong with a certificate is the diagnosis's work, in words for people.
warnings.filterwarnings("ignore", message="Parsed a|The parsed", category=UserWarning)
