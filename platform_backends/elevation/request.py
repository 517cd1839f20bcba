"""What is asked of the privileged helper, as bounded JSON."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass

from platform_backends.base import Operation, StoreError, Trust

#: The longest request, in bytes: room for a certificate of 128 kB in base64.
MAX_REQUEST = 256 * 1024

_FIELDS = frozenset({"operation", "store", "sha256", "der", "trust", "force"})


_NO_TRUST = Trust()


class BadRequest(StoreError):
    """The helper was asked something that it does not do."""


@dataclass(frozen=True)
class Request:
    """One change. `sha256` is what the user confirmed; `der` is empty unless something is added."""

    operation: Operation
    store: str
    sha256: str
    der: bytes = b""
    trust: Trust = _NO_TRUST
    force: bool = False

    def to_json(self) -> bytes:
        """The request as the helper reads it."""
        return json.dumps(
            {
                "operation": self.operation.value,
                "store": self.store,
                "sha256": self.sha256,
                "der": base64.b64encode(self.der).decode(),
                "trust": self.trust.to_json(),
                "force": self.force,
            }
        ).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Request:
        """The reverse. Raises `BadRequest` for anything that is not exactly a request."""
        if len(text) > MAX_REQUEST:
            raise BadRequest("The request is too long.")
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadRequest("The request is not JSON.") from error
        if not isinstance(data, dict) or set(data) != _FIELDS:
            raise BadRequest("The request does not have the fields of a request.")
        try:
            return cls._from_fields(data)
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
            raise BadRequest("A field of the request is not what it has to be.") from error

    @classmethod
    def _from_fields(cls, data: dict[str, object]) -> Request:
        store, sha256, der, force = (data[key] for key in ("store", "sha256", "der", "force"))
        trust = data["trust"]
        if not (isinstance(store, str) and isinstance(der, str) and isinstance(force, bool)):
            raise TypeError("not the types of a request")
        if not (isinstance(sha256, str) and re.fullmatch(r"[0-9a-f]{64}", sha256)):
            raise TypeError("not a SHA-256")
        if not isinstance(trust, dict):
            raise TypeError("not a trust")
        return cls(
            Operation(str(data["operation"])),
            store,
            sha256,
            base64.b64decode(der, validate=True),
            Trust.from_json(trust),
            force,
        )
