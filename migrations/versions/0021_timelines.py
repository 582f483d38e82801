"""What a timeline and a board ask of one sitting is found without reading all others."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
compatible_since = "0001"  # it only adds


def upgrade() -> None:
    # A few bytes for a hundred pages instead of an entry for each answer: changes lie in the order in which they came.
    op.create_index(
        "ix_answer_events_at",
        "answer_events",
        ["at"],
        postgresql_using="brin",
        postgresql_with={"autosummarize": "on"},
    )
    op.create_index(
        op.f("ix_incident_candidates_sitting_id_attempt_id"), "incident_candidates", ["sitting_id", "attempt_id"]
    )
