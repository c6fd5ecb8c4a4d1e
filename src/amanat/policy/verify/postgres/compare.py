"""What is declared against what is there: every look that yields findings, written out."""

from __future__ import annotations

from amanat.policy.verify.finding import Finding
from amanat.policy.verify.postgres import grants, objects, principals
from amanat.policy.verify.postgres.seen import Seen

LOOKS = (
    objects.absent,
    grants.grants,
    grants.effective,
    objects.views,
    objects.schemas,
    principals.principals,
    principals.memberships,
    principals.rights,
    principals.defaults,
    objects.mask_key,
    objects.row_security,
)
"""What is looked at."""


def findings(seen: Seen) -> list[Finding]:
    """Everything that differs."""
    return [finding for look in LOOKS for finding in look(seen)]
