"""One spelling for all: texts come from terminals, logs, screens and letters."""

from __future__ import annotations

import re
import unicodedata

#: Characters of a text that are looked at: its beginning and its end, where errors stand.
LONGEST = 65_536

#: Curly, low, angle, prime, backtick and full-width quotation marks.
_QUOTES = dict.fromkeys(
    map(
        ord,
        '\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00b4`"\u00ab\u00bb\u2039\u203a\u2032\u2033\uff02\uff07',
    ),
    "'",
)
#: Hyphens, dashes, minus and their full-width forms.
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"), "-")
#: What logs and pages write in place of a character.
_ESCAPES = (
    ('\\"', "'"),
    ("\\'", "'"),
    ("\\u0027", "'"),
    ("\\u0022", "'"),
    ("\\r\\n", " "),
    ("\\n", " "),
    ("\\/", "/"),
    ("&quot;", "'"),
    ("&#34;", "'"),
    ("&#39;", "'"),
    ("&#x27;", "'"),
    ("&apos;", "'"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
    ("&nbsp;", " "),
    ("%3A//", "://"),
    ("%3a//", "://"),
    ("%3A", ":"),
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_ANSI = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]")


def clipped(text: str) -> str:
    """At most `LONGEST` characters: the first half and the last half of what is too long."""
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return text[:half] + "\n" + text[-half + 1 :]


def plain(text: str) -> str:
    """Quotes, dashes and spaces in one spelling, on one line; capitals are kept."""
    text = _INVISIBLE.sub("", _ANSI.sub("", clipped(text)))
    for written, meant in _ESCAPES:
        text = text.replace(written, meant)
    return " ".join(text.translate(_QUOTES).translate(_DASHES).split())


def folded(text: str) -> str:
    """`plain` without capitals; underscores become spaces, so that codes read like sentences."""
    folded = unicodedata.normalize("NFKC", plain(text)).casefold().replace("_", " ")
    return " ".join(clipped(folded).split())
