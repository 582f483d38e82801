"""Safe Exam Browser: what a sitting asks for, what its checks showed, and who set a failed one aside.

Expand, backfill, contract: the running release must keep working while this runs. No imports from `app`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
compatible_since = "0001"  # it only adds

NOW = sa.text("clock_timestamp()")

GRANTS = (
    "GRANT SELECT, INSERT, UPDATE ON sitting_seb TO sahih_app",
    # The file is for every candidate; who changed it is not.
    "GRANT SELECT (sitting_id, required, settings, config_key) ON sitting_seb TO sahih_exam",
    "GRANT SELECT ON seb_signals TO sahih_app",
    "GRANT INSERT (sitting_id, attempt_id, kind, path) ON seb_signals TO sahih_exam",
    "GRANT SELECT (sitting_id, id, attempt_id, kind) ON seb_signals TO sahih_exam",
    "GRANT SELECT, INSERT ON seb_overrides TO sahih_app",
)


def upgrade() -> None:
    _create_requirements()
    _create_signals()
    _create_overrides()
    for statement in GRANTS:
        op.execute(statement)


def _create_requirements() -> None:
    op.create_table(
        "sitting_seb",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("quit_password_sha256", sa.Text(), nullable=False),
        sa.Column("allowed_versions", sa.Text(), nullable=False),
        sa.Column("settings", postgresql.JSONB(), nullable=False),
        sa.Column("config_key", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f("fk_sitting_seb_sitting_id_sittings")),
        sa.ForeignKeyConstraint(["changed_by"], ["people.id"], name=op.f("fk_sitting_seb_changed_by_people")),
        sa.PrimaryKeyConstraint("sitting_id", name=op.f("pk_sitting_seb")),
    )


def _create_signals() -> None:
    op.create_table(
        "seb_signals",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        _of_attempt("seb_signals"),
        sa.PrimaryKeyConstraint("sitting_id", "id", name=op.f("pk_seb_signals")),
    )
    op.create_index("ix_seb_signals_attempt", "seb_signals", ["sitting_id", "attempt_id", "id"], unique=False)


def _create_overrides() -> None:
    op.create_table(
        "seb_overrides",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        _of_attempt("seb_overrides"),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_seb_overrides_actor_id_people")),
        sa.PrimaryKeyConstraint("sitting_id", "id", name=op.f("pk_seb_overrides")),
    )


def _of_attempt(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["sitting_id", "attempt_id"],
        ["attempts.sitting_id", "attempts.id"],
        name=op.f(f"fk_{table}_sitting_id_attempt_id_attempts"),
    )
