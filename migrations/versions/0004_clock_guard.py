"""The clock guard: its last reading, the times in which nothing closed, and what each attempt is owed for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
compatible_since = "0001"  # it only adds tables


def upgrade() -> None:
    op.create_table(
        "clock_guard",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("suspect", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holder", sa.Uuid(), nullable=True),
        sa.Column("boot", sa.Text(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", sa.Double(), nullable=True),
        sa.Column("answered", sa.Double(), nullable=True),
        sa.Column("journal_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("id = 1", name="ck_clock_guard_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_clock_guard"),
    )
    op.create_table(
        "clock_holds",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step_seconds", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_clock_holds"),
    )
    op.create_table(
        "clock_debts",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id", "attempt_id"],
            ["attempts.sitting_id", "attempts.id"],
            name="fk_clock_debts_sitting_id_attempt_id_attempts",
        ),
        sa.PrimaryKeyConstraint("sitting_id", "attempt_id", name="pk_clock_debts"),
    )
    op.execute("INSERT INTO clock_guard (id) VALUES (1)")  # without a beat: nobody guards yet, and nothing is held
    op.execute("GRANT SELECT, UPDATE ON clock_guard TO sahih_app")
    op.execute("GRANT SELECT, INSERT, UPDATE ON clock_holds TO sahih_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON clock_debts TO sahih_app")
    op.execute("GRANT SELECT ON clock_guard TO sahih_exam")
