"""The freeze of an exam day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
compatible_since = "0001"  # it only adds a table


def upgrade() -> None:
    op.create_table(
        "exam_day",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("frozen", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name="ck_exam_day_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_exam_day"),
    )
    op.execute("INSERT INTO exam_day (id) VALUES (1)")
    op.execute("GRANT SELECT, UPDATE ON exam_day TO sahih_app")
