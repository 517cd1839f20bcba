"""policies.json: which certificates it installs; one more or one less, and nothing else changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from platform_backends.base import StoreUnavailable, UnsafeFile
from platform_backends.firefox_policies import layout, spans

_KEYS = ("policies", "Certificates", "Install")
#: What was made for the first certificate: that many of `_KEYS` from the end, and above them the file.
WHOLE_FILE = len(_KEYS) + 1
_LOOK = f"Look at {layout.FILE}: Firefox does not read it either."


@dataclass(frozen=True)
class Document:
    """The text of a policies.json that parses; None: there is no file."""

    text: str | None

    @classmethod
    def of(cls, data: bytes | None) -> Document:
        """Raises `StoreUnavailable` for what Firefox would not read."""
        if data is None:
            return cls(None)
        try:
            text = data.decode()
            value = json.loads(text)
            spans.begin(text)
        except (ValueError, RecursionError) as error:
            raise StoreUnavailable(f"{layout.FILE} is no JSON ({error}).", _LOOK) from error
        if not isinstance(value, dict):
            raise StoreUnavailable(f"{layout.FILE} holds no policies.", _LOOK)
        return cls(text)

    @property
    def data(self) -> bytes | None:
        """The bytes of the file."""
        return None if self.text is None else self.text.encode()

    @property
    def installs(self) -> list[str]:
        """What ``Install`` names, in order; empty when it is not there, or something else."""
        value: Any = json.loads(self.text) if self.text is not None else {}
        for key in _KEYS:
            value = value.get(key) if isinstance(value, dict) else None
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []

    def with_install(self, path: str) -> tuple[Document, int]:
        """With one more path, and how many levels had to be made for it. Raises `UnsafeFile`."""
        if self.text is None:
            nested: object = [path]
            for key in reversed(_KEYS):
                nested = {key: nested}
            return Document(json.dumps(nested, indent=2, ensure_ascii=False) + "\n"), WHOLE_FILE
        at, level = self._deepest()
        made = len(_KEYS) - level
        item: object = path
        if made:
            item = [path]
            for key in reversed(_KEYS[level + 1 :]):
                item = {key: item}
        words = json.dumps(item, ensure_ascii=False)
        if made:
            words = f"{json.dumps(_KEYS[level])}: {words}"
        later = Document(spans.with_last(self.text, at, words))
        if later.installs != [*self.installs, path]:
            raise _odd()
        return later, made

    def without_install(self, path: str, made: int) -> Document:
        """Less this path; and less the levels that were `made`, as far as they are empty now."""
        if self.text is None or path not in self.installs:
            return self
        at, _ = self._deepest()
        index = next(
            i
            for i, one in enumerate(spans.items(self.text, at))
            if json.loads(self.text[one.value : one.end]) == path
        )
        later = Document(spans.without(self.text, at, index))
        for level in range(len(_KEYS) - 1, len(_KEYS) - 1 - min(made, len(_KEYS)), -1):
            later = later._less_empty(level)
        if made == WHOLE_FILE and json.loads(later.text or "{}") == {}:
            return Document(None)
        return later

    def _less_empty(self, level: int) -> Document:
        assert self.text is not None  # noqa: S101 -- of a document with a path in it
        at = spans.begin(self.text)
        for key in _KEYS[:level]:
            found = [i for i in spans.items(self.text, at) if i.key == key]
            if not found:
                return self
            at = found[0].value
        there = spans.items(self.text, at)
        for index, one in enumerate(there):
            if one.key == _KEYS[level] and not json.loads(self.text[one.value : one.end]):
                return Document(spans.without(self.text, at, index))
        return self

    def _deepest(self) -> tuple[int, int]:
        """Where the innermost container on the way to the list is, and how many keys lead to it."""
        assert self.text is not None  # noqa: S101 -- asked of files alone
        at = spans.begin(self.text)
        for level, key in enumerate(_KEYS):
            found = [i for i in spans.items(self.text, at) if i.key == key]
            if len(found) > 1:
                raise _odd()
            if not found:
                return at, level
            at = found[0].value
            if self.text[at] != ("[" if key == _KEYS[-1] else "{"):
                raise _odd()
        return at, len(_KEYS)


def _odd() -> UnsafeFile:
    return UnsafeFile(
        f"{layout.FILE} is written in a way that a certificate cannot be added to safely.",
        "Nothing was changed. See what policies.Certificates.Install is there.",
    )
