"""One rule a file: `find(case)` yields findings. Every file of this folder is a rule.

To add a cause: one file here, its name in the table below where it belongs, and one file of words
in resources/knowledge/causes.
"""

from __future__ import annotations

#: The rules in the order in which people should fix what they find: first what hides the rest.
CONNECTION = (
    "connection_failed",
    "captive_portal",
    "plaintext",
    "client_certificate",
    "alert",
    "old_protocol",
)
MACHINE = ("trust_store_unreadable", "clock_wrong", "store_inconsistent")
PATH = (
    "malformed_certificate",
    "distrusted",
    "revoked",
    "tls_interception",
    "bad_signature",
    "expired",
    "not_yet_valid",
    "self_signed",
    "missing_intermediate",
    "outdated_trust_store",
    "untrusted_root",
    "name_mismatch",
    "wrong_usage",
    "not_a_ca",
    "path_too_long",
    "name_constraint",
    "policy_constraint",
    "critical_extension",
    "weak_key",
    "weak_signature",
    "must_staple_missing",
    "lifetime_too_long",
    "ct_missing",
    "wrong_order",
    "expiring_soon",
)
