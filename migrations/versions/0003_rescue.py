"""Rescue files: notes of their words, the files, decisions, and answers of source `rescue` in the journal of answers.

Expand, backfill, contract: the running release must keep working while this runs. No imports from `app`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
compatible_since = "0001"  # it only adds

APPEND_ONLY = ("rescue_notes", "rescues", "rescue_decisions")

# All that a candidate's page may know of a file: how far it is, how many answers it adds, and the receipt over all of them.
RECEIPTS = (
    """
    CREATE VIEW rescue_receipts WITH (security_barrier) AS
    SELECT r.sitting_id, r.attempt_id, r.uploaded_at, r.added, d.answered, d.receipt_sha256,
           CASE WHEN d.approved THEN 'approved' WHEN d.rescue_id IS NULL THEN 'waiting' ELSE 'refused' END AS state
    FROM rescues r LEFT JOIN rescue_decisions d ON d.sitting_id = r.sitting_id AND d.rescue_id = r.id
    """,
    "GRANT SELECT ON rescue_receipts TO sahih_app, sahih_exam",
)


def upgrade() -> None:
    # A default that is no expression is kept with the table: no row is written, and the release before goes on inserting.
    op.add_column("answer_events", sa.Column("source", sa.Text(), server_default="live", nullable=False))
    op.create_index(
        "ix_answer_events_rescue",
        "answer_events",
        ["sitting_id", "attempt_id"],
        unique=False,
        postgresql_where=sa.text("source = 'rescue'"),
    )
    _create_notes()
    _create_rescues()
    _create_decisions()
    for table in APPEND_ONLY:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO sahih_app")
    for statement in RECEIPTS:
        op.execute(statement)


def _create_notes() -> None:
    op.create_table(
        "rescue_notes",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["noted_by"], ["people.id"], name=op.f("fk_rescue_notes_noted_by_people")),
        sa.ForeignKeyConstraint(
            ["sitting_id", "attempt_id"],
            ["attempts.sitting_id", "attempts.id"],
            name=op.f("fk_rescue_notes_sitting_id_attempt_id_attempts"),
        ),
        sa.PrimaryKeyConstraint("sitting_id", "id", name=op.f("pk_rescue_notes")),
        sa.UniqueConstraint(
            "sitting_id", "attempt_id", "words", name=op.f("uq_rescue_notes_sitting_id_attempt_id_words")
        ),
    )


def _create_rescues() -> None:
    op.create_table(
        "rescues",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column(
            "uploaded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id", "attempt_id"],
            ["attempts.sitting_id", "attempts.id"],
            name=op.f("fk_rescues_sitting_id_attempt_id_attempts"),
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id", "note_id"],
            ["rescue_notes.sitting_id", "rescue_notes.id"],
            name=op.f("fk_rescues_sitting_id_note_id_rescue_notes"),
        ),
        sa.ForeignKeyConstraint(["uploaded_by"], ["people.id"], name=op.f("fk_rescues_uploaded_by_people")),
        sa.PrimaryKeyConstraint("sitting_id", "id", name=op.f("pk_rescues")),
        sa.UniqueConstraint(
            "sitting_id", "attempt_id", "file_sha256", name=op.f("uq_rescues_sitting_id_attempt_id_file_sha256")
        ),
    )


def _create_decisions() -> None:
    op.create_table(
        "rescue_decisions",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("rescue_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=True),
        sa.Column("receipt_sha256", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column(
            "decided_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_rescue_decisions_decided_by_people")),
        sa.ForeignKeyConstraint(
            ["sitting_id", "rescue_id"],
            ["rescues.sitting_id", "rescues.id"],
            name=op.f("fk_rescue_decisions_sitting_id_rescue_id_rescues"),
        ),
        sa.PrimaryKeyConstraint("sitting_id", "rescue_id", name=op.f("pk_rescue_decisions")),
    )
    op.create_index(
        "uq_rescue_decisions_approved",
        "rescue_decisions",
        ["sitting_id", "attempt_id"],
        unique=True,
        postgresql_where=sa.text("approved"),
    )
