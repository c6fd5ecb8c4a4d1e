"""What customers give, and what they get for it."""

from __future__ import annotations
