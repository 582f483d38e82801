"""What many of these tables say alike."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, text

NOW = text("clock_timestamp()")


def of_attempt() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["sitting_id", "attempt_id"], ["attempts.sitting_id", "attempts.id"])
