"""Known products that answer in a site's place, by a mark in their issuer names."""

from __future__ import annotations

from functools import cache

import resources


@cache
def interceptors() -> tuple[tuple[str, str], ...]:
    """``(mark in lower case, product)``, in the order of resources/knowledge/interceptors.txt."""
    lines = resources.text("knowledge/interceptors.txt").splitlines()
    pairs = (line.partition(" = ") for line in lines if line and not line.startswith("#"))
    return tuple((mark.strip().lower(), product.strip()) for mark, _, product in pairs)
