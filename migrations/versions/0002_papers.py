"""The sealed paper of each attempt."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
compatible_since = "0001"  # it only adds


def upgrade() -> None:
    op.create_table(
        "papers",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id", "attempt_id"],
            ["attempts.sitting_id", "attempts.id"],
            name="fk_papers_sitting_id_attempt_id_attempts",
        ),
        sa.PrimaryKeyConstraint("sitting_id", "attempt_id", name="pk_papers"),
        sa.UniqueConstraint("name", name="uq_papers_name"),
    )
    op.execute("ALTER TABLE papers ALTER COLUMN sealed SET STORAGE EXTERNAL")  # ciphertext does not compress
    op.execute("GRANT SELECT, INSERT, DELETE ON papers TO sahih_app")
    op.execute("GRANT SELECT ON papers TO sahih_exam")
