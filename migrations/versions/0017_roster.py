"""Photographs on file, checks of identity, marks of absence, reports of waiting rooms; how late is late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
compatible_since = "0001"  # it only adds; the release before checks nobody's identity

NOW = sa.text("clock_timestamp()")
RIGHTS = (
    "GRANT SELECT, INSERT ON candidate_photos, photo_decisions, check_ins, absence_marks TO sahih_app",
    "GRANT SELECT ON readiness TO sahih_app",
    # Each waiting room reports its own computer, and the newest report counts.
    "GRANT SELECT, INSERT, UPDATE ON readiness TO sahih_exam",
)


def upgrade() -> None:
    op.add_column(
        "sittings", sa.Column("late_after_seconds", sa.Integer(), server_default=sa.text("900"), nullable=False)
    )
    _create_photos()
    _create_check_ins()
    _create_absences()
    _create_readiness()
    for statement in RIGHTS:
        op.execute(statement)


def _create_photos() -> None:
    op.create_table(
        "candidate_photos",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_candidate_photos_person_id_people")),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f("fk_candidate_photos_added_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_photos")),
    )
    op.create_index(
        "ix_candidate_photos_person_id_added_at", "candidate_photos", ["person_id", "added_at"], unique=False
    )
    op.create_table(
        "photo_decisions",
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["candidate_photos.id"], name=op.f("fk_photo_decisions_photo_id_candidate_photos")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_photo_decisions_decided_by_people")),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_photo_decisions")),
    )


def _create_check_ins() -> None:
    op.create_table(
        "check_ins",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("photo_id", sa.Uuid(), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint("matched OR note IS NOT NULL", name=op.f("ck_check_ins_reason")),
        sa.ForeignKeyConstraint(
            ["sitting_id", "attempt_id"],
            ["attempts.sitting_id", "attempts.id"],
            name=op.f("fk_check_ins_sitting_id_attempt_id_attempts"),
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["candidate_photos.id"], name=op.f("fk_check_ins_photo_id_candidate_photos")
        ),
        sa.ForeignKeyConstraint(["checked_by"], ["people.id"], name=op.f("fk_check_ins_checked_by_people")),
        sa.PrimaryKeyConstraint("sitting_id", "id", name=op.f("pk_check_ins")),
    )
    op.create_index("ix_check_ins_attempt", "check_ins", ["sitting_id", "attempt_id", "checked_at"], unique=False)


def _create_absences() -> None:
    op.create_table(
        "absence_marks",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("absent", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("marked_by", sa.Uuid(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id", "attempt_id"],
            ["attempts.sitting_id", "attempts.id"],
            name=op.f("fk_absence_marks_sitting_id_attempt_id_attempts"),
        ),
        sa.ForeignKeyConstraint(["marked_by"], ["people.id"], name=op.f("fk_absence_marks_marked_by_people")),
        sa.PrimaryKeyConstraint("sitting_id", "id", name=op.f("pk_absence_marks")),
    )
    op.create_index(
        "ix_absence_marks_attempt", "absence_marks", ["sitting_id", "attempt_id", "marked_at"], unique=False
    )


def _create_readiness() -> None:
    op.create_table(
        "readiness",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("clock_offset_ms", sa.Integer(), nullable=False),
        sa.Column("round_trip_ms", sa.Integer(), nullable=False),
        sa.Column("saves", sa.Boolean(), nullable=False),
        sa.Column("persisted", sa.Boolean(), nullable=True),
        sa.Column("quota_mb", sa.Integer(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id", "attempt_id"],
            ["attempts.sitting_id", "attempts.id"],
            name=op.f("fk_readiness_sitting_id_attempt_id_attempts"),
        ),
        sa.PrimaryKeyConstraint("sitting_id", "attempt_id", name=op.f("pk_readiness")),
    )
