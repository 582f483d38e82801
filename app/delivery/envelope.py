"""What stands in replies of more than one kind, and the shapes of what every write carries. Both kinds of route read this."""

from __future__ import annotations

from typing import Any, Final

from app.core.clock import maybe_rfc3339, rfc3339
from app.delivery import rules
from app.delivery.types import AttemptClock, Receipt, Standing

DEVICE_SECRET: Final = r"^[0-9a-f]{32}$"  # noqa: S105  the shape of one
NONCE: Final = r"^[0-9A-Za-z_-]{8,64}$"
TOKEN: Final = r"^[^\x00-\x1f]{0,32}$"  # noqa: S105  as typed: a wrong one is told so, not called malformed


def envelope(clock: AttemptClock, standing: Standing, nonce: str | None) -> dict[str, Any]:
    """The server's time and where the attempt stands. `clock` gives the sitting's times, `standing` what changes."""
    closes_at = standing.closes_at
    return {
        "nonce": nonce,
        "server_time": rfc3339(standing.at),
        "closes_at": maybe_rfc3339(closes_at),
        "resumes_at": maybe_rfc3339(standing.resumes_at),
        "ends_at": rfc3339(rules.shown_end(closes_at, clock.transmission_seconds)) if closes_at else None,
        "state": standing.state,
        "phase": rules.phase(clock, standing.at).phase,
        "epoch": standing.epoch,
        "rev": standing.rev,
    }


def receipt(stored: Receipt) -> dict[str, Any]:
    return {
        "answered": stored.answered,
        "items": stored.items,
        "submitted_at": rfc3339(stored.submitted_at),
        "reason": stored.reason,
        "code": stored.code,
        "hash": stored.sha256,
    }
