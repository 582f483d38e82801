"""What a row of a direct connection says, as delivery's own types. The columns are named alike in every hot statement."""

from __future__ import annotations

from typing import Any

from app.delivery import rules
from app.delivery.types import Admission, AttemptClock, AttemptState, Receipt, Standing


def standing_of(row: Any) -> Standing:
    return Standing(
        row["at"], AttemptState(row["state"]), row["epoch"], row["closes_at"], row["rev"], row["resumes_at"]
    )


def clock_of(row: Any) -> AttemptClock:
    return AttemptClock(
        state=AttemptState(row["state"]),
        admission=Admission(row["admission"]),
        opens_at=row["opens_at"],
        window_closes_at=row["window_closes_at"],
        closes_at=row["closes_at"],
        transmission_seconds=row["transmission_seconds"],
        resumes_at=row["resumes_at"],
    )


def receipt_of(row: Any) -> Receipt | None:
    """The receipt of an attempt that is closed; None before."""
    if row["submitted_at"] is None or row["receipt_sha256"] is None:
        return None
    return Receipt(
        answered=row["answered"] or 0,
        items=row["n_items"],
        submitted_at=row["submitted_at"],
        reason=row["submit_reason"],
        code=rules.receipt_code(row["receipt_sha256"]),
        sha256=row["receipt_sha256"],
    )
