"""The figures of each process, so that whichever is asked can show those of all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
compatible_since = "0001"  # it only adds tables


def upgrade() -> None:
    op.create_table(
        "process_figures",
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("process", name="pk_process_figures"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON process_figures TO sahih_app")
